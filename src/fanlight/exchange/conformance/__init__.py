"""What every connected exchange must do, as checks that run against any, ours or an outsider's.

``READING`` asks and changes nothing; ``ACTING`` freezes and challenges an account that is there
to be tried; ``Ear`` hears what an exchange tells of itself. ``examine`` runs the checks and says
of each question whether it is offered and right.
"""

from fanlight.exchange.conformance.acting import ACTING
from fanlight.exchange.conformance.case import Case, Nonconforming, Result, examine
from fanlight.exchange.conformance.hearing import Ear
from fanlight.exchange.conformance.reading import READING

__all__ = ["ACTING", "READING", "Case", "Ear", "Nonconforming", "Result", "examine"]
