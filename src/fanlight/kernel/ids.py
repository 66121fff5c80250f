"""Names for things: sortable ids inside, short unguessable references for people."""

import secrets
import time
from uuid import UUID

# No 0 O 1 I: what is read aloud or copied from a screenshot must not be guessed at.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BODY = 8  # characters of chance: 40 bits, about a million tries for one hit among a million
_LAST = 0
_COUNTER_BITS = 12


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then a counter and chance.

    Ids made by one process rise strictly, so rows written in order sort in order.
    """
    global _LAST
    stamp = (time.time_ns() << _COUNTER_BITS) // 1_000_000
    _LAST = stamp = max(stamp, _LAST + 1)
    milliseconds, sequence = stamp >> _COUNTER_BITS, stamp & ((1 << _COUNTER_BITS) - 1)
    tail = (0b10 << 62) | secrets.randbits(62)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (sequence << 64) | tail)


def read_id(text: str) -> UUID | None:
    """The id that stands in an address or a form; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _check_character(body: str) -> str:
    """Luhn's method to the base of the alphabet: sees any wrong character, most swaps."""
    total, double = 0, True
    for character in reversed(body):
        value = ALPHABET.index(character) * (2 if double else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
        double = not double
    return ALPHABET[-total % len(ALPHABET)]


def new_reference(prefix: str = "FL") -> str:
    """A ticket's public reference, e.g. ``FL-7K3M9QX4T``: 40 random bits, one check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_BODY))
    return f"{prefix}-{body}{_check_character(body)}"


def read_reference(text: str) -> str | None:
    """The reference as stored, from what a person typed; None when it cannot be one."""
    prefix, _, rest = text.strip().upper().replace(" ", "").partition("-")
    body, check = rest[:-1], rest[-1:]
    if len(body) != _BODY or any(c not in ALPHABET for c in rest) or not prefix.isalnum():
        return None
    return f"{prefix}-{rest}" if _check_character(body) == check else None


def new_token(size_bytes: int = 32) -> str:
    """A secret for a link or a cookie: URL-safe, 43 characters for the usual 32 bytes."""
    return secrets.token_urlsafe(size_bytes)
