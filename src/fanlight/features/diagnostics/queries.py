"""Statements on results of checks, and the one place that says who may see one."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.diagnostics.errors import DiagnosisNotFound
from fanlight.features.diagnostics.models import Diagnosis, Finding, Named
from fanlight.kernel.work import Work

_COLUMNS: LiteralString = """d.id, d.symptom, d.uid, d.named::text AS named,
    d.finding::text AS finding, d.made_at, d.took_ms, d.made_by, d.expires_at, d.ticket_id"""
ADD: LiteralString = """
    INSERT INTO diagnoses (id, symptom, uid, code, verdict, named, finding, made_at, took_ms,
        made_by, expires_at, ticket_id)
    VALUES (%(id)s, %(symptom)s, %(uid)s, %(code)s, %(verdict)s, %(named)s::jsonb,
        %(finding)s::jsonb, %(made_at)s, %(took_ms)s, %(made_by)s, %(expires_at)s, %(ticket_id)s)
"""
# Nobody's: made of open facts, for whoever has its address. Somebody's: theirs alone.
FOR_CUSTOMER: LiteralString = f"""
    SELECT {_COLUMNS} FROM diagnoses d
    WHERE d.id = %(id)s AND (d.expires_at > %(now)s OR d.ticket_id IS NOT NULL)
      AND (d.uid IS NULL OR d.uid = %(uid)s)
"""
# Through its ticket, which the caller has got through the ticket's own door.
OF_TICKET: LiteralString = f"""
    SELECT {_COLUMNS} FROM diagnoses d
    WHERE d.ticket_id = %(ticket_id)s
    ORDER BY d.made_at DESC, d.id DESC LIMIT %(limit)s
"""
ATTACH: LiteralString = """
    UPDATE diagnoses SET ticket_id = %(ticket_id)s
    WHERE id = %(id)s AND ticket_id IS NULL AND (uid IS NULL OR uid = %(uid)s)
"""
RENEW: LiteralString = """
    UPDATE diagnoses SET code = %(code)s, verdict = %(verdict)s, finding = %(finding)s::jsonb,
        made_at = %(made_at)s, took_ms = %(took_ms)s
    WHERE id = %(id)s AND made_at < %(made_at)s
"""
TIDY: LiteralString = "DELETE FROM diagnoses WHERE expires_at < %(now)s AND ticket_id IS NULL"
# The account that is bound to the ticket's customer: one customer has at most one, and an
# identity of this kind is made by a signed session alone.
UID_OF_TICKET: LiteralString = """
    SELECT i.key FROM tickets t JOIN identities i ON i.customer_id = t.customer_id
    WHERE t.id = %(ticket_id)s AND i.kind = 'exchange'
    ORDER BY i.created_at LIMIT 1
"""


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    symptom: str
    uid: str | None
    named: str  # JSON
    finding: str  # JSON
    made_at: datetime
    took_ms: int
    made_by: str
    expires_at: datetime
    ticket_id: UUID | None

    def whole(self) -> Diagnosis:
        return Diagnosis(
            id=self.id,
            symptom=self.symptom,
            uid=self.uid,
            named=msgspec.json.decode(self.named, type=Named),
            finding=msgspec.json.decode(self.finding, type=Finding),
            made_at=self.made_at,
            took_ms=self.took_ms,
            made_by=self.made_by,
            expires_at=self.expires_at,
            ticket_id=self.ticket_id,
        )


async def add(work: Work, diagnosis: Diagnosis) -> None:
    await work.run(
        ADD,
        id=diagnosis.id,
        symptom=diagnosis.symptom,
        uid=diagnosis.uid,
        code=diagnosis.finding.code,
        verdict=diagnosis.finding.verdict.value,
        named=msgspec.json.encode(diagnosis.named).decode(),
        finding=msgspec.json.encode(diagnosis.finding).decode(),
        made_at=diagnosis.made_at,
        took_ms=diagnosis.took_ms,
        made_by=diagnosis.made_by,
        expires_at=diagnosis.expires_at,
        ticket_id=diagnosis.ticket_id,
    )


async def renew(work: Work, diagnosis: Diagnosis) -> None:
    """Put a later look in the place of an earlier one; its address stays."""
    await work.run(
        RENEW,
        id=diagnosis.id,
        code=diagnosis.finding.code,
        verdict=diagnosis.finding.verdict.value,
        finding=msgspec.json.encode(diagnosis.finding).decode(),
        made_at=diagnosis.made_at,
        took_ms=diagnosis.took_ms,
    )


async def for_customer(work: Work, diagnosis_id: UUID, uid: str | None) -> Diagnosis:
    """A result for whoever asks, ``uid`` being the account they have proven, if any.

    Raises:
        DiagnosisNotFound: there is none, it has run out, or it is another's.
    """
    found = await work.one(_Stored, FOR_CUSTOMER, id=diagnosis_id, uid=uid, now=work.now())
    if found is None:
        raise DiagnosisNotFound
    return found.whole()


async def of_ticket(work: Work, ticket_id: UUID, *, limit: int = 20) -> Sequence[Diagnosis]:
    """What was found on a ticket, the newest first. The caller has shown that it may see it."""
    found = await work.rows(_Stored, OF_TICKET, ticket_id=ticket_id, limit=limit)
    return [each.whole() for each in found]


async def attach(work: Work, diagnosis_id: UUID, ticket_id: UUID, *, uid: str | None) -> bool:
    """Put a result to a ticket; it is kept as long as that one. False: it is another's, or is
    attached already."""
    return await work.run(ATTACH, id=diagnosis_id, ticket_id=ticket_id, uid=uid) == 1


async def uid_of_ticket(work: Work, ticket_id: UUID) -> str | None:
    return await work.one(str, UID_OF_TICKET, ticket_id=ticket_id)


async def tidy(work: Work) -> None:
    await work.run(TIDY, now=work.now())
