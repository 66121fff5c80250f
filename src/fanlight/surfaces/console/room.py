"""What the editors' room has to do: what to write next, and what to mend."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.knowledge import wishes
from fanlight.features.knowledge.errors import SearchNotReady
from fanlight.features.knowledge.queries import FailingStep, failing_steps
from fanlight.features.knowledge.queries import flaws as mending
from fanlight.features.knowledge.queries import wishes as wanted
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Malformed
from fanlight.kernel.work import Work
from fanlight.surfaces.console.cursors import pack, unpack
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.reading.finding import look_for
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of

AnyRequest = Request[Any, Any, Any]
EDITORS = may("article.edit")
_PAGE = 50
_SAID = 20
_Kinds = Literal["", "no_result", "no_click", "other_script", "bad_feedback", "uncited"]
_Flaws = Literal["", "broken", "anchor", "withdrawn", "picture_missing", "picture_foreign"]


class WishLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what to write next. ``weeks`` end with this one."""

    id: UUID
    kind: str
    language: str
    text: str
    article_id: UUID | None
    times: int
    since: datetime
    latest: datetime
    state: str
    reason: str
    weeks: list[int]

    @classmethod
    def of(cls, wish: wanted.Wish, mondays: list[str]) -> Self:
        weeks = [wish.weeks.get(day, 0) for day in mondays]
        kept = {name: getattr(wish, name) for name in cls.__struct_fields__ if name != "weeks"}
        return cls(**kept, weeks=weeks)


class WishPage(msgspec.Struct, frozen=True):
    rows: list[WishLine]
    next: str | None


class WriteForm(msgspec.Struct, frozen=True):
    """Without a ``category`` the article begins where the nearest one stands."""

    category: str = ""


class DismissForm(msgspec.Struct, frozen=True):
    reason: Annotated[str, msgspec.Meta(max_length=200)]


class SaidOut(msgspec.Struct, frozen=True, kw_only=True):
    """What readers whom an article did not help say."""

    said: list[wanted.Said]
    steps: list[FailingStep]


class FlawPage(msgspec.Struct, frozen=True):
    rows: list[mending.FlawLine]
    next: str | None


class HostPage(msgspec.Struct, frozen=True):
    rows: list[mending.Host]
    next: str | None


class WishController(Controller):
    path = "/api/console/wishes"
    cache_control = NO_STORE
    tags = ["articles"]

    @get("/", guards=[EDITORS])
    async def list_wishes(
        self,
        work: NamedDependency[Work],
        kind: FromQuery[_Kinds] = "",
        language: FromQuery[str] = "",
        standing: FromQuery[Literal["open", "taken", "dismissed"]] = "open",
        after: FromQuery[str] = "",
    ) -> WishPage:
        """What readers and customers wanted and did not get, the most wanted first."""
        _plain(language)
        below = unpack(after, wanted.Place, wanted.TOP)
        found = await wanted.page(
            work, kind=kind, language=language, state=standing, below=below, limit=_PAGE
        )
        mondays = wishes.mondays(work.now())
        end = found[-1] if len(found) == _PAGE else None
        rows = [WishLine.of(each, mondays) for each in found]
        return WishPage(rows, None if end is None else pack(wanted.Place(end.times, end.id)))

    @post("/{wish_id:uuid}/write", guards=[EDITORS], status_code=200)
    async def write(
        self,
        request: AnyRequest,
        wish_id: FromPath[UUID],
        data: JSONBody[WriteForm],
        work: NamedDependency[Work],
    ) -> wishes.Begun:
        """Begin the article it asks for, or a draft of the one that did not help."""
        category = data.category or await _nearest(edge_of(request), work, wish_id)
        return await wishes.write(work, wish_id, category=category)

    @post("/{wish_id:uuid}/dismiss", guards=[EDITORS], status_code=204)
    async def dismiss(
        self, wish_id: FromPath[UUID], data: JSONBody[DismissForm], work: NamedDependency[Work]
    ) -> None:
        """Take it off the list, and say why."""
        await wishes.dismiss(work, wish_id, data.reason.replace("\x00", ""))

    @post("/{wish_id:uuid}/reopen", guards=[EDITORS], status_code=204)
    async def reopen(self, wish_id: FromPath[UUID], work: NamedDependency[Work]) -> None:
        """Put it on the list again."""
        await wishes.reopen(work, wish_id)

    @get("/said/{article_id:uuid}/{language:str}", guards=[EDITORS])
    async def said(
        self, article_id: FromPath[UUID], language: FromPath[str], work: NamedDependency[Work]
    ) -> SaidOut:
        """The latest bad verdicts on what is written in a language, and the steps they name."""
        _plain(language)
        languages = await wanted.read_as(work, article_id, language)
        steps = await failing_steps(work, article_id, since=wishes.since(work.now()))
        return SaidOut(
            said=await wanted.said(work, article_id, languages, limit=_SAID),
            steps=[each for each in steps if each.language in languages],
        )


class FlawController(Controller):
    path = "/api/console/flaws"
    cache_control = NO_STORE
    tags = ["articles"]

    @get("/", guards=[EDITORS])
    async def list_flaws(
        self,
        work: NamedDependency[Work],
        kind: FromQuery[_Flaws] = "",
        after: FromQuery[str] = "",
    ) -> FlawPage:
        """Links and pictures that do not work, article by article."""
        below = unpack(after, mending.Place, mending.TOP)
        return _page(await mending.to_mend(work, kind=kind, below=below, limit=_PAGE))

    @get("/hosts", guards=[EDITORS])
    async def list_hosts(self, work: NamedDependency[Work], after: FromQuery[str] = "") -> HostPage:
        """Other people's sites that articles link to, and how often."""
        _plain(after)
        found = await mending.hosts(work, after=after, limit=_PAGE)
        return HostPage(found, found[-1].host if len(found) == _PAGE else None)

    @get("/hosts/{host:str}", guards=[EDITORS])
    async def list_links_to(
        self, host: FromPath[str], work: NamedDependency[Work], after: FromQuery[str] = ""
    ) -> FlawPage:
        """The links that lead to one of them."""
        _plain(host)
        below = unpack(after, mending.Place, mending.TOP)
        return _page(await mending.to_host(work, host=host, below=below, limit=_PAGE))


async def _nearest(edge: Edge, work: Work, wish_id: UUID) -> str:
    """The category of the article that comes closest to what was wanted; "" where none does."""
    wish = await wanted.get(work, wish_id)
    if wish is None or wish.article_id is not None:
        return ""
    try:
        found = await look_for(edge, wish.text, language=wish.language, limit=1)
    except SearchNotReady:
        return ""
    return found.results[0].category_key if found.results else ""


def _page(found: list[mending.FlawLine]) -> FlawPage:
    end = found[-1] if len(found) == _PAGE else None
    if end is None:
        return FlawPage(found, None)
    return FlawPage(found, pack(mending.Place(end.article_id, end.language, end.kind, end.address)))


def _plain(text: str) -> None:
    """PostgreSQL takes no NUL, and nobody types one. Raises Malformed."""
    if not text.isprintable():
        raise Malformed(where="query")


ROUTES = [WishController, FlawController]
