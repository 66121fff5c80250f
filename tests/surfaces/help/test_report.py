"""A scam is reported at the help center: parsed, judged, gathered, and talked about on a ticket."""

from typing import Any

import httpx2
import pytest

from fanlight.features.trust import loading
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.ids import new_token
from tests.conftest import ROOT
from tests.surfaces.widget.house import House

MAIL = b"""Return-Path: <bounce@evil.example>\r
Delivered-To: lin.yue@mail.example\r
Received: from evil.example (evil.example [192.0.2.9]) by mx.mail.example\r
 for <Lin.Yue@mail.example>; Mon, 23 Nov 2026\r
To: "Lin Yue"\r
 <lin.yue@mail.example>\r
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
def _rested(house: House) -> None:
    async def prepare() -> None:
        async with house.edge.work() as work:
            await work.run("DELETE FROM rate_limits")
            await loading.load(work, loading.read(ROOT / "content" / "demo" / "official.toml"))

    house.run(prepare())


def report(house: House, visitor: httpx2.Client, **more: Any) -> httpx2.Response:
    files = more.pop("files", None)
    fields = {"key": new_token(), "email": "lin@mail.example", "values": "", "text": ""} | more
    return visitor.post(
        "/en/report", data=fields, files=files or {"files": ("", b"")},
        headers={"origin": house.url},
    )  # fmt: skip


def rows(house: House, statement: str) -> list[Any]:
    async def ask() -> list[Any]:
        async with house.edge.reading() as work:
            found = await work.connection.execute(statement.encode())
            return await found.fetchall()

    return house.run(ask())


def test_a_link_is_judged_at_once_and_opens_a_ticket(house: House, visitor: httpx2.Client) -> None:
    page = report(house, visitor, values="https://meridian-wallet.example/a")
    assert page.status_code == 200
    assert "Not ours, imitates meridian.example" in page.text
    assert "You are the first to report it." in page.text
    assert "Beware of “recovery”" in page.text
    again = report(house, visitor, values="meridian-wallet.example", email="wei@mail.example")
    assert "One other person has reported it before." in again.text
    assert "lin@mail.example" not in again.text
    triaged = rows(
        house,
        "SELECT count(*) FROM scam_reports r JOIN tickets t ON t.id = r.ticket_id"
        " WHERE t.subject = 'Report of a scam'",
    )
    assert triaged[0][0] >= 2


def test_a_mail_is_read(house: House, visitor: httpx2.Client) -> None:
    page = report(house, visitor, files={"files": ("scam.eml", MAIL, "message/rfc822")})
    assert page.status_code == 200
    assert "meridian-l0gin.example" in page.text
    assert "help@meridian-refund.example" in page.text
    [[mail, kept]] = rows(
        house,
        "SELECT mail, original_id IS NOT NULL FROM scam_reports WHERE mail IS NOT NULL"
        " ORDER BY at DESC LIMIT 1",
    )
    assert kept
    assert mail["reply_to"] == "help@meridian-refund.example"
    assert mail["authentication"] == ["mx.mail.example; dmarc=fail header.from=meridian.example"]
    assert mail["received"][0].startswith("from evil.example")
    assert "lin.yue" not in str(mail).lower()
    [[kept_id]] = rows(
        house,
        "SELECT original_id FROM scam_reports WHERE original_id IS NOT NULL"
        " ORDER BY at DESC LIMIT 1",
    )

    async def original() -> bytes:
        async with house.edge.reading() as work:
            return await work.of(Blobs).get(work, kept_id)

    body = house.run(original())
    assert b"meridian-l0gin.example" in body
    assert b"lin" not in body.lower().replace(b"meridian", b"").replace(b"href", b"")


def test_a_secret_is_not_taken(house: House, visitor: httpx2.Client) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    page = report(house, visitor, text=f"I gave them {phrase}")
    assert page.status_code == 422
    assert "legal winner" not in page.text
    page = report(house, visitor, values=f"meridian-seed.example\n{phrase}")
    assert "legal winner" not in page.text
    found = rows(house, "SELECT count(*) FROM messages WHERE text LIKE '%legal winner%'")
    assert found[0][0] == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"values": "a.example", "email": ""}, 422),
        ({"values": "", "text": ""}, 422),
        ({"values": "x" * 1_000_000}, 200),
        ({"values": "\u202e\u200b" * 900, "text": "what is this"}, 200),
        ({"values": "<script>alert(1)</script>", "text": "odd"}, 200),
    ],
)
def test_what_is_wrong_is_said_and_nothing_breaks(
    house: House, visitor: httpx2.Client, fields: dict[str, str], status: int
) -> None:
    page = report(house, visitor, **fields)
    assert page.status_code == status
    assert "<script>alert" not in page.text


def test_no_other_site_reports_for_somebody(house: House, visitor: httpx2.Client) -> None:
    page = visitor.post(
        "/en/report", data={"values": "a.example", "email": "a@b.example"},
        headers={"origin": "https://evil.example"},
    )  # fmt: skip
    assert page.status_code == 422
