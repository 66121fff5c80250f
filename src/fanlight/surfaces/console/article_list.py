"""The list of articles in the editors' room, who looks after them, and acts on many at once."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from fanlight.features.knowledge import editing, placing, stewards
from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.queries import editing as drafts
from fanlight.features.knowledge.queries import listing
from fanlight.features.knowledge.queries import stewards as kept
from fanlight.features.knowledge.queries.stewards import Person
from fanlight.kernel.errors import Malformed
from fanlight.kernel.work import Work
from fanlight.surfaces.console.articles_wire import LinesOut, NewForm
from fanlight.surfaces.console.cursors import pack, unpack
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.sessions import NO_STORE

EDITORS = may("article.edit")
PUBLISHERS = may("article.publish")
_PAGE = 60
_FIRST = ("", UUID(int=0))
Mark = Literal[
    "", "writing", "review", "scheduled", "published", "internal", "archived", "stale", "due"
]
Sort = Literal["", "views", "failed", "changed_at"]
Several = Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=stewards.MOST)]


class StewardsOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who may look after articles."""

    people: list[Person]
    teams: list[kept.TeamName]


class HandOverForm(msgspec.Struct, frozen=True, kw_only=True):
    """``team`` is the name readers see; without one, that of the category."""

    ids: Several
    owner_id: UUID | None
    reviewer_id: UUID | None
    team: str | None = None


class StillTrueForm(msgspec.Struct, frozen=True, kw_only=True):
    """``until``: the next day somebody looks; without one, as far ahead as the settings say."""

    ids: Several
    until: date | None = None


class StillTrueOut(msgspec.Struct, frozen=True):
    """The day by which somebody looks again."""

    until: date


class ReviewManyForm(msgspec.Struct, frozen=True, kw_only=True):
    ids: Several
    by: date | None


class StateManyForm(msgspec.Struct, frozen=True, kw_only=True):
    ids: Several
    state: Literal["published", "internal", "archived", "draft"]


class ChangedOut(msgspec.Struct, frozen=True):
    count: int


class ArticleListController(Controller):
    path = "/api/console/articles"
    cache_control = NO_STORE
    tags = ["articles"]

    @get("/", guards=[EDITORS])
    async def list_articles(
        self,
        work: NamedDependency[Work],
        category: FromQuery[str] = "",
        mark: FromQuery[Mark] = "",
        q: FromQuery[str] = "",
        missing: FromQuery[str] = "",
        owner: FromQuery[UUID | None] = None,
        reviewer: FromQuery[UUID | None] = None,
        sort: FromQuery[Sort] = "",
        after: FromQuery[str] = "",
    ) -> LinesOut:
        """Articles by category and in the editors' order, or by how they do; a page at a time."""
        if not (category + q + missing).isprintable():
            raise Malformed(where="q")
        wanted = listing.Wanted(
            category=category,
            mark=mark,
            words=q.strip()[:200],
            missing=missing,
            owner_id=owner,
            reviewer_id=reviewer,
        )
        if sort:
            place = unpack(after, tuple[str, UUID], _FIRST)
            if after:
                _fits(sort, place[0])
            below_this = place if after else None
            found = await listing.lines_by(work, wanted, sort, below=below_this, limit=_PAGE)
        else:
            below = unpack(after, listing.Place, listing.TOP)
            if abs(below.position) > 2**31:
                raise Malformed(where="after")
            found = await listing.lines(work, wanted, below=below, limit=_PAGE)
        end = found[-1] if len(found) == _PAGE else None
        return LinesOut(found, None if end is None else _end(end, sort))

    @post("/", guards=[EDITORS])
    async def create(self, data: JSONBody[NewForm], work: NamedDependency[Work]) -> Line:
        """A place for a new article, and the first draft with its title."""
        article = await placing.create(
            work, language=data.language, title=data.title, category=data.category, slug=data.slug
        )
        await editing.keep(work, article.id, data.language, data.text(), version=0)
        return await drafts.line(work, article.id)

    @get("/due", guards=[EDITORS])
    async def list_due(
        self,
        work: NamedDependency[Work],
        owner: FromQuery[UUID | None] = None,
        after: FromQuery[str] = "",
    ) -> LinesOut:
        """What somebody is to look at again, the earliest day first."""
        below = unpack(after, kept.Place, kept.TOP)
        found = await kept.due(work, owner_id=owner, below=below, limit=_PAGE)
        end = found[-1] if len(found) == _PAGE else None
        if end is None or end.review_by is None:
            return LinesOut(found, None)
        return LinesOut(found, pack(kept.Place(end.review_by, end.id)))

    @get("/stewards", guards=[EDITORS])
    async def list_stewards(self, work: NamedDependency[Work]) -> StewardsOut:
        """Who may own and review articles, and the teams readers are told of."""
        return StewardsOut(people=await kept.people(work), teams=await kept.teams(work))

    @post("/hand-over", guards=[EDITORS], status_code=204)
    async def hand_over(self, data: JSONBody[HandOverForm], work: NamedDependency[Work]) -> None:
        """Say who looks after articles and who reviews them."""
        await stewards.hand_over(
            work,
            data.ids,
            owner_id=data.owner_id,
            reviewer_id=data.reviewer_id,
            team=data.team,
        )

    @post("/still-true", guards=[EDITORS], status_code=200)
    async def still_true(
        self, data: JSONBody[StillTrueForm], work: NamedDependency[Work]
    ) -> StillTrueOut:
        """Somebody has looked: they are true, and the next day is set."""
        return StillTrueOut(await stewards.still_true(work, data.ids, until=data.until))

    @post("/review", guards=[EDITORS], status_code=204)
    async def review_many(
        self, data: JSONBody[ReviewManyForm], work: NamedDependency[Work]
    ) -> None:
        """By when somebody looks at these articles again."""
        await stewards.review_by(work, data.ids, data.by)

    @post("/state", guards=[PUBLISHERS], status_code=200)
    async def set_state_of_many(
        self, data: JSONBody[StateManyForm], work: NamedDependency[Work]
    ) -> ChangedOut:
        """Give back, keep for agents, archive or withdraw what readers had of these articles."""
        return ChangedOut(await stewards.set_state(work, data.ids, State(data.state)))


def _end(line: Line, sort: Sort) -> str:
    if sort == "":
        return pack(listing.Place(line.category, line.position, line.slug))
    value = line.changed_at.isoformat() if sort == "changed_at" else str(getattr(line, sort))
    return pack((value, line.id))


def _fits(sort: Sort, value: str) -> None:
    """Raises Malformed when a client made the place up."""
    try:
        fits = datetime.fromisoformat(value) if sort == "changed_at" else -1 < int(value) < 2**31
    except ValueError:
        fits = False
    if not fits:
        raise Malformed(where="after")


ROUTES = [ArticleListController]
