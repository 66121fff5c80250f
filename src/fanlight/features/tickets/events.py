"""What tickets tell the rooms above."""

from datetime import datetime
from uuid import UUID

from fanlight.kernel.events import Event


class TicketOpened(Event, frozen=True, kw_only=True, tag="ticket.opened"):
    """A customer has a problem. ``is_automatic``: a machine wrote, so no machine answers."""

    ticket_id: UUID
    conversation_id: UUID
    message_id: UUID
    language: str  # BCP 47, e.g. "zh-Hant"
    opened_at: datetime
    is_automatic: bool = False


class CustomerWrote(Event, frozen=True, kw_only=True, tag="ticket.customer_wrote"):
    """One more message from the customer (or a third party) on a ticket that stood already."""

    ticket_id: UUID
    conversation_id: UUID
    message_id: UUID


class SecretHidden(Event, frozen=True, kw_only=True, tag="ticket.secret_hidden"):
    """The guard hid something in what a customer sent: its kinds, never the thing itself."""

    ticket_id: UUID
    conversation_id: UUID
    message_id: UUID
    kinds: tuple[str, ...]
    is_automatic: bool = False  # a machine wrote, or what was judged spam: nobody answers it


class AgentAnswered(Event, frozen=True, kw_only=True, tag="ticket.agent_answered"):
    """A person of ours has answered."""

    ticket_id: UUID
    conversation_id: UUID
    message_id: UUID
    agent_id: UUID


class TicketAssigned(Event, frozen=True, kw_only=True, tag="ticket.assigned"):
    """The ticket has another owner, or none."""

    ticket_id: UUID
    agent_id: UUID | None
    assigned_by: UUID


class TicketSolved(Event, frozen=True, kw_only=True, tag="ticket.solved"):
    """The ticket is done, as far as we know."""

    ticket_id: UUID
    solved_at: datetime


class TicketReopened(Event, frozen=True, kw_only=True, tag="ticket.reopened"):
    """It was not done after all."""

    ticket_id: UUID
    reopened_at: datetime
