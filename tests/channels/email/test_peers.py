"""With a real Postfix and a real Dovecot: in, out, back again, and nothing lost on the way."""

import asyncio
import smtplib
from collections.abc import Iterator
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.imap import MailboxWatch
from fanlight.channels.adapters.email.lmtp import MailDoor
from fanlight.channels.adapters.email.settings import DkimKey, ImapBox
from fanlight.channels.adapters.email.signing import Key
from fanlight.channels.contract import Accepted, Failed, Failure, PlannedPart
from fanlight.kernel.http import OutboundHttp
from tests.channels.email import house as servers
from tests.channels.email.conftest import (
    CONVERSATION,
    MESSAGE,
    SUPPORT,
    Desk,
    adapter,
    answer,
    running,
)

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.usefixtures("lines_closed")]
HTTP = OutboundHttp(allowed=())
MAIL = (
    "From: 李娜 <li.na@mail.example>\r\nTo: {to}\r\nSubject: {subject}\r\n"
    "Message-ID: <{subject}@mail.example>\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n还没有到账\r\n"
)


@pytest.fixture(scope="module")
def house() -> Iterator[servers.House]:
    with servers.house() as place:
        yield place


@pytest.fixture(scope="module")
def dkim_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dkim") / "r1.pem"
    key = generate_private_key(65537, 2048)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@pytest.fixture
def ours(house: servers.House, dkim_key: Path) -> EmailAdapter:
    return adapter(
        listen="lmtp",
        listen_port=house.lmtp_port,
        submission_port=house.submission_port,
        submission_security="starttls",
        submission_user=servers.USER,
        submission_password=servers.PASSWORD,
        submission_ca_file=str(house.cert),
        dkim_keys=(DkimKey(selector="r1", file=str(dkim_key)),),
    )


def door_of(ours: EmailAdapter) -> MailDoor:
    (door,) = ours.listeners(HTTP)
    assert isinstance(door, MailDoor)
    return door


def hand_in(house: servers.House, to: str, subject: str) -> None:
    """A customer's mail server delivers to ours."""
    with smtplib.SMTP("127.0.0.1", house.mx_port, timeout=20) as client:
        mail = MAIL.format(to=to, subject=subject).encode()
        client.sendmail("li.na@mail.example", [to], mail, mail_options=["BODY=8BITMIME"])


async def send(ours: EmailAdapter, **wanted: object) -> object:
    message = answer(**wanted)
    return await ours.send(PlannedPart(message=message, number=1, text=message.text), HTTP)


async def test_a_mail_through_postfix_is_stored_with_its_token(
    house: servers.House, ours: EmailAdapter, desk: Desk
) -> None:
    address = ours.reply_address(answer(), SUPPORT)
    async with running(door_of(ours), desk):
        await asyncio.to_thread(hand_in, house, address, "token")
        await desk.wait_for(1)

    (event,) = ours.parse(desk.stored[0])
    assert event.kind == "message.created"
    assert event.text.strip() == "还没有到账"
    assert event.conversation_id == CONVERSATION
    assert desk.stored[0].facts["mail_from"] == "li.na@mail.example"


async def test_postfix_keeps_what_we_could_not_store_and_brings_it_again(
    house: servers.House, ours: EmailAdapter, desk: Desk
) -> None:
    desk.is_down = True
    async with running(door_of(ours), desk):
        await asyncio.to_thread(hand_in, house, SUPPORT.address, "later")
        await desk.wait_for_tries(2)
        assert desk.stored == []
        desk.is_down = False
        await desk.wait_for(1, within_s=30)

    assert b"Subject: later" in desk.stored[0].body


async def test_a_mail_that_came_while_nobody_listened_is_brought_later(
    house: servers.House, ours: EmailAdapter, desk: Desk
) -> None:
    await asyncio.to_thread(hand_in, house, SUPPORT.address, "closed")
    await asyncio.sleep(1.5)
    async with running(door_of(ours), desk):
        await desk.wait_for(1, within_s=30)

    assert b"Subject: closed" in desk.stored[0].body


