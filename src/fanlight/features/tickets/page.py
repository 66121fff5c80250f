"""What a ticket's page shows beside its timeline, read in one round trip."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Conversation
from fanlight.features.people.models import Customer, Identity
from fanlight.features.people.queries.customers import identities_where
from fanlight.features.tickets import continuation, queries
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.models import Draft, InboxRow
from fanlight.features.tickets.queries import NAMES, ROW, VISIBLE, visible_to
from fanlight.kernel.work import Work

# The ticket it goes on from is told of to whoever may see that one too.
HEAD = f"""
    WITH page AS (
        SELECT {ROW}, t.opened_at, t.solved_at, t.follows_id FROM tickets t
        WHERE t.id = %(ticket_id)s AND {VISIBLE}
    )
    SELECT p.*, {NAMES}, c.language AS customer_language, c.created_at AS customer_since,
        c.version AS customer_version, before.reference AS follows
    FROM page p JOIN customers c ON c.id = p.customer_id
    LEFT JOIN agents a ON a.id = p.assignee_id
    LEFT JOIN LATERAL (
        SELECT t.reference FROM tickets t WHERE t.id = p.follows_id AND {VISIBLE}
    ) before ON true
"""
IDENTITIES = identities_where(
    f"SELECT t.customer_id FROM tickets t WHERE t.id = %(ticket_id)s AND {VISIBLE}"
)
EARLIER = f"""
    SELECT t.id, t.reference, t.subject, t.status, t.active_at FROM tickets t
    WHERE t.customer_id = (SELECT x.customer_id FROM tickets x WHERE x.id = %(ticket_id)s)
      AND t.id <> %(ticket_id)s AND {VISIBLE}
    ORDER BY t.active_at DESC, t.id DESC LIMIT 5
"""


class Head(InboxRow, frozen=True, kw_only=True):
    """A ticket's line in the inbox, and what only its page says."""

    opened_at: datetime
    solved_at: datetime | None
    follows_id: UUID | None
    follows: str | None  # its reference; None as well where the actor may not see it
    customer_language: str
    customer_since: datetime
    customer_version: int

    @property
    def customer(self) -> Customer:
        return Customer(
            id=self.customer_id,
            name=self.customer_name,
            language=self.customer_language,
            created_at=self.customer_since,
            merged_into=None,  # whoever is merged takes their tickets along
            version=self.customer_version,
        )


class Earlier(msgspec.Struct, frozen=True):
    """Another ticket of the same customer."""

    id: UUID
    reference: str
    subject: str
    status: str
    active_at: datetime


class TicketRead(NamedTuple):
    """All of it. Of the customer nothing beside their name for whoever may not see customers."""

    head: Head
    talks: list[Conversation]
    mails: dict[UUID, str]
    drafts: list[Draft]
    identities: list[Identity]
    earlier: list[Earlier]


async def read_ticket(work: Work, ticket_id: UUID) -> TicketRead:
    """The ticket and what hangs on it. Raises TicketNotFound, also where the actor sees none."""
    head, (talks, mails, drafts), (identities, earlier) = await work.together(
        _head(work, ticket_id),
        work.together(
            conversations.of_ticket(work, ticket_id),
            continuation.mail_of(work, ticket_id),
            queries.drafts(work, ticket_id),
        ),
        _of_customer(work, ticket_id),
    )
    return TicketRead(head, talks, mails, drafts, identities, earlier)


async def _head(work: Work, ticket_id: UUID) -> Head:
    head = await work.one(Head, HEAD, ticket_id=ticket_id, **visible_to(work.actor))
    if head is None:
        raise TicketNotFound(ticket_id=ticket_id)
    return head


async def _of_customer(work: Work, ticket_id: UUID) -> tuple[list[Identity], list[Earlier]]:
    if not work.actor.may("customer.see"):
        return [], []
    values = {"ticket_id": ticket_id, **visible_to(work.actor)}
    return await work.together(
        work.rows(Identity, IDENTITIES, **values), work.rows(Earlier, EARLIER, **values)
    )
