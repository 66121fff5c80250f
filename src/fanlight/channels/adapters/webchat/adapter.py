"""Chat on our own pages. Source of the shape: ``channels.md`` 3.15 and 5.2, row ``chat.web``."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.contract import (
    Accepted,
    Account,
    AttachmentRef,
    Author,
    Capabilities,
    DataClass,
    Evidence,
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

CHANNEL = "chat.web"
ACCOUNT = "web"
LONGEST_TEXT = 8000  # code points
# What the chat may carry to somebody with a signed session; ``may_say`` lowers it for a guest.
CHAT = Capabilities(
    visibility="private",
    max_text=LONGEST_TEXT,
    text_unit="code_points",
    max_data=DataClass.ACCOUNT,
    is_resend_safe=True,
    is_ours=True,
    has_typing_out=True,
    has_read_state=True,
    max_file_bytes=50 * 2**20,
    max_files=10,
    max_identity=3,
)


def may_say(level: int) -> DataClass:
    """The most that may be said to somebody of this assurance: account facts from L2 on."""
    return DataClass.ACCOUNT if level >= 2 else DataClass.CASE


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer said in the chat, as the surface took it from their session."""

    thread_key: str
    client_key: str
    """The sender's own key: said again after a cut, it is the same message."""
    identity_kind: str
    """``exchange`` for a signed session, ``visitor`` for a guest."""
    identity_key: str
    text: str
    at: datetime
    name: str = ""
    language: str | None = None


def event_of(spoken: Spoken, evidence: Evidence) -> InboundEvent:
    """The event for the front door. The evidence is the session's, never the message's own word."""
    return InboundEvent(
        channel=CHANNEL,
        account_id=ACCOUNT,
        dedupe_key=dedupe_key(spoken.thread_key, spoken.client_key),
        kind="message.created",
        occurred_at=spoken.at,
        thread_key=spoken.thread_key,
        author=Author(
            native_id=spoken.identity_key,
            display=spoken.name,
            handle=spoken.identity_key if spoken.identity_kind == "exchange" else None,
            language=spoken.language,
        ),
        identity_kind=spoken.identity_kind,
        text=spoken.text,
        language=None,
        evidence=evidence,
        client_key=spoken.client_key,
    )


def dedupe_key(thread_key: str, client_key: str) -> str:
    """Unique in our one account: a key chosen by a client counts within its own talk only."""
    return f"{thread_key}/{client_key}"


class WebchatAdapter:
    """One account: ours. What customers hear is read from the database by their own sockets."""

    key: str = CHANNEL

    def __init__(self, settings: WebchatSettings, *, name: str) -> None:
        address = settings.origins[0] if settings.origins else ""
        self._accounts = (Account(id=ACCOUNT, channel=CHANNEL, name=name, address=address),)

    @property
    def accounts(self) -> Sequence[Account]:
        return self._accounts

    def capabilities(self, account_id: str) -> Capabilities:
        return CHAT

    async def verify(self, request: RawRequest) -> Verdict:
        return Reject("webchat has no webhook: customers come through their session")

    def parse(self, raw: RawEnvelope) -> list[InboundEvent]:
        """An envelope proves nothing by itself, so its event stands at L0."""
        try:
            spoken = msgspec.json.decode(raw.body, type=Spoken)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return [self._unsupported(raw)]
        if len(spoken.text) > LONGEST_TEXT or spoken.at.tzinfo is None:
            return [self._unsupported(raw)]
        return [event_of(spoken, Evidence())]

    def _unsupported(self, raw: RawEnvelope) -> InboundEvent:
        return InboundEvent(
            channel=CHANNEL,
            account_id=raw.account_id,
            dedupe_key=sha256(raw.body).hexdigest(),
            kind="unsupported",
            occurred_at=raw.received_at,
            author=Author(native_id="unknown"),
        )

    def plan(self, message: OutboundMessage, thread: ThreadState, now: datetime) -> Plan:
        if thread.is_blocked:
            return Refusal("blocked")
        if message.data_class > CHAT.max_data:
            return Refusal("policy_blocked")
        if len(message.text) > LONGEST_TEXT:
            return Refusal("too_long")
        return [PlannedPart(message=message, number=1, text=message.text)]

    async def send(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        # Stored is sent: the customer's socket reads it from the database, now or on return.
        return Accepted(str(part.message.message_id))

    async def reconcile(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        return Accepted(str(part.message.message_id))

    async def fetch(self, account_id: str, ref: AttachmentRef, http: OutboundHttp) -> bytes:
        raise FetchRefused("files of a chat are uploaded to us, never fetched")

    async def backfill(self, account_id: str, http: OutboundHttp) -> AsyncIterator[RawEnvelope]:
        for envelope in _NOTHING:
            yield envelope

    async def health(self, account_id: str, http: OutboundHttp) -> Health:
        return Health(is_ok=True, detail="served by this desk")

    def listeners(self, http: OutboundHttp) -> Sequence[Listener]:
        return ()


_NOTHING: Sequence[RawEnvelope] = ()
"""What a channel without a vendor can have missed."""
