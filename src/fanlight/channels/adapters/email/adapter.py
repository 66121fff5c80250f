"""E-mail as a channel. Sources: RFC 5321, 5322, 2033, 3464, 3834, 6376; see each module."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from fanlight.channels.adapters.email import compose, inbound, signing
from fanlight.channels.adapters.email.addressing import AddressBook
from fanlight.channels.adapters.email.imap import MailboxWatch
from fanlight.channels.adapters.email.lmtp import MailDoor
from fanlight.channels.adapters.email.pickup import Pickup
from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox
from fanlight.channels.adapters.email.submission import Submission, Taken
from fanlight.channels.adapters.email.tokens import LocalPartTooLong, Tokens
from fanlight.channels.contract import (
    Accepted,
    Account,
    AttachmentRef,
    Capabilities,
    DataClass,
    Failed,
    Failure,
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
    Unknown,
    Verdict,
    participant_tag,
)
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import BadSettings

MAX_TEXT = 200_000  # code points
MAX_FILES = 10
MAX_FILES_BYTES = 15_000_000  # encoded a third more: what the common servers still take
_NOBODY = UUID(int=0)
_REISSUED = re.compile(r"\b([\w.-]{16,})\s*$")


def _way_out(settings: EmailSettings) -> Submission | Pickup | None:
    """A folder goes before a server: whoever names one wants nothing to leave the machine."""
    if settings.pickup_folder:
        return Pickup(Path(settings.pickup_folder))
    return Submission(settings) if settings.submission_host else None


class EmailAdapter:
    """All our mailboxes, over one submission server."""

    key: str = inbound.CHANNEL

    def __init__(self, settings: EmailSettings, keys: Sealer) -> None:
        """Raises BadSettings where an address or a signing key cannot be used."""
        _check(settings)
        token_key = keys.derive("email.tokens")
        self._settings = settings
        self._book = AddressBook(settings)
        self._tokens = Tokens([token_key])
        self._loop_mark = sha256(b"loop" + token_key).hexdigest()[:24]
        self._reader = inbound.Reader(settings, self._book, self._tokens, loop_mark=self._loop_mark)
        self._way = _way_out(settings)
        self._keys = {box.id: _keys_of(settings, box) for box in settings.mailboxes}

    @property
    def accounts(self) -> Sequence[Account]:
        return [
            Account(
                id=box.id,
                channel=self.key,
                name=box.name,
                address=box.address,
                takes_reports=box.takes_reports,
            )
            for box in self._settings.mailboxes
        ]

    def capabilities(self, account_id: str) -> Capabilities:
        return Capabilities(
            visibility="private",  # in intent; it travels and is stored in clear all the same
            max_text=MAX_TEXT,
            text_unit="code_points",
            max_data=DataClass.CASE,
            may_start=True,
            has_subject=True,
            max_file_bytes=self._settings.max_file_bytes,
            max_files=MAX_FILES if self._settings.max_file_bytes else 0,
            max_identity=1,
        )

    async def verify(self, request: RawRequest) -> Verdict:
        return Reject("mail comes in by LMTP, SMTP or IMAP, not by webhook")

    def parse(self, raw: RawEnvelope) -> list[InboundEvent]:
        return [self._reader.read(raw)]

    def plan(self, message: OutboundMessage, thread: ThreadState, now: datetime) -> Plan:
        box = self._book.by_id(message.account_id)
        if box is None or self._way is None:
            return Refusal("not_configured")
        if message.intent in ("edit", "typing"):
            return Refusal("not_possible")
        if message.data_class > DataClass.CASE:
            return Refusal("policy_blocked")
        if thread.is_blocked:
            return Refusal("blocked")
        sizes = [file.size_bytes for file in message.files]
        if (
            len(message.text) > MAX_TEXT
            or len(sizes) > MAX_FILES
            or sum(sizes) > MAX_FILES_BYTES
            or any(size > self._settings.max_file_bytes for size in sizes)
        ):
            return Refusal("too_long")
        part = PlannedPart(message=message, number=1, text=message.text)
        try:
            compose.compose(self._letter(part, box, now))
        except compose.Unsendable:
            return Refusal("malformed")
        return [part]

    async def send(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        box = self._book.by_id(part.message.account_id)
        if box is None or self._way is None:
            return Failed(Failure.AUTH, detail="no mailbox or no submission server is set up")
        files = [
            compose.Enclosure(name=file.name, media_type=file.media_type, content=await file.read())
            for file in part.message.files
        ]
        letter = self._letter(part, box, datetime.now(UTC), files)
        try:
            # Encoding and signing take milliseconds that no other chat shall wait for.
            mail = await asyncio.to_thread(self._signed, letter, box)
        except compose.Unsendable as error:
            return Failed(Failure.CONTENT if files else Failure.RECIPIENT, detail=str(error))
        sender = self._tokens.bounce_address(
            box.address,
            part.message.message_id,
            part.number,
            catch_all=self._settings.token_domain,
        )
        outcome = await self._way.send(sender, compose.mailbox(part.message.to), mail)
        if isinstance(outcome, Taken):
            return Accepted(letter.message_id, self._reissued(outcome.words))
        return outcome

    async def reconcile(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        return Unknown()  # SMTP has no question for it; a bounce or an answer may tell one day

    async def fetch(self, account_id: str, ref: AttachmentRef, http: OutboundHttp) -> bytes:
        raise FetchRefused("files of a mail come with it")

    async def backfill(self, account_id: str, http: OutboundHttp) -> AsyncIterator[RawEnvelope]:
        """Nothing: servers keep what we did not acknowledge, and a watch looks for it itself."""
        missed: tuple[RawEnvelope, ...] = ()
        for each in missed:
            yield each

    async def health(self, account_id: str, http: OutboundHttp) -> Health:
        if self._way is None:
            return Health(is_ok=False, detail="no submission server is set up: nothing is sent")
        return await self._way.health()

    def listeners(self, http: OutboundHttp) -> Sequence[Listener]:
        found: list[Listener] = [MailboxWatch(box, channel=self.key) for box in self._settings.imap]
        if self._settings.listen != "off":
            found.append(MailDoor(self._settings, self._book, channel=self.key))
        return found

    def close(self) -> None:
        """Let go of connections that wait for the next mail."""
        if self._way is not None:
            self._way.close()

    def reply_address(self, message: OutboundMessage, box: Mailbox) -> str:
        """The signed address to which the customer's answer goes."""
        return self._tokens.reply_address(
            box.address,
            message.conversation_id,
            participant_tag(message.participant_id),
            catch_all=self._settings.token_domain,
        )

    def _letter(
        self,
        part: PlannedPart,
        box: Mailbox,
        now: datetime,
        files: Sequence[compose.Enclosure] = (),
    ) -> compose.Letter:
        message = part.message
        by_person = message.intent == "reply"
        answered = message.reply_to_native_id or (message.references or (None,))[-1]
        return compose.Letter(
            message_id=compose.native_id(
                message.message_id, part.number, box.address.rpartition("@")[2]
            ),
            sent_at=now,
            sender_name=_sender(message.author_name, box.name),
            sender_mail=box.address,
            reply_to=self.reply_address(message, box),
            to=message.to,
            subject=_subject(message, f"{box.name} {message.reference}".strip()),
            text=part.text,
            foot=tuple(filter(None, (box.name, message.reference, *message.foot))),
            language=message.language,
            in_reply_to=answered,
            references=message.references,
            origin="person"
            if by_person
            else "system"
            if message.intent == "system"
            else "auto_reply",
            loop_mark=self._loop_mark,
            enclosures=tuple(files),
            is_plain=part.is_plain,
        )

    def _signed(self, letter: compose.Letter, box: Mailbox) -> bytes:
        return signing.sign(compose.compose(letter), self._keys[box.id], at=int(time.time()))

    def _reissued(self, words: str) -> tuple[str, ...]:
        """The Message-ID that the server put in place of ours, where it says so."""
        domain = self._settings.reissued_id_domain
        found = _REISSUED.search(words) if domain else None
        return (f"{found[1]}@{domain}",) if found else ()


