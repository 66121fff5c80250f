"""Which cases a customer who is signed in on the help site may see, and the statements for it."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.conversations.marks import BY_MAIL
from fanlight.features.people.queries.visits import Visit
from fanlight.features.people.service import visits
from fanlight.kernel.work import Work

A_PAGE = 50


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
    solved_at: datetime | None
    channel: str
    owner: str | None
    """The public name of who has it."""


class CaseCounts(msgspec.Struct, frozen=True):
    """How many stand under each tab; one customer's are few."""

    going_on: int = 0
    solved: int = 0


_CASE: LiteralString = """
    t.id, t.reference, t.subject, t.language, t.status, t.due_at, t.needs_answer, t.active_at,
    t.solved_at, t.channel, a.public_name AS owner
"""
_FROM: LiteralString = """
    FROM identities i
    JOIN conversations c ON c.customer_id = i.customer_id
    JOIN tickets t ON t.id = c.ticket_id
    LEFT JOIN agents a ON a.id = t.assignee_id
"""
# An exchange's word stands for the customer, whichever channel they came by; control of a mailbox
# for the threads of that mailbox alone, also where their customer has an account.
_OF_CUSTOMER: LiteralString = f"""
    SELECT DISTINCT ON (t.id) c.customer_id AS for_id, {_CASE} {_FROM}
    WHERE i.kind = 'exchange' AND i.key = %(key)s AND t.status <> 'spam'
    ORDER BY t.id, c.created_at DESC
"""
_OF_MAILBOX: LiteralString = f"""
    SELECT DISTINCT ON (t.id) c.id AS for_id, {_CASE} {_FROM}
    WHERE i.kind = 'email' AND i.key = %(key)s AND t.status <> 'spam'
        AND c.channel = ANY(%(channels)s) AND lower(c.recipient) = %(key)s
    ORDER BY t.id, c.created_at DESC
"""
_PAGE: LiteralString = """
    WHERE (status = 'solved') = %(is_solved)s AND (active_at, id) < (%(active_at)s, %(id)s)
    ORDER BY active_at DESC, id DESC LIMIT %(limit)s
"""
_COUNTS: LiteralString = """
    SELECT count(*) FILTER (WHERE status <> 'solved') AS going_on,
        count(*) FILTER (WHERE status = 'solved') AS solved
"""
OF_CUSTOMER: LiteralString = f"SELECT * FROM ({_OF_CUSTOMER}) mine {_PAGE}"
OF_MAILBOX: LiteralString = f"SELECT * FROM ({_OF_MAILBOX}) mine {_PAGE}"
ONE_OF_CUSTOMER: LiteralString = f"SELECT * FROM ({_OF_CUSTOMER}) mine WHERE id = %(id)s"
ONE_OF_MAILBOX: LiteralString = f"SELECT * FROM ({_OF_MAILBOX}) mine WHERE id = %(id)s"
COUNTS_OF_CUSTOMER: LiteralString = f"{_COUNTS} FROM ({_OF_CUSTOMER}) mine"
COUNTS_OF_MAILBOX: LiteralString = f"{_COUNTS} FROM ({_OF_MAILBOX}) mine"


async def cases_of(
    work: Work, visit: Visit, *, is_solved: bool, before: datetime, below: UUID
) -> list[Case]:
    """A page of what this identity may see, the latest first."""
    place = {"active_at": before, "id": below, "limit": A_PAGE, "is_solved": is_solved}
    if visit.kind == visits.EXCHANGE:
        return await work.rows(Case, OF_CUSTOMER, key=visit.key, **place)
    return await work.rows(Case, OF_MAILBOX, key=visit.key, channels=BY_MAIL, **place)


async def case_of(work: Work, visit: Visit, case_id: UUID) -> Case | None:
    """One of them; None when it is not theirs."""
    if visit.kind == visits.EXCHANGE:
        return await work.one(Case, ONE_OF_CUSTOMER, key=visit.key, id=case_id)
    return await work.one(Case, ONE_OF_MAILBOX, key=visit.key, channels=BY_MAIL, id=case_id)


async def counts_of(work: Work, visit: Visit) -> CaseCounts:
    """How many cases stand under each tab."""
    if visit.kind == visits.EXCHANGE:
        found = await work.one(CaseCounts, COUNTS_OF_CUSTOMER, key=visit.key)
    else:
        found = await work.one(CaseCounts, COUNTS_OF_MAILBOX, key=visit.key, channels=BY_MAIL)
    return found or CaseCounts()
