"""What one telling leaves behind, and how it is stored: many tellings in a few round trips."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from fanlight.channels.contract import InboundFile
from fanlight.features.conversations import files, parts
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Conversation, Kind, Message
from fanlight.features.tickets import automatic, continuation, intake, objects, queries
from fanlight.features.tickets.models import Ticket
from fanlight.kernel.ids import new_id
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Work

# What rises while a ticket is worked on, set at once to where it would stand.
SET_COUNTS = """
    UPDATE tickets SET version = %(version)s, stamp = %(stamp)s WHERE id = %(id)s
"""
SET_COURSE = """
    UPDATE conversations SET last_seq = %(last_seq)s, agent_read_seq = %(agent_read_seq)s,
        customer_read_seq = %(customer_read_seq)s,
        customer_delivered_seq = %(customer_delivered_seq)s,
        last_inbound_at = %(last_inbound_at)s, is_blocked = %(is_blocked)s,
        is_current = %(is_current)s
    WHERE id = %(id)s
"""
SET_CONTACT = """
    UPDATE chat_contacts SET came_at = %(came_at)s, left_at = %(left_at)s,
        mailed_seq = %(mailed_seq)s
    WHERE conversation_id = %(conversation_id)s
"""
_MADE_OF = ("is_deleted", "edited_at", "delivery_detail", "has_html")  # no column of ADD_MESSAGE


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chat goes on by mail, and until when its customer was there."""

    conversation_id: UUID
    email: str
    language: str
    is_signed: bool
    came_at: datetime
    left_at: datetime | None
    mailed_seq: int = 0


class Picture(msgspec.Struct, frozen=True):
    """A picture somebody attached to a message."""

    message_id: UUID
    kind: str
    rows: tuple[tuple[str, str], ...]


class Told(msgspec.Struct, kw_only=True):
    """Everything that stands in the database after a telling."""

    ticket: Ticket
    words: dict[str, None] = {}  # for finding it, in order
    threads: list[Conversation] = []
    messages: list[Message] = []
    contacts: list[Contact] = []
    pictures: list[Picture] = []
    acknowledged: tuple[str, datetime] | None = None  # whom, when

    def thread(self, channel: str) -> Conversation:
        return next(each for each in self.threads if each.channel == channel)

    def put(self, thread: Conversation) -> None:
        """A changed copy takes the place of its original."""
        self.threads = [thread if each.id == thread.id else each for each in self.threads]


async def store(work: Work, tellings: Sequence[Told], *, patience: tuple[int, int]) -> None:
    """Store tellings, the earliest first. ``patience``: as in the chat's settings, in seconds.

    A thread has one present conversation, so what follows on a ticket waits until that is settled.
    """
    depth: dict[UUID | None, int] = {None: -1}
    for told in tellings:
        depth[told.ticket.id] = depth[told.ticket.follows_id] + 1
    for turn in range(max(depth.values()) + 1):
        ripe = [each for each in tellings if depth[each.ticket.id] == turn]
        await _store(work, ripe, patience)


async def _store(work: Work, tellings: Sequence[Told], patience: tuple[int, int]) -> None:
    await work.run_many(queries.ADD, [_ticket(each) for each in tellings])
    await work.run_many(SET_COUNTS, [_counts(each.ticket) for each in tellings])
    threads = [thread for each in tellings for thread in each.threads]
    await work.run_many(conversations.ADD_CONVERSATION, [asdict(each) for each in threads])
    await work.run_many(SET_COURSE, [asdict(each) for each in threads])
    messages = [message for each in tellings for message in each.messages]
    await work.run_many(conversations.ADD_MESSAGE, [_message(each) for each in messages])
    named = [
        values
        for message in messages
        if message.kind in (Kind.INBOUND, Kind.NOTE) and (values := objects.to_keep(message))
    ]
    await _run_many(work, objects.ADD, named)
    await _deliveries(work, messages)
    await _outside(work, tellings)
    await _contacts(work, [each for told in tellings for each in told.contacts], patience)


def _ticket(told: Told) -> dict[str, object]:
    return {**asdict(told.ticket), "tags": list(told.ticket.tags), "words": list(told.words)}


def _counts(ticket: Ticket) -> dict[str, object]:
    return {"id": ticket.id, "version": ticket.version, "stamp": ticket.stamp}


