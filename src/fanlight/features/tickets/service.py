"""What agents do with a ticket's own fields: own, turn, rank, move, name, tag."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Message, Speaker
from fanlight.features.conversations.signals import Turned, tell
from fanlight.features.people.permissions import needs
from fanlight.features.tickets import queries
from fanlight.features.tickets.errors import (
    BadTag,
    NewerMessages,
    NotAssignable,
    UnknownTeam,
)
from fanlight.features.tickets.events import TicketAssigned, TicketReopened, TicketSolved
from fanlight.features.tickets.models import Priority, Status, Ticket
from fanlight.features.tickets.opening import LONGEST_SUBJECT, able
from fanlight.features.tickets.promises import promised_at
from fanlight.features.tickets.settings import PromiseSettings
from fanlight.kernel.errors import Malformed
from fanlight.kernel.secrets import redact, scan
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Work

MOST_TAGS = 20
LONGEST_TAG = 40


async def assign(work: Work, ticket_id: UUID, *, to: UUID | None, version: int) -> Ticket:
    """Hand the ticket to an agent, or to nobody; to its present owner: nothing changes.

    Raises:
        TicketNotFound: there is none, or the actor may not see it.
        TicketAlreadySolved: a solved ticket keeps its last owner.
        NotAssignable: that agent would not see it, or is not active.
        TicketMoved: someone else saved it since the actor's screen was drawn.
    """
    needs(work.actor, "ticket.assign")
    ticket = await queries.lock_ticket(work, ticket_id)
    if ticket.assignee_id == to:
        return ticket
    changed = replace(ticket.assigned_to(to), version=version)
    if to is not None and not await work.one(bool, queries.MAY_OWN, agent_id=to, team=ticket.team):
        raise NotAssignable
    saved = await queries.save(work, changed)
    name = (await queries.inbox_rows(work.acting_as(SYSTEM), [saved.id]))[0].assignee_name
    await _record(work, saved, "assigned", to=to, name=name, before=ticket.assignee_id)
    work.publish(TicketAssigned(ticket_id=saved.id, agent_id=to, assigned_by=work.actor.id))
    await _tell_customer(work, saved)
    return saved


async def turn(
    work: Work, ticket_id: UUID, *, status: Status, version: int, seen: dict[UUID, int]
) -> Ticket:
    """Put the ticket into another state. Closing it needs that the actor has read everything.

    Raises:
        NewerMessages: the customer wrote since; nothing changed.
    """
    needs(work.actor, "ticket.solve")
    ticket = await queries.lock_ticket(work, ticket_id)
    if ticket.status is status:
        return ticket
    if status in {Status.SOLVED, Status.WAITING}:
        await refuse_if_newer(work, ticket_id, seen)
    changed = ticket.turned(status, work.now())
    if status is Status.OPEN and ticket.needs_answer:
        changed = replace(changed, due_at=_due(work, changed))
    saved = await queries.save(work, replace(changed, version=version))
    await _record(work, saved, "status", to=status, before=ticket.status)
    if status is Status.SOLVED:
        work.publish(TicketSolved(ticket_id=saved.id, solved_at=work.now()))
    elif not ticket.status.is_live:
        work.publish(TicketReopened(ticket_id=saved.id, reopened_at=work.now()))
    await _tell_customer(work, saved)
    return saved


async def rank(work: Work, ticket_id: UUID, *, priority: Priority, version: int) -> Ticket:
    """Change how soon; a promise that runs is counted anew from now, never made later."""
    needs(work.actor, "ticket.edit")
    ticket = await queries.lock_ticket(work, ticket_id)
    if ticket.priority is priority:
        return ticket
    changed = replace(ticket, priority=priority)
    if ticket.due_at is not None:
        changed = replace(changed, due_at=min(ticket.due_at, _due(work, changed)))
    saved = await queries.save(work, replace(changed, version=version))
    await _record(work, saved, "priority", to=int(priority), before=int(ticket.priority))
    return saved


async def alarm(
    work: Work, ticket_id: UUID, *, team: str, due_at: datetime, tags: Sequence[str]
) -> Ticket:
    """Put a ticket first: priority 0, in this team's queue, promised for this moment.

    Whoever has it keeps it, also when they are not of that team: they are talking to the customer.
    An agent who raises it and finds it with nobody has it from now on, for the same reason.
    """
    ticket = await queries.lock_ticket(work, ticket_id)
    if not await work.one(bool, queries.TEAM_STANDS, team=team):
        team = ticket.team
    live = ticket if ticket.status.is_live else ticket.turned(Status.OPEN, work.now())
    changed = replace(
        live,
        priority=Priority.URGENT,
        team=team,
        assignee_id=ticket.assignee_id or (work.actor.id if work.actor.kind == "agent" else None),
        status=Status.OPEN,
        needs_answer=True,
        due_at=due_at if live.due_at is None else min(due_at, live.due_at),
        tags=tuple(dict.fromkeys([*ticket.tags, *tags])),
    )
    saved = await queries.save(work, changed)
    work.signal("feed.console")
    return saved


async def promise_anew(work: Work, ticket_id: UUID, *, due_at: datetime) -> Ticket:
    """Another promised time for a ticket that nobody has answered yet."""
    ticket = await queries.lock_ticket(work, ticket_id)
    saved = await queries.save(work, replace(ticket, due_at=due_at))
    work.signal("feed.console")
    return saved


async def hasten(work: Work, ticket_id: UUID, *, priority: Priority) -> bool:
    """Rank a live ticket sooner, as the desk itself; whether it was. Never later than it stood.

    It is no save: nobody who has the ticket open is refused because of it.
    """
    ticket = await queries.lock_ticket(work, ticket_id)
    if priority >= ticket.priority or not ticket.status.is_live:
        return False
    changed = replace(ticket, priority=priority)
    due_at = ticket.due_at and min(ticket.due_at, _due(work, changed))
    work.later(queries.HASTEN, id=ticket.id, priority=int(priority), due_at=due_at)
    await _record(work, ticket, "priority", to=int(priority), before=int(ticket.priority))
    return True


async def move(work: Work, ticket_id: UUID, *, team: str, version: int) -> Ticket:
    """Give the ticket to another team; an owner who is not in it loses it."""
    needs(work.actor, "ticket.edit")
    ticket = await queries.lock_ticket(work, ticket_id)
    if ticket.team == team:
        return ticket
    if not await work.one(bool, queries.TEAM_STANDS, team=team):
        raise UnknownTeam(team=team)
    owner = ticket.assignee_id
    if owner is not None and not await work.one(bool, queries.MAY_OWN, agent_id=owner, team=team):
        owner = None
    changed = replace(ticket, team=team, assignee_id=owner, version=version)
    saved = await queries.save(work, changed)
    await _record(work, saved, "team", to=team, before=ticket.team)
    return saved


async def tag(work: Work, ticket_id: UUID, *, tags: Sequence[str], version: int) -> Ticket:
    """Set the ticket's tags: lower case, each once, in the order given."""
    needs(work.actor, "ticket.edit")
    clean = tuple(dict.fromkeys(each.strip().lower() for each in tags))
    if len(clean) > MOST_TAGS or any(not t or len(t) > LONGEST_TAG or scan(t) for t in clean):
        raise BadTag
    if scan(" ".join(clean)):  # a phrase told word by word
        raise BadTag
    ticket = await queries.lock_ticket(work, ticket_id)
    if ticket.tags == clean:
        return ticket
    saved = await queries.save(work, replace(ticket, tags=clean, version=version))
    await _record(work, saved, "tags", to=list(clean), before=list(ticket.tags))
    return saved


