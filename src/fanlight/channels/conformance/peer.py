"""What the checks stand on: a far side with a ledger, and a word for a broken contract."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, Protocol

from fanlight.channels.contract import (
    AttachmentRef,
    ChannelAdapter,
    InboundEvent,
    OutboundMessage,
    RawEnvelope,
    RawRequest,
)
from fanlight.kernel.http import OutboundHttp

Trouble = Literal["throttled", "token", "blocked", "lost", "slow", "unreachable"]
"""What the next request meets. ``lost``: done, but the answer never comes; ``slow``: the same,
and the far side keeps us waiting."""
FileKind = Literal["good", "gone", "too_large", "elsewhere"]
SecretKind = Literal["present", "former", "forged", "none"]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAIT_S = 8.0
# Each is one sign to the eye and must stay whole: wide, beyond U+FFFF, joined, right to left,
# combining. In JSON they become escapes, in UTF-16 pairs.
SIGNS = ("字", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "م\u064e", "e\u0301", "a")
HOSTILE = (
    b"",
    b"\x00\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"null",
    b'{"update_id": "x", "object": [], "event": {}}',
    b"From: \xff\r\nSubject: =?utf-8?b?AA?=\r\n\r\n\x00",
    b"{" + b'"k": 1, ' * 50_000 + b'"k": 1}',
)


class Nonconforming(AssertionError):
    """The adapter breaks the contract; the words say where."""


class Peer(Protocol):
    """An adapter and its far side. What a channel does not have answers None or False."""

    adapter: ChannelAdapter
    account_id: str
    http: OutboundHttp
    secrets: Sequence[str]
    """Values that must never be written anywhere."""

    def inbound(self, text: str) -> RawEnvelope:
        """A new message of a user, as the wire brings it."""
        ...

    def call(self, raw: RawEnvelope, secret: SecretKind) -> RawRequest | None:
        """The webhook call that brings it, authentic or not."""
        ...

    def outbound(self, text: str) -> OutboundMessage:
        """An answer to a user who can be reached."""
        ...

    def seen(self) -> Sequence[str]:
        """What that user sees from us, in order."""
        ...

    def meet(self, trouble: Trouble) -> bool: ...

    def file(self, kind: FileKind) -> tuple[AttachmentRef, bytes] | None: ...

    def waiting(self, texts: Sequence[str]) -> bool:
        """Messages that the far side keeps until a listener of ours takes them."""
        ...

    def text_of(self, raw: RawEnvelope) -> str: ...


def need(holds: object, words: str) -> None:
    if not holds:
        raise Nonconforming(words)


def check_event(event: InboundEvent, raw: RawEnvelope) -> None:
    """What holds for every event of every channel."""
    need((event.channel, event.account_id) == (raw.channel, raw.account_id), "event of elsewhere")
    need(0 < len(event.dedupe_key) <= 256, "a dedupe key has 1 to 256 characters")
    need(event.occurred_at.tzinfo is not None, "times are aware")
