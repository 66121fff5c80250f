"""Whose account it is, how it is kept safe, and what stands still on it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

import msgspec


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One customer's account."""

    uid: str
    tier: str
    region: str
    """ISO 3166-1 alpha-2, e.g. ``SG``."""
    languages: tuple[str, ...] = ()
    """BCP 47, the preferred first."""
    email: str | None = None
    """Where the exchange itself reaches this customer; proven by the exchange."""
    phone: str | None = None
    created_at: datetime
    flags: frozenset[str] = frozenset()
    """The exchange's own words, e.g. ``vip``; never shown to the customer."""
    is_frozen: bool = False


class IdentityState(StrEnum):
    """Where a check of identity stands."""

    NONE = "none"
    PENDING = "pending"
    REFUSED = "refused"
    PASSED = "passed"
    EXPIRED = "expired"


class IdentityCheck(msgspec.Struct, frozen=True, kw_only=True):
    """How far the check of this person's identity is. Documents themselves are never asked for."""

    state: IdentityState
    level: str = ""
    reasons: tuple[str, ...] = ()
    """Closed list: ``blurred cropped expired name_differs unsupported_document underage
    duplicate region address_old selfie_differs``; others are told as "another reason"."""
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    usual: timedelta | None = None
    """How long a check takes for nine of ten customers now."""
    may_retry_at: datetime | None = None


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in, or a try."""

    at: datetime
    is_success: bool
    method: str
    device: str
    place: str
    """Country and region, never an address of the internet."""
    is_new_device: bool = False
    reason: str = ""
    """Closed list: ``wrong_password wrong_code locked region unknown_device frozen``."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """Something signed in, or trusted."""

    id: str
    name: str
    place: str
    first_seen_at: datetime
    last_seen_at: datetime
    is_trusted: bool = False


class SecurityChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change to how the account is kept safe."""

    at: datetime
    kind: str
    """Closed list: ``password email phone totp passkey api_key withdrawal_address whitelist
    anti_phishing``."""
    action: str
    """``added``, ``changed``, ``removed``, ``reset``."""
    device: str = ""
    place: str = ""
    withdrawals_held_until: datetime | None = None


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key for programs; the key itself is never told, only its first characters."""

    prefix: str
    label: str = ""
    created_at: datetime
    expires_at: datetime | None = None
    rights: frozenset[str] = frozenset()
    """``read``, ``trade``, ``withdraw``."""
    has_address_list: bool = False
    is_active: bool = True


class ApiFailure(msgspec.Struct, frozen=True, kw_only=True):
    """One refused call of a customer's program, without its parameters."""

    at: datetime
    prefix: str
    code: str
    path: str
    reason: str = ""
    """Closed list: ``timestamp signature address_not_listed rights expired rate_limit
    unknown_key parameter overload``."""
    skew_ms: int | None = None
    """How far the caller's clock was off, where that was the reason."""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """An alert mail's one-use link, looked up: whose it is, and for what it was made."""

    uid: str
    purpose: str
    expires_at: datetime


class ChallengeState(StrEnum):
    """Where a challenge stands."""

    SENT = "sent"
    PASSED = "passed"
    WRONG = "wrong"
    EXPIRED = "expired"
    TOO_MANY = "too_many"


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """A second proof the exchange asks its customer for; the desk never sees the code's source."""

    id: str
    method: str
    """``totp``, ``sms``, ``email``, ``passkey``, ``questions``."""
    state: ChallengeState
    sent_to: str = ""
    """Masked by the exchange: ``••••17``."""
    expires_at: datetime
    tries_left: int = 0


class FreezeState(StrEnum):
    """Whether it still holds."""

    FROZEN = "frozen"
    LIFTED = "lifted"
    EXPIRED = "expired"
    NONE = "none"


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """What stands still on an account, since when and until when."""

    id: str
    uid: str
    state: FreezeState
    stops: frozenset[str] = frozenset()
    """Closed list: ``withdrawals api_keys new_sessions security_changes``; never positions."""
    since: datetime
    until: datetime | None = None
    """It ends by itself then, unless confirmed."""
    is_confirmed: bool = False


class FreezeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What the exchange tells the desk of its own accord: something happened to a freeze."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    """Of the event; sent again, it is the same."""
    kind: Literal["freeze.lifted", "freeze.changed"]
    """Lifted in the exchange's own app or by its staff; or kept, prolonged, stopping other things,
    which the desk then asks about."""
    uid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    freeze_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    """The exchange's own id of it, as it answered when it froze."""
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    """When it happened: by the clock that the freeze's own times are of. A lift that is older than
    the freeze is not believed; the desk asks what stands."""
