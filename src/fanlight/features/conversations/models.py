"""A conversation is one thread on one channel; a message is one thing said in it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec


class Kind(StrEnum):
    """What a timeline item is."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"
    ACTIVITY = "activity"


class Speaker(StrEnum):
    """Who speaks. A machine of ours never passes for a person."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"
    MACHINE = "machine"


class Delivery(StrEnum):
    """How far an outbound message has come. ``unknown``: it may have arrived, nobody can say."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    REFUSED = "refused"

    @property
    def may_retry(self) -> bool:
        return self in {Delivery.FAILED, Delivery.UNKNOWN, Delivery.BOUNCED, Delivery.REFUSED}


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One thread. ``seq`` counts its messages from 1 and is the cursor of every client."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    channel: str
    account_id: str
    thread_key: str | None
    recipient: str
    subject: str | None
    last_seq: int = 0
    agent_read_seq: int = 0
    customer_read_seq: int = 0
    customer_delivered_seq: int = 0
    last_inbound_at: datetime | None = None
    is_blocked: bool = False
    is_current: bool = True
    created_at: datetime


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said, noted or done. ``conversation_id`` and ``seq`` are None for the desk's own.

    ``level`` and ``method`` say how sure we were, at ``proven_at``, who spoke: of this message
    alone.
    """

    id: UUID
    ticket_id: UUID
    conversation_id: UUID | None
    seq: int | None
    kind: Kind
    author_kind: Speaker
    author_id: UUID | None
    author_name: str
    text: str
    visible_text: str | None
    has_html: bool
    subject: str | None
    language: str | None
    client_key: str | None
    occurred_at: datetime
    created_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    redactions: tuple[str, ...]
    level: int
    method: str
    proven_at: datetime | None
    auth: Mapping[str, str]
    activity: Mapping[str, Any] | None
    delivery: Delivery | None
    delivery_detail: str | None
    original_id: UUID | None


class FileState(StrEnum):
    """Whether a file may be handed out."""

    CLEAN = "clean"
    FETCHING = "fetching"
    REFUSED = "refused"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """Something attached. Without ``message_id`` it is uploaded and not yet said."""

    id: UUID
    ticket_id: UUID | None
    message_id: UUID | None
    uploaded_by_kind: str
    uploaded_by: UUID
    name: str
    media_type: str
    size_bytes: int
    blob_id: UUID | None
    state: FileState
    detail: str | None
    width: int | None
    height: int | None
    content_id: str | None
    created_at: datetime


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What is said, before it becomes a message."""

    text: str
    visible_text: str | None = None
    html: str | None = None
    subject: str | None = None
    language: str | None = None
    redactions: tuple[str, ...] = ()


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who says it, and how sure we are of that right now."""

    kind: Speaker
    id: UUID | None = None
    name: str = ""
    level: int = 0
    method: str = "none"
    proven_at: datetime | None = None
