"""How sure we are who speaks: it belongs to the event, has a method and a time, and decays."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

import msgspec
from msgspec.structs import replace


class Level(IntEnum):
    """What each level stands for: see the fields."""

    L0 = 0  # a platform's id, nothing proven
    L1 = 1  # controls an address, proven now
    L2 = 2  # bound to an exchange account by a signed session
    L3 = 3  # L2, and a second proof a moment ago


class Method(StrEnum):
    """How a level was reached."""

    PLATFORM_ID = "platform_id"
    DMARC = "dmarc"  # the mail is aligned with its sender's domain
    CODE = "code"  # sent to the address and typed back
    QUESTIONS = "questions"
    SIGNED_SESSION = "signed_session"
    TOTP = "totp"
    PASSKEY = "passkey"
    SMS = "sms"  # the exchange's own


_FIRST = {
    Method.PLATFORM_ID: Level.L0,
    Method.DMARC: Level.L1,
    Method.CODE: Level.L1,
    Method.QUESTIONS: Level.L1,
    Method.SIGNED_SESSION: Level.L2,
}
_SECOND = frozenset({Method.TOTP, Method.PASSKEY, Method.SMS})

STEP_UP_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(minutes=60)
# A code and a stale session: enough to go on with the visit, not for the visit of tomorrow.
CONTACT_LASTS = timedelta(hours=24)


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """One proof of who speaks. ``subject`` is the identity proven, e.g. ``exchange:48812217``."""

    level: Level
    method: Method
    proven_at: datetime
    subject: str


def proof_by(method: Method, subject: str, *, at: datetime) -> Proof:
    """What a method proves by itself: a second proof without a session proves nothing."""
    level = _FIRST.get(method, Level.L0)
    return Proof(level=level, method=method, proven_at=at, subject=subject)


def stepped_up(proof: Proof, method: Method, *, at: datetime) -> Proof:
    """The proof after a second one; unchanged unless a signed session still stands under it."""
    if method not in _SECOND or level_now(proof, at) < Level.L2:
        return proof
    return replace(proof, level=Level.L3, method=method, proven_at=at)


def level_now(proof: Proof, now: datetime) -> Level:
    """What a proof is still worth.

    A second proof counts for 15 minutes, a signed session for 60, control of an address for a
    day; an authenticated mail counts for that mail alone, so for no later moment.
    """
    age = max(now - proof.proven_at, timedelta(0))
    if proof.method is Method.DMARC:
        return proof.level if age == timedelta(0) else Level.L0
    if age <= STEP_UP_LASTS:
        return proof.level
    if age <= SESSION_LASTS:
        return min(proof.level, Level.L2)
    if age <= CONTACT_LASTS:
        return min(proof.level, Level.L1)
    return Level.L0
