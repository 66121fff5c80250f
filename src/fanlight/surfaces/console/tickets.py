"""Tickets for agents: lists, one ticket, and what is done with its fields."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.oversight import reads, reveals
from fanlight.features.oversight.models import Why
from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.masks import sight_of
from fanlight.features.people.service import cards
from fanlight.features.tickets import feed, replies, service, views
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.models import Priority, Status, Ticket
from fanlight.features.tickets.page import read_ticket
from fanlight.features.tickets.views import Page, Place, View
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.console.cursors import read_place, write_place
from fanlight.surfaces.console.presence import Room
from fanlight.surfaces.console.wire import (
    CardOut,
    ConversationOut,
    RowOut,
    TicketOut,
    TicketPage,
)
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE, agent_behind, edge_of

AnyRequest = Request[Any, Any, Any]
MOST_ROWS = 100


class ViewsOut(msgspec.Struct, frozen=True):
    views: list[View]


class RowsOut(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list; ``feed`` is where changes after it begin.

    ``first`` comes with a list's first page: emergencies, which stand above every list.
    """

    rows: list[RowOut]
    next: str | None
    feed: str
    first: list[RowOut] = []


class AssignForm(msgspec.Struct, frozen=True):
    agent_id: UUID | None
    version: int


class StatusForm(msgspec.Struct, frozen=True):
    """``seen``: the last seq on screen by conversation."""

    status: Status
    version: int
    seen: dict[UUID, int] = {}


class PriorityForm(msgspec.Struct, frozen=True):
    priority: Priority
    version: int


class TeamForm(msgspec.Struct, frozen=True):
    team: str
    version: int


class TagsForm(msgspec.Struct, frozen=True):
    tags: list[str]
    version: int


class SubjectForm(msgspec.Struct, frozen=True):
    subject: str
    version: int


class RevealForm(msgspec.Struct, frozen=True):
    """``identity_id`` may be the word ``name``; ``words`` where the list of reasons ends."""

    identity_id: str
    why: Why
    ticket_id: UUID
    words: str = ""


class RevealedOut(msgspec.Struct, frozen=True):
    """The fact, and for how many seconds it may stand on the screen."""

    value: str
    shown_s: int


async def _row(work: Work, ticket: Ticket) -> RowOut | None:
    """None where the actor does not see it any more: they gave it away, or somebody else did."""
    row = (await views.rows(work, [ticket.id])).get(ticket.id)
    if row is None:
        return None
    return RowOut.of(row, sight_of(work.actor))


async def _row_seen(work: Work, ticket: Ticket) -> RowOut:
    """Raises TicketNotFound."""
    row = await _row(work, ticket)
    if row is None:
        raise TicketNotFound(ticket_id=ticket.id)
    return row


