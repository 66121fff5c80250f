"""Statements on the codes that customers see in genuine mails; nothing here is shown to agents."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.kernel.work import Work

GET: LiteralString = """
    SELECT customer_id, sealed, set_at, suspected_at, pending, challenge_id, visit, pending_until
    FROM phishing_codes WHERE customer_id = %(customer_id)s
"""
HOLD: LiteralString = """
    INSERT INTO phishing_codes (customer_id, pending, challenge_id, visit, pending_until)
    VALUES (%(customer_id)s, %(pending)s, %(challenge_id)s, %(visit)s, %(until)s)
    ON CONFLICT (customer_id) DO UPDATE SET pending = excluded.pending,
        challenge_id = excluded.challenge_id, visit = excluded.visit,
        pending_until = excluded.pending_until
"""
SET: LiteralString = """
    UPDATE phishing_codes SET sealed = %(sealed)s, set_at = %(now)s, suspected_at = NULL,
        pending = NULL, challenge_id = NULL, visit = NULL, pending_until = NULL
    WHERE customer_id = %(customer_id)s AND challenge_id = %(challenge_id)s
"""
DROP_PENDING: LiteralString = """
    UPDATE phishing_codes SET pending = NULL, challenge_id = NULL, visit = NULL,
        pending_until = NULL
    WHERE customer_id = %(customer_id)s
"""
SUSPECT: LiteralString = """
    UPDATE phishing_codes SET suspected_at = %(now)s
    WHERE customer_id = %(customer_id)s AND sealed IS NOT NULL
"""
# Only where the account's own customer was proven to read this very mailbox.
FOR_MAILBOX: LiteralString = """
    SELECT c.customer_id, c.sealed, c.set_at, c.suspected_at, NULL::bytea AS pending,
        NULL::text AS challenge_id, NULL::bytea AS visit, NULL::timestamptz AS pending_until
    FROM phishing_codes c
    WHERE c.customer_id = %(customer_id)s AND c.sealed IS NOT NULL AND c.suspected_at IS NULL
      AND EXISTS (SELECT FROM identities i WHERE i.customer_id = c.customer_id
                  AND i.kind = 'exchange')
      AND EXISTS (SELECT FROM identities i WHERE i.customer_id = c.customer_id
                  AND i.kind = 'email' AND i.key = %(mailbox)s AND i.proven_at IS NOT NULL)
"""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one customer's code."""

    customer_id: UUID
    sealed: bytes | None
    set_at: datetime | None
    suspected_at: datetime | None
    pending: bytes | None
    challenge_id: str | None
    visit: bytes | None
    pending_until: datetime | None


async def get(work: Work, customer_id: UUID) -> Kept | None:
    return await work.one(Kept, GET, customer_id=customer_id)


async def hold(
    work: Work,
    customer_id: UUID,
    *,
    pending: bytes,
    challenge_id: str,
    visit: bytes,
    until: datetime,
) -> None:
    """Keep what waits for the second proof, bound to the visit that asked."""
    await work.run(
        HOLD,
        customer_id=customer_id,
        pending=pending,
        challenge_id=challenge_id,
        visit=visit,
        until=until,
    )


async def put(work: Work, customer_id: UUID, sealed: bytes | None, *, challenge_id: str) -> bool:
    """Let the pending code stand; False when another one waits by now."""
    return (
        await work.run(
            SET,
            customer_id=customer_id,
            sealed=sealed,
            challenge_id=challenge_id,
            now=work.now(),
        )
        == 1
    )


async def drop_pending(work: Work, customer_id: UUID) -> None:
    await work.run(DROP_PENDING, customer_id=customer_id)


async def suspect(work: Work, customer_id: UUID) -> bool:
    return await work.run(SUSPECT, customer_id=customer_id, now=work.now()) == 1


async def for_mailbox(work: Work, customer_id: UUID, mailbox: str) -> Kept | None:
    return await work.one(Kept, FOR_MAILBOX, customer_id=customer_id, mailbox=mailbox)
