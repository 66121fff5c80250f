"""Addresses that prove what they answer: signed tokens for replies, and for bounces."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

import msgspec

MAX_LOCAL_PART = 64  # octets, RFC 5321 section 4.5.3.1.1

_MAC_BYTES = 8
_REPLY_BYTES = 16 + 5 + 1 + _MAC_BYTES  # conversation, participant, key name, signature
_BOUNCE_BYTES = 16 + 1 + 1 + _MAC_BYTES  # message, part number, key name, signature
_REPLY_CHARS, _BOUNCE_CHARS = 48, 42
# Some providers turn the plus into another sign on the way; capitals come from old gateways.
_REPLY = re.compile(rf"(?:\bt-|[+=-])([a-z2-7]{{{_REPLY_CHARS}}})@", re.IGNORECASE)
_BOUNCE = re.compile(rf"(?:\bb-|[+=-])([a-z2-7]{{{_BOUNCE_CHARS}}})(?:=[^@\s]*)?@", re.IGNORECASE)


class LocalPartTooLong(ValueError):
    """The mailbox name leaves no room for a token: a catch-all domain is needed."""


class ReplyTo(msgspec.Struct, frozen=True):
    """What a reply address proves: which conversation, and whom it was given to."""

    conversation_id: UUID
    participant_tag: str


class Sent(msgspec.Struct, frozen=True):
    """What a bounce address proves: which message of ours, and which part of it."""

    message_id: UUID
    part: int


class Tokens:
    """Makes tokens with the first key; reads those of every key it was given."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("tokens need at least one key")
        self._keys = tuple(keys)

    def reply_address(
        self, mailbox: str, conversation_id: UUID, participant_tag: str, *, catch_all: str = ""
    ) -> str:
        """``support+<token>@…``, or ``t-<token>@`` the catch-all domain where one is set.

        Raises:
            LocalPartTooLong: the mailbox name is so long that no token fits behind it.
        """
        token = self._sign(b"reply", conversation_id.bytes + bytes.fromhex(participant_tag))
        return _address(mailbox, token, catch_all, "t-")

    def bounce_address(
        self, mailbox: str, message_id: UUID, part: int, *, catch_all: str = ""
    ) -> str:
        """The envelope sender of one part, to which its delivery failures come back."""
        token = self._sign(b"bounce", message_id.bytes + bytes((part,)))
        return _address(mailbox, token, catch_all, "b-")

    def find_reply(self, texts: Iterable[str]) -> ReplyTo | None:
        """The first genuine reply token in headers, recipients or a body."""
        for token in _candidates(_REPLY, texts):
            payload = self._verified(b"reply", token, _REPLY_BYTES)
            if payload is not None:
                return ReplyTo(UUID(bytes=payload[:16]), payload[16:].hex())
        return None

    def find_bounce(self, texts: Iterable[str]) -> Sent | None:
        for token in _candidates(_BOUNCE, texts):
            payload = self._verified(b"bounce", token, _BOUNCE_BYTES)
            if payload is not None:
                return Sent(UUID(bytes=payload[:16]), payload[16])
        return None

    def _sign(self, purpose: bytes, payload: bytes) -> str:
        key = self._keys[0]
        signed = payload + _name(key)
        raw = signed + _mac(key, purpose, signed)
        return base64.b32encode(raw).decode("ascii").rstrip("=").lower()

    def _verified(self, purpose: bytes, token: str, size: int) -> bytes | None:
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except binascii.Error:
            return None
        signed, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        for key in self._keys:
            if (
                len(raw) == size
                and signed[-1:] == _name(key)
                and hmac.compare_digest(mac, _mac(key, purpose, signed))
            ):
                return signed[:-1]
        return None


def _name(key: bytes) -> bytes:
    return sha256(b"mail token key" + key).digest()[:1]


def _mac(key: bytes, purpose: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, purpose + b"\0" + signed, "sha256")[:_MAC_BYTES]


def _address(mailbox: str, token: str, catch_all: str, prefix: str) -> str:
    if catch_all:
        return f"{prefix}{token}@{catch_all}"
    local, _, domain = mailbox.rpartition("@")
    if len(local) + 1 + len(token) > MAX_LOCAL_PART:
        raise LocalPartTooLong(f"{local!r} leaves no room for a token in {MAX_LOCAL_PART} octets")
    return f"{local}+{token}@{domain}"


def _candidates(pattern: re.Pattern[str], texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for match in pattern.finditer(text):
            yield match[1]
