"""Every statement on conversations, messages and their parts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from fanlight.channels.contract import AttachmentRef
from fanlight.features.conversations.errors import ConversationNotFound, MessageNotFound
from fanlight.features.conversations.models import Conversation, Delivery, File, Message
from fanlight.kernel.work import Work

_CONVERSATION = """c.id, c.ticket_id, c.customer_id, c.channel, c.account_id, c.thread_key,
    c.recipient, c.subject, c.last_seq, c.agent_read_seq, c.customer_read_seq,
    c.customer_delivered_seq, c.last_inbound_at, c.is_blocked, c.is_current, c.created_at"""
MESSAGE_COLUMNS = """m.id, m.ticket_id, m.conversation_id, m.seq, m.kind, m.author_kind,
    m.author_id, m.author_name, m.text, m.visible_text, m.html IS NOT NULL AS has_html,
    m.subject, m.language,
    m.client_key, m.occurred_at, m.created_at, m.edited_at, m.is_deleted, m.redactions, m.level,
    m.method, m.proven_at, m.auth, m.activity, m.delivery, m.delivery_detail, m.original_id"""

CONVERSATION = f"SELECT {_CONVERSATION} FROM conversations c WHERE c.id = %(id)s"
LOCK = f"SELECT {_CONVERSATION} FROM conversations c WHERE c.id = %(id)s FOR UPDATE"
OF_TICKET = f"""
    SELECT {_CONVERSATION} FROM conversations c
    WHERE c.ticket_id = %(ticket_id)s ORDER BY c.created_at, c.id
"""
OF_THREAD = f"""
    SELECT {_CONVERSATION} FROM conversations c
    WHERE c.channel = %(channel)s AND c.account_id = %(account_id)s
      AND c.thread_key = %(thread_key)s AND c.is_current
    FOR UPDATE
"""
OF_REFERENCES = f"""
    SELECT {_CONVERSATION} FROM message_refs r JOIN conversations c ON c.id = r.conversation_id
    WHERE r.channel = %(channel)s AND r.native_id = ANY(%(references)s)
    ORDER BY array_position(%(references)s::text[], r.native_id), c.created_at DESC LIMIT 1
"""
ADD_CONVERSATION = """
    INSERT INTO conversations (id, ticket_id, customer_id, channel, account_id, thread_key,
        recipient, subject, created_at)
    VALUES (%(id)s, %(ticket_id)s, %(customer_id)s, %(channel)s, %(account_id)s, %(thread_key)s,
        %(recipient)s, %(subject)s, %(created_at)s)
"""
RETIRE = "UPDATE conversations SET is_current = false WHERE id = %(id)s"
READ_BY_CUSTOMER = """
    UPDATE conversations SET customer_read_seq = %(seq)s,
        customer_delivered_seq = greatest(customer_delivered_seq, %(seq)s)
    WHERE id = %(id)s AND customer_read_seq < %(seq)s AND last_seq >= %(seq)s
"""
READ_BY_AGENT = """
    UPDATE conversations SET agent_read_seq = %(seq)s
    WHERE id = %(id)s AND agent_read_seq < %(seq)s AND last_seq >= %(seq)s
"""
DELIVERED_TO_CUSTOMER = """
    UPDATE conversations SET customer_delivered_seq = %(seq)s
    WHERE id = %(id)s AND customer_delivered_seq < %(seq)s AND last_seq >= %(seq)s
"""
SET_BLOCKED = "UPDATE conversations SET is_blocked = %(is_blocked)s WHERE id = %(id)s"

ADD_MESSAGE = """
    INSERT INTO messages (id, ticket_id, conversation_id, seq, kind, author_kind, author_id,
        author_name, text, visible_text, html, subject, language, client_key, occurred_at,
        created_at, redactions, level, method, proven_at, auth, activity, delivery, original_id)
    VALUES (%(id)s, %(ticket_id)s, %(conversation_id)s, %(seq)s, %(kind)s, %(author_kind)s,
        %(author_id)s, %(author_name)s, %(text)s, %(visible_text)s, %(html)s, %(subject)s,
        %(language)s, %(client_key)s, %(occurred_at)s, %(created_at)s, %(redactions)s, %(level)s,
        %(method)s, %(proven_at)s, %(auth)s, %(activity)s, %(delivery)s, %(original_id)s)
"""
# Who hears it holds the conversation, and so knows its place.
HEAR_MESSAGE = f"""
    WITH heard AS (
        UPDATE conversations SET last_seq = %(seq)s, last_inbound_at = %(occurred_at)s
        WHERE id = %(conversation_id)s
    )
    {ADD_MESSAGE}
