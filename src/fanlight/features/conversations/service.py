"""What is said, read, edited and retried in a conversation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import asdict, replace

from fanlight.channels.contract import Capabilities
from fanlight.channels.registry import Channels
from fanlight.features.conversations import files, marks, queries, signals
from fanlight.features.conversations.errors import (
    NothingSaid,
    NotSendable,
    SecretInReply,
    TextTooLong,
)
from fanlight.features.conversations.models import (
    Author,
    Conversation,
    Delivery,
    Kind,
    Message,
    Speaker,
    Words,
)
from fanlight.features.trust.service.agents import public_id
from fanlight.kernel.ids import new_id
from fanlight.kernel.secrets import redact, scan
from fanlight.kernel.work import Work

LONGEST_NOTE = 20_000  # characters


def open_conversation(
    work: Work,
    *,
    ticket_id: UUID,
    customer_id: UUID,
    channel: str,
    account_id: str,
    recipient: str,
    thread_key: str | None = None,
    subject: str | None = None,
) -> Conversation:
    """Begin a thread on a channel; a thread key belongs to one current conversation only."""
    opened = Conversation(
        id=new_id(),
        ticket_id=ticket_id,
        customer_id=customer_id,
        channel=channel,
        account_id=account_id,
        thread_key=thread_key,
        recipient=recipient,
        subject=subject,
        created_at=work.now(),
    )
    work.later(queries.ADD_CONVERSATION, **asdict(opened))
    return opened


def hear(
    work: Work,
    conversation: Conversation,
    author: Author,
    words: Words,
    *,
    at: datetime,
    auth: Mapping[str, str] | None = None,
    client_key: str | None = None,
    original_id: UUID | None = None,
) -> Message:
    """Store what a customer said. The caller holds the conversation as it is now, has dropped
    repeats and redacted the words.
    """
    message = _message(work, conversation, Kind.INBOUND, author, words, client_key=client_key)
    message = replace(
        message,
        seq=conversation.last_seq + 1,
        occurred_at=at,
        auth=dict(auth or {}),
        original_id=original_id,
    )
    work.later(queries.HEAR_MESSAGE, **_values(message, words))
    tell_said(work, message, is_new=True)
    return message


async def say(
    work: Work,
    conversation: Conversation,
    author: Author,
    words: Words,
    *,
    client_key: str | None = None,
    file_ids: Sequence[UUID] = (),
) -> Message:
    """Store an answer and have it delivered after the commit.

    Raises:
        NothingSaid, TextTooLong, SecretInReply: nothing is stored.
        FileNotFound: a file is not this author's to send.
    """
    able = capabilities(work, conversation)
    _check_words(words.text, has_files=bool(file_ids), able=able)
    message = _message(work, conversation, Kind.OUTBOUND, author, words, client_key=client_key)
    first = Delivery.SENT if able.is_ours else Delivery.QUEUED
    message = await _add(work, replace(message, delivery=first), words)
    if file_ids:
        await files.attach(work, file_ids, message, by=(author.kind, author.id))
    if able.is_ours:
        await marks.mark_of(work, message.id)
        if author.kind is Speaker.AGENT and author.id is not None:
            await public_id(work, author.id)
    else:
        request_delivery(work, conversation.id)
    return message


def capabilities(work: Work, conversation: Conversation) -> Capabilities:
    """What this conversation's channel can do. Raises ChannelNotConfigured."""
    return work.of(Channels).capabilities(conversation.channel, conversation.account_id)


def request_delivery(work: Work, conversation_id: UUID, *, delay_s: float = 0) -> None:
    """Have what waits in this conversation sent, in order; asked twice, it is done once."""
    work.enqueue(
        "conversation.deliver",
        {"conversation_id": conversation_id},
        key=f"deliver:{conversation_id}",
        delay_s=delay_s,
        lane="delivery",
    )


def _check_words(text: str, *, has_files: bool, able: Capabilities) -> None:
    if not text.strip() and not has_files:
        raise NothingSaid
    # What a channel splits may be several parts long; delivery.py refuses what is more.
    longest = able.max_text if able.is_ours else able.max_text * 5
    if len(text) > longest:
        raise TextTooLong(limit=longest)
    if found := scan(text):
        raise SecretInReply(kinds=sorted({finding.kind.value for finding in found}))


async def note(
    work: Work,
    ticket_id: UUID,
    author: Author,
    text: str,
    *,
    client_key: str | None = None,
    file_ids: Sequence[UUID] = (),
) -> Message:
    """Keep a private note: it belongs to no conversation, so no channel can carry it."""
    if not text.strip() and not file_ids:
        raise NothingSaid
    if len(text) > LONGEST_NOTE:
        raise TextTooLong(limit=LONGEST_NOTE)
    clean = redact(text)
    words = Words(text=clean.text, redactions=tuple(f.kind.value for f in clean.findings))
    message = _on_ticket(work, ticket_id, Kind.NOTE, author, words, client_key=client_key)
    message = await _add(work, message, words)
    if file_ids:
        await files.attach(work, file_ids, message, by=(author.kind, author.id))
    return message


async def record_activity(
    work: Work, ticket_id: UUID, author: Author, code: str, **params: Any
) -> Message:
    """One grey line on the timeline: something was done. Never said to the customer."""
    words = Words(text="")
    message = _on_ticket(work, ticket_id, Kind.ACTIVITY, author, words, client_key=None)
    return await _add(work, replace(message, activity={"code": code, "params": params}), words)


