"""Paths as a reader sees them: which step leads where, in their language."""

from urllib.parse import quote

import msgspec

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.guides import NEWCOMERS, named
from fanlight.features.knowledge.models import Path, address
from fanlight.features.knowledge.queries import guides
from fanlight.kernel.work import Work


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a path."""

    number: int
    name: str
    description: str
    language: str  # of name and description
    article_id: str
    url: str
    is_whole: bool  # it is the whole article, not one part of it


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A path with those of its steps that the reader may see."""

    key: str
    name: str
    description: str
    stages: list[Stage]

    def url(self, language: str) -> str:
        return f"/{language}/start" if self.key == NEWCOMERS else f"/{language}/path/{self.key}"

    def around(self, article_id: str) -> "Around | None":
        """Where an article stands on this path; None where it does not, or with a part only."""
        for place, stage in enumerate(self.stages):
            if stage.is_whole and stage.article_id == article_id:
                before = self.stages[place - 1] if place else None
                after = self.stages[place + 1] if place + 1 < len(self.stages) else None
                return Around(way=self, here=stage, before=before, after=after)
        return None


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a path, and those beside it."""

    way: Way
    here: Stage
    before: Stage | None
    after: Stage | None


async def ways(work: Work, order: list[str]) -> list[Way]:
    """Every path that has steps to show; ``order``: the reader's languages, the best first."""
    found = [await _way(work, path, order) for path in await guides.paths(work)]
    return [way for way in found if way.stages]


async def _way(work: Work, path: Path, order: list[str]) -> Way:
    lines: dict[str, queries.Line] = {}
    for line in await queries.lines_named(work, [step.article for step in path.steps], order):
        lines |= {line.slug: line, f"{line.category}/{line.slug}": line}
    stages: list[Stage] = []
    for step in path.steps:
        if (there := lines.get(step.article)) is None:
            continue
        name = named(step.names, order)
        url = address(order[0], there.category, there.slug)
        stages.append(
            Stage(
                number=len(stages) + 1,
                name=name.name or there.title,
                description=name.description if name.name else there.description,
                language=order[0] if name.name else there.language,
                article_id=str(there.article_id),
                url=f"{url}#{quote(step.anchor)}" if step.anchor else url,
                is_whole=not step.anchor,
            )
        )
    called = named(path.names, order)
    return Way(key=path.key, name=called.name, description=called.description, stages=stages)
