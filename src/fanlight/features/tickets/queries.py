"""Every statement on single tickets, and the one place that says who may see which."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec.structs import asdict, replace

from fanlight.features.people.masks import Field, sight_of
from fanlight.features.tickets.errors import TicketMoved, TicketNotFound
from fanlight.features.tickets.models import Draft, InboxRow, Ticket
from fanlight.kernel.work import Actor, Work

_COLUMNS = """t.id, t.reference, t.customer_id, t.subject, t.team, t.status, t.priority,
    t.assignee_id, t.channel, t.language, t.tags, t.preview, t.preview_by, t.needs_answer,
    t.opened_at, t.active_at, t.answered_at, t.due_at, t.solved_at, t.follows_id, t.version,
    t.stamp"""
ROW = """t.id, t.reference, t.subject, t.status, t.priority, t.channel, t.team, t.assignee_id,
    t.customer_id, t.language, t.preview, t.preview_by, t.active_at, t.due_at, t.needs_answer,
    t.tags, t.version, t.stamp"""
# What a line says of the people it names.
NAMES = """a.public_name AS assignee_name, c.name AS customer_name,
    array(SELECT i.key FROM identities i
          WHERE %(hides_uids)s AND i.customer_id = c.id AND i.kind = 'exchange') AS accounts"""
# A customer sees their own tickets, the desk itself sees all.
VISIBLE = """(%(sees_all)s OR t.team = ANY(%(queues)s) OR t.assignee_id = %(actor_id)s
    OR t.customer_id = %(customer_id)s)"""


def visible_to(actor: Actor) -> Mapping[str, object]:
    """The parameters of ``VISIBLE``, and that of ``NAMES``: no statement has them without."""
    return {
        "sees_all": actor.may("ticket.see_all"),
        "queues": list(actor.queues) if actor.kind == "agent" else [],
        "actor_id": actor.id if actor.kind == "agent" else None,
        "customer_id": actor.id if actor.kind == "customer" else None,
        "hides_uids": Field.UID not in sight_of(actor).clear,
    }


GET = f"SELECT {_COLUMNS} FROM tickets t WHERE t.id = %(ticket_id)s AND {VISIBLE}"
LOCK = f"{GET} FOR UPDATE"
BY_REFERENCE = f"SELECT {_COLUMNS} FROM tickets t WHERE t.reference = %(reference)s AND {VISIBLE}"
# A team's name that stands no more leads to the one every desk has.
ADD = """
    INSERT INTO tickets (id, reference, customer_id, subject, team, status, priority, assignee_id,
        channel, language, tags, preview, preview_by, needs_answer, opened_at, active_at,
        answered_at, due_at, solved_at, follows_id, search)
    VALUES (%(id)s, %(reference)s, %(customer_id)s, %(subject)s,
        coalesce((SELECT key FROM teams WHERE key = %(team)s AND archived_at IS NULL), 'support'),
        %(status)s, %(priority)s, %(assignee_id)s, %(channel)s, %(language)s, %(tags)s,
        %(preview)s, %(preview_by)s, %(needs_answer)s, %(opened_at)s, %(active_at)s,
        %(answered_at)s, %(due_at)s, %(solved_at)s, %(follows_id)s,
        array_to_tsvector(%(words)s::text[]))
"""
SAVE = """
    UPDATE tickets
    SET subject = %(subject)s, team = %(team)s, status = %(status)s, priority = %(priority)s,
        assignee_id = %(assignee_id)s, tags = %(tags)s, needs_answer = %(needs_answer)s,
        due_at = %(due_at)s, solved_at = %(solved_at)s, version = version + 1, stamp = stamp + 1
    WHERE id = %(id)s AND version = %(version)s
"""
# What a message changes; it is no save, so nobody's edit is refused because of it.
TOUCH = """
    UPDATE tickets
    SET preview = %(preview)s, preview_by = %(preview_by)s, active_at = %(active_at)s,
        needs_answer = %(needs_answer)s, answered_at = %(answered_at)s, due_at = %(due_at)s,
        status = %(status)s, solved_at = %(solved_at)s, stamp = stamp + 1,
        search = CASE WHEN length(search) < 2000
            THEN search || array_to_tsvector(%(words)s::text[]) ELSE search END
    WHERE id = %(id)s
"""
FORGET_WORDS = """
    UPDATE tickets SET search = ts_delete(search, %(gone)s::text[]), subject = %(subject)s,
        preview = %(preview)s, stamp = stamp + 1
    WHERE id = %(id)s
"""
HASTEN = """
    UPDATE tickets SET priority = %(priority)s, due_at = %(due_at)s, stamp = stamp + 1
    WHERE id = %(id)s
"""
STAMP = "UPDATE tickets SET stamp = stamp + 1 WHERE id = %(id)s"
ROWS_OF = f"""
    SELECT {ROW}, {NAMES}
    FROM tickets t JOIN customers c ON c.id = t.customer_id
    LEFT JOIN agents a ON a.id = t.assignee_id
    WHERE t.id = ANY(%(ids)s) AND {VISIBLE}
"""
TEAM_STANDS = "SELECT EXISTS (SELECT 1 FROM teams WHERE key = %(team)s AND archived_at IS NULL)"
MAY_OWN = """
    SELECT EXISTS (
        SELECT 1 FROM agents a
        WHERE a.id = %(agent_id)s AND a.state = 'active' AND (
            EXISTS (SELECT 1 FROM team_members m
                    WHERE m.agent_id = a.id AND m.team_key = %(team)s)
            OR EXISTS (SELECT 1 FROM agent_roles r JOIN roles o ON o.key = r.role_key
                       WHERE r.agent_id = a.id AND 'ticket.see_all' = ANY(o.permissions))))
