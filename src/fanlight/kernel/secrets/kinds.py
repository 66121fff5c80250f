"""What a found secret is: its kind and its place, never its value."""

from enum import StrEnum

import msgspec


class SecretKind(StrEnum):
    """The kinds are public words: customers, agents and log readers see them in the marker."""

    SEED_PHRASE = "seed_phrase"
    PRIVATE_KEY = "private_key"
    EXTENDED_KEY = "extended_key"
    KEYSTORE = "keystore"
    TOTP_SECRET = "totp_secret"  # noqa: S105 - the name of a kind
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    OTP = "otp"
    CARD = "card"
    API_SECRET = "api_secret"  # noqa: S105 - the name of a kind


class Finding(msgspec.Struct, frozen=True):
    """One secret. ``start`` and ``end`` count Unicode code points of the text as given."""

    kind: SecretKind
    start: int
    end: int  # exclusive


class Redacted(msgspec.Struct, frozen=True):
    """A text that may be stored, and what was taken out of it, in places of the original."""

    text: str
    findings: tuple[Finding, ...]


def marker(kind: SecretKind) -> str:
    """What stands where a secret stood."""
    return f"⟦hidden:{kind.value}⟧"
