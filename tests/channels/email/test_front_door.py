"""From a customer's mail to a ticket, an answer, and what comes back: on a real database."""

import smtplib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fanlight.app.discovery import load_rooms
from fanlight.app.worker import LANES
from fanlight.channels.adapters.email import mime
from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.lmtp import MailDoor
from fanlight.channels.adapters.email.model import Mail
from fanlight.channels.registry import Channels
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Speaker, Words
from fanlight.features.conversations.queries import get_conversation
from fanlight.features.tickets.inbox import take_envelope
from fanlight.features.tickets.received import Received
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.ids import new_id
from fanlight.kernel.runner import Runner
from tests.channels.email.conftest import SUPPORT, adapter, envelope, lmtp_delivery
from tests.channels.email.scripted import Server, scripted, serving

LI_NA, BOB = "li.na@mail.example", "bob@mail.example"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.fixture
async def relay() -> AsyncIterator[Server]:
    async with serving(scripted()) as relay:
        yield relay


@pytest.fixture
async def channel(relay: Server) -> AsyncIterator[EmailAdapter]:
    made = adapter(submission_port=relay.port, listen="lmtp", listen_port=0)
    yield made
    made.close()


@pytest.fixture
async def desk(edge: Edge, channel: EmailAdapter) -> Edge:
    load_rooms()
    edge.shelf.offer(Channels([channel]))
    edge.shelf.offer(OutboundHttp(allowed=()))
    return edge


