"""The records of people: who writes to us and who answers."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Self
from uuid import UUID

import msgspec
from msgspec.structs import replace

Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A person outside. What is known of them on a channel are their identities."""

    id: UUID
    name: str  # as they gave it, so untrusted; "" when they never did
    language: str  # BCP 47
    created_at: datetime
    merged_into: UUID | None
    version: int  # counts changes that a merge must have seen


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as known on one channel. ``(kind, key)`` belongs to one customer only."""

    id: UUID
    customer_id: UUID
    kind: str  # "email", "telegram", "exchange", "visitor", or what a channel calls its own
    key: str  # the normal form, compared
    display: str  # as it was written, shown
    proven_at: datetime | None
    proven_by: str | None  # the method, see assurance.Method
    created_at: datetime


class CardIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """An identity as an agent sees it: masked."""

    id: UUID
    kind: str
    masked: str
    proven_at: datetime | None
    proven_by: str | None


class CustomerCard(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as an agent sees them: nothing on it identifies a stranger."""

    id: UUID
    name: str  # masked
    language: str
    created_at: datetime
    identities: tuple[CardIdentity, ...]
    version: int


class MergePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What merging two customers would do; hand both versions back to do it."""

    kept: CustomerCard
    merged: CustomerCard
    is_allowed: bool  # False: they are bound to different exchange accounts


class AgentState(StrEnum):
    INVITED = "invited"  # has a link, no password yet
    ACTIVE = "active"
    SUSPENDED = "suspended"  # signs in nowhere; what they wrote stays theirs


class PresenceState(StrEnum):
    ONLINE = "online"
    AWAY = "away"
    OFF = "off"


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who answers. Their secrets are never part of this record."""

    id: UUID
    email: str
    name: str
    public_name: str  # what customers see
    language: str  # of the console
    languages: tuple[str, ...]  # they answer in
    theme: Theme
    density: Density
    state: AgentState
    created_at: datetime

    def called(self, name: str) -> Self:
        """Under another name; a public name that was the same goes along."""
        public_name = name if self.public_name == self.name else self.public_name
        return replace(self, name=name, public_name=public_name)


class AgentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of agents, with what they may and where they are."""

    id: UUID
    email: str
    name: str
    public_name: str
    languages: tuple[str, ...]
    state: AgentState
    created_at: datetime
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    presence: PresenceState
    presence_since: datetime | None
    last_seen_at: datetime | None  # in any of their sessions
    totp_on: bool
    passkeys: int


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """All an agent is shown about themselves."""

    id: UUID
    email: str
    name: str
    public_name: str
    language: str
    languages: tuple[str, ...]
    theme: Theme
    density: Density
    permissions: tuple[str, ...]
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    presence: PresenceState
    totp_on: bool
    passkeys: int
    recovery_codes_left: int


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of permissions."""

    key: str
    name: str
    permissions: tuple[str, ...]
    is_shipped: bool


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """Agents who share a queue; ``key`` is the queue's name in tickets and never changes."""

    key: str
    name: str
    languages: tuple[str, ...]
    created_at: datetime
    archived_at: datetime | None
    members: tuple[UUID, ...]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser in which an agent is signed in, or half signed in."""

    id: UUID
    agent_id: UUID
    state: Literal["half", "full"]
    method: str  # what was shown: "password", "password+totp", "passkey", …
    created_at: datetime
    last_seen_at: datetime
    idle_s: int
    expires_at: datetime
    stepped_up_at: datetime | None
    ip: str
    user_agent: str

    def is_over(self, now: datetime) -> bool:
        idle_until = self.last_seen_at + timedelta(seconds=self.idle_s)
        return now >= self.expires_at or now >= idle_until


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    is_backed_up: bool
    created_at: datetime
    last_used_at: datetime | None
    suspected_at: datetime | None
