"""What every channel keeps: facts in, facts out, differences as data.

An adapter is one folder under ``channels/adapters``. Its package offers
``adapters(settings, keys) -> list[ChannelAdapter]``: none when the channel is not configured, and
one with the accounts it serves otherwise. Adapters know no database and no feature.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from hashlib import sha256
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from fanlight.channels.reported import ReportedMail
from fanlight.kernel.http import OutboundHttp


class DataClass(IntEnum):
    """How much a text gives away about its customer."""

    PUBLIC = 0
    CASE = 1
    ACCOUNT = 2  # personal or account facts
    SECRET = 3  # refused outbound and redacted inbound, everywhere


class Failure(StrEnum):
    """Why a part did not go out; what is done about it stands in ``conversations.delivery``."""

    THROTTLED = "throttled"
    TRANSIENT = "transient"  # nothing left us: trying again is harmless
    AUTH = "auth"
    PERMISSION = "permission"
    RECIPIENT = "recipient"
    WINDOW_CLOSED = "window_closed"
    CONTENT = "content"
    POLICY = "policy"
    BUDGET = "budget"
    BUG = "bug"

    @property
    def is_worth_retrying(self) -> bool:
        return self in {Failure.THROTTLED, Failure.TRANSIENT, Failure.AUTH}


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between channels, as data; nobody asks for a channel's name."""

    visibility: Literal["private", "semi", "public"]
    max_text: int
    """Longest text of one part, in ``text_unit``."""
    text_unit: Literal["code_points", "utf16", "bytes"]
    max_data: DataClass
    """The most that may be said here, however sure we are of the listener."""
    reply_window: timedelta | None = None
    is_resend_safe: bool = False
    is_ours: bool = False
    """Shown by our own sockets and pages: nothing is sent to a vendor."""
    may_start: bool = False
    has_typing_out: bool = False
    has_read_state: bool = False
    has_edits_out: bool = False
    has_subject: bool = False
    max_file_bytes: int = 0
    """Largest file we may send; 0 when files cannot be sent."""
    max_files: int = 0
    max_identity: int = 1
    """The highest assurance level an event here can carry, 0 to 3."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One mailbox, bot or page of ours on a channel."""

    id: str
    channel: str
    name: str
    address: str  # what customers see and write to: a mail address, ``@bot``, a site
    takes_reports: bool = False  # of phishing alone: no door to a person


class Secret(msgspec.Struct, frozen=True):
    """A shared secret; its value never shows in a repr, so it cannot be logged by accident."""

    value: str

    def __repr__(self) -> str:
        return "Secret(…)"


class RawRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook call as it came: header names in lower case, the body untouched."""

    account_id: str
    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class Verified(msgspec.Struct, frozen=True):
    """The request is authentic."""


class Challenge(msgspec.Struct, frozen=True):
    """The vendor asks whether we are there: answer with this body, nothing is stored."""

    body: bytes
    media_type: str = "text/plain"


class Reject(msgspec.Struct, frozen=True):
    """Not authentic; ``reason`` is for our log, the caller learns nothing."""

    reason: str


Verdict = Verified | Challenge | Reject


class RawEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One inbound thing as it came off the wire, and what the wire knew about it."""

    channel: str
    account_id: str
    body: bytes
    received_at: datetime
    facts: Mapping[str, str] = {}
    """E.g. ``rcpt``, ``mail_from``, ``client_ip`` for mail."""


class AttachmentRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where the vendor keeps a file that has not been fetched yet."""

    native_id: str
    size_bytes: int | None = None


class InboundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came along: its bytes, or where to fetch them."""

    name: str
    declared_type: str
    content: bytes | None = None
    fetch: AttachmentRef | None = None
    content_id: str | None = None
    """For pictures that stand inside an HTML body."""
    is_inline: bool = False


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote it, as the channel knows them. The display name is untrusted."""

    native_id: str
    display: str = ""
    handle: str | None = None
    language: str | None = None
    is_bot: bool = False
    is_us: bool = False


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What this one event proves about its author; never carried to another event."""

    level: int = 0
    """0 platform id only, 1 control of an address, 2 bound to an account, 3 stepped up."""
    method: str = "none"
    subject: str | None = None
    """The exchange UID when level is 2 or more."""


EventKind = Literal[
    "message.created",
    "message.edited",
    "message.deleted",
    "autoreply",
    "bounce",
    "complaint",
    "member.blocked",
    "member.unblocked",
    "delivered",
    "read",
    "typing",
    "unsupported",
]


class Bounce(msgspec.Struct, frozen=True, kw_only=True):
    """Whose delivery failed and how (RFC 3464)."""

    recipient: str | None
    is_permanent: bool
    status: str | None = None  # e.g. "5.1.1"
    diagnostic: str = ""


class InboundEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened on a channel, in our words. Made by ``parse``, taken by intake."""

    channel: str
    account_id: str
    dedupe_key: str  # unique per channel and account; a second event with it changes nothing
    kind: EventKind
    occurred_at: datetime
    author: Author
    identity_kind: str = ""
    """The kind of identity ``author.native_id`` is, e.g. ``email``; empty: the channel's name."""
    thread_key: str | None = None
    """The vendor's conversation; None where there is none (mail) and references decide."""
    conversation_id: UUID | None = None  # proved by a signed token of ours
    participant_tag: str | None = None
    """Whom that token was given to, as ``participant_tag`` writes it. An author who is somebody
    else got the token by forwarding: their words join as an unverified third party's."""
    references: tuple[str, ...] = ()
    """Native ids this may answer, the strongest first."""
    native_message_id: str | None = None
    reply_to_native_id: str | None = None
    edits_native_id: str | None = None
    media_group: str | None = None
    subject: str | None = None
    text: str = ""
    html: str | None = None
    """Already sanitised; shown only in a sandbox."""
    unshown: str = ""
    """What the original says and nobody is shown, e.g. a mail's attributes. Never stored: it is
    looked over, because an original with a secret anywhere in it is not kept."""
    enclosed: str = ""  # the same of nested mails, texts that came as files, other headers
    visible_text: str | None = None
    """``text`` without quotes and signature, where the channel has such."""
    language: str | None = None
    files: tuple[InboundFile, ...] = ()
    evidence: Evidence = Evidence()
    auth: Mapping[str, str] = {}
    """Verdicts of the channel, e.g. ``{"dmarc": "pass"}``; shown to agents."""
    bounce: Bounce | None = None
    is_spam: bool = False
    client_key: str | None = None
    """The sender's own key for this message, where a client of ours made it."""
    report: ReportedMail | None = None  # set where the address takes reports of phishing alone


def participant_tag(participant_id: UUID) -> str:
    """Ten characters for a person, short enough for a mail address that also holds the rest.

    Two whole ids and a signature do not fit into the 64 octets before an ``@``.
    """
    return sha256(participant_id.bytes).hexdigest()[:10]


class OutboundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A checked file to send; ``read`` gives its bytes when the part is sent."""

    name: str
    media_type: str
    size_bytes: int
    read: Callable[[], Awaitable[bytes]]


class OutboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk wants said on one thread."""

    message_id: UUID
    """Also the idempotency key where a vendor has one."""
    conversation_id: UUID
    participant_id: UUID
    """The customer it goes to; a reply token is bound to them."""
    account_id: str
    thread_key: str | None
    to: str  # the recipient's native id on this channel
    intent: Literal["reply", "auto_reply", "system", "edit", "typing"] = "reply"
    text: str
    subject: str | None = None
    reference: str = ""  # the ticket's, public
    mark: str = ""  # the message's own reference: by it its receiver can ask whether we sent it
    foot: tuple[str, ...] = ()  # lines of ours to stand below the words, where there is room
    author_name: str = ""
    language: str = "en"
    data_class: DataClass = DataClass.CASE
    files: tuple[OutboundFile, ...] = ()
    reply_to_native_id: str | None = None
    references: tuple[str, ...] = ()
    """Native ids of the thread so far, the oldest first."""
    edits_native_id: str | None = None


class ThreadState(msgspec.Struct, frozen=True, kw_only=True):
    """What ``plan`` may know about the thread."""

    last_inbound_at: datetime | None = None
    is_blocked: bool = False


class PlannedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One request to the vendor; numbered from 1 in the order people must see them."""

    message: OutboundMessage
    number: int
    text: str = ""
    file: OutboundFile | None = None
    is_plain: bool = False
    """Send without markup: the vendor refused it with."""


class Refusal(msgspec.Struct, frozen=True):
    """Not sent, and why: ``policy_blocked``, ``too_long``, ``content``, ``window_closed``,
    ``blocked``."""

    code: str


Plan = Sequence[PlannedPart] | Refusal


class Accepted(msgspec.Struct, frozen=True):
    """The vendor has it, under this id."""

    native_id: str
    also_known_as: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True):
    """It did not go out, definitely."""

    failure: Failure
    retry_after: timedelta | None = None
    detail: str = ""
    """For agents and operators; no secret, no customer text."""


class Unknown(msgspec.Struct, frozen=True):
    """It may have gone out. Nothing is sent again to find out."""


Outcome = Accepted | Failed | Unknown


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an account works right now, in words for operators."""

    is_ok: bool
    detail: str = ""


class FetchRefused(Exception):
    """A file cannot be had: gone, too large, or not what it said. The words are for agents."""


Receive = Callable[[RawEnvelope], Awaitable[None]]
"""Hands one envelope to the desk; returns only after it is committed, raises when it is not."""


class Listener(Protocol):
    """Something that listens or polls for a channel, in the worker, until cancelled."""

    name: str

    async def run(self, receive: Receive) -> None: ...


class ChannelAdapter(Protocol):
    """One channel. ``parse`` and ``plan`` are pure and total: they never raise, never wait."""

    key: str

    @property
    def accounts(self) -> Sequence[Account]: ...

    def capabilities(self, account_id: str) -> Capabilities: ...

    async def verify(self, request: RawRequest) -> Verdict:
        """By the raw bytes, in constant time, with old secrets still good during a rotation."""
        ...

    def parse(self, raw: RawEnvelope) -> list[InboundEvent]: ...

    def plan(self, message: OutboundMessage, thread: ThreadState, now: datetime) -> Plan: ...

    async def send(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        """One request; no retry, that is the outbox's."""
        ...

    async def reconcile(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        """Ask the vendor whether an unknown part arrived; Unknown when it cannot be asked."""
        ...

    async def fetch(self, account_id: str, ref: AttachmentRef, http: OutboundHttp) -> bytes:
        """The file itself. Raises FetchRefused for good, HttpTrouble for the moment."""
        ...

    def backfill(self, account_id: str, http: OutboundHttp) -> AsyncIterator[RawEnvelope]:
        """What may have been missed while nobody listened; nothing where there is no such road."""
        ...

    async def health(self, account_id: str, http: OutboundHttp) -> Health: ...

    def listeners(self, http: OutboundHttp) -> Sequence[Listener]:
        """What must run in the worker for this channel; empty for webhooks alone."""
        ...