def _message(message: Message) -> dict[str, object]:
    values = {name: value for name, value in asdict(message).items() if name not in _MADE_OF}
    return {
        **values,
        "redactions": list(message.redactions),
        "auth": dict(message.auth),
        "activity": None if message.activity is None else dict(message.activity),
        "html": None,
    }


async def _deliveries(work: Work, messages: Sequence[Message]) -> None:
    detailed = [each for each in messages if each.delivery_detail is not None]
    await _run_many(
        work,
        conversations.SET_DELIVERY,
        [
            {"id": each.id, "delivery": each.delivery, "detail": each.delivery_detail}
            for each in detailed
        ],
    )


async def _outside(work: Work, tellings: Sequence[Told]) -> None:
    """What the front door and the road out would have written down about each message."""
    taken, noted, refs, sent = [], [], [], []
    for told in tellings:
        by_id = {thread.id: thread for thread in told.threads}
        for message in told.messages:
            thread = by_id.get(message.conversation_id) if message.conversation_id else None
            if thread is None:
                continue
            key = {"channel": thread.channel, "account_id": thread.account_id}
            native_id = _native_id(thread, message)
            if message.kind is Kind.INBOUND:
                event = {**key, "dedupe_key": _dedupe_key(thread, message, native_id)}
                taken.append(
                    {**event, "kind": "message.created", "received_at": message.created_at}
                )
                noted.append({**event, "message_id": message.id, "original_id": None})
            elif native_id is not None:
                sent.append(_part(message, native_id))
            if native_id is not None and message.delivery not in {"failed", "refused"}:
                refs.append({**key, "native_id": native_id, **_whose(message)})
    await _run_many(work, intake.TAKE, taken)
    await _run_many(work, intake.NOTE_RESULT, noted)
    await _run_many(work, parts.CLAIM, sent)
    await _run_many(work, parts.END, sent)
    await _run_many(work, conversations.ADD_REF, refs)
    await _run_many(work, automatic.NOTE, [_noted(each) for each in tellings if each.acknowledged])


def _native_id(thread: Conversation, message: Message) -> str | None:
    """The name the channel gave a message; None on our own pages, which give none."""
    if thread.channel == "email":
        host = "meridian.example" if message.kind is Kind.OUTBOUND else "mail.example"
        return f"{message.id.hex}@{host}"
    if thread.channel == "telegram.private":
        return f"{thread.thread_key}:{message.id.int % 9_000_000 + 1_000}"
    return None


def _dedupe_key(thread: Conversation, message: Message, native_id: str | None) -> str:
    return f"{thread.thread_key or ''}/{message.client_key or native_id or message.id.hex}"


def _whose(message: Message) -> dict[str, object]:
    return {"message_id": message.id, "conversation_id": message.conversation_id}


def _part(message: Message, native_id: str) -> dict[str, object]:
    has_failed = message.delivery == "failed"
    return {
        "message_id": message.id,
        "number": 1,
        "lease": new_id(),
        "lease_s": parts.LEASE_S,
        "attempts": 5 if has_failed else 1,
        "now": message.created_at,
        "state": "failed" if has_failed else "sent",
        "native_id": None if has_failed else native_id,
        "failure": "transient" if has_failed else None,
    }


def _noted(told: Told) -> Mapping[str, object]:
    whom, at = told.acknowledged or ("", told.ticket.opened_at)
    return {"id": new_id(), "recipient": whom, "ticket_id": told.ticket.id, "at": at}


async def _contacts(work: Work, contacts: Sequence[Contact], patience: tuple[int, int]) -> None:
    values = [
        {**asdict(each), "mail_after_s": patience[0], "mail_while_open_s": patience[1]}
        for each in contacts
    ]
    await _run_many(work, continuation.NOTE_CONTACT, values)
    await _run_many(work, SET_CONTACT, values)


async def keep_picture(work: Work, told: Told, picture: Picture, content: bytes) -> None:
    """Take an attached picture in as the front door does."""
    message = next(each for each in told.messages if each.id == picture.message_id)
    at = message.created_at
    then = work.aside(actor=SYSTEM, now=lambda: at)
    file = InboundFile(name=f"{picture.kind}.png", declared_type="image/png", content=content)
    looked = await files.look_at_all(work.of(Settings), [file])
    await files.keep_inbound(then, message, looked)


async def _run_many(
    work: Work, statement: LiteralString, batch: Sequence[Mapping[str, object]]
) -> None:
    if batch:
        await work.run_many(statement, batch)
