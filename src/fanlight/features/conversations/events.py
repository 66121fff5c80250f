"""What conversations tell the rooms above."""

from uuid import UUID

from fanlight.kernel.events import Event


class DeliveryChanged(Event, frozen=True, kw_only=True, tag="conversation.delivery_changed"):
    """An outbound message has come further, or has failed."""

    ticket_id: UUID
    conversation_id: UUID
    message_id: UUID
    delivery: str


class FileArrived(Event, frozen=True, kw_only=True, tag="conversation.file_arrived"):
    """A file that was still with its vendor is here now, or cannot be had."""

    ticket_id: UUID
    message_id: UUID
    file_id: UUID
