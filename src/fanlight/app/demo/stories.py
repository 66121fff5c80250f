"""Reads the stories of `content/demo/stories/`: who says and does what, after how many minutes.

A story's script has one step a line: minutes since the step before (``4``, ``2h``, ``1d``), then
what happens. Further lines of a text are indented. The steps:

    0   customer: words             the first one opens the ticket
    6   mail customer: words        the same talk, gone on by e-mail
    1   mailed                      the chat goes on by e-mail, as the desk does it itself
    3   takes                       the story's agent takes it; ``takes yating``: she does
    2   hands yating                the agent gives it to a colleague
    1   agent: words                its owner answers; ``siyuan: words``: a colleague does
    1   note: words                 a private note of the owner; ``siyuan note: words``
    0   file: sent-tron             a picture to what was said last (see ``pictures.py``)
    1   team: security              and likewise ``priority: high``, ``tags: a, b``,
    5   status: solved                  ``status: waiting``
    2   fails: why                  the last answer did not go out
    9   bounces: why                the last mail came back
    0   leaves                      the customer blocks the bot
    ...                             an open telling of the story ends here

A story's ``cause`` happens at the sandbox to whose telling is still open, so that a check of their
account finds what they write about, and the hash they name is on the chain.
"""

import re
from functools import cache
from typing import Literal

import msgspec

from fanlight.app.demo.cast import FOLDER

_STEP = re.compile(r"(\d+)([hd]?)\s+(.*)", re.DOTALL)
_WORDS = re.compile(r"([a-z ]+?)(?::\s*(.*))?\Z", re.DOTALL)
_UNITS = {"": 1, "h": 60, "d": 60 * 24}
HERE_IT_MAY_END = "..."

Channel = Literal["chat.web", "email", "telegram.private", "web.form"]


class Step(msgspec.Struct, frozen=True):
    """One thing that happens, ``minutes`` after the one before."""

    minutes: int
    words: tuple[str, ...]  # e.g. ("mail", "customer")
    text: str


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A story as it stands in its file."""

    key: str
    language: str
    channel: Channel
    team: str
    agent: str
    script: str
    subject: str | None = None
    tags: tuple[str, ...] = ()
    times: int = 1  # how often it is told to its end
    open: int = 0  # how often only up to the mark
    is_guest: bool = False  # written without an account
    is_spam: bool = False
    pick: dict[str, tuple[str, ...]] = {}
    cause: str = ""  # what has happened at the sandbox to whose telling is not over yet


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story with its steps; ``open_steps`` are those of a telling that is not over yet, and
    ``begun_steps`` those until somebody has answered what stands there.
    """

    written: Written
    steps: tuple[Step, ...]
    open_steps: tuple[Step, ...]
    begun_steps: tuple[Step, ...]


class _File(msgspec.Struct, frozen=True):
    story: list[Written]


class BadStory(ValueError):
    """A script nobody can play."""


@cache
def stories() -> tuple[Story, ...]:
    """Every story, in the order of files and of what stands in them.

    Raises:
        BadStory: a script has a line that is no step.
    """
    files = sorted((FOLDER / "stories").glob("*.toml"))
    return tuple(each for file in files for each in read(file.read_bytes()))


def read(content: bytes) -> list[Story]:
    """The stories of one file. Raises BadStory as above."""
    return [_story(each) for each in msgspec.toml.decode(content, type=_File).story]


def _story(written: Written) -> Story:
    steps = _steps(written)
    if not steps or steps[0].words != ("customer",):
        raise BadStory(f"{written.key}: the customer speaks first")
    marks = [number for number, step in enumerate(steps) if step.words == (HERE_IT_MAY_END,)]
    if written.open and not marks:
        raise BadStory(f"{written.key}: told openly, but nothing marks where")
    told = tuple(step for step in steps if step.words != (HERE_IT_MAY_END,))
    mark = marks[0] if marks else 0
    answer = next((n for n, step in enumerate(told) if n >= mark and _is_answer(step)), mark)
    return Story(
        written=written,
        steps=told,
        open_steps=told[:mark],
        begun_steps=told[: answer + 1],
    )


def _is_answer(step: Step) -> bool:
    return bool(step.text) and step.words[-1] == "agent"


def _steps(written: Written) -> list[Step]:
    lines: list[str] = []
    for line in written.script.strip("\n").splitlines():
        if line[:1].isdigit() or line == HERE_IT_MAY_END:
            lines.append(line)
        elif lines and (not line.strip() or line[0] == " "):
            lines[-1] += "\n" + line.strip()
        else:
            raise BadStory(f"{written.key}: {line}")
    return [_step(written.key, line.strip()) for line in lines]


def _step(key: str, line: str) -> Step:
    if line == HERE_IT_MAY_END:
        return Step(0, (HERE_IT_MAY_END,), "")
    found = _STEP.match(line)
    if found is None:
        raise BadStory(f"{key}: {line}")
    minutes = int(found[1]) * _UNITS[found[2]]
    said = _WORDS.match(found[3])
    if said is None:
        raise BadStory(f"{key}: {line}")
    return Step(minutes, tuple(said[1].split()), (said[2] or "").strip())