async def test_an_answer_to_nobody_comes_back_and_marks_its_message(
    house: servers.House, ours: EmailAdapter, desk: Desk
) -> None:
    async with running(door_of(ours), desk):
        outcome = await send(ours, to="gone@elsewhere.example")
        await desk.wait_for(1, within_s=30)

    assert outcome == Accepted(f"{MESSAGE.hex}.1@meridian.example")
    (event,) = ours.parse(desk.stored[0])
    assert event.kind == "bounce"
    assert event.references[0] == outcome.native_id
    assert event.bounce is not None
    assert event.bounce.recipient == "gone@elsewhere.example"
    assert event.bounce.status == "5.1.1"
    assert event.bounce.is_permanent
    assert desk.stored[0].facts["mail_from"] == ""


async def test_our_signature_survives_the_way(
    house: servers.House, ours: EmailAdapter, desk: Desk, dkim_key: Path
) -> None:
    async with running(door_of(ours), desk):
        await send(ours, to=SUPPORT.address, subject="提币未到账 " * 12)
        await desk.wait_for(1, within_s=30)

    record = Key.load("meridian.example", "r1", dkim_key).record().encode()
    body = desk.stored[0].body
    assert dkim.DKIM(body).verify(0, dnsfunc=lambda name, timeout=5: record)
    # And what comes back to ourselves goes no further: the loop ends here.
    assert ours.parse(desk.stored[0])[0].kind == "unsupported"


async def test_a_wrong_password_sends_nothing(house: servers.House) -> None:
    wrong = adapter(
        submission_port=house.submission_port,
        submission_security="starttls",
        submission_user=servers.USER,
        submission_password="wrong",
        submission_ca_file=str(house.cert),
    )

    outcome = await send(wrong)

    assert isinstance(outcome, Failed)
    assert outcome.failure is Failure.AUTH


@pytest.fixture
def watch(house: servers.House) -> MailboxWatch:
    box = ImapBox(
        account="support",
        host="127.0.0.1",
        port=house.imaps_port,
        user=servers.USER,
        password=servers.PASSWORD,
        ca_file=str(house.cert),
    )
    return MailboxWatch(box, channel="email")


def letter(subject: str) -> bytes:
    return MAIL.format(to=SUPPORT.address, subject=subject).encode()


async def test_dovecot_pushes_and_what_was_stored_is_marked_once(
    house: servers.House, watch: MailboxWatch, desk: Desk
) -> None:
    await asyncio.to_thread(house.append, letter("missed"))  # before anybody watched
    async with running(watch, desk):
        await desk.wait_for(1)
        await asyncio.wait_for(watch.is_watching.wait(), 10)
        await asyncio.to_thread(house.append, letter("pushed"))
        await desk.wait_for(2)
        await asyncio.sleep(0.5)
    async with running(watch, desk):  # a restart brings nothing twice
        await asyncio.wait_for(watch.is_watching.wait(), 10)

    assert [b"Subject: missed" in desk.stored[0].body, len(desk.stored)] == [True, 2]
    assert all(b"$Ingested" in line for line in await asyncio.to_thread(house.flags))
    assert desk.stored[0].account_id == "support"


async def test_a_mail_that_could_not_be_stored_stays_and_is_taken_later(
    house: servers.House, watch: MailboxWatch, desk: Desk
) -> None:
    await asyncio.to_thread(house.append, letter("unlucky"))
    desk.is_down = True
    async with running(watch, desk):
        await desk.wait_for_tries(1)
        desk.is_down = False
        await desk.wait_for(1)

    assert b"Subject: unlucky" in desk.stored[0].body


async def test_a_mail_we_stumble_over_holds_up_no_other(
    house: servers.House, watch: MailboxWatch, desk: Desk
) -> None:
    await asyncio.to_thread(house.append, letter("poison"))
    await asyncio.to_thread(house.append, letter("behind it"))
    async with running(watch, desk):
        await desk.wait_for(1)
        await asyncio.wait_for(watch.is_watching.wait(), 5)
        await asyncio.to_thread(house.append, letter("pushed"))
        await desk.wait_for(2, within_s=5)

    assert [b"Subject: pushed" in desk.stored[1].body, desk.tries] == [True, 3]
