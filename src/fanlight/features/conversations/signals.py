"""Wake-ups about conversations: they say where to look in the database, hardly more."""

from typing import Literal
from uuid import UUID

import msgspec

from fanlight.kernel.work import Work


class Said(msgspec.Struct, frozen=True, tag="said"):
    """A message is new or has changed: read it."""

    message_id: UUID
    seq: int | None
    is_new: bool = False
    """Whoever has told up to this seq already need not look: such a wake-up only came late."""


class Receipt(msgspec.Struct, frozen=True, tag="receipt"):
    """Somebody has received or read up to a seq."""

    conversation_id: UUID
    by: Literal["customer", "agent"]
    delivered_seq: int
    read_seq: int


class Typing(msgspec.Struct, frozen=True, tag="typing"):
    """Somebody is writing; fleeting, never stored."""

    conversation_id: UUID
    by: Literal["customer", "agent"]
    name: str
    is_on: bool


class Turned(msgspec.Struct, frozen=True, tag="turned"):
    """The ticket's state or owner is another."""


Signal = Said | Receipt | Typing | Turned


def ticket_topic(ticket_id: UUID) -> str:
    return f"ticket.{ticket_id}"


def conversation_topic(conversation_id: UUID) -> str:
    return f"conversation.{conversation_id}"


def encode(signal: Signal) -> bytes:
    return msgspec.json.encode(signal)


def decode(payload: bytes) -> Signal | None:
    """The signal, or None for a payload that was too large to travel or is not ours."""
    try:
        found: Signal = msgspec.json.decode(payload, type=Signal)
    except msgspec.MsgspecError:
        return None
    return found


def tell(work: Work, ticket_id: UUID, conversation_id: UUID | None, signal: Signal) -> None:
    """Wake who watches the ticket and, when it concerns them, who holds the conversation."""
    payload = encode(signal)
    work.signal(ticket_topic(ticket_id), payload)
    if conversation_id is not None:
        work.signal(conversation_topic(conversation_id), payload)
