"""What became of an inbound event, as its door is told."""

from typing import Literal
from uuid import UUID

import msgspec

from fanlight.features.conversations.models import Message
from fanlight.kernel.secrets import Finding


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an inbound event; ``message`` where it has made one."""

    outcome: Literal["stored", "repeat", "ignored"]
    ticket_id: UUID | None = None
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    seq: int | None = None
    message: Message | None = None
    findings: tuple[Finding, ...] = ()
    is_new_ticket: bool = False


def stored(message: Message, findings: tuple[Finding, ...]) -> Received:
    return Received(
        outcome="stored",
        ticket_id=message.ticket_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        seq=message.seq,
        findings=findings,
    )
