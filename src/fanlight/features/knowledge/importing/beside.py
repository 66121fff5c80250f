"""What lies beside the articles of a folder, or right above it: categories, words, paths, teams."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec

from fanlight.features.knowledge import beside, guides, questions
from fanlight.features.knowledge.importing import texts
from fanlight.features.knowledge.importing.found import Skipped, Unfit, undecoded
from fanlight.features.knowledge.importing.opening import Files
from fanlight.features.knowledge.models import Category, CategoryName, Questions, Team
from fanlight.features.knowledge.models import Path as Way
from fanlight.features.knowledge.why import Why

_MOST_BYTES = 5_000_000
R = TypeVar("R")


class _CategoryFile(msgspec.Struct):
    key: str
    order: int
    icon: str
    name: dict[str, str]
    description: dict[str, str] = {}


class _Categories(msgspec.Struct):
    category: list[_CategoryFile]


class Beside(msgspec.Struct):
    """What was found."""

    categories: dict[str, Category] = {}
    words: dict[str, str] | None = None
    ways: list[Way] = []
    teams: list[Team] = []
    asked: list[Questions] = []
    is_ours: bool = False  # our own export
    redirects: dict[str, str] = {}
    left: dict[str, str] = {}
    shared: beside.Shared = beside.Shared()  # terms, legal texts, figures


def read(files: Files, skipped: list[Skipped]) -> Beside:
    """Read the files that are there; one that cannot be read is named."""

    def one(name: str, decode: Callable[[str], R]) -> R | None:
        if name not in files.beside:
            return None
        try:
            return decode(texts.decoded(files.read(name, _MOST_BYTES)))
        except UnicodeDecodeError as error:
            skipped.append(undecoded(name, error))
        except (msgspec.MsgspecError, tomllib.TOMLDecodeError, Unfit, RecursionError) as error:
            skipped.append(Skipped(name, Why.of(error)))
        return None

    away = one("redirects.toml", _redirects) or _Redirects()
    return Beside(
        is_ours="fanlight.toml" in files.names,
        redirects={each.old: each.article for each in away.redirect},
        left={each.old: each.article for each in away.left},
        categories=one("categories.toml", _categories) or {},
        words=one("zh-hant.toml", _words),
        ways=one("paths.toml", guides.read_paths) or [],
        teams=one("teams.toml", guides.read_teams) or [],
        asked=one(questions.FILE, questions.read) or [],
        shared=_shared(files, skipped),
    )


def _shared(files: Files, skipped: list[Skipped]) -> beside.Shared:
    """Their reader wants them in a folder; what is imported may be a .zip."""
    with TemporaryDirectory() as room:
        for name in sorted(beside.FILES & files.beside):
            try:
                text = texts.decoded(files.read(name, _MOST_BYTES))
            except (UnicodeDecodeError, Unfit) as error:
                skipped.append(Skipped(name, Why.of(error)))
            else:
                (Path(room) / name).write_text(text, "utf-8")
        return beside.read(
            Path(room),
            lambda name, why: skipped.append(Skipped(name.partition("/")[2], why)),
        )


def _categories(text: str) -> dict[str, Category]:
    read = msgspec.toml.decode(text, type=_Categories)
    return {
        each.key: Category(
            key=each.key,
            position=each.order,
            icon=each.icon,
            names={
                tag: CategoryName(name=name, description=each.description.get(tag, ""))
                for tag, name in each.name.items()
            },
        )
        for each in read.category
    }


class _Away(msgspec.Struct):
    old: str
    article: str


class _Redirects(msgspec.Struct):
    redirect: list[_Away] = []
    left: list[_Away] = []


def _redirects(text: str) -> _Redirects:
    return msgspec.toml.decode(text, type=_Redirects)


def _words(text: str) -> dict[str, str]:
    return {
        wrong: right
        for key, table in tomllib.loads(text).items()
        for wrong, right in (table.items() if isinstance(table, dict) else [(key, table)])
        if isinstance(right, str)
    }
