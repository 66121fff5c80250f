"""What an import has read and will write, and what it says of itself afterwards."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import msgspec

from fanlight.features.knowledge.beside import Shared
from fanlight.features.knowledge.models import Category, Placing, Questions, State, Team, Text
from fanlight.features.knowledge.models import Path as Way
from fanlight.features.knowledge.why import Why, not_utf8

Progress = Callable[[int, int], None]
"""Told how many of how many articles are done."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What our own export says of an article, and of a draft."""

    team: str = ""
    review_by: date | None = None
    source_language: str = ""
    audience: tuple[str, ...] = ()  # empty: as it is
    stage: str = ""
    publish_at: datetime | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One article in one language, read and understood."""

    key: str  # its place in the source, language in front, without .md
    file: str  # what a report calls it: a file, or a file and an id
    language: str
    placing: Placing
    text: Text
    state: State | None  # as the source says; None: as the caller says
    pictures: Mapping[str, str] = {}  # address in the text -> name of a picture in the source
    left: tuple[str, ...] = ()  # paths at which it stood before
    told: Told | None = None  # what only our own export says
    published_at: datetime | None = None
    saved_at: datetime | None = None


class Skipped(msgspec.Struct, frozen=True):
    """What was not taken, and why."""

    file: str
    reason: Why


def _nothing(_: str) -> str:
    return ""


def at_line(file: str, line: int) -> str:
    """A file and the line in it, as a report names them: the same in every language."""
    return f"{file}:{line}"


def undecoded(file: str, error: UnicodeDecodeError) -> Skipped:
    """A file in an encoding that is none of ours, from a line on."""
    line = error.object[: error.start].count(b"\n") + 1
    return Skipped(at_line(file, line), not_utf8(error))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an import will do."""

    pages: list[Page]
    skipped: list[Skipped]
    categories: list[Category]
    words: dict[str, str] | None = None  # the reviewed zh-Hant list, where the source brings one
    ways: list[Way] = []  # paths through the articles
    teams: list[Team] = []  # who answers for them
    asked: list[Questions] = []  # what is put first
    shared: Shared = Shared()  # terms, legal texts, figures
    pictures: Mapping[str, bytes] = {}  # name -> bytes as they came
    drafts: list[Page] = []  # texts that no reader has seen yet
    redirects: Mapping[str, str] = {}  # old path -> path of the article
    left: Mapping[str, str] = {}  # category/slug that an article has left -> its path
    missing: list[tuple[str, str]] = []  # file, picture that lies elsewhere or nowhere
    read_again: Callable[[str], str] = _nothing  # a file of the source as text; blocks


class Report(msgspec.Struct, kw_only=True):
    """What an import did, or would do."""

    read: int = 0
    added: list[str] = []  # files whose text is new here
    altered: list[str] = []  # files whose text replaced another
    changed: int = 0
    unchanged: int = 0
    pictures: int = 0
    redirects: int = 0
    skipped: list[Skipped] = []
    kept: list[str] = []  # files whose article editors have changed since
    broken_links: list[tuple[str, str]] = []  # file, link
    missing_pictures: list[tuple[str, str]] = []  # file, picture
    secrets: list[tuple[str, str]] = []  # file with its line, kind: taken out of the text
    samples: list[tuple[str, str]] = []  # the same, kept because they were said to be samples


class Unfit(ValueError):
    """The source as a whole cannot be taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why
