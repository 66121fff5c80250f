"""What a customer who is signed in has not seen yet, and the statement for it."""

from typing import LiteralString

from fanlight.features.people.queries.visits import Visit
from fanlight.features.people.service import visits
from fanlight.kernel.work import Work

# Talks begun under the same identity alone, as the chat itself shows them: a guest's talk at a
# shared browser is not told to who signs in there next.
UNREAD: LiteralString = """
    SELECT count(*) FROM conversations c
    JOIN messages m ON m.conversation_id = c.id AND m.seq > c.customer_read_seq
    WHERE c.channel = 'chat.web' AND c.recipient = %(key)s
      AND starts_with(c.thread_key, %(prefix)s)
      AND m.kind = 'outbound' AND NOT m.is_deleted
"""


async def unread(work: Work, visit: Visit) -> int:
    """Answers that this customer has not seen; a mailbox has its own way to say so."""
    if visit.kind != visits.EXCHANGE:
        return 0
    return await work.one(int, UNREAD, key=visit.key, prefix=f"{visits.EXCHANGE}:") or 0