"""
COLLEAGUES = """
    SELECT a.id, a.public_name AS name, coalesce(p.state, 'off') AS presence,
        array(SELECT m.team_key FROM team_members m WHERE m.agent_id = a.id ORDER BY 1) AS teams
    FROM agents a LEFT JOIN presence p ON p.agent_id = a.id
    WHERE a.state = 'active' AND EXISTS (
        SELECT 1 FROM agent_roles r JOIN roles o ON o.key = r.role_key
        WHERE r.agent_id = a.id AND 'ticket.reply' = ANY(o.permissions)
          AND (%(team)s::text IS NULL OR 'ticket.see_all' = ANY(o.permissions) OR EXISTS (
              SELECT 1 FROM team_members m
              WHERE m.agent_id = a.id AND m.team_key = %(team)s)))
    ORDER BY coalesce(p.state, 'off') <> 'online', a.public_name, a.id
"""
OF_CUSTOMER = f"""
    SELECT {_COLUMNS} FROM tickets t
    WHERE t.id = %(ticket_id)s AND t.customer_id = %(wanted)s AND {VISIBLE}
"""
MOVE_TO_CUSTOMER = """
    UPDATE tickets SET customer_id = %(kept)s, stamp = stamp + 1 WHERE customer_id = %(merged)s
"""
MOVE_CONVERSATIONS = (
    "UPDATE conversations SET customer_id = %(kept)s WHERE customer_id = %(merged)s"
)

DRAFTS = """
    SELECT kind, conversation_id, text, updated_at FROM drafts
    WHERE agent_id = %(agent_id)s AND ticket_id = %(ticket_id)s ORDER BY kind
"""
KEEP_DRAFT = """
    INSERT INTO drafts (agent_id, ticket_id, kind, conversation_id, text, updated_at)
    VALUES (%(agent_id)s, %(ticket_id)s, %(kind)s, %(conversation_id)s, %(text)s, %(at)s)
    ON CONFLICT (agent_id, ticket_id, kind) DO UPDATE SET text = EXCLUDED.text,
        conversation_id = EXCLUDED.conversation_id, updated_at = EXCLUDED.updated_at
"""
DROP_DRAFT = """
    DELETE FROM drafts
    WHERE agent_id = %(agent_id)s AND ticket_id = %(ticket_id)s AND kind = %(kind)s
"""
IS_CITED = "SELECT EXISTS (SELECT FROM kb_citations c WHERE c.ticket_id = %(ticket_id)s)"
CITE = """
    INSERT INTO kb_citations (message_id, article_id, ticket_id, language, agent_id, cited_at)
    VALUES (%(message_id)s, %(article_id)s, %(ticket_id)s, %(language)s, %(agent_id)s, %(at)s)
    ON CONFLICT DO NOTHING
"""


async def get_ticket(work: Work, ticket_id: UUID) -> Ticket:
    """The ticket. Raises TicketNotFound, also for one the actor may not see."""
    return await _get(work, GET, ticket_id)


async def by_reference(work: Work, reference: str) -> Ticket | None:
    """The ticket of this reference, if the actor may see it."""
    return await work.one(Ticket, BY_REFERENCE, reference=reference, **visible_to(work.actor))


async def lock_ticket(work: Work, ticket_id: UUID) -> Ticket:
    """The ticket, held until the transaction ends. Hold its conversation first, if you need both:
    all do it in this order, so nobody waits in a circle.
    """
    return await _get(work, LOCK, ticket_id)


async def _get(work: Work, statement: str, ticket_id: UUID) -> Ticket:
    ticket = await work.one(Ticket, statement, ticket_id=ticket_id, **visible_to(work.actor))
    if ticket is None:
        raise TicketNotFound(ticket_id=ticket_id)
    return ticket


async def get_ticket_of(work: Work, ticket_id: UUID, customer_id: UUID) -> Ticket:
    """The ticket if it is this customer's. Raises TicketNotFound otherwise."""
    ticket = await work.one(
        Ticket, OF_CUSTOMER, ticket_id=ticket_id, wanted=customer_id, **visible_to(work.actor)
    )
    if ticket is None:
        raise TicketNotFound(ticket_id=ticket_id)
    return ticket


def add(work: Work, ticket: Ticket, words: Sequence[str]) -> None:
    """Store a fresh ticket, with its team if that stands, else with the one every desk has."""
    work.later(ADD, **_values(ticket), words=list(words))


async def save(work: Work, ticket: Ticket) -> Ticket:
    """Store a changed copy; TicketMoved when someone saved the ticket since it was read."""
    if await work.run(SAVE, **_values(ticket)) == 0:
        raise TicketMoved(reference=ticket.reference)
    return replace(ticket, version=ticket.version + 1, stamp=ticket.stamp + 1)


def touch(work: Work, ticket: Ticket, words: Sequence[str] = ()) -> None:
    """Store what a message changed; the caller holds the ticket's lock."""
    work.later(TOUCH, **_values(ticket), words=list(words))


async def inbox_rows(work: Work, ids: Sequence[UUID]) -> list[InboxRow]:
    """The inbox lines of these tickets, of those the actor may see, in no order."""
    if not ids:
        return []
    return await work.rows(InboxRow, ROWS_OF, ids=list(ids), **visible_to(work.actor))


async def drafts(work: Work, ticket_id: UUID) -> list[Draft]:
    """What this agent has begun to write here."""
    return await work.rows(Draft, DRAFTS, agent_id=work.actor.id, ticket_id=ticket_id)


def _values(ticket: Ticket) -> dict[str, object]:
    return {**asdict(ticket), "tags": list(ticket.tags)}
