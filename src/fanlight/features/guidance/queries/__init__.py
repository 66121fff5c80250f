"""What the guide reads of the desk: who is there, who waits, how long it took lately."""

from datetime import datetime
from uuid import UUID

from fanlight.kernel.work import Work

_MOST = 50  # rows looked at: more change no figure that people are told

IS_STAFFED = "SELECT EXISTS (SELECT 1 FROM presence p WHERE p.state = 'online')"
# Of those that were touched lately alone: who was left alone for days waits in no line.
_WAITS = """t.channel = 'chat.web' AND t.status = 'open' AND t.needs_answer
          AND t.answered_at IS NULL AND t.active_at > %(since)s"""
WAITING = f"""
    SELECT count(*) FROM (SELECT 1 FROM tickets t WHERE {_WAITS} LIMIT %(most)s) w
"""
# What is more urgent goes first, then who came first.
WAITING_BEFORE = f"""
    SELECT (SELECT count(*) FROM (
        SELECT 1 FROM tickets t
        WHERE {_WAITS} AND (t.priority, t.opened_at, t.id) < (o.priority, o.opened_at, o.id)
        LIMIT %(most)s) w)
    FROM tickets o
    WHERE o.id = %(ticket_id)s AND o.status = 'open' AND o.needs_answer AND o.answered_at IS NULL
"""
FIRST_ANSWERS = """
    SELECT extract(epoch FROM w.answered_at - w.opened_at)::float8 FROM (
        (SELECT t.answered_at, t.opened_at FROM tickets t
         WHERE t.channel = 'chat.web' AND t.status = ANY ('{open,waiting}'::text[])
           AND t.active_at > %(since)s AND t.opened_at > %(since)s AND t.answered_at IS NOT NULL
         ORDER BY t.active_at DESC LIMIT %(most)s)
        UNION ALL
        (SELECT t.answered_at, t.opened_at FROM tickets t
         WHERE t.channel = 'chat.web' AND t.status = 'solved'
           AND t.active_at > %(since)s AND t.opened_at > %(since)s AND t.answered_at IS NOT NULL
         ORDER BY t.active_at DESC LIMIT %(most)s)) w
"""


async def is_staffed(work: Work) -> bool:
    """Whether somebody is on duty."""
    return await work.one(bool, IS_STAFFED) or False


async def waiting(work: Work, *, since: datetime) -> int:
    """How many wait in the chat for their first answer; counted to fifty."""
    return await work.one(int, WAITING, since=since, most=_MOST) or 0


async def waiting_before(work: Work, ticket_id: UUID, *, since: datetime) -> int | None:
    """How many of them come before this one; None: it does not wait for its first answer."""
    return await work.one(int, WAITING_BEFORE, ticket_id=ticket_id, since=since, most=_MOST)


async def first_answers(work: Work, *, since: datetime) -> list[float]:
    """How long lately begun chats waited for a person, in seconds."""
    return await work.rows(float, FIRST_ANSWERS, since=since, most=_MOST)