def _message(
    work: Work,
    conversation: Conversation,
    kind: Kind,
    author: Author,
    words: Words,
    *,
    client_key: str | None,
) -> Message:
    fresh = _on_ticket(work, conversation.ticket_id, kind, author, words, client_key=client_key)
    return replace(fresh, conversation_id=conversation.id)


def _on_ticket(
    work: Work, ticket_id: UUID, kind: Kind, author: Author, words: Words, *, client_key: str | None
) -> Message:
    now = work.now()
    return Message(
        id=new_id(),
        ticket_id=ticket_id,
        conversation_id=None,
        seq=None,
        kind=kind,
        author_kind=author.kind,
        author_id=author.id,
        author_name=author.name,
        text=words.text,
        visible_text=words.visible_text,
        has_html=words.html is not None,
        subject=words.subject,
        language=words.language,
        client_key=client_key,
        occurred_at=now,
        created_at=now,
        edited_at=None,
        is_deleted=False,
        redactions=words.redactions,
        level=author.level,
        method=author.method,
        proven_at=author.proven_at,
        auth={},
        activity=None,
        delivery=None,
        delivery_detail=None,
        original_id=None,
    )


async def _add(work: Work, message: Message, words: Words) -> Message:
    """Store the message, and give it its place in its conversation if it has one."""
    values = _values(message, words)
    if message.conversation_id is None:
        work.later(queries.ADD_MESSAGE, **values)
    else:
        message = replace(message, seq=await work.one(int, queries.SAY_MESSAGE, **values))
    tell_said(work, message, is_new=True)
    return message


def _values(message: Message, words: Words) -> dict[str, object]:
    return {name: getattr(message, name) for name in _STORED} | {
        "redactions": list(message.redactions),
        "auth": dict(message.auth),
        "activity": None if message.activity is None else dict(message.activity),
        "html": words.html,
    }


_STORED = (
    "id", "ticket_id", "conversation_id", "seq", "kind", "author_kind", "author_id",
    "author_name", "text", "visible_text", "subject", "language", "client_key", "occurred_at",
    "created_at", "level", "method", "proven_at", "delivery", "original_id",
)  # fmt: skip


def tell_said(work: Work, message: Message, *, is_new: bool = False) -> None:
    """Wake everyone who looks at this message: it is new, or it has changed."""
    signal = signals.Said(message_id=message.id, seq=message.seq, is_new=is_new)
    signals.tell(work, message.ticket_id, message.conversation_id, signal)


async def edit(
    work: Work, message: Message, words: Words, *, at: datetime, is_deleted: bool = False
) -> Message:
    """The sender changed or withdrew a message: the words before are kept as a version."""
    old = await work.one(str, queries.TEXT, id=message.id)
    await work.run(queries.KEEP_VERSION, id=message.id, at=at, text=old)
    await work.run(
        queries.REPLACE_TEXT,
        id=message.id,
        text=words.text,
        at=at,
        is_deleted=is_deleted,
        redactions=sorted({*message.redactions, *words.redactions}),
    )
    changed = await queries.get_message(work, message.id)
    tell_said(work, changed)
    return changed


async def mark_read(
    work: Work, conversation_id: UUID, *, by: Literal["customer", "agent"], seq: int
) -> None:
    """Somebody has seen everything up to ``seq``. Backwards or beyond the end: nothing happens."""
    statement = queries.READ_BY_CUSTOMER if by == "customer" else queries.READ_BY_AGENT
    if await work.run(statement, id=conversation_id, seq=seq):
        await _tell_receipt(work, conversation_id, by)


async def mark_delivered(work: Work, conversation_id: UUID, *, seq: int) -> None:
    """The customer's device has everything up to ``seq``."""
    if await work.run(queries.DELIVERED_TO_CUSTOMER, id=conversation_id, seq=seq):
        await _tell_receipt(work, conversation_id, "customer")


async def _tell_receipt(
    work: Work, conversation_id: UUID, by: Literal["customer", "agent"]
) -> None:
    now = await queries.get_conversation(work, conversation_id)
    by_customer = by == "customer"
    receipt = signals.Receipt(
        conversation_id=now.id,
        by=by,
        delivered_seq=now.customer_delivered_seq if by_customer else now.agent_read_seq,
        read_seq=now.customer_read_seq if by_customer else now.agent_read_seq,
    )
    signals.tell(work, now.ticket_id, now.id, receipt)


async def customer_messages(
    work: Work, conversation_id: UUID, *, after: int = 0, limit: int = 200
) -> list[Message]:
    """What the customer may see above a seq: what was said, never a note. In order."""
    return await queries.messages_after(work, conversation_id, after=after, limit=limit)


async def send_again(work: Work, message: Message) -> Message:
    """A person decides that a message which did not arrive goes out once more.

    Raises:
        NotSendable: it is on its way or has arrived.
        ChannelNotConfigured: it could only wait, out of everybody's sight.
    """
    if message.delivery is None or not message.delivery.may_retry:
        raise NotSendable(message_id=message.id)
    if message.conversation_id is not None:
        capabilities(work, await queries.get_conversation(work, message.conversation_id))
    await work.run(queries.FORGET_PARTS, message_id=message.id)
    await queries.set_delivery(work, message.id, Delivery.QUEUED)
    if message.conversation_id is not None:
        request_delivery(work, message.conversation_id)
    changed = await queries.get_message(work, message.id)
    tell_said(work, changed)
    return changed