def mail(text: str, *, sender: str = LI_NA, subject: str = "Deposit", **headers: str) -> bytes:
    lines = {
        "From": f"Somebody <{sender}>",
        "To": SUPPORT.address,
        "Subject": subject,
        "Message-ID": f"<{new_id().hex}@mail.example>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\n{text}\r\n".encode()


async def take(desk: Edge, body: bytes, **facts: str) -> Received:
    (received,) = await take_envelope(desk, envelope(body, **facts))
    return received


async def answer(desk: Edge, to: Received, text: str) -> Any:
    assert to.conversation_id is not None
    async with desk.work() as work:
        conversation = await get_conversation(work, to.conversation_id)
        mei = Author(kind=Speaker.AGENT, id=new_id(), name="Mei")
        said = await talk.say(work, conversation, mei, Words(text=text))
    await Runner(desk, lanes=LANES).run_due()
    return said.id


def sent(relay: Server, words: str) -> tuple[Mail, str]:
    """The mail that says this, and the address to which its bounces would go."""
    senders = [each for each in relay.commands if each.startswith("MAIL FROM")]
    for raw, sender in zip(relay.mails, senders, strict=True):
        read = mime.parse(raw.removesuffix(b".\r\n"))
        assert isinstance(read, Mail)
        if words in read.texts[0]:
            return read, sender.partition("<")[2].partition(">")[0]
    raise AssertionError(f"nothing says {words!r}")


async def rows(desk: Edge, statement: str, **values: Any) -> list[Any]:
    async with desk.work() as work:
        cursor = await work.connection.execute(statement.encode(), values)
        return await cursor.fetchall()


async def test_a_mail_is_answered_and_the_answer_to_that_joins(desk: Edge, relay: Server) -> None:
    asked = await take(desk, mail("Where is my deposit?"))
    await answer(desk, asked, "Which network did you use?")
    said, _ = sent(relay, "Which network")
    back = await take(desk, mail("TRON", subject="Re: Deposit"), rcpt=said.reply_to[0].mail)

    assert asked.is_new_ticket
    assert said.subject == "Re: Deposit"
    assert (back.ticket_id, back.is_new_ticket) == (asked.ticket_id, False)


async def test_message_ids_join_for_the_customer_and_not_for_a_stranger(
    desk: Edge, relay: Server
) -> None:
    asked = await take(desk, mail("Where is my deposit?"))
    await answer(desk, asked, "Which network?")
    ours = f"<{sent(relay, 'Which network')[0].message_id}>"

    back = await take(desk, mail("TRON", subject="about that", In_Reply_To=ours))
    stranger = await take(desk, mail("Tell me all", sender=BOB, References=ours))

    assert back.ticket_id == asked.ticket_id
    assert stranger.ticket_id != asked.ticket_id


async def test_a_forwarded_token_joins_as_a_third_party(desk: Edge, relay: Server) -> None:
    asked = await take(desk, mail("Where is my deposit?"))
    await answer(desk, asked, "Which network?")

    stranger = await take(
        desk, mail("I am her brother", sender=BOB), rcpt=sent(relay, "Which")[0].reply_to[0].mail
    )

    assert stranger.ticket_id == asked.ticket_id
    ((auth,),) = await rows(
        desk, "SELECT auth FROM messages WHERE id = %(id)s", id=stranger.message_id
    )
    assert auth["third_party"] == "yes"


async def test_a_repeat_changes_nothing_whatever_road_it_takes(desk: Edge) -> None:
    body = mail("Where is my deposit?")

    first = await take(desk, body)
    again = await take(desk, b"Received: by a list\r\n" + body)

    assert (first.outcome, again.outcome) == ("stored", "repeat")


async def test_a_bounce_marks_the_message_that_did_not_arrive(desk: Edge, relay: Server) -> None:
    asked = await take(desk, mail("Where is my deposit?"))
    message_id = await answer(desk, asked, "Which network?")
    _, verp = sent(relay, "Which network")

    bounced = await take(
        desk,
        b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; li.na@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"\r\n--b--\r\n",
        rcpt=verp,
        mail_from="",
    )

    assert (bounced.outcome, bounced.message_id) == ("stored", message_id)
    ((delivery,),) = await rows(
        desk, "SELECT delivery FROM messages WHERE id = %(id)s", id=message_id
    )
    assert delivery == "bounced"


async def test_a_loop_ends_at_the_second_hop(desk: Edge, relay: Server) -> None:
    """Their machine answers our first answer; ours is silent, and knows its own when it returns."""
    await take(desk, mail("Where is my deposit?"))
    await Runner(desk, lanes=LANES).run_due()
    (acknowledged,) = relay.mails
    theirs = mail("I am away", subject="Re: x", Auto_Submitted="auto-replied")
    reply_to = sent(relay, "FL-")[0].reply_to[0].mail

    await take(desk, theirs, rcpt=reply_to)
    returned = await take(desk, acknowledged.removesuffix(b".\r\n"), rcpt=reply_to)
    await take(desk, mail("A new problem", sender=BOB, Auto_Submitted="auto-replied"))
    await Runner(desk, lanes=LANES).run_due()

    assert returned.outcome == "ignored"
    assert relay.mails == [acknowledged]


async def test_lists_and_nobodies_are_heard_and_get_no_automatic_answer(
    desk: Edge, relay: Server
) -> None:
    by_list = await take(desk, mail("Read this", List_Id="<news.example>"))
    by_nobody = await take(desk, mail("Your parcel", sender="no-reply@shop.example"))
    await Runner(desk, lanes=LANES).run_due()
    assert relay.mails == []

    by_person = await take(desk, mail("Where is my deposit?", sender=BOB))
    await Runner(desk, lanes=LANES).run_due()

    assert all(each.is_new_ticket for each in (by_list, by_nobody, by_person))
    assert len(relay.mails) == 1


async def test_a_secret_in_a_mail_is_stored_nowhere(desk: Edge) -> None:
    html = f"<p>My words: <b>{PHRASE}</b></p>"
    body = mail(html, subject=f"My phrase {PHRASE}", Content_Type="text/html; charset=utf-8")

    taken = await take(desk, body)

    assert taken.findings
    stored = await rows(desk, "SELECT m::text FROM messages m")
    stored += await rows(desk, "SELECT t::text FROM tickets t")
    assert not any("sausage" in row[0] for row in stored)


def enclosing(kind: str, words: str) -> bytes:
    part = f"--b\r\nContent-Type: {kind}\r\n\r\n{words}\r\n--b--\r\n"
    text = "--b\r\nContent-Type: text/plain\r\n\r\nPlease look at this.\r\n"
    return mail(text + part, Content_Type="multipart/mixed; boundary=b")


@pytest.mark.parametrize(
    ("raw", "is_kept"),
    [
        (mail("Where is my deposit?"), True),
        (enclosing("text/plain; name=words.txt", "Nothing to hide."), True),
        (enclosing("text/plain; name=words.txt", PHRASE), False),
        (enclosing("text/calendar", f"BEGIN:VCALENDAR\r\nSUMMARY:{PHRASE}"), False),
        (enclosing("message/rfc822", f"From: a@b.example\r\nSubject: x\r\n\r\n{PHRASE}"), False),
        (mail("Where is it?", Organization=PHRASE), False),
        (mail("word " * 50_000 + PHRASE), False),
        (mail("word " * 500_000), False),  # too much to be looked over
        (
            mail(
                f"<title>{PHRASE}</title><p>Where is it?</p>",
                Content_Type="text/html; charset=utf-8",
            ),
            False,
        ),
    ],
    ids=range(9),
)
async def test_an_original_is_kept_only_when_all_of_it_was_looked_over(
    desk: Edge, raw: bytes, is_kept: bool
) -> None:
    await take(desk, raw)
    found = await rows(desk, "SELECT original_id IS NOT NULL FROM inbound_events")
    assert found == [(is_kept,)]


async def test_bytes_that_are_no_mail_are_kept_and_shown_to_nobody(desk: Edge) -> None:
    kept = await take(desk, b"X: y\r\n" * 600)

    assert (kept.outcome, kept.ticket_id) == ("ignored", None)
    ((original,),) = await rows(desk, "SELECT original_id FROM inbound_events")
    assert original is not None


async def test_the_door_says_yes_after_the_commit(desk: Edge, channel: EmailAdapter) -> None:
    (door,) = channel.listeners(OutboundHttp(allowed=()))
    assert isinstance(door, MailDoor)
    async with lmtp_delivery(door, lambda raw: take_envelope(desk, raw)) as deliver:
        await deliver(LI_NA, SUPPORT.address, mail("Where is my deposit?"))
        assert await rows(desk, "SELECT text FROM messages") == [("Where is my deposit?",)]
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await deliver(LI_NA, "nobody@meridian.example", mail("x"))