"""
# Its place in the conversation is given under the conversation's row lock.
SAY_MESSAGE = """
    WITH place AS (
        UPDATE conversations SET last_seq = last_seq + 1, agent_read_seq = last_seq + 1
        WHERE id = %(conversation_id)s RETURNING last_seq
    )
    INSERT INTO messages (id, ticket_id, conversation_id, seq, kind, author_kind, author_id,
        author_name, text, visible_text, html, subject, language, client_key, occurred_at,
        created_at, redactions, level, method, proven_at, auth, activity, delivery, original_id)
    VALUES (%(id)s, %(ticket_id)s, %(conversation_id)s, (SELECT last_seq FROM place), %(kind)s,
        %(author_kind)s, %(author_id)s, %(author_name)s, %(text)s, %(visible_text)s, %(html)s,
        %(subject)s, %(language)s, %(client_key)s, %(occurred_at)s, %(created_at)s,
        %(redactions)s, %(level)s, %(method)s, %(proven_at)s, %(auth)s, %(activity)s,
        %(delivery)s, %(original_id)s)
    RETURNING seq
"""
MESSAGE = f"SELECT {MESSAGE_COLUMNS} FROM messages m WHERE m.id = %(id)s"
BY_CLIENT_KEY = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages m
    WHERE m.ticket_id = %(ticket_id)s AND m.client_key = %(client_key)s
"""
BY_NATIVE_ID = f"""
    SELECT {MESSAGE_COLUMNS} FROM message_refs r JOIN messages m ON m.id = r.message_id
    WHERE r.channel = %(channel)s AND r.account_id = %(account_id)s
      AND r.native_id = %(native_id)s
"""
AFTER = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages m
    WHERE m.conversation_id = %(conversation_id)s AND m.seq > %(after)s
    ORDER BY m.seq LIMIT %(limit)s
"""
TIMELINE = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages m
    WHERE m.ticket_id = %(ticket_id)s AND (m.occurred_at, m.id) < (%(at)s, %(id)s)
    ORDER BY m.occurred_at DESC, m.id DESC LIMIT %(limit)s
"""
SAID_BY_CUSTOMER = """
    SELECT coalesce(m.visible_text, m.text) FROM messages m
    WHERE m.ticket_id = %(ticket_id)s AND m.kind = 'inbound' AND NOT m.is_deleted
    ORDER BY m.occurred_at DESC, m.id DESC LIMIT %(limit)s
"""
SAID_BEFORE = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages m
    WHERE m.conversation_id IN (
        SELECT %(conversation_id)s::uuid UNION ALL
        SELECT c.id FROM conversations c
        WHERE c.customer_id = %(author_id)s AND c.last_inbound_at > %(since)s)
      AND m.kind = 'inbound' AND NOT m.is_deleted
      AND m.author_id = %(author_id)s AND m.created_at > %(since)s
      AND (%(but)s::uuid IS NULL OR m.id <> %(but)s)
    ORDER BY m.created_at DESC, m.seq DESC LIMIT %(limit)s
"""
# A machine's first answer is no reason to hold a person's back.
NEWER = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE c.ticket_id = %(ticket_id)s
      AND (m.kind = 'inbound'
           OR m.author_kind = 'agent' AND m.author_id IS DISTINCT FROM %(reader_id)s)
      AND m.seq > coalesce((%(seen)s::jsonb ->> c.id::text)::int, 0)
    ORDER BY m.occurred_at, m.id
"""
HTML = "SELECT html FROM messages WHERE id = %(id)s"
TEXT = "SELECT text FROM messages WHERE id = %(id)s FOR UPDATE"
KEEP_VERSION = """
    INSERT INTO message_versions (message_id, replaced_at, text)
    VALUES (%(id)s, %(at)s, %(text)s) ON CONFLICT DO NOTHING
"""
REPLACE_TEXT = """
    UPDATE messages SET text = %(text)s, visible_text = NULL, html = NULL, edited_at = %(at)s,
        is_deleted = %(is_deleted)s, redactions = %(redactions)s
    WHERE id = %(id)s
"""
# A secret was found in it later: no edit, so there is no version of what it said.
HIDE_IN = """
    UPDATE messages SET text = %(text)s, visible_text = NULL, html = NULL, original_id = NULL,
        redactions = %(redactions)s
    WHERE id = %(id)s
"""
HIDE_VERSIONS = "UPDATE message_versions SET text = %(text)s WHERE message_id = %(id)s"
FORGET_ORIGINAL = """
    UPDATE inbound_events SET original_id = NULL WHERE original_id = %(original_id)s
"""
ADD_REDACTIONS = """
    UPDATE messages SET redactions =
        array(SELECT DISTINCT kind FROM unnest(redactions || %(kinds)s::text[]) kind ORDER BY 1)
    WHERE id = %(id)s
"""
ADD_REF = """
    INSERT INTO message_refs (channel, account_id, native_id, message_id, conversation_id)
    VALUES (%(channel)s, %(account_id)s, %(native_id)s, %(message_id)s, %(conversation_id)s)
    ON CONFLICT DO NOTHING
"""
REFS = """
    SELECT r.native_id FROM message_refs r JOIN messages m ON m.id = r.message_id
    WHERE r.conversation_id = %(conversation_id)s ORDER BY m.seq DESC LIMIT 20
"""
IN_TROUBLE = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages m
    WHERE m.delivery IN ('failed', 'unknown', 'bounced', 'refused')
      AND (m.created_at, m.id) < (%(at)s, %(id)s)
    ORDER BY m.created_at DESC, m.id DESC LIMIT %(limit)s
