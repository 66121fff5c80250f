"""Rules as the desk keeps them, what was understood of tickets, and what people corrected."""

from datetime import datetime
from uuid import UUID

import msgspec

from fanlight.features.guidance.models import (
    Category,
    Complexity,
    Reason,
    Sensitivity,
    Triage,
    Urgency,
)
from fanlight.kernel.work import Work

_TRIAGE = """g.ticket_id, g.category, g.category_by, g.urgency, g.complexity, g.sensitivity,
    g.confidence, g.reasons, g.triaged_at"""

PRESENT_RULES = """
    SELECT r.number, r.text, r.saved_by, r.saved_at FROM guide_rules r
    ORDER BY r.number DESC LIMIT 1
"""
RULES_NUMBER = "SELECT coalesce(max(number), 0) FROM guide_rules"
KEEP_RULES = """
    INSERT INTO guide_rules (text, saved_by, saved_at)
    VALUES (%(text)s, %(by)s, %(at)s) RETURNING number
"""
TRIAGE_OF = f"SELECT {_TRIAGE} FROM ticket_triage g WHERE g.ticket_id = %(ticket_id)s"
# What a person said about the category stays; the guide reads a ticket once.
TRIAGED = """
    INSERT INTO ticket_triage AS g (ticket_id, category, category_by, urgency, complexity,
        sensitivity, confidence, reasons, triaged_at)
    VALUES (%(ticket_id)s, %(category)s, 'guide', %(urgency)s, %(complexity)s, %(sensitivity)s,
        %(confidence)s, %(reasons)s, %(at)s)
    ON CONFLICT (ticket_id) DO UPDATE SET urgency = EXCLUDED.urgency,
        complexity = EXCLUDED.complexity, sensitivity = EXCLUDED.sensitivity,
        confidence = EXCLUDED.confidence, reasons = EXCLUDED.reasons,
        triaged_at = EXCLUDED.triaged_at
    WHERE g.triaged_at IS NULL
"""
CATEGORISED = """
    INSERT INTO ticket_triage (ticket_id, category, category_by, labelled_at)
    VALUES (%(ticket_id)s, %(category)s, %(by)s, %(at)s)
    ON CONFLICT (ticket_id) DO UPDATE SET category = EXCLUDED.category,
        category_by = EXCLUDED.category_by, labelled_at = EXCLUDED.labelled_at
"""
RAISED = """
    UPDATE ticket_triage SET urgency = %(urgency)s, reasons = %(reasons)s
    WHERE ticket_id = %(ticket_id)s
"""
# The first words of a ticket are what its category is about.
LABELS = """
    SELECT f.text, g.category, t.priority
    FROM ticket_triage g JOIN tickets t ON t.id = g.ticket_id
    JOIN LATERAL (
        SELECT coalesce(m.visible_text, m.text) AS text FROM messages m
        WHERE m.ticket_id = g.ticket_id AND m.kind = 'inbound' AND NOT m.is_deleted
        ORDER BY m.occurred_at, m.id LIMIT 1) f ON true
    WHERE g.category_by = 'agent' AND t.status <> 'spam'
    ORDER BY g.labelled_at DESC, g.ticket_id LIMIT %(limit)s
"""
UNREAD = """
    SELECT t.id AS ticket_id, f.text
    FROM tickets t LEFT JOIN ticket_triage g ON g.ticket_id = t.id
    JOIN LATERAL (
        SELECT coalesce(m.visible_text, m.text) AS text FROM messages m
        WHERE m.ticket_id = t.id AND m.kind = 'inbound' AND NOT m.is_deleted
        ORDER BY m.occurred_at, m.id LIMIT 1) f ON true
    WHERE t.status = ANY ('{open,waiting}'::text[]) AND g.triaged_at IS NULL
    ORDER BY t.active_at DESC, t.id DESC LIMIT %(limit)s
"""
TAKEN = """
    SELECT c.text, c.category, c.urgency FROM guide_corrections c
    WHERE c.state = 'taken' ORDER BY c.said_at DESC, c.id LIMIT %(limit)s
"""
CORRECTED = """
    INSERT INTO guide_corrections (id, text, guessed, category, urgency, said_at)
    VALUES (%(id)s, %(text)s, %(guessed)s, %(category)s, %(urgency)s, %(at)s)
"""
WAITING = """
    SELECT c.id, c.text, c.guessed, c.category, c.said_at FROM guide_corrections c
    WHERE c.state = 'waits' ORDER BY c.said_at DESC, c.id DESC LIMIT %(limit)s
"""
DECIDE = """
    UPDATE guide_corrections SET state = %(state)s, decided_by = %(by)s
    WHERE id = %(id)s AND state = 'waits'
"""
FORGET = "DELETE FROM guide_corrections WHERE state <> 'taken' AND said_at < %(before)s"


class KeptRules(msgspec.Struct, frozen=True, kw_only=True):
    """The file of rules as it was last saved."""

    number: int
    text: str
    saved_by: UUID
    saved_at: datetime


class TicketTriage(msgspec.Struct, frozen=True, kw_only=True):
    """What was understood of a ticket; without a time the guide has not read it yet."""

    ticket_id: UUID
    category: Category
    category_by: str  # guide, customer, agent
    urgency: Urgency | None
    complexity: Complexity | None
    sensitivity: Sensitivity | None
    confidence: float | None
    reasons: list[Reason]
    triaged_at: datetime | None


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket's first words, and what a person of ours said they are about."""

    text: str
    category: Category
    priority: int


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that the guide has not read, and how it began."""

    ticket_id: UUID
    text: str


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A customer said that we had read them wrongly."""

    id: UUID
    text: str
    guessed: str
    category: str
    said_at: datetime


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A correction that a person of ours found right."""

    text: str
    category: str
    urgency: str


async def present_rules(work: Work) -> KeptRules | None:
    """The rules that were saved last; None where nobody has changed those that came along."""
    return await work.one(KeptRules, PRESENT_RULES)


async def rules_number(work: Work) -> int:
    """The number of those; 0 for the rules that came along."""
    return await work.one(int, RULES_NUMBER) or 0


async def triage_of(work: Work, ticket_id: UUID) -> TicketTriage | None:
    """For whoever has read the ticket through its own door: this one asks nobody who they are."""
    return await work.one(TicketTriage, TRIAGE_OF, ticket_id=ticket_id)


async def note_triage(work: Work, ticket_id: UUID, found: Triage) -> bool:
    """Keep what the guide understood; False when it had read this ticket before."""
    return await work.run(TRIAGED, **_values(work, ticket_id, found)) == 1


def note_fresh(work: Work, ticket_id: UUID, found: Triage) -> None:
    """The same for a ticket that was opened here, so nobody can have read it."""
    work.later(TRIAGED, **_values(work, ticket_id, found))


def _values(work: Work, ticket_id: UUID, found: Triage) -> dict[str, object]:
    return {
        "ticket_id": ticket_id,
        "category": found.category,
        "urgency": found.urgency,
        "complexity": found.complexity,
        "sensitivity": found.sensitivity,
        "confidence": found.confidence,
        "reasons": msgspec.json.encode(found.reasons).decode(),
        "at": work.now(),
    }


async def note_category(work: Work, ticket_id: UUID, category: Category, *, by: str) -> None:
    """Keep what a person says it is about."""
    await work.run(CATEGORISED, ticket_id=ticket_id, category=category, by=by, at=work.now())


async def waiting_corrections(work: Work, *, limit: int) -> list[Correction]:
    """What nobody has decided about yet, the latest first."""
    return await work.rows(Correction, WAITING, limit=limit)