async def name(work: Work, ticket_id: UUID, *, subject: str, version: int) -> Ticket:
    """Give the ticket another subject."""
    needs(work.actor, "ticket.edit")
    clean = redact(" ".join(subject.split())).text
    if not clean or len(clean) > LONGEST_SUBJECT:
        raise Malformed(where="subject")
    ticket = await queries.lock_ticket(work, ticket_id)
    if ticket.subject == clean:
        return ticket
    saved = await queries.save(work, replace(ticket, subject=clean, version=version))
    await _record(work, saved, "subject", to=clean, before=ticket.subject)
    return saved


async def refuse_if_newer(work: Work, ticket_id: UUID, seen: dict[UUID, int]) -> None:
    """Raises NewerMessages when the customer, or a colleague, has said what the actor has not seen.

    So two agents who answer at the same moment are one answer and one refusal.
    """
    newer = await conversations.newer(work, ticket_id, seen, reader_id=work.actor.id)
    if newer:
        raise NewerMessages(message_ids=[str(message.id) for message in newer])


async def timeline(
    work: Work,
    ticket_id: UUID,
    *,
    below: conversations.Place = conversations.NEWEST,
    limit: int = 100,
) -> list[Message]:
    """A page of the ticket's timeline, the newest first."""
    ticket = await queries.get_ticket(work, ticket_id)
    return await conversations.timeline(work, ticket.id, below=below, limit=limit)


async def message_of(work: Work, message_id: UUID) -> tuple[Ticket, Message]:
    """A message and its ticket. Raises TicketNotFound when the actor may not see it."""
    message = await conversations.get_message(work, message_id)
    return await queries.get_ticket(work, message.ticket_id), message


def speaker(work: Work) -> Author:
    """The actor as the author of a message."""
    kinds = {"agent": Speaker.AGENT, "customer": Speaker.CUSTOMER}
    return Author(
        kind=kinds.get(work.actor.kind, Speaker.SYSTEM), id=work.actor.id, name=work.actor.name
    )


def _due(work: Work, ticket: Ticket) -> datetime:
    found = able(work, ticket.channel, "")
    is_live = found is not None and found.is_ours and found.has_typing_out
    settings = work.of(Settings)[PromiseSettings]
    return promised_at(settings, ticket.priority, is_live=is_live, now=work.now())


async def _record(work: Work, ticket: Ticket, code: str, **params: object) -> None:
    """One grey line, and everyone's list brought up to date."""
    shown = {key: str(value) if isinstance(value, UUID) else value for key, value in params.items()}
    await talk.record_activity(work, ticket.id, speaker(work), code, **shown)
    work.signal("feed.console")


async def _tell_customer(work: Work, ticket: Ticket) -> None:
    for conversation in await conversations.of_ticket(work, ticket.id):
        tell(work, ticket.id, conversation.id, Turned())
