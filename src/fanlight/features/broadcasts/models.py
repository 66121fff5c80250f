"""An announcement tells everybody one thing; it exists once, in as many languages as written."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

# How long something urgent stands over every page when nobody said when it ends.
_URGENT_FOR = timedelta(hours=72)


class Kind(StrEnum):
    """What an announcement is about."""

    LISTING = "listing"
    MAINTENANCE = "maintenance"
    SECURITY = "security"
    INCIDENT = "incident"
    CAMPAIGN = "campaign"
    NOTICE = "notice"


URGENT = (Kind.SECURITY, Kind.INCIDENT)  # the newest of these stands over every page


class Standing(StrEnum):
    """Where an announcement is on its way to readers."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What an editor writes in one language."""

    title: str
    summary: str = ""
    source: str = ""  # Markdown


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """What all languages of one announcement share."""

    id: UUID
    slug: str
    kind: Kind
    is_pinned: bool
    published_at: datetime | None
    withdrawn_at: datetime | None
    ends_at: datetime | None
    saved_at: datetime
    version: int  # counts saves

    def standing(self, now: datetime) -> Standing:
        if self.withdrawn_at is not None:
            return Standing.WITHDRAWN
        if self.published_at is None:
            return Standing.DRAFT
        return Standing.SCHEDULED if self.published_at > now else Standing.PUBLISHED

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement as one reader gets it: in the best language that is there for them."""

    id: UUID
    slug: str
    kind: Kind
    is_pinned: bool
    published_at: datetime
    ends_at: datetime | None
    saved_at: datetime
    language: str
    languages: list[str]  # in which it exists
    title: str
    summary: str
    html: str = ""  # only where one is read

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now

    def is_urgent(self, now: datetime) -> bool:
        """Whether it may stand over every page."""
        ends_at = self.ends_at or self.published_at + _URGENT_FOR
        return self.kind in URGENT and ends_at > now


def address(language: str, slug: str) -> str:
    """The address of an announcement on the help site."""
    return f"/{language}/news/{slug}"