"""
SET_DELIVERY = """
    UPDATE messages SET delivery = %(delivery)s, delivery_detail = %(detail)s WHERE id = %(id)s
"""

# Parts that did not arrive are tried again; those that did are not.
FORGET_PARTS = "DELETE FROM message_parts WHERE message_id = %(message_id)s AND state <> 'sent'"

_FILE = """f.id, f.ticket_id, f.message_id, f.uploaded_by_kind, f.uploaded_by, f.name,
    f.media_type, f.size_bytes, f.blob_id, f.state, f.detail, f.width, f.height, f.content_id,
    f.created_at"""
FILES_OF = f"""
    SELECT {_FILE} FROM files f WHERE f.message_id = ANY(%(message_ids)s)
    ORDER BY f.created_at, f.id
"""
# Asked for with the page itself: what came between the two may have moved the page's end.
_BETWEEN = 20
ON_TIMELINE = f"""
    SELECT m.id FROM messages m
    WHERE m.ticket_id = %(ticket_id)s AND (m.occurred_at, m.id) < (%(at)s, %(id)s)
    ORDER BY m.occurred_at DESC, m.id DESC LIMIT %(limit)s + {_BETWEEN}
"""
FILES_ON_TIMELINE = f"""
    SELECT {_FILE} FROM files f WHERE f.message_id IN ({ON_TIMELINE})
    ORDER BY f.created_at, f.id
"""
FILE = f"SELECT {_FILE} FROM files f WHERE f.id = %(id)s"
ADD_FILE = """
    INSERT INTO files (id, ticket_id, message_id, uploaded_by_kind, uploaded_by, name, media_type,
        size_bytes, sha256, blob_id, state, detail, width, height, content_id, source, created_at)
    VALUES (%(id)s, %(ticket_id)s, %(message_id)s, %(uploaded_by_kind)s, %(uploaded_by)s, %(name)s,
        %(media_type)s, %(size_bytes)s, %(sha256)s, %(blob_id)s, %(state)s, %(detail)s, %(width)s,
        %(height)s, %(content_id)s, %(source)s, %(created_at)s)
"""
ATTACH = """
    UPDATE files SET message_id = %(message_id)s, ticket_id = %(ticket_id)s
    WHERE id = ANY(%(ids)s) AND message_id IS NULL AND state = 'clean'
      AND uploaded_by_kind = %(kind)s AND uploaded_by = %(by)s
      AND (ticket_id IS NULL OR ticket_id = %(ticket_id)s)
"""
PENDING_FILE = """
    SELECT f.name, f.source, f.ticket_id, f.message_id, c.channel, c.account_id
    FROM files f JOIN messages m ON m.id = f.message_id
    JOIN conversations c ON c.id = m.conversation_id
    WHERE f.id = %(id)s AND f.state = 'fetching'
"""
FILE_ARRIVED = """
    UPDATE files SET state = 'clean', blob_id = %(blob_id)s, sha256 = %(sha256)s, name = %(name)s,
        media_type = %(media_type)s, size_bytes = %(size_bytes)s, width = %(width)s,
        height = %(height)s, source = NULL
    WHERE id = %(id)s AND state = 'fetching'
"""
FILE_NOT_HAD = """
    UPDATE files SET state = 'refused', detail = %(detail)s, source = NULL
    WHERE id = %(id)s AND state = 'fetching'
"""


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is still with its vendor."""

    name: str
    source: AttachmentRef
    ticket_id: UUID
    message_id: UUID
    channel: str
    account_id: str


class Place(msgspec.Struct, frozen=True):
    """Where a page of the timeline ended; the next one is older."""

    at: datetime
    id: UUID


NEWEST = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


