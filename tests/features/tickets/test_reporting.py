"""Suspicious mails passed on to the address for them: by mail in, by mail answered, no echo."""

import io
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from fanlight.channels.adapters.email.adapter import EmailAdapter
from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox
from fanlight.channels.contract import RawEnvelope
from fanlight.channels.registry import Channels
from fanlight.features.tickets.automatic import MOST_PER_DAY
from fanlight.features.tickets.inbox import take_envelope
from fanlight.features.trust import loading
from fanlight.kernel.edge import Edge
from fanlight.kernel.runner import Runner
from fanlight.kernel.sealing import Sealer
from tests.builders.tickets import TEAM
from tests.conftest import ROOT

BAD = b"""Delivered-To: lin.yue@mail.example\r
To: Lin <lin.yue@mail.example>\r
Authentication-Results: mx.mail.example; dmarc=fail header.from=meridian.example\r
From: "Meridian Support" <support@meridian.example>\r
Reply-To: help@meridian-refund.example\r
Subject: Your account is locked\r
Message-ID: <1@evil.example>\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Sign in: <a href="https://meridian-l0gin.example/x">meridian.example</a></p>\r
"""


@pytest.fixture(autouse=True)
async def _desk(edge: Edge) -> None:
    boxes = (
        Mailbox(id="support", address="support@meridian.example", name="Meridian"),
        Mailbox(id="phish", address="phish@meridian.example", name="Meridian", takes_reports=True),
    )
    mail = EmailAdapter(EmailSettings(mailboxes=boxes), edge.shelf.of(Sealer))
    edge.shelf.offer(Channels([mail]))
    async with edge.work() as work:
        await work.run(TEAM, key="security")
        await loading.load(work, loading.read(ROOT / "content" / "demo" / "official.toml"))


def letter(text: str = "Is this yours?", **headers: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    plain = {"From": "Lin <lin.yue@mail.example>", "To": "phish@meridian.example"}
    for name, value in (plain | {"Subject": "Fwd: Your account is locked"} | headers).items():
        mail[name] = value
    mail.set_content(text)
    return mail


async def comes(edge: Edge, mail: EmailMessage | bytes, box: str = "phish") -> None:
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    envelope = RawEnvelope(channel="email", account_id=box, body=raw, received_at=edge.now())
    await take_envelope(edge, envelope)
    await take_envelope(edge, envelope)  # the server had not heard that we had it
    await Runner(edge, lanes=["default", "events"]).run_due()


async def rows(edge: Edge, statement: str) -> list[Any]:
    async with edge.reading() as work:
        return await (await work.connection.execute(statement.encode())).fetchall()


async def answers(edge: Edge) -> list[str]:
    found = await rows(edge, "SELECT text FROM messages WHERE author_kind = 'machine' ORDER BY id")
    return [text for (text,) in found]


async def test_a_mail_as_a_file_is_a_report_answered_with_the_verdict(edge: Edge) -> None:
    mail = letter()
    mail.add_attachment(BAD, maintype="application", subtype="octet-stream", filename="scam.eml")
    await comes(edge, mail)

    [(team, tags)] = await rows(edge, "SELECT team, tags FROM tickets")
    assert (team, "scam_report" in tags) == ("security", True)
    [(head,)] = await rows(edge, "SELECT mail FROM scam_reports")
    assert head["authentication"] == ["mx.mail.example; dmarc=fail header.from=meridian.example"]
    assert "lin.yue" not in str(head).lower()
    values = [value for (value,) in await rows(edge, "SELECT value FROM scam_indicators")]
    assert sorted(values) == ["help@meridian-refund.example", "meridian-l0gin.example"]
    [said] = await answers(edge)
    assert "imitates Meridian" in said
    assert "for a fee" in said  # those who promise to fetch coins back
    assert "l0gin" not in said  # nothing of theirs leaves from our address


async def test_passed_on_as_words_it_is_a_report_without_the_reporter(edge: Edge) -> None:
    await comes(
        edge,
        letter(
            "Look at this.\n\n---------- Forwarded message ---------\n"
            "From: Meridian <care@rneridian.example>\nTo: <lin.yue@mail.example>\n"
            "Subject: locked\n\nSign in at https://rneridian.example/x now\n"
        ),
    )

    values = [value for (value,) in await rows(edge, "SELECT value FROM scam_indicators")]
    assert sorted(values) == ["care@rneridian.example", "rneridian.example"]
    [said] = await answers(edge)
    assert "imitates Meridian" in said


async def test_what_was_passed_on_twice_is_still_the_strangers_mail(edge: Edge) -> None:
    await comes(edge, nested(2))

    values = [value for (value,) in await rows(edge, "SELECT value FROM scam_indicators")]
    assert sorted(values) == ["help@meridian-refund.example", "meridian-l0gin.example"]


async def test_the_same_mail_to_support_is_no_report(edge: Edge) -> None:
    mail = letter(To="support@meridian.example")
    mail.add_attachment(BAD, maintype="message", subtype="rfc822", filename="scam.eml")
    await comes(edge, mail, box="support")

    assert await rows(edge, "SELECT 1 FROM scam_reports") == []
    [(team,)] = await rows(edge, "SELECT team FROM tickets")
    assert team == "support"


async def test_our_address_is_no_weapon_against_a_mailbox(edge: Edge) -> None:
    for number in range(MOST_PER_DAY + 2):
        await comes(edge, letter(f"https://rneridian.example/{number}"))
    await comes(edge, letter("I am away", **{"Auto-Submitted": "auto-replied"}))

    assert len(await answers(edge)) == MOST_PER_DAY
    [(reports,)] = await rows(edge, "SELECT count(*)::int FROM scam_reports")
    assert reports == MOST_PER_DAY + 2


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", b"0" * 40_000_000)
    return packed.getvalue()


def nested(depth: int) -> bytes:
    raw = BAD
    for _ in range(depth):
        outer = letter()
        outer.add_attachment(raw, maintype="application", subtype="octet-stream", filename="x.eml")
        raw = outer.as_bytes()
    return raw


HOSTILE = {
    "endless header": b"Subject: " + b"a" * 3_000_000 + b"\r\n\r\nhttps://rneridian.example\r\n",
    "many headers": b"X-A: b\r\n" * 60_000 + b"\r\nx\r\n",
    "nested": nested(12),
    "unknown charset": BAD.replace(b"charset=utf-8", b"charset=klingon-8"),
    "wrong bytes": BAD.replace(b"Sign in", b"\xff\xfe\x00\xd8Sign in"),
    "no mail": b"\x00\x01\x02" * 1000,
    "nothing": b"",
    "seed phrase": BAD.replace(
        b"Sign in", b"legal winner thank year wave sausage worth useful legal winner thank yellow"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_meant_to_harm_is_a_report_all_the_same(edge: Edge, name: str) -> None:
    mail = letter()
    mail.add_attachment(
        HOSTILE[name], maintype="application", subtype="octet-stream", filename="scam.eml"
    )
    mail.add_attachment(bomb(), maintype="application", subtype="zip", filename="b.zip")
    await comes(edge, mail)

    assert len(await rows(edge, "SELECT 1 FROM tickets")) == 1
    assert sum("Reference: FL-" in said for said in await answers(edge)) == 1
    [(kept,)] = await rows(
        edge, "SELECT count(*)::int FROM scam_reports WHERE original_id IS NOT NULL"
    )
    assert kept == (name in {"unknown charset", "wrong bytes"})
    told = str(await rows(edge, "SELECT mail FROM scam_reports"))
    assert "sausage" not in told
