"""Every statement on sessions of the chat, and the one place that says whose talk is whose."""

from datetime import datetime
from uuid import UUID

import msgspec

from fanlight.features.conversations.models import Message
from fanlight.features.conversations.queries import MESSAGE_COLUMNS
from fanlight.features.tickets.models import Status
from fanlight.kernel.work import Work

_SESSION = """s.token_hash, s.kind, s.key, s.name, s.email, s.language, s.page, s.proven_at,
    s.expires_at"""
# A talk belongs to whom it was begun by: the same identity, never merely the same customer, so
# that a guest's talk at a shared browser is not shown to who signs in there next.
_MINE = "c.channel = 'chat.web' AND c.recipient = %(key)s AND starts_with(c.thread_key, %(prefix)s)"
_TALK = """
    SELECT c.id, c.ticket_id, c.customer_id, c.thread_key, c.last_seq, c.agent_read_seq,
        c.customer_read_seq, t.reference, t.status, a.public_name AS agent_name,
        k.email IS NOT NULL AS has_email
    FROM conversations c JOIN tickets t ON t.id = c.ticket_id
    LEFT JOIN agents a ON a.id = t.assignee_id
    LEFT JOIN chat_contacts k ON k.conversation_id = c.id
"""

ADD_SESSION = """
    INSERT INTO chat_sessions (token_hash, kind, key, name, email, language, page, proven_at,
        created_at, expires_at)
    VALUES (%(token_hash)s, %(kind)s, %(key)s, %(name)s, %(email)s, %(language)s, %(page)s,
        %(proven_at)s, %(created_at)s, %(expires_at)s)
"""
SESSION = f"""
    SELECT {_SESSION} FROM chat_sessions s
    WHERE s.token_hash = %(token_hash)s AND s.expires_at > %(now)s
"""
END_SESSION = "DELETE FROM chat_sessions WHERE token_hash = %(token_hash)s"
NAME_SESSION = "UPDATE chat_sessions SET name = %(name)s WHERE token_hash = %(token_hash)s"
END_OLD = "DELETE FROM chat_sessions WHERE expires_at < %(now)s"
CURRENT = f"{_TALK} WHERE {_MINE} AND c.is_current ORDER BY c.created_at DESC LIMIT 1"
MINE = f"{_TALK} WHERE c.id = %(id)s AND {_MINE}"
SUCCESSOR = f"{_TALK} WHERE c.thread_key = %(thread_key)s AND {_MINE} AND c.is_current"
STATE = f"{_TALK} WHERE c.id = %(id)s"
UNREAD = """
    SELECT count(*) FROM messages m
    WHERE m.conversation_id = %(id)s AND m.seq > %(seq)s AND m.kind = 'outbound'
"""
SAID_BEFORE = f"""
    SELECT {MESSAGE_COLUMNS} FROM inbound_events e JOIN messages m ON m.id = e.message_id
    WHERE e.channel = 'chat.web' AND e.account_id = 'web' AND e.dedupe_key = %(dedupe_key)s
"""
IS_STAFFED = "SELECT EXISTS (SELECT 1 FROM presence p WHERE p.state = 'online')"


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session as stored."""

    token_hash: bytes
    kind: str
    key: str
    name: str
    email: str | None
    language: str
    page: str
    proven_at: datetime | None
    expires_at: datetime


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """One chat of one person, with what its head shows."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    thread_key: str
    last_seq: int
    agent_read_seq: int
    customer_read_seq: int
    reference: str
    status: Status
    agent_name: str | None
    has_email: bool


async def session(work: Work, token_hash: bytes) -> SessionRow | None:
    return await work.one(SessionRow, SESSION, token_hash=token_hash, now=work.now())


async def current_talk(work: Work, kind: str, key: str) -> Talk | None:
    """The talk this person would go on with."""
    return await work.one(Talk, CURRENT, key=key, prefix=f"{kind}:")


async def talk_of(work: Work, kind: str, key: str, talk_id: UUID) -> Talk | None:
    """The talk, when it is this person's own."""
    return await work.one(Talk, MINE, id=talk_id, key=key, prefix=f"{kind}:")


async def talk_on(work: Work, kind: str, key: str, thread_key: str) -> Talk | None:
    """Where a thread of theirs stands now: an old one may have gone on under a new ticket."""
    return await work.one(Talk, SUCCESSOR, thread_key=thread_key, key=key, prefix=f"{kind}:")


async def state(work: Work, talk_id: UUID) -> Talk | None:
    return await work.one(Talk, STATE, id=talk_id)


async def unread(work: Work, talk: Talk) -> int:
    if talk.customer_read_seq >= talk.last_seq:
        return 0
    return await work.one(int, UNREAD, id=talk.id, seq=talk.customer_read_seq) or 0


async def said_before(work: Work, dedupe_key: str) -> Message | None:
    """The message that a repeated client key stands for."""
    return await work.one(Message, SAID_BEFORE, dedupe_key=dedupe_key)


async def is_staffed(work: Work) -> bool:
    """Whether somebody is on duty."""
    return await work.one(bool, IS_STAFFED) or False
