"""The audit log for those who read it: a page of it, whether its chain holds, a check of all."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from fanlight.features.people.queries import agents as agent_queries
from fanlight.features.people.queries import customers
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import views
from fanlight.features.tickets.models import InboxRow
from fanlight.kernel import audit
from fanlight.kernel.audit import checking
from fanlight.kernel.errors import Malformed
from fanlight.kernel.ids import read_id, read_reference
from fanlight.kernel.work import Work
from fanlight.surfaces.console.wire import Named, Other
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE

_PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AuditActor(msgspec.Struct, frozen=True):
    kind: str
    id: UUID
    name: str


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    actor: AuditActor
    action: str
    target: str
    target_name: str  # of an agent
    ticket: Other | None  # where it was done, if the reader may see it
    detail: dict[str, Any]
    link: int | None

    @classmethod
    def of(cls, entry: audit.Entry, names: dict[UUID, str], tickets: dict[UUID, InboxRow]) -> Self:
        row = tickets.get(_ticket_of(entry) or entry.id)
        return cls(
            id=entry.id,
            at=entry.at,
            actor=AuditActor(entry.actor_kind, entry.actor_id, names.get(entry.actor_id, "")),
            action=entry.action,
            target=entry.target,
            target_name=names.get(_agent_of(entry) or entry.id, ""),
            ticket=Other(row.id, row.reference) if row else None,
            detail=entry.detail,
            link=entry.link,
        )


class AuditPage(msgspec.Struct, frozen=True):
    entries: list[AuditEntry]
    before: str | None
    """Asks for the page below this one; null at the end."""
    people: list[Named]
    """Whom one can ask for, with the first page."""


class CheckOut(msgspec.Struct, frozen=True, kw_only=True):
    """The latest check of the chain. ``link`` and ``why`` say where it does not hold."""

    state: Literal["waiting", "running", "whole", "broken", "ended"]
    done: int
    total: int
    begun_at: datetime
    begun_by: str
    link: int | None
    why: str | None


class ChainOut(msgspec.Struct, frozen=True, kw_only=True):
    """How long the chain is, and up to where it was last found whole."""

    link: int
    whole_link: int | None
    whole_at: datetime | None
    check: CheckOut | None


class AuditController(Controller):
    path = "/api/console/audit"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["audit"]

    @get("/", guards=[may("audit.see")])
    async def page(
        self,
        work: NamedDependency[Work],
        before: FromQuery[str | None] = None,
        target: FromQuery[str | None] = None,
        whom: FromQuery[str | None] = None,
        actor: FromQuery[UUID | None] = None,
        action: FromQuery[str | None] = None,
        since: FromQuery[datetime | None] = None,
        until: FromQuery[datetime | None] = None,
    ) -> AuditPage:
        """The audit log, newest first: all of it, or a person's, an act's, a stretch of time.

        ``whom`` is what a person knows them by: a ticket's reference, an address, a UID.
        """
        for where, said in (("target", target), ("action", action), ("whom", whom)):
            if said is not None and not said.isprintable():
                raise Malformed(where=where)
        if whom:
            target = await _target_of(work, whom)
        found = await audit.page(
            work,
            below=_place(before) if before else audit.TOP,
            target=target,
            actor_id=actor,
            action=action,
            since=_aware(since) if since else _EPOCH,
            until=_aware(until) if until else audit.TOP.at,
            limit=_PAGE,
        )
        people = {} if before else await agent_queries.everybody(work)
        agents_in = {entry.actor_id for entry in found} | {_agent_of(each) for each in found}
        names = await agent_queries.names_of(work, [each for each in agents_in if each])
        ids = {_ticket_of(entry) for entry in found}
        tickets = await views.rows(work, [each for each in ids if each])
        return AuditPage(
            [AuditEntry.of(entry, names, tickets) for entry in found],
            _cursor(found[-1]) if len(found) == _PAGE else None,
            [Named(agent_id, name) for agent_id, name in people.items()],
        )

    @get("/chain", guards=[may("audit.see")])
    async def chain(self, work: NamedDependency[Work]) -> ChainOut:
        """Whether the chain holds, as far as was looked; and how far a check is."""
        return await _chain(work)

    @post("/chain/check", guards=[may("audit.see")], status_code=200)
    async def check(self, work: NamedDependency[Work]) -> ChainOut:
        """Have all of it checked; one that is under way is not begun again."""
        await checking.ask(work)
        return await _chain(work)


async def _chain(work: Work) -> ChainOut:
    state = await checking.state(work)
    check, whole = state.check, state.whole
    said = None
    if check is not None:
        names = await agent_queries.names_of(work, [check.begun_by])
        is_dead = check.state in {"waiting", "running"} and not check.is_running(work.now())
        said = CheckOut(
            state="ended" if is_dead else check.state,
            done=check.done,
            total=check.total,
            begun_at=check.begun_at,
            begun_by=names.get(check.begun_by, ""),
            link=check.broken.link if check.broken else None,
            why=check.broken.why if check.broken else None,
        )
    return ChainOut(
        link=state.link,
        whole_link=whole.link if whole else None,
        whole_at=whole.at if whole else None,
        check=said,
    )


async def _target_of(work: Work, whom: str) -> str:
    """How the log names somebody; what nobody is called finds nothing, not everything."""
    if reference := read_reference(whom):
        ticket = await tickets.by_reference(work, reference)
        return f"customer:{ticket.customer_id}" if ticket else "nobody"
    if agent := await agent_queries.agent_by_email(work, whom.strip().lower()):
        return f"agent:{agent.id}"
    customer = await customers.known_by(work, views.keys_of(whom.strip()[:320]))
    return f"customer:{customer}" if customer else "nobody"


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _agent_of(entry: audit.Entry) -> UUID | None:
    kind, _, key = entry.target.partition(":")
    return read_id(key) if kind == "agent" else None


def _ticket_of(entry: audit.Entry) -> UUID | None:
    kind, _, key = entry.target.partition(":")
    return read_id(key if kind == "ticket" else str(entry.detail.get("ticket_id", "")))


def _cursor(entry: audit.Entry) -> str:
    return f"{(entry.at - _EPOCH) // timedelta(microseconds=1)}.{entry.id.hex}"


def _place(cursor: str) -> audit.Place:
    stamp, _, entry_id = cursor.partition(".")
    try:
        return audit.Place(_EPOCH + timedelta(microseconds=int(stamp)), UUID(entry_id))
    except (ValueError, OverflowError) as error:
        raise Malformed(where="before") from error


ROUTES = [AuditController]
