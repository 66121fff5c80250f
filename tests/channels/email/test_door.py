"""Our door says 250 only for what is stored, to each recipient apart, and loses nothing."""

import asyncio
import smtplib
from collections.abc import AsyncIterator

import pytest
from aiosmtpd.smtp import SMTP

from fanlight.channels.adapters.email.addressing import AddressBook
from fanlight.channels.adapters.email.lmtp import MailDoor, _Smtp
from fanlight.channels.adapters.email.settings import Mailbox
from tests.channels.email.conftest import SUPPORT, Desk, running, settings

SECURITY = Mailbox(id="security", address="security@meridian.example", name="Security")
MAIL = b"From: Li Na <li.na@mail.example>\r\nSubject: Deposit\r\n\r\nWhere is it?\r\n.dot\r\n"
THEM, US = "li.na@mail.example", SUPPORT.address


@pytest.fixture(params=["lmtp", "smtp"])
async def door(request: pytest.FixtureRequest, desk: Desk) -> AsyncIterator[MailDoor]:
    chosen = settings(
        mailboxes=(SUPPORT, SECURITY), listen=request.param, listen_port=0, listen_max_bytes=100_000
    )
    door = MailDoor(chosen, AddressBook(chosen), channel="email")
    async with running(door, desk):
        await asyncio.wait_for(door.ready.wait(), 5)
        yield door


def is_lmtp(door: MailDoor) -> bool:
    return door._settings.listen == "lmtp"


class Talk:
    """A mail server in front of us, one command at a time."""

    def __init__(self, door: MailDoor) -> None:
        self._kind = smtplib.LMTP if is_lmtp(door) else smtplib.SMTP
        self._port = door.port

    def deliver(self, recipients: list[str], mail: bytes) -> tuple[list[int], list[int]]:
        """The codes after RCPT, and those after DATA."""
        with self._kind("127.0.0.1", self._port, timeout=10) as client:
            client.ehlo()
            client.mail(THEM)
            asked = [client.rcpt(recipient)[0] for recipient in recipients]
            taken = sum(code == 250 for code in asked)
            if not taken:
                return asked, []
            client.putcmd("data")
            assert client.getreply()[0] == 354
            text = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
            client.send(text.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            replies = taken if self._kind is smtplib.LMTP else 1
            return asked, [client.getreply()[0] for _ in range(replies)]


async def deliver(
    door: MailDoor, *recipients: str, mail: bytes = MAIL
) -> tuple[list[int], list[int]]:
    return await asyncio.to_thread(Talk(door).deliver, list(recipients), mail)


async def test_a_mail_is_acknowledged_after_it_is_stored(door: MailDoor, desk: Desk) -> None:
    assert await deliver(door, US) == ([250], [250])

    (raw,) = desk.stored
    assert raw.account_id == "support"
    assert raw.body == MAIL
    assert raw.facts["rcpt"] == US
    assert raw.facts["mail_from"] == THEM


async def test_what_is_not_stored_is_not_acknowledged(door: MailDoor, desk: Desk) -> None:
    desk.is_down = True
    assert await deliver(door, US) == ([250], [451])

    desk.is_down = False
    assert await deliver(door, US) == ([250], [250])
    assert len(desk.stored) == 1


async def test_each_mailbox_gets_the_mail_and_its_own_answer(door: MailDoor, desk: Desk) -> None:
    token = US.replace("@", "+abc@")
    asked, answered = await deliver(door, US, token, SECURITY.address)

    assert asked == [250, 250, 250]
    assert answered == ([250, 250, 250] if is_lmtp(door) else [250])
    assert [(raw.account_id, raw.facts["rcpt"]) for raw in desk.stored] == [
        ("support", f"{US} {token}"),
        ("security", SECURITY.address),
    ]


async def test_strangers_mailboxes_are_refused_at_once(door: MailDoor, desk: Desk) -> None:
    asked, _ = await deliver(door, "bob@elsewhere.example", "supporter@meridian.example")

    assert asked == [550, 550]
    assert desk.stored == []


async def test_a_mail_that_is_too_large_is_refused_for_good(door: MailDoor, desk: Desk) -> None:
    large = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 9000

    _, answered = await deliver(door, US, SECURITY.address, mail=large)
    _, fits = await deliver(door, US, mail=large[:90_000])

    assert answered == ([552, 552] if is_lmtp(door) else [552])
    assert fits == [250]
    assert len(desk.stored) == 1


async def test_one_endless_line_is_read(door: MailDoor, desk: Desk) -> None:
    assert await deliver(door, US, mail=b"Subject: x\r\n\r\n" + b"a" * 50_000) == ([250], [250])
    assert len(desk.stored) == 1


async def test_stopping_waits_for_a_mail_that_is_being_stored(desk: Desk) -> None:
    chosen = settings(listen="lmtp", listen_port=0)
    door = MailDoor(chosen, AddressBook(chosen), channel="email")
    begun, may_end = asyncio.Event(), asyncio.Event()

    class Slow(Desk):
        async def receive(self, raw: object) -> None:
            begun.set()
            await may_end.wait()
            await super().receive(raw)  # type: ignore[arg-type]

    slow = Slow()
    task = asyncio.create_task(door.run(slow.receive))
    await door.ready.wait()
    delivery = asyncio.create_task(deliver(door, US))
    await begun.wait()
    task.cancel()
    asyncio.get_running_loop().call_later(0.2, may_end.set)
    await asyncio.gather(task, return_exceptions=True)

    assert len(slow.stored) == 1
    assert await delivery == ([250], [250])


@pytest.mark.parametrize(
    "written",
    [
        *("<a@b.example>", "<a.b+c@x-y.example> SIZE=12 BODY=8BITMIME", "<a@b.c>\tSIZE=3", "<>"),
        *('<"x y"@b.c>', "<a..b@c.d>", "<a@[192.0.2.1]>", "< a@b.c>", "<a@b.c> (told) SIZE=1"),
        *("<@r:a@b.c>", "<a@b.c>junk", "<a@b.c", "<李@b.c>", "", "a@b.c", f"<{'x' * 65}@b.c>"),
    ],
)
async def test_addresses_read_quickly_are_read_as_by_the_whole_grammar(written: str) -> None:
    # In a loop, for without one each of them would make its own and leave it open.
    assert _Smtp(object())._getaddr(written) == SMTP(object())._getaddr(written)
