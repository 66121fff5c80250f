"""Facts about announcements that others may react to."""

from datetime import datetime
from uuid import UUID

from fanlight.kernel.events import Event


class AnnouncementPublished(Event, frozen=True, kw_only=True, tag="announcement.published"):
    """Readers see it from ``published_at`` on, which may lie ahead."""

    announcement_id: UUID
    kind: str
    published_at: datetime


class AnnouncementWithdrawn(Event, frozen=True, kw_only=True, tag="announcement.withdrawn"):
    """Readers no longer see it."""

    announcement_id: UUID
