"""What is counted of an agent, and what comes of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import msgspec

from fanlight.features.oversight.settings import OversightSettings


class Measure(StrEnum):
    """What is counted, by agent and hour."""

    SEEN = "seen"  # tickets looked at, one's own among them
    OPENED = "opened"  # of those the ones that nobody or somebody else has
    SEARCHED = "searched"
    REVEALED = "revealed"
    PAGED = "paged"  # further pages of a list


# What has a number beyond which leads are told, and one beyond which a lead must say yes.
_LIMITS: dict[Measure, tuple[str, str]] = {
    Measure.OPENED: ("alert_opened", "cap_opened"),
    Measure.SEARCHED: ("alert_searches", "cap_searches"),
    Measure.REVEALED: ("alert_reveals", "cap_reveals"),
    Measure.PAGED: ("alert_pages", "cap_pages"),
}
LIMITED = tuple(_LIMITS)


def floor_of(settings: OversightSettings, measure: Measure) -> int:
    """Below this many in an hour nobody is told."""
    floor: int = getattr(settings, _LIMITS[measure][0])
    return floor


def cap_of(settings: OversightSettings, measure: Measure) -> int:
    """Beyond this many in an hour a lead must give their word."""
    cap: int = getattr(settings, _LIMITS[measure][1])
    return cap


class Kind(StrEnum):
    """What an alert is about."""

    RATE = "rate"  # much more than usual
    CAP = "cap"  # too much: stopped
    BAIT = "bait"  # a record nobody has a reason to open
    CHAIN = "chain"  # the audit log does not hold
    EXPORT = "export"  # somebody asks for an export
    OTHER_ACCOUNT = "other_account"  # the exchange answered about another account than was asked


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something leads must look at. ``agent_id`` is None when it is about nobody."""

    id: UUID
    at: datetime
    kind: Kind
    agent_id: UUID | None
    detail: dict[str, Any]
    settled_at: datetime | None
    settled_by: UUID | None
    words: str


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """An agent asks to go on beyond a cap; a lead lets them, for a while, or does not."""

    id: UUID
    agent_id: UUID
    measure: Measure
    reason: str
    asked_at: datetime
    state: Literal["asked", "given", "refused"]
    settled_by: UUID | None
    settled_at: datetime | None
    until: datetime | None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of one agent: this hour, today, and what is usual for them in an hour."""

    agent_id: UUID
    measure: Measure
    hour: int
    day: int
    usual: float
    hours: int  # of the last four weeks in which they did it at all


class Why(StrEnum):
    """Reasons for which a fact is revealed: a closed list, so that they can be counted."""

    ASKED = "asked"
    VERIFY = "verify"
    FRAUD = "fraud"
    PAYOUT = "payout"
    LEGAL = "legal"
    OTHER = "other"  # in words
