"""E-mail for the conformance suite: a submission server, and a mail server that hands in to us."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import uuid4

from fanlight.channels.adapters.email import mime
from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.model import Mail
from fanlight.channels.conformance import FileKind, Peer, SecretKind, Trouble
from fanlight.channels.contract import AttachmentRef, OutboundMessage, RawEnvelope, RawRequest
from fanlight.kernel.http import OutboundHttp
from tests.channels.email.conftest import SUPPORT, adapter, answer
from tests.channels.email.scripted import PLAIN, Server, serving
from tests.kernel.peers import free_port

PASSWORD = "a-password-of-the-desk"
CUSTOMER = "li.na@mail.example"
_ANSWERS = {
    "throttled": ("RCPT", "451 4.7.1 Too many mails, slow down"),
    "token": ("MAIL", "535 5.7.8 Authentication credentials invalid"),
    "blocked": ("RCPT", "550 5.1.1 No such user"),
    "lost": ("content", None),
    "slow": ("content", ""),
}


class EmailPeer:
    account_id = SUPPORT.id
    secrets = (PASSWORD,)

    def __init__(self, http: OutboundHttp) -> None:
        self.http = http
        self.adapter: EmailAdapter
        self.server: Server
        self.door_port = free_port()
        self.tasks: list[asyncio.Task[None]] = []
        self._trouble: tuple[str, str | None] | None = None

    def script(self, line: str) -> str | None:
        """What the server says; a trouble is met once."""
        word = line.split(" ")[0].split(":")[0]
        if self._trouble is not None and self._trouble[0] == word:
            (_, said), self._trouble = self._trouble, None
            return said
        return PLAIN[word]

    def inbound(self, text: str) -> RawEnvelope:
        return RawEnvelope(
            channel="email",
            account_id=SUPPORT.id,
            body=_mail(text),
            received_at=datetime.now(UTC),
            facts={"mail_from": CUSTOMER, "rcpt": SUPPORT.address},
        )

    def call(self, raw: RawEnvelope, secret: SecretKind) -> RawRequest | None:
        return None  # mails come by no webhook

    def outbound(self, text: str) -> OutboundMessage:
        return answer(message_id=uuid4(), text=text, to=CUSTOMER)

    def seen(self) -> Sequence[str]:
        texts = []
        for raw in self.server.mails:
            mail = mime.parse(raw.removesuffix(b".\r\n"))
            assert isinstance(mail, Mail)
            texts.append(mail.texts[0].partition("\n\n-- \n")[0])
        return texts

    def meet(self, trouble: Trouble) -> bool:
        if trouble == "unreachable":
            self.server.hang_up()
        else:
            self._trouble = _ANSWERS[trouble]
        return True

    def file(self, kind: FileKind) -> tuple[AttachmentRef, bytes] | None:
        return None  # files come with their mail

    def waiting(self, texts: Sequence[str]) -> bool:
        """A mail server in front of us: it keeps each mail until we say 250."""
        self.tasks.append(asyncio.create_task(self._hand_in([_mail(text) for text in texts])))
        return True

    async def _hand_in(self, mails: Sequence[bytes]) -> None:
        for mail in mails:
            while not await asyncio.to_thread(self._is_taken, mail):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def _is_taken(self, mail: bytes) -> bool:
        with suppress(OSError, smtplib.SMTPException):
            with smtplib.LMTP("127.0.0.1", self.door_port, timeout=5) as client:
                client.sendmail(CUSTOMER, [SUPPORT.address], mail)
            return True
        return False

    def text_of(self, raw: RawEnvelope) -> str:
        mail = mime.parse(raw.body)
        assert isinstance(mail, Mail)
        return mail.texts[0].strip()


def _mail(text: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"李娜 <{CUSTOMER}>", SUPPORT.address
    mail["Subject"] = "Deposit"
    mail["Message-ID"] = f"<{uuid4().hex}@mail.example>"
    mail.set_content(text)
    return mail.as_bytes()


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    http = OutboundHttp(allowed=())
    made = EmailPeer(http)
    async with serving(made.script) as server:
        made.server = server
        made.adapter = adapter(
            submission_port=server.port,
            submission_user="desk",
            submission_password=PASSWORD,
            listen="lmtp",
            listen_port=made.door_port,
        )
        yield made
        made.adapter.close()
        for task in made.tasks:
            task.cancel()
        await asyncio.gather(*made.tasks, return_exceptions=True)
        server.hang_up()
    await http.close()
