"""Our own door for mail: a recipient is told 250 only after the desk has committed the mail."""

import asyncio
import logging
import re
from datetime import UTC, datetime
from typing import AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from fanlight.channels.adapters.email.addressing import AddressBook
from fanlight.channels.adapters.email.settings import EmailSettings
from fanlight.channels.contract import RawEnvelope, Receive

log = logging.getLogger(__name__)

COMMIT_S = 120.0  # a server in front waits longer than that for our answer
IDLE_S = 300.0
MAX_AT_ONCE = 4  # mails that are read and stored at the same time; each holds a connection
MAX_RECIPIENTS = 100
GRACE_S = 10.0  # for mails that are being committed when we stop
MAX_LINE_BYTES = 2**20  # some programs send a whole attachment as one line

TAKEN = "250 2.0.0 Stored"
NOT_NOW = "451 4.3.0 Not stored, please try again later"
NOBODY = "550 5.1.1 No such mailbox here"
TOO_MANY = "452 4.5.3 Too many recipients, send the rest separately"
TOO_LARGE = "552 5.3.4 Mail too large"
TOO_LONG = "500 5.5.2 Line too long"


class MailDoor:
    """Listens for mails until cancelled. ``port`` is the real one once ``ready`` is set."""

    name = "email.door"

    def __init__(self, settings: EmailSettings, book: AddressBook, *, channel: str) -> None:
        self._settings = settings
        self._book = book
        self._channel = channel
        self._busy: set[asyncio.Task[object]] = set()
        self._at_once = asyncio.Semaphore(MAX_AT_ONCE)
        self.ready = asyncio.Event()
        self.port = settings.listen_port

    async def run(self, receive: Receive) -> None:
        settings = self._settings
        loop = asyncio.get_running_loop()
        handler = _Handler(self, receive)
        kind = _Lmtp if settings.listen == "lmtp" else _Smtp
        server = await loop.create_server(
            lambda: kind(
                handler,
                data_size_limit=settings.listen_max_bytes,
                enable_SMTPUTF8=True,
                hostname="fanlight",
                ident="Fanlight",
                timeout=IDLE_S,
                loop=loop,
            ),
            settings.listen_host,
            settings.listen_port,
            backlog=128,
        )
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        try:
            async with server:
                await server.serve_forever()
        finally:
            self.ready.clear()
            if self._busy:  # they hold mails that nobody has acknowledged yet: let them end
                await asyncio.wait(self._busy, timeout=GRACE_S)

    def address_is_ours(self, address: str) -> bool:
        return self._book.is_ours(address)

    async def take(self, envelope: Envelope, session: Session, receive: Receive) -> dict[str, str]:
        """Hand the mail to the desk once for each of our mailboxes; the answer per recipient."""
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
        try:
            return await self._taken(envelope, session, receive)
        finally:
            if task is not None:
                self._busy.discard(task)

    async def _taken(
        self, envelope: Envelope, session: Session, receive: Receive
    ) -> dict[str, str]:
        groups: dict[str, list[str]] = {}
        for recipient in envelope.rcpt_tos:
            box = self._book.of(recipient)
            if box is not None:
                groups.setdefault(box.id, []).append(recipient)
        answers = dict.fromkeys(envelope.rcpt_tos, NOBODY)
        content = envelope.original_content or b""
        for account_id, recipients in groups.items():
            raw = RawEnvelope(
                channel=self._channel,
                account_id=account_id,
                body=content,
                received_at=datetime.now(UTC),
                facts={
                    "rcpt": " ".join(recipients),
                    # The null sender of returned mails comes as "<>".
                    "mail_from": (envelope.mail_from or "").strip("<>"),
                    "client_ip": str(session.peer[0]) if session.peer else "",
                },
            )
            answers.update(dict.fromkeys(recipients, await self._commit(raw, receive)))
        return answers

    async def _commit(self, raw: RawEnvelope, receive: Receive) -> str:
        try:
            async with asyncio.timeout(COMMIT_S), self._at_once:
                await receive(raw)
        except Exception as error:  # whatever it was, it is not stored: the sender keeps it
            log.warning("mail not stored: %s", type(error).__name__)
            return NOT_NOW
        return TAKEN


class _Handler:
    """What aiosmtpd asks us in the course of a session."""

    def __init__(self, door: MailDoor, receive: Receive) -> None:
        self._door = door
        self._receive = receive

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        if not self._door.address_is_ours(address):
            return NOBODY
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answers = await self._door.take(envelope, session, self._receive)
        if isinstance(server, LMTP):  # RFC 2033: one reply for each recipient, in their order
            return "\r\n".join(answers[recipient] for recipient in envelope.rcpt_tos)
        # SMTP has one reply for all. A second delivery to those who have it changes nothing.
        return next((each for each in answers.values() if each != TAKEN), TAKEN)


_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_PLAIN = re.compile(
    rf"<((?=[^@]{{1,64}}@){_ATOMS}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>[ \t]*([^()]*)"
)


class _Smtp(SMTP):
    """aiosmtpd with lines of any sane length, and its refusals in the form of RFC 3463."""

    line_length_limit = MAX_LINE_BYTES

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """An address as nearly every server writes it is read without the whole grammar."""
        plain = _PLAIN.fullmatch(arg)
        return (plain[1], plain[2]) if plain is not None else super()._getaddr(arg)

    async def push(self, status: AnyStr) -> None:
        text = status if isinstance(status, str) else status.decode("utf-8", "replace")
        if text.startswith("552 Error: Too much mail"):
            text = self._for_each(TOO_LARGE)
        elif text.startswith("500 Line too long"):
            text = self._for_each(TOO_LONG)
        await super().push(text)

    def _for_each(self, status: str) -> str:
        return status


class _Lmtp(LMTP, _Smtp):
    def _for_each(self, status: str) -> str:
        """After DATA there is a reply for each recipient, refusals too; aiosmtpd sends one."""
        envelope = self.envelope
        count = len(envelope.rcpt_tos) if envelope is not None else 1
        return "\r\n".join([status] * max(count, 1))
