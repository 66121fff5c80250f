"""Official sources in the console: what is ours, what is proposed, and by whom it was decided."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.trust.models import Act, Change, Kind, Official, State, Wanted
from fanlight.features.trust.queries import official as queries
from fanlight.features.trust.service import official, own
from fanlight.kernel.audit import TOP, Place
from fanlight.kernel.work import NOBODY, Work
from fanlight.surfaces.console.cursors import pack, unpack
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.sessions import NO_STORE

_PAGE = 50
READERS = may("official.manage", "audit.see", "ticket.reply")
MANAGERS = may("official.manage")


class SourceOut(msgspec.Struct, frozen=True, kw_only=True):
    """One source, as it stands or as it would stand."""

    id: UUID
    kind: Kind
    platform: str
    value: str
    native_id: str
    state: State
    words: dict[str, str]
    since: date
    until: date | None

    @classmethod
    def of(cls, source: Official) -> Self:
        return cls(
            id=source.id,
            kind=source.kind,
            platform=source.platform,
            value=source.value,
            native_id=source.native_id,
            state=source.state,
            words=dict(source.words),
            since=source.since,
            until=source.until,
        )


class ChangeOut(msgspec.Struct, frozen=True, kw_only=True):
    """A change: who proposed it, who decided. An empty name is the desk itself."""

    id: UUID
    act: Act
    source: SourceOut
    reason: str
    state: str
    proposer: str
    proposed_at: datetime
    decider: str
    decided_at: datetime | None
    is_own: bool
    is_desk: bool

    @classmethod
    def of(cls, work: Work, change: Change) -> Self:
        return cls(
            id=change.id,
            act=change.act,
            source=SourceOut.of(change.source),
            reason=change.reason,
            state=change.state,
            proposer=change.proposer,
            proposed_at=change.proposed_at,
            decider=change.decider,
            decided_at=change.decided_at,
            is_own=change.proposed_by == work.actor.id,
            is_desk=change.proposed_by == NOBODY,
        )


class MissingOut(msgspec.Struct, frozen=True):
    """Something we write from that customers are told is not ours."""

    kind: Kind
    platform: str
    value: str


class OfficialPage(msgspec.Struct, frozen=True, kw_only=True):
    """The registry, what waits for a second person, and what is missing."""

    sources: list[SourceOut]
    open: list[ChangeOut]
    missing: list[MissingOut]
    may_manage: bool


class HistoryOut(msgspec.Struct, frozen=True):
    changes: list[ChangeOut]
    next: str | None


class ProposeForm(msgspec.Struct, frozen=True, kw_only=True):
    """A new source."""

    kind: Kind
    value: str
    reason: str
    platform: str = ""
    native_id: str = ""
    words: dict[str, str] = {}
    since: date | None = None


class WordsForm(msgspec.Struct, frozen=True, kw_only=True):
    words: dict[str, str]
    native_id: str
    reason: str


class StateForm(msgspec.Struct, frozen=True, kw_only=True):
    state: State
    reason: str


class OfficialController(Controller):
    path = "/api/console/official"
    cache_control = NO_STORE
    tags = ["official"]

    @get("/", guards=[READERS])
    async def page(self, work: NamedDependency[Work]) -> OfficialPage:
        """Everything about the registry but its history."""
        return OfficialPage(
            sources=[SourceOut.of(each) for each in await queries.sources(work)],
            open=[ChangeOut.of(work, each) for each in await queries.open_changes(work)],
            missing=[
                MissingOut(each.kind, each.platform, each.value) for each in await own.missing(work)
            ],
            may_manage=work.actor.may(official.MANAGE),
        )

    @get("/history", guards=[READERS])
    async def history(self, work: NamedDependency[Work], after: FromQuery[str] = "") -> HistoryOut:
        """Changes that were decided, the latest proposed first."""
        below = unpack(after, Place, TOP)
        found = await queries.history(work, at=below.at, id=below.id, limit=_PAGE)
        end = found[-1] if len(found) == _PAGE else None
        return HistoryOut(
            [ChangeOut.of(work, each) for each in found],
            pack(Place(end.proposed_at, end.id)) if end else None,
        )

    @post("/", guards=[MANAGERS])
    async def propose(self, data: JSONBody[ProposeForm], work: NamedDependency[Work]) -> ChangeOut:
        """Ask for a new official source."""
        wanted = Wanted(
            kind=data.kind,
            value=data.value,
            platform=data.platform,
            native_id=data.native_id,
            words=data.words,
            since=data.since,
        )
        return ChangeOut.of(work, await official.propose(work, wanted, reason=data.reason))

    @post("/{source_id:uuid}/words", guards=[MANAGERS])
    async def word(
        self, source_id: FromPath[UUID], data: JSONBody[WordsForm], work: NamedDependency[Work]
    ) -> ChangeOut:
        """Ask for other words or another immutable id."""
        change = await official.propose_change(
            work, source_id, words=data.words, native_id=data.native_id, reason=data.reason
        )
        return ChangeOut.of(work, change)

    @post("/{source_id:uuid}/state", guards=[MANAGERS])
    async def turn(
        self, source_id: FromPath[UUID], data: JSONBody[StateForm], work: NamedDependency[Work]
    ) -> ChangeOut:
        """Ask that a source be retired, or be ours again."""
        change = await official.propose_state(work, source_id, data.state, reason=data.reason)
        return ChangeOut.of(work, change)

    @post("/changes/{change_id:uuid}/confirm", guards=[MANAGERS], status_code=200)
    async def confirm(self, change_id: FromPath[UUID], work: NamedDependency[Work]) -> ChangeOut:
        """Let a change of somebody else's stand."""
        return ChangeOut.of(work, await official.confirm(work, change_id))

    @post("/changes/{change_id:uuid}/refuse", guards=[MANAGERS], status_code=200)
    async def refuse(self, change_id: FromPath[UUID], work: NamedDependency[Work]) -> ChangeOut:
        """Turn a change down, or withdraw one's own."""
        return ChangeOut.of(work, await official.refuse(work, change_id))


ROUTES = [OfficialController]
