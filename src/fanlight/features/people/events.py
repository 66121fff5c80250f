"""Facts about people that other rooms react to."""

from datetime import datetime
from uuid import UUID

from fanlight.kernel.events import Event


class CustomerMade(Event, frozen=True, kw_only=True, tag="customer.made"):
    """Somebody wrote to us for the first time."""

    customer_id: UUID
    kind: str  # of the identity that came first
    made_at: datetime


class IdentityLinked(Event, frozen=True, kw_only=True, tag="identity.linked"):
    """A customer proved one more identity."""

    customer_id: UUID
    identity_id: UUID
    kind: str


class CustomersMerged(Event, frozen=True, kw_only=True, tag="customers.merged"):
    """Two records were one person: whatever points at ``merged_id`` now belongs to ``kept_id``."""

    kept_id: UUID
    merged_id: UUID


class AgentSuspended(Event, frozen=True, kw_only=True, tag="agent.suspended"):
    """An agent no longer works here; their sessions have ended already."""

    agent_id: UUID


class PresenceChanged(Event, frozen=True, kw_only=True, tag="presence.changed"):
    """An agent came, stepped away or left."""

    agent_id: UUID
    state: str
    since: datetime
