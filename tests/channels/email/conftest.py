"""An e-mail channel as an installation would have it, and mails to feed it."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.lmtp import MailDoor
from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox
from fanlight.channels.contract import Listener, OutboundMessage, RawEnvelope
from fanlight.kernel.sealing import Sealer
from tests.conftest import NOON

SUPPORT = Mailbox(id="support", address="support@meridian.example", name="Meridian Support")
SEALER = Sealer(b"k" * 32)
CONVERSATION, MESSAGE, LI_NA = (UUID(int=n) for n in (1, 2, 3))

Outbox = Callable[..., OutboundMessage]


def settings(**wanted: object) -> EmailSettings:
    plain = {"mailboxes": (SUPPORT,), "submission_host": "127.0.0.1", "submission_security": "none"}
    return EmailSettings(**(plain | wanted))


def adapter(**wanted: object) -> EmailAdapter:
    made = EmailAdapter(settings(**wanted), SEALER)
    _made.append((made, wanted.get("submission_security", "none") == "none"))
    return made


_made: list[tuple[EmailAdapter, bool]] = []  # and whether its line is an open one


@pytest.fixture
async def lines_closed() -> AsyncIterator[None]:
    """Connections kept for the next mail end with the test."""
    yield
    goodbye_s = 0.01
    while _made:
        made, is_open = _made.pop()
        made.close()
        goodbye_s = goodbye_s if is_open else 0.2  # over TLS both sides say it
    await asyncio.sleep(goodbye_s)


def answer(**wanted: object) -> OutboundMessage:
    plain: dict[str, object] = {
        "message_id": MESSAGE,
        "conversation_id": CONVERSATION,
        "participant_id": LI_NA,
        "account_id": "support",
        "thread_key": None,
        "to": "li.na@mail.example",
        "text": "您好，已经到账。",
        "subject": "提币未到账",
        "reference": "FL-7K3M9QX4T",
        "author_name": "Mei",
        "language": "zh-Hans",
        "references": ("one@mail.example",),
    }
    return OutboundMessage(**(plain | wanted))


def envelope(body: bytes | str, **facts: str) -> RawEnvelope:
    raw = body if isinstance(body, bytes) else body.encode()
    return RawEnvelope(
        channel="email", account_id="support", body=raw, received_at=NOON, facts=facts
    )


class Desk:
    """Takes envelopes as intake would; told to, it cannot store them."""

    def __init__(self) -> None:
        self.stored: list[RawEnvelope] = []
        self.is_down = False
        self.tries = 0
        self.came, self.tried = asyncio.Event(), asyncio.Event()

    async def receive(self, raw: RawEnvelope) -> None:
        self.tries += 1
        self.tried.set()
        if self.is_down:
            raise ConnectionError("no database")
        if b"Subject: poison" in raw.body:
            raise RecursionError
        self.stored.append(raw)
        self.came.set()

    async def wait_for_tries(self, count: int, within_s: float = 30.0) -> None:
        async with asyncio.timeout(within_s):
            while self.tries < count:
                self.tried.clear()
                await self.tried.wait()

    async def wait_for(self, count: int, within_s: float = 20.0) -> None:
        async with asyncio.timeout(within_s):
            while len(self.stored) < count:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@asynccontextmanager
async def running(listener: Listener, desk: Desk) -> AsyncIterator[None]:
    """A listener at work, ended as the worker ends it."""
    task = asyncio.create_task(listener.run(desk.receive))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def lmtp_delivery(
    door: MailDoor, receive: Callable[[RawEnvelope], Awaitable[object]]
) -> AsyncIterator[Callable[[str, str, bytes], Awaitable[None]]]:
    """A door with a real desk behind it, and a mail server that delivers to it."""

    async def stored(raw: RawEnvelope) -> None:
        await receive(raw)

    def hand_in(sender: str, recipient: str, mail: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", door.port, timeout=20) as client:
            client.sendmail(sender, [recipient], mail)

    async def deliver(sender: str, recipient: str, mail: bytes) -> None:
        await asyncio.to_thread(hand_in, sender, recipient, mail)

    task = asyncio.create_task(door.run(stored))
    try:
        await asyncio.wait_for(door.ready.wait(), 5)
        yield deliver
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