class TicketController(Controller):
    path = "/api/console"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["tickets"]

    @get("/views", guards=[signed_in])
    async def views(self, work: NamedDependency[Work]) -> ViewsOut:
        """The lists this agent has, with kept counts."""
        return ViewsOut(await views.views(work))

    @get("/tickets", guards=[signed_in])
    async def page(
        self,
        request: AnyRequest,
        view: FromQuery[str] = "mine",
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> RowsOut:
        """A page of a list, the latest activity first. A further one is written down."""
        size = max(1, min(limit, MOST_ROWS))
        edge, actor = edge_of(request), await agent_behind(request)
        if after is None:
            async with edge.reading(actor) as work:
                found = await views.page(work, view, limit=size)
                return _rows(work, found, size)
        async with edge.work(actor) as work:
            page = views.page(work, view, below=read_place(after), limit=size)
            found = await reads.paged(work, view, size, page)
            return _rows(work, found, size)

    @get("/search", guards=[signed_in])
    async def search(
        self,
        request: AnyRequest,
        q: FromQuery[str] = "",
        after: FromQuery[str | None] = None,
    ) -> RowsOut:
        """Tickets by reference, the customer's address or UID, or words. Each is written down."""
        edge, actor = edge_of(request), await agent_behind(request)
        async with edge.reading(actor) as work:
            since = await feed.now(work)
            rows = await views.search(work, q, below=read_place(after), limit=50)
            shown = _rows(work, Page(rows=rows, first=[], since=since), 50)
        if q.strip():
            async with edge.work(actor) as work:
                await reads.searched(work, q, len(rows))
        return shown

    @get(
        "/tickets/{ticket_id:uuid}",
        guards=[signed_in],
    )
    async def one(
        self, request: AnyRequest, ticket_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> TicketPage:
        """One ticket with everything but its timeline."""
        head, talks, mails, drafts, identities, earlier = await read_ticket(work, ticket_id)
        sight, own, card = sight_of(work.actor), head.accounts, None
        if work.actor.may("customer.see"):
            card = CardOut.of(cards.card(work, head.customer, identities), earlier, sight, own)
        return TicketPage(
            ticket=TicketOut.of(head, sight),
            conversations=[
                ConversationOut.of(work, talk, mails.get(talk.id), own) for talk in talks
            ],
            customer=card,
            drafts=drafts,
            people=edge_of(request).shelf.of(Room).people(ticket_id),
            may=sorted(p for p in work.actor.permissions if p.startswith("ticket.")),
        )

    @put("/tickets/{ticket_id:uuid}/assignee", guards=[may("ticket.assign")])
    async def assign(
        self, ticket_id: FromPath[UUID], data: JSONBody[AssignForm], work: NamedDependency[Work]
    ) -> RowOut | None:
        """Hand the ticket to an agent, or to nobody; None when the actor saw it as its owner."""
        ticket = await service.assign(work, ticket_id, to=data.agent_id, version=data.version)
        return await _row(work, ticket)

    @put("/tickets/{ticket_id:uuid}/status", guards=[may("ticket.solve")])
    async def turn(
        self, ticket_id: FromPath[UUID], data: JSONBody[StatusForm], work: NamedDependency[Work]
    ) -> RowOut:
        """Put the ticket into another state."""
        ticket = await service.turn(
            work, ticket_id, status=data.status, version=data.version, seen=data.seen
        )
        return await _row_seen(work, ticket)

    @put("/tickets/{ticket_id:uuid}/priority", guards=[may("ticket.edit")])
    async def rank(
        self, ticket_id: FromPath[UUID], data: JSONBody[PriorityForm], work: NamedDependency[Work]
    ) -> RowOut:
        """Change how soon it is to be answered."""
        ticket = await service.rank(work, ticket_id, priority=data.priority, version=data.version)
        return await _row_seen(work, ticket)

    @put("/tickets/{ticket_id:uuid}/team", guards=[may("ticket.edit")])
    async def move(
        self, ticket_id: FromPath[UUID], data: JSONBody[TeamForm], work: NamedDependency[Work]
    ) -> RowOut | None:
        """Give the ticket to another team; None when the actor does not see it there."""
        ticket = await service.move(work, ticket_id, team=data.team, version=data.version)
        return await _row(work, ticket)

    @put("/tickets/{ticket_id:uuid}/tags", guards=[may("ticket.edit")])
    async def tag(
        self, ticket_id: FromPath[UUID], data: JSONBody[TagsForm], work: NamedDependency[Work]
    ) -> RowOut:
        """Set the ticket's tags."""
        ticket = await service.tag(work, ticket_id, tags=data.tags, version=data.version)
        return await _row_seen(work, ticket)

    @put("/tickets/{ticket_id:uuid}/subject", guards=[may("ticket.edit")])
    async def name(
        self, ticket_id: FromPath[UUID], data: JSONBody[SubjectForm], work: NamedDependency[Work]
    ) -> RowOut:
        """Give the ticket another subject."""
        ticket = await service.name(work, ticket_id, subject=data.subject, version=data.version)
        return await _row_seen(work, ticket)

    @get("/assignable", guards=[may("ticket.assign")])
    async def assignable(
        self, work: NamedDependency[Work], team: FromQuery[str | None] = None
    ) -> list[replies.Colleague]:
        """Whom a ticket of a team can be given to, those on duty first."""
        return await replies.colleagues(work, team)

    @post("/customers/{customer_id:uuid}/reveal", guards=[may("customer.reveal")], status_code=200)
    async def reveal(
        self, customer_id: FromPath[UUID], data: JSONBody[RevealForm], work: NamedDependency[Work]
    ) -> RevealedOut:
        """One masked fact in clear, for a reason that is written down."""
        found = await reveals.fact(
            work,
            customer_id,
            data.identity_id,
            why=data.why,
            words=data.words,
            ticket_id=data.ticket_id,
        )
        return RevealedOut(found.value, work.of(Settings)[OversightSettings].reveal_shown_s)


def _rows(work: Work, found: Page, size: int) -> RowsOut:
    sight = sight_of(work.actor)
    end = found.rows[-1] if len(found.rows) == size else None
    return RowsOut(
        rows=[RowOut.of(row, sight) for row in found.rows],
        next=write_place(Place(end.active_at, end.id)) if end else None,
        feed=str(found.since),
        first=[RowOut.of(row, sight) for row in found.first],
    )


ROUTES = [TicketController]
