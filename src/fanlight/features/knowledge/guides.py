"""What leads through many articles: paths one after the other, and who answers for which."""

from collections.abc import Sequence

import msgspec

from fanlight.features.knowledge.models import LANGUAGES, CategoryName, Path, Step, Team
from fanlight.features.knowledge.queries import guides as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"
NEWCOMERS = "start"  # the path that the home page leads to


async def save_path(work: Work, path: Path) -> None:
    """Store a path; saving the same again changes nothing."""
    needs(work.actor, EDIT)
    await kept.save_path(work, path)
    work.signal(CHANGED)


async def save_team(work: Work, team: Team) -> None:
    """Store a team; saving the same again changes nothing."""
    needs(work.actor, EDIT)
    await kept.save_team(work, team)
    work.signal(CHANGED)


class _StepFile(msgspec.Struct, rename={"hans": "zh-Hans", "hant": "zh-Hant"}):
    article: str
    en: CategoryName | None = None
    hans: CategoryName | None = None
    hant: CategoryName | None = None

    def names(self) -> dict[str, CategoryName]:
        told = {"en": self.en, "zh-Hans": self.hans, "zh-Hant": self.hant}
        return {tag: name for tag, name in told.items() if name is not None and tag in LANGUAGES}


class _PathFile(_StepFile, rename={"hans": "zh-Hans", "hant": "zh-Hant"}):
    article: str = ""
    key: str = ""
    order: int = 0
    step: list[_StepFile] = []


class _Files(msgspec.Struct):
    path: list[_PathFile] = []
    team: list[Team] = []


def read_paths(text: str) -> list[Path]:
    """What ``paths.toml`` says. Raises msgspec.MsgspecError when it does not have the shape."""
    return [_path(each) for each in msgspec.toml.decode(text, type=_Files).path]


def read_teams(text: str) -> list[Team]:
    """What ``teams.toml`` says. Raises msgspec.MsgspecError when it does not have the shape."""
    return msgspec.toml.decode(text, type=_Files).team


def _path(read: _PathFile) -> Path:
    return Path(
        key=read.key, position=read.order, names=read.names(), steps=[*map(_step, read.step)]
    )


def _step(read: _StepFile) -> Step:
    article, _, anchor = read.article.partition("#")
    return Step(article=article, anchor=anchor, names=read.names())


def named(names: dict[str, CategoryName], order: Sequence[str]) -> CategoryName:
    """A name in the first of these languages that it has."""
    return next((names[tag] for tag in order if tag in names), CategoryName(name=""))
