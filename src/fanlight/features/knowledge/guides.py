"""What leads through many articles: paths one after the other, and who answers for which."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from fanlight.features.knowledge import entries, queries
from fanlight.features.knowledge.errors import (
    CategoryNotFound,
    EntryMoved,
    EntryUnfit,
    OrderMoved,
)
from fanlight.features.knowledge.models import CategoryName, Path, Step, Team
from fanlight.features.knowledge.queries import guides as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

EDIT = "article.edit"
NEWCOMERS = "start"  # the path that the home page leads to
MOST_STEPS = 40  # more is no path but a book
_MOST_NAME, _MOST_DESCRIPTION = 120, 300


async def save_path(work: Work, path: Path) -> Path:
    """Store a path; ``path.version`` is the one on the screen, 0 for a new one.

    Raises:
        NotAllowed, UnknownLanguage
        EntryUnfit: also where a step names no article; ``number`` says which, from 1.
        EntryMoved: somebody saved it, or made one with this key, meanwhile.
    """
    needs(work.actor, EDIT)
    fit = await _fit(work, path)
    if not await kept.save_path(work, fit):
        raise EntryMoved(key=path.key)
    await audit.record(work, "path.saved", f"path:{path.key}")
    work.signal(CHANGED)
    return replace(fit, version=path.version + 1)


async def remove_path(work: Work, key: str, *, version: int) -> None:
    """Take a path away; its articles stay. Raises EntryMoved."""
    needs(work.actor, EDIT)
    if not await kept.remove_path(work, key, version):
        raise EntryMoved(key=key)
    await audit.record(work, "path.removed", f"path:{key}")
    work.signal(CHANGED)


async def reorder_paths(work: Work, keys: Sequence[str], *, was: Sequence[str]) -> None:
    """Put the paths in this order. Raises OrderMoved when they stand otherwise than ``was``."""
    needs(work.actor, EDIT)
    if not await kept.order_paths(work, keys, was):
        raise OrderMoved
    await audit.record(work, "path.ordered")
    work.signal(CHANGED)


async def save_team(work: Work, team: Team) -> Team:
    """Store a team; ``team.version`` is the one on the screen, 0 for a new one.

    Raises:
        NotAllowed, UnknownLanguage, EntryUnfit, CategoryNotFound
        EntryMoved: somebody saved it, or made one with this key, meanwhile.
    """
    needs(work.actor, EDIT)
    shelves = {each.key for each in await queries.categories(work)}
    if not shelves.issuperset(team.categories):
        raise CategoryNotFound
    names = entries.in_languages(team.names, partial(_called, team.key))
    fit = replace(team, key=entries.fitting(team.key), names=names)
    if not await kept.save_team(work, fit):
        raise EntryMoved(key=team.key)
    await audit.record(work, "article_team.saved", f"article_team:{team.key}")
    work.signal(CHANGED)
    return replace(fit, version=team.version + 1)


async def remove_team(work: Work, key: str, *, version: int) -> None:
    """Take a team away; readers are told its category's, if there is one. Raises EntryMoved."""
    needs(work.actor, EDIT)
    if not await kept.remove_team(work, key, version):
        raise EntryMoved(key=key)
    await audit.record(work, "article_team.removed", f"article_team:{key}")
    work.signal(CHANGED)


async def load(work: Work, teams: Sequence[Team], paths: Sequence[Path]) -> None:
    """Store teams and paths of a folder; what is stored already and the same is left alone."""
    needs(work.actor, EDIT)
    have = {each.key: each for each in await kept.teams(work)}
    for team in teams:
        given = replace(team, version=have[team.key].version if team.key in have else 0)
        if given != have.get(team.key):
            await kept.save_team(work, given)
            work.signal(CHANGED)
    known = {each.key: each for each in await kept.paths(work)}
    for path in paths:
        wanted = replace(path, version=known[path.key].version if path.key in known else 0)
        if wanted != known.get(path.key):
            await kept.save_path(work, wanted)
            work.signal(CHANGED)


async def _fit(work: Work, path: Path) -> Path:
    key = entries.fitting(path.key)
    if not 1 <= len(path.steps) <= MOST_STEPS:
        raise EntryUnfit(why="steps", key=key, most=MOST_STEPS)
    found = await queries.articles_named(work, [step.article for step in path.steps])
    there = {name for each in found for name in (each.slug, f"{each.category}/{each.slug}")}
    for number, step in enumerate(path.steps, 1):
        if step.article not in there:
            raise EntryUnfit(why="article", key=key, number=number)
    return replace(
        path,
        names=entries.in_languages(path.names, partial(_named, key)),
        steps=[_fit_step(key, number, step) for number, step in enumerate(path.steps, 1)],
    )


def _fit_step(key: str, number: int, step: Step) -> Step:
    try:
        names = entries.in_languages(step.names, partial(_named, key)) if step.names else {}
    except EntryUnfit as error:
        raise EntryUnfit(**error.params | {"number": number}) from error
    return replace(step, anchor=step.anchor.strip()[:_MOST_NAME], names=names)


def _named(key: str, name: CategoryName) -> CategoryName:
    return CategoryName(
        name=_called(key, name.name), description=name.description.strip()[:_MOST_DESCRIPTION]
    )


def _called(key: str, name: str) -> str:
    return entries.measured(key, name, _MOST_NAME, "name")


class _StepFile(msgspec.Struct):
    article: str


class _PathFile(msgspec.Struct):
    key: str = ""
    order: int = 0
    step: list[dict[str, Any]] = []


class _Files(msgspec.Struct):
    path: list[dict[str, Any]] = []
    team: list[Team] = []


def read_paths(text: str) -> list[Path]:
    """What ``paths.toml`` says. Raises msgspec.MsgspecError when it does not have the shape."""
    return [_path(each) for each in msgspec.toml.decode(text, type=_Files).path]


def read_teams(text: str) -> list[Team]:
    """What ``teams.toml`` says. Raises msgspec.MsgspecError when it does not have the shape."""
    return msgspec.toml.decode(text, type=_Files).team


def _path(given: dict[str, Any]) -> Path:
    read = msgspec.convert(given, _PathFile)
    names = entries.spoken(given, CategoryName)
    return Path(key=read.key, position=read.order, names=names, steps=[*map(_step, read.step)])


def _step(given: dict[str, Any]) -> Step:
    article, _, anchor = msgspec.convert(given, _StepFile).article.partition("#")
    return Step(article=article, anchor=anchor, names=entries.spoken(given, CategoryName))


def named(names: dict[str, CategoryName], order: Sequence[str]) -> CategoryName:
    """A name in the first of these languages that it has."""
    return next((names[tag] for tag in order if tag in names), CategoryName(name=""))