def _check(settings: EmailSettings) -> None:
    """Find mistakes at the start, not at the first mail."""
    ids = [box.id for box in settings.mailboxes]
    if len(set(ids)) < len(ids):
        raise BadSettings("[email] two mailboxes have the same id")
    for watched in settings.imap:
        if watched.account not in ids:
            raise BadSettings(f"[email] imap: no mailbox has the id {watched.account}")
    probe = Tokens([bytes(32)])
    for box in settings.mailboxes:
        try:
            compose.mailbox(box.address)
            compose.checked_header(box.name)
            probe.reply_address(
                box.address,
                conversation_id=_NOBODY,
                participant_tag=participant_tag(_NOBODY),
                catch_all=settings.token_domain,
            )
        except LocalPartTooLong as error:
            raise BadSettings(f"[email] {error}: set token_domain") from error
        except compose.Unsendable as error:
            raise BadSettings(f"[email] mailbox {box.id}: {error}") from error


def _keys_of(settings: EmailSettings, box: Mailbox) -> list[signing.Key]:
    domain = settings.dkim_domain or box.address.rpartition("@")[2]
    return [signing.Key.load(domain, key.selector, Path(key.file)) for key in settings.dkim_keys]


def _subject(message: OutboundMessage, own: str) -> str:
    """A thread's subject may be an attacker's words: only a person who read them repeats them.

    A letter outside every thread has a subject of ours.
    """
    if message.intent == "system":
        return message.subject or own
    return compose.reply_subject(message.subject, own) if message.intent == "reply" else own


def _sender(author: str, box: str) -> str:
    """Who writes, and for whom; a machine of ours bears the house's name alone."""
    return f"{author} · {box}" if author and author != box else box
