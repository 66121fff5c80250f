"""What a report of a scam is made of, and how equal ones are recognised."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from fanlight.channels.reported import MailHead
from fanlight.features.trust.likeness import Reason
from fanlight.features.trust.lookalikes import Registry, Standing
from fanlight.features.trust.naming import Name, SourceKind, read
from fanlight.features.trust.skeleton import skeleton
from fanlight.kernel.entities import recognise
from fanlight.kernel.entities.kinds import EntityKind

MOST = 20  # indicators of one report
_LONGEST = 255


class State(StrEnum):
    """What became of a campaign."""

    OPEN = "open"
    REQUESTED = "requested"  # its host or registrar was asked to take it down
    GONE = "gone"
    DISMISSED = "dismissed"  # no scam


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """One thing by which a scam is known again."""

    key: str
    kind: str  # "domain", "email", "phone", "handle", "address"
    value: str
    verdict: Standing
    apes: str | None = None
    reasons: tuple[Reason, ...] = ()


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """Reports that belong together. ``is_watched``: agents are told where it shows up again."""

    id: UUID
    name: str
    state: State
    is_watched: bool
    reports: int
    hits: int
    first_at: datetime
    last_at: datetime
    version: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One report, and the ticket on which it is talked about."""

    id: UUID
    ticket_id: UUID
    reference: str
    at: datetime
    mail: MailHead | None
    original_id: UUID | None


def key_of(name: Name) -> str:
    """One key for all that a hurried eye takes for the same."""
    match name.kind:
        case SourceKind.DOMAIN:
            return f"domain:{skeleton(name.label)}.{name.suffix}"
        case SourceKind.EMAIL:
            return f"email:{name.local}@{name.host}"
        case SourceKind.PHONE:
            return f"phone:{name.digits[-10:]}"
        case SourceKind.HANDLE:
            return f"handle:{name.platform}:{skeleton(name.label)}"


def indicators(ours: Registry, values: Sequence[str]) -> list[Indicator]:
    """What of a report's values tells a scam: what is ours does not, and nothing is told twice."""
    found: dict[str, Indicator] = {}
    for value in values:
        if len(found) >= MOST:
            break
        for made in _indicator(ours, value):
            found.setdefault(made.key, made)
    return list(found.values())


def _indicator(ours: Registry, value: str) -> list[Indicator]:
    addresses = [each for each in recognise(value) if each.kind is EntityKind.ADDRESS]
    if addresses:
        return [
            Indicator(
                key=f"address:{each.value.lower()}"[:_LONGEST],
                kind="address",
                value=each.value[:_LONGEST],
                verdict=Standing.UNKNOWN,
            )
            for each in addresses
        ]
    name = read(value)
    if name is None:
        return []
    judged = ours.judge(value)
    if judged.verdict is Standing.OFFICIAL:
        return []
    shown = "".join(c for c in name.whole if c.isprintable())
    if name.platform:
        shown = f"{name.platform}:{shown}"
    return [
        Indicator(
            key=key_of(name)[:_LONGEST],
            kind=name.kind.value,
            value=shown[:_LONGEST],
            verdict=judged.verdict,
            apes=judged.of,
            reasons=judged.reasons,
        )
    ]
