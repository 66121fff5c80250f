"""The web form as a channel of ours. Its page shows what is stored, so nothing is ever sent."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

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
    InboundFile,
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
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.http import OutboundHttp

CHANNEL = "web.form"
ACCOUNT = "form"
LONGEST_TEXT = 8000  # code points
FORM = Capabilities(
    visibility="private",
    max_text=LONGEST_TEXT,
    text_unit="code_points",
    # Whoever holds the link reads the answer, and an address that was typed proves nothing.
    max_data=DataClass.CASE,
    is_resend_safe=True,
    is_ours=True,
    has_read_state=True,
    has_subject=True,
    max_file_bytes=50 * 2**20,
    max_files=10,
    max_identity=0,
)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote on our page."""

    form_key: str
    """Given out with the form: the same one sent twice is one message."""
    email: str
    text: str
    at: datetime
    name: str = ""
    subject: str | None = None
    language: str | None = None
    conversation_id: UUID | None = None
    """Of the ticket whose page this was written on; proved by its signed link."""


def event_of(written: Written, files: Sequence[InboundFile] = ()) -> InboundEvent:
    """The event for the front door. A typed address is a claim, so it stands at L0."""
    return InboundEvent(
        channel=CHANNEL,
        account_id=ACCOUNT,
        dedupe_key=written.form_key,
        kind="message.created",
        occurred_at=written.at,
        author=Author(native_id=written.email, display=written.name, language=written.language),
        identity_kind="email",
        thread_key=None if written.conversation_id else written.form_key,
        conversation_id=written.conversation_id,
        subject=written.subject,
        text=written.text,
        files=tuple(files),
        evidence=Evidence(),
        client_key=written.form_key,
    )


class WebformAdapter:
    """One account: the help center."""

    key: str = CHANNEL

    def __init__(self, brand: BrandSettings) -> None:
        self._accounts = (
            Account(id=ACCOUNT, channel=CHANNEL, name=brand.name, address=brand.help_url),
        )

    @property
    def accounts(self) -> Sequence[Account]:
        return self._accounts

    def capabilities(self, account_id: str) -> Capabilities:
        return FORM

    async def verify(self, request: RawRequest) -> Verdict:
        return Reject("the form has no webhook: it is posted to our own page")

    def parse(self, raw: RawEnvelope) -> list[InboundEvent]:
        try:
            written = msgspec.json.decode(raw.body, type=Written)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return [self._unsupported(raw)]
        if len(written.text) > LONGEST_TEXT or written.at.tzinfo is None:
            return [self._unsupported(raw)]
        return [event_of(written)]

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
        if message.data_class > FORM.max_data:
            return Refusal("policy_blocked")
        if len(message.text) > LONGEST_TEXT:
            return Refusal("too_long")
        return [PlannedPart(message=message, number=1, text=message.text)]

    async def send(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        # Stored is sent: the ticket's page reads it from the database.
        return Accepted(str(part.message.message_id))

    async def reconcile(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        return Accepted(str(part.message.message_id))

    async def fetch(self, account_id: str, ref: AttachmentRef, http: OutboundHttp) -> bytes:
        raise FetchRefused("files of a form come with it, they are never fetched")

    async def backfill(self, account_id: str, http: OutboundHttp) -> AsyncIterator[RawEnvelope]:
        for envelope in _NOTHING:
            yield envelope

    async def health(self, account_id: str, http: OutboundHttp) -> Health:
        return Health(is_ok=True, detail="served by this desk")

    def listeners(self, http: OutboundHttp) -> Sequence[Listener]:
        return ()


_NOTHING: Sequence[RawEnvelope] = ()
"""What a channel without a vendor can have missed."""
