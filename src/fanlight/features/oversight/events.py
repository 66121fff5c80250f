"""What oversight tells the rooms above."""

from datetime import datetime
from uuid import UUID

from fanlight.kernel.events import Event


class AlertRaised(Event, frozen=True, kw_only=True, tag="oversight.alert_raised"):
    """Leads must look at something: ``kind`` says what, ``agent_id`` whom it is about."""

    alert_id: UUID
    kind: str
    agent_id: UUID | None
    at: datetime
