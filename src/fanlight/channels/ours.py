"""Channels of our own: pages and sockets that read what is stored, so nothing is ever sent."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Generic, Protocol, TypeVar

import msgspec

from fanlight.channels.contract import (
    Accepted,
    Account,
    AttachmentRef,
    Author,
    Capabilities,
    FetchRefused,
    Health,
    InboundEvent,
    Listener,
    OutboundMessage,
    Outcome,
    Plan,
    PlannedPart,
    RawEnvelope,
    RawRequest,
    Refusal,
    Reject,
    ThreadState,
    Verdict,
)
from fanlight.kernel.http import OutboundHttp


class Wording(Protocol):
    """What every word said on a page of ours has."""

    @property
    def text(self) -> str: ...

    @property
    def at(self) -> datetime: ...


W = TypeVar("W", bound=Wording)


class OwnChannel(ABC, Generic[W]):
    """One account: this desk. What a surface took from its own session enters as ``W``."""

    key: str
    able: Capabilities
    wording: type[W]

    def __init__(self, account: Account) -> None:
        self._accounts = (account,)

    @property
    def accounts(self) -> Sequence[Account]:
        return self._accounts

    def capabilities(self, account_id: str) -> Capabilities:
        return self.able

    @abstractmethod
    def event_of(self, said: W) -> InboundEvent:
        """The event for the front door. An envelope alone proves nothing, so it stands at L0."""

    async def verify(self, request: RawRequest) -> Verdict:
        return Reject("a page of ours has no webhook: it is posted to by its own reader")

    def parse(self, raw: RawEnvelope) -> list[InboundEvent]:
        try:
            said: W = msgspec.json.decode(raw.body, type=self.wording)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return [self._unsupported(raw)]
        if len(said.text) > self.able.max_text or said.at.tzinfo is None:
            return [self._unsupported(raw)]
        return [self.event_of(said)]

    def _unsupported(self, raw: RawEnvelope) -> InboundEvent:
        return InboundEvent(
            channel=self.key,
            account_id=raw.account_id,
            dedupe_key=sha256(raw.body).hexdigest(),
            kind="unsupported",
            occurred_at=raw.received_at,
            author=Author(native_id="unknown"),
        )

    def plan(self, message: OutboundMessage, thread: ThreadState, now: datetime) -> Plan:
        if thread.is_blocked:
            return Refusal("blocked")
        if message.data_class > self.able.max_data:
            return Refusal("policy_blocked")
        if len(message.text) > self.able.max_text:
            return Refusal("too_long")
        return [PlannedPart(message=message, number=1, text=message.text)]

    async def send(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        # Stored is sent: pages and sockets read it from the database, now or on return.
        return Accepted(str(part.message.message_id))

    async def reconcile(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        return Accepted(str(part.message.message_id))

    async def fetch(self, account_id: str, ref: AttachmentRef, http: OutboundHttp) -> bytes:
        raise FetchRefused("files are uploaded to us, never fetched")

    async def backfill(self, account_id: str, http: OutboundHttp) -> AsyncIterator[RawEnvelope]:
        """Nothing: who has no vendor can have missed nothing."""
        missed: tuple[RawEnvelope, ...] = ()
        for envelope in missed:
            yield envelope

    async def health(self, account_id: str, http: OutboundHttp) -> Health:
        return Health(is_ok=True, detail="served by this desk")

    def listeners(self, http: OutboundHttp) -> Sequence[Listener]:
        return ()
