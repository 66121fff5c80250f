"""A ticket is what one customer needs solved, whichever channels the talk runs through."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Self
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.features.tickets.errors import TicketAlreadySolved


class Status(StrEnum):
    """Where a ticket stands. Only open and waiting ones are in anybody's inbox."""

    OPEN = "open"
    WAITING = "waiting"  # on the customer, so no promise of ours is running
    SOLVED = "solved"
    SPAM = "spam"

    @property
    def is_live(self) -> bool:
        return self in {Status.OPEN, Status.WAITING}


class Priority(IntEnum):
    """How soon, 0 first."""

    URGENT = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of one customer. Owns no messages: those live in its conversations."""

    id: UUID
    reference: str  # shown to people, unguessable, with a check character
    customer_id: UUID
    subject: str
    team: str
    status: Status
    priority: Priority
    assignee_id: UUID | None
    channel: str  # where it began
    language: str
    tags: tuple[str, ...]
    preview: str
    preview_by: str
    needs_answer: bool  # the customer spoke last
    opened_at: datetime
    active_at: datetime  # of the last message, either way
    answered_at: datetime | None  # first by a person
    due_at: datetime | None  # when our promise breaks; None while nothing is promised
    solved_at: datetime | None
    follows_id: UUID | None
    version: int  # counts saves of its own fields
    stamp: int  # rises with everything on its timeline

    def assigned_to(self, agent_id: UUID | None) -> Self:
        if not self.status.is_live:
            raise TicketAlreadySolved(reference=self.reference)
        return replace(self, assignee_id=agent_id)

    def turned(self, status: Status, now: datetime) -> Self:
        """In another state; what is no longer open has no promise running."""
        solved_at = now if status is Status.SOLVED else None
        due_at = self.due_at if status is Status.OPEN else None
        needs = self.needs_answer and status is Status.OPEN
        return replace(self, status=status, solved_at=solved_at, due_at=due_at, needs_answer=needs)


class InboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an agent's inbox: just what it shows."""

    id: UUID
    reference: str
    subject: str
    status: Status
    priority: Priority
    channel: str
    team: str
    assignee_id: UUID | None
    assignee_name: str | None
    customer_id: UUID
    customer_name: str  # as stored; doors mask it
    accounts: tuple[str, ...]  # the customer's own on the exchange; doors hide them in words too
    language: str
    preview: str
    preview_by: str
    active_at: datetime
    due_at: datetime | None
    needs_answer: bool
    tags: tuple[str, ...]
    version: int
    stamp: int


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent has begun to write on a ticket, kept on the server."""

    kind: str  # reply or note
    conversation_id: UUID | None
    text: str
    updated_at: datetime