async def get_conversation(work: Work, conversation_id: UUID) -> Conversation:
    found = await work.one(Conversation, CONVERSATION, id=conversation_id)
    if found is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return found


async def lock_conversation(work: Work, conversation_id: UUID) -> Conversation:
    """The conversation, held until the transaction ends: its messages get their order here.

    Whoever needs its ticket as well holds that second (``tickets.queries.lock_ticket``), in every
    verb and reaction; what is said in it needs the conversation even where only the ticket is read.
    """
    found = await work.one(Conversation, LOCK, id=conversation_id)
    if found is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return found


async def of_ticket(work: Work, ticket_id: UUID) -> list[Conversation]:
    return await work.rows(Conversation, OF_TICKET, ticket_id=ticket_id)


async def of_thread(
    work: Work, channel: str, account_id: str, thread_key: str
) -> Conversation | None:
    """The current conversation of a vendor's thread, held until the transaction ends."""
    return await work.one(
        Conversation, OF_THREAD, channel=channel, account_id=account_id, thread_key=thread_key
    )


async def of_references(work: Work, channel: str, references: Sequence[str]) -> Conversation | None:
    """The conversation in which the strongest of these native ids was said."""
    if not references:
        return None
    return await work.one(Conversation, OF_REFERENCES, channel=channel, references=list(references))


async def get_message(work: Work, message_id: UUID) -> Message:
    found = await work.one(Message, MESSAGE, id=message_id)
    if found is None:
        raise MessageNotFound(message_id=message_id)
    return found


async def by_client_key(work: Work, ticket_id: UUID, client_key: str) -> Message | None:
    return await work.one(Message, BY_CLIENT_KEY, ticket_id=ticket_id, client_key=client_key)


async def by_native_id(work: Work, channel: str, account_id: str, native_id: str) -> Message | None:
    return await work.one(
        Message, BY_NATIVE_ID, channel=channel, account_id=account_id, native_id=native_id
    )


async def messages_after(
    work: Work, conversation_id: UUID, *, after: int, limit: int = 200
) -> list[Message]:
    """What was said in the conversation above a seq, in order."""
    return await work.rows(
        Message, AFTER, conversation_id=conversation_id, after=after, limit=limit
    )


async def timeline(
    work: Work, ticket_id: UUID, *, below: Place = NEWEST, limit: int = 100
) -> list[Message]:
    """Everything on a ticket over all its conversations, the newest first."""
    return await work.rows(
        Message, TIMELINE, ticket_id=ticket_id, at=below.at, id=below.id, limit=limit
    )


async def said_by_customer(work: Work, ticket_id: UUID, *, limit: int) -> list[str]:
    """The words of the customer's last messages, the newest first."""
    return await work.rows(str, SAID_BY_CUSTOMER, ticket_id=ticket_id, limit=limit)


async def said_before(
    work: Work,
    conversation_id: UUID | None,
    author_id: UUID,
    *,
    since: datetime,
    limit: int,
    but: UUID | None = None,
) -> list[Message]:
    """The author's last messages, here and in their other conversations, the oldest first."""
    found = await work.rows(
        Message,
        SAID_BEFORE,
        conversation_id=conversation_id,
        author_id=author_id,
        since=since,
        limit=limit,
        but=but,
    )
    return found[::-1]


async def newer(
    work: Work, ticket_id: UUID, seen: dict[UUID, int], *, reader_id: UUID
) -> list[Message]:
    """What customers, and agents other than the reader, said above the seqs on their screen."""
    body = msgspec.json.encode({str(key): seq for key, seq in seen.items()}).decode()
    return await work.rows(Message, NEWER, ticket_id=ticket_id, seen=body, reader_id=reader_id)


async def in_trouble(work: Work, *, below: Place = NEWEST, limit: int = 50) -> list[Message]:
    """Outbound messages that did not arrive, the newest first."""
    return await work.rows(Message, IN_TROUBLE, at=below.at, id=below.id, limit=limit)


async def native_ids(work: Work, conversation_id: UUID) -> list[str]:
    """The thread's native ids, the oldest first, the last 20."""
    return (await work.rows(str, REFS, conversation_id=conversation_id))[::-1]


async def set_delivery(
    work: Work, message_id: UUID, delivery: Delivery, detail: str | None = None
) -> None:
    await work.run(SET_DELIVERY, id=message_id, delivery=delivery, detail=detail)


async def files_of(work: Work, message_ids: Sequence[UUID]) -> list[File]:
    """The files of these messages."""
    return await work.rows(File, FILES_OF, message_ids=list(message_ids)) if message_ids else []


async def file(work: Work, file_id: UUID) -> File | None:
    return await work.one(File, FILE, id=file_id)
