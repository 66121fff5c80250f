"""Brings articles in: from a folder of Markdown, and from the exports of other help centers.

``opening`` holds what a source may be and how large; ``folder``, ``zendesk``, ``intercom`` and
``pages`` read one kind of source each into a ``Plan`` (``found``); ``writing`` carries it out.
"""

from fanlight.features.knowledge.importing.folder import language_of
from fanlight.features.knowledge.importing.found import Page, Plan, Progress, Report, Skipped, Unfit
from fanlight.features.knowledge.importing.planning import SOURCES, plan, read_map
from fanlight.features.knowledge.importing.writing import PictureMaker, Remade, Remake, carry_out

__all__ = [
    "SOURCES",
    "Page",
    "PictureMaker",
    "Plan",
    "Progress",
    "Remade",
    "Remake",
    "Report",
    "Skipped",
    "Unfit",
    "carry_out",
    "language_of",
    "plan",
    "read_map",
]
