"""The parts in which a message leaves, and who holds which under a lease."""

from datetime import datetime
from uuid import UUID

import msgspec

from fanlight.features.conversations.models import Message
from fanlight.features.conversations.queries import MESSAGE_COLUMNS
from fanlight.kernel.work import Work

LEASE_S = 90  # longer than any adapter's own time limits together

HEAD = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages m
    WHERE m.conversation_id = %(conversation_id)s AND m.delivery IN ('queued', 'sending')
    ORDER BY m.seq LIMIT 1
"""
OF_MESSAGE = """
    SELECT number, state, failure, attempts, leased_until FROM message_parts
    WHERE message_id = %(message_id)s ORDER BY number
"""
CLAIM = """
    INSERT INTO message_parts (message_id, number, state, lease, leased_until, attempts,
        changed_at)
    VALUES (%(message_id)s, %(number)s, 'sending', %(lease)s,
        %(now)s::timestamptz + %(lease_s)s * interval '1 second', %(attempts)s, %(now)s)
    ON CONFLICT (message_id, number) DO UPDATE SET state = 'sending', lease = EXCLUDED.lease,
        leased_until = EXCLUDED.leased_until, attempts = EXCLUDED.attempts,
        changed_at = EXCLUDED.changed_at
"""
END = """
    UPDATE message_parts SET state = %(state)s, native_id = %(native_id)s, failure = %(failure)s,
        lease = NULL, leased_until = NULL, changed_at = %(now)s
    WHERE message_id = %(message_id)s AND number = %(number)s AND lease = %(lease)s
"""
FOUND = """
    UPDATE message_parts SET state = 'sent', native_id = %(native_id)s, changed_at = %(now)s
    WHERE message_id = %(message_id)s AND number = %(number)s AND state = 'unknown'
"""
# Read for the customer's eyes in the message itself; tickets own the word.
REFERENCE = "SELECT reference FROM tickets WHERE id = %(ticket_id)s"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One request to the vendor and what became of it."""

    number: int
    state: str
    failure: str | None
    attempts: int
    leased_until: datetime | None

    def is_held(self, now: datetime) -> bool:
        return self.leased_until is not None and self.leased_until > now


async def head(work: Work, conversation_id: UUID) -> Message | None:
    """The first message of the conversation that has not left yet."""
    return await work.one(Message, HEAD, conversation_id=conversation_id)


async def of_message(work: Work, message_id: UUID) -> list[Part]:
    return await work.rows(Part, OF_MESSAGE, message_id=message_id)


async def claim(work: Work, message_id: UUID, number: int, *, lease: UUID, attempts: int) -> None:
    """Hold a part; the caller holds its conversation, so nobody else is at it."""
    await work.run(
        CLAIM,
        message_id=message_id,
        number=number,
        lease=lease,
        lease_s=LEASE_S,
        attempts=attempts,
        now=work.now(),
    )


async def end(
    work: Work,
    message_id: UUID,
    number: int,
    *,
    lease: UUID,
    state: str,
    native_id: str | None,
    failure: str | None,
) -> bool:
    """Write down how it went; False when the lease is no longer ours."""
    return bool(
        await work.run(
            END,
            message_id=message_id,
            number=number,
            lease=lease,
            state=state,
            native_id=native_id,
            failure=failure,
            now=work.now(),
        )
    )


async def found(work: Work, message_id: UUID, number: int, *, native_id: str) -> bool:
    """An unknown part turned out to have arrived; False when that is known already."""
    return bool(
        await work.run(
            FOUND, message_id=message_id, number=number, native_id=native_id, now=work.now()
        )
    )


async def reference_of(work: Work, ticket_id: UUID) -> str:
    return await work.one(str, REFERENCE, ticket_id=ticket_id) or ""
