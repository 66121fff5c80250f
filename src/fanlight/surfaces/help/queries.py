"""Which cases a customer who is signed in on the help site may see, and the statements for it."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.people.queries.visits import Visit
from fanlight.features.people.service import visits
from fanlight.kernel.work import Work

A_PAGE = 50
_BY_MAIL = ["email", "web.form"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket in the list, and what its page is opened for: one thread, or its customer."""

    id: UUID
    for_id: UUID
    reference: str
    subject: str
    language: str
    status: str
    due_at: datetime | None
    needs_answer: bool
    active_at: datetime
    last_words: str | None


_LAST: LiteralString = """
    LEFT JOIN LATERAL (
        SELECT coalesce(m.visible_text, m.text) AS text FROM messages m
        WHERE m.conversation_id = c.id AND m.kind IN ('inbound', 'outbound') AND NOT m.is_deleted
        ORDER BY m.seq DESC
        LIMIT 1
    ) l ON true
"""
_CASE: LiteralString = """
    t.id, t.reference, t.subject, t.language, t.status, t.due_at, t.needs_answer, t.active_at,
    left(l.text, 400) AS last_words
"""
_NAMES: LiteralString = """
    id, for_id, reference, subject, language, status, due_at, needs_answer, active_at, last_words
"""
# An exchange's word stands for the customer, whichever channel they came by; control of a mailbox
# for the threads of that mailbox alone, also where their customer has an account.
OF_CUSTOMER: LiteralString = f"""
    SELECT {_NAMES} FROM (
        SELECT DISTINCT ON (t.id) c.customer_id AS for_id, {_CASE}
        FROM identities i
        JOIN conversations c ON c.customer_id = i.customer_id
        JOIN tickets t ON t.id = c.ticket_id {_LAST}
        WHERE i.kind = 'exchange' AND i.key = %(key)s
        ORDER BY t.id, c.created_at DESC
    ) mine
    WHERE (active_at, id) < (%(active_at)s, %(id)s)
    ORDER BY active_at DESC, id DESC LIMIT %(limit)s
"""
OF_MAILBOX: LiteralString = f"""
    SELECT {_NAMES} FROM (
        SELECT DISTINCT ON (t.id) c.id AS for_id, {_CASE}
        FROM identities i
        JOIN conversations c ON c.customer_id = i.customer_id
        JOIN tickets t ON t.id = c.ticket_id {_LAST}
        WHERE i.kind = 'email' AND i.key = %(key)s
            AND c.channel = ANY(%(channels)s) AND lower(c.recipient) = %(key)s
        ORDER BY t.id, c.created_at DESC
    ) mine
    WHERE (active_at, id) < (%(active_at)s, %(id)s)
    ORDER BY active_at DESC, id DESC LIMIT %(limit)s
"""


async def cases_of(work: Work, visit: Visit, *, before: datetime, below: UUID) -> list[Case]:
    """A page of what this identity may see, the latest first."""
    place = {"active_at": before, "id": below, "limit": A_PAGE}
    if visit.kind == visits.EXCHANGE:
        return await work.rows(Case, OF_CUSTOMER, key=visit.key, **place)
    return await work.rows(Case, OF_MAILBOX, key=visit.key, channels=_BY_MAIL, **place)
