"""What is officially ours, and a change of it that two persons make."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from fanlight.features.trust.lookalikes import Source


class Kind(StrEnum):
    """What an official source can be. Agents' ids stand with the agents, not among these."""

    DOMAIN = "domain"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    GROUP = "group"

    @property
    def has_platform(self) -> bool:
        return self in {Kind.HANDLE, Kind.GROUP}


class State(StrEnum):
    """Whether we still write from there."""

    OFFICIAL = "official"
    RETIRED = "retired"


class Official(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is ours. ``native_id`` stays when a handle is renamed, and is theirs alone."""

    id: UUID
    kind: Kind
    platform: str = ""
    value: str
    native_id: str = ""
    state: State = State.OFFICIAL
    words: Mapping[str, str] = {}
    since: date
    until: date | None = None
    version: int = 1

    def as_source(self) -> Source:
        """As the check reads it."""
        value = f"{self.platform}:{self.value}" if self.platform else self.value
        return Source(kind=self.kind, value=value, state=self.state)

    def told(self, language: str) -> str:
        """What it is for, in this language or another."""
        return (
            self.words.get(language) or self.words.get("en") or next(iter(self.words.values()), "")
        )


class Act(StrEnum):
    """What a change does."""

    ADD = "add"
    CHANGE = "change"  # its words or its immutable id; another value is another source
    RETIRE = "retire"
    RESTORE = "restore"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one person proposed; nothing of it stands until another confirms it."""

    id: UUID
    source_id: UUID
    act: Act
    source: Official
    reason: str
    state: str  # "open", "confirmed", "refused", "withdrawn"
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    proposer: str = ""
    decider: str = ""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to be official."""

    kind: Kind
    value: str
    platform: str = ""
    native_id: str = ""
    words: Mapping[str, str] = {}
    since: date | None = None


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as customers may know them."""

    public_id: str
    name: str
    is_active: bool
