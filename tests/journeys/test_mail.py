"""A mail becomes a ticket and the answer a mail: with a real Postfix on every road between."""

import json
import smtplib
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import expect

from fanlight.channels.adapters.email.signing import Key
from tests.channels.email import house as servers
from tests.journeys.conftest import Visit
from tests.journeys.letters import answer_to, letter, reply_address, words_of
from tests.journeys.people import Console
from tests.journeys.town import PostOffice, Town, open_town, until
from tests.ui.console import scene
from tests.ui.console.scene import Staff

pytestmark = [pytest.mark.browser, pytest.mark.peer, pytest.mark.slow]

SUPPORT, PAYMENTS = "support@meridian.example", "payments@meridian.example"
AMARA = "amara@customer.example"


@pytest.fixture(scope="module")
def dkim_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dkim") / "r1.pem"
    key = generate_private_key(65537, 2048)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@pytest.fixture(scope="module")
def post() -> PostOffice:
    """The mail server of everybody who is not us."""
    return PostOffice()


@pytest.fixture(scope="module")
def postfix(post: PostOffice) -> Iterator[servers.House]:
    with servers.house(elsewhere="customer.example", elsewhere_port=post.port) as house:
        yield house


@pytest.fixture(scope="module")
def town(built: None, postfix: servers.House, post: PostOffice, dkim_key: Path) -> Iterator[Town]:
    """A desk with two mailboxes behind Postfix, and with a key to sign by."""
    boxes = [
        {"id": "support", "address": SUPPORT, "name": "Meridian Support"},
        {"id": "payments", "address": PAYMENTS, "name": "Meridian Payments"},
    ]
    with open_town(
        post=post,
        FANLIGHT_EMAIL__MAILBOXES=json.dumps(boxes),
        FANLIGHT_EMAIL__LISTEN_PORT=str(postfix.lmtp_port),
        FANLIGHT_EMAIL__SUBMISSION_PORT=str(postfix.submission_port),
        FANLIGHT_EMAIL__SUBMISSION_SECURITY="starttls",
        FANLIGHT_EMAIL__SUBMISSION_USER=servers.USER,
        FANLIGHT_EMAIL__SUBMISSION_PASSWORD=servers.PASSWORD,
        FANLIGHT_EMAIL__SUBMISSION_CA_FILE=str(postfix.cert),
        FANLIGHT_EMAIL__DKIM_KEYS=json.dumps([{"selector": "r1", "file": str(dkim_key)}]),
    ) as town:
        yield town


@pytest.fixture(scope="module")
def mei(town: Town) -> Staff:
    return town.run(scene.hire(town, "Mei Tan", roles=("lead", "admin")))


def deliver(postfix: servers.House, mail: EmailMessage, *, to: str) -> None:
    """The sender's mail server brings it to ours."""
    with smtplib.SMTP("127.0.0.1", postfix.mx_port, timeout=20) as client:
        client.sendmail("sender@customer.example", [to], mail.as_bytes(policy=policy.SMTP))


def test_a_mail_is_answered_and_its_answer_joins(
    town: Town, postfix: servers.House, visit: Visit, desk: Console, mei: Staff, dkim_key: Path
) -> None:
    hers = letter(f"Amara Okafor <{AMARA}>", "250 USDC missing", "They left Northgate at 07:40.")
    deliver(postfix, hers, to=SUPPORT)
    (first,) = until(lambda: town.post.mails_to(AMARA), within_s=30)
    assert first["Auto-Submitted"] == "auto-replied"
    assert "Northgate" not in first.as_string()

    # Mei answers at the desk.
    page = visit("/console/inbox/all", mei)
    page.locator(".irow").filter(has_text="250 USDC missing").click()
    flow = page.get_by_role("log")
    expect(flow).to_contain_text("They left Northgate at 07:40.")
    ticket = page.url.rpartition("/")[2]
    until(lambda: desk.has_read_all(ticket))
    page.get_by_role("textbox", name="Reply: Mail").fill("Which network did you pick?")
    page.get_by_role("button", name="Send").click()
    expect(flow).to_contain_text("Which network did you pick?")

    # It arrives signed, and in Amara's mail program it stands below her own letter.
    answer = until(lambda: town.post.mails_to(AMARA)[1:], within_s=30)[0]
    assert words_of(answer).startswith("Which network did you pick?")
    thread = [str(hers["Message-ID"]), str(first["Message-ID"])]
    assert first["In-Reply-To"] == thread[0]
    assert str(answer["References"]).split() == thread
    assert answer["In-Reply-To"] == thread[-1]
    assert answer["Subject"] == "Re: 250 USDC missing"
    assert answer["Auto-Submitted"] is None
    assert reply_address(answer).endswith("@meridian.example")
    assert reply_address(answer) != SUPPORT
    record = Key.load("meridian.example", "r1", dkim_key).record().encode()
    for recipient, raw in town.post.taken:
        assert recipient == AMARA
        assert dkim.DKIM(raw).verify(0, dnsfunc=lambda name, timeout=5: record)

    # Her answer joins, without what it quotes; that is one click away.
    deliver(postfix, answer_to(answer, AMARA, "Arbitrum One."), to=reply_address(answer))
    entry = page.locator(".entry").filter(has_text="Arbitrum One.")
    expect(entry).to_be_visible()
    expect(entry).not_to_contain_text("Which network did you pick?")
    entry.get_by_role("button", name="Show what was quoted").click()
    expect(entry).to_contain_text("Which network did you pick?")
    assert len(desk.get(f"tickets/{ticket}")["conversations"]) == 1
    assert [row["id"] for row in desk.get("tickets", view="all")["rows"]] == [ticket]
    assert len(town.post.mails_to(AMARA)) == 2  # an answer to us is not acknowledged again


def test_what_our_own_mailboxes_write_each_other_ends_at_the_second_hop(
    town: Town, postfix: servers.House, desk: Console
) -> None:
    """One mailbox writes to the other, an agent answers: that answer comes home and goes no
    further, and no machine has said a word.
    """
    taken = len(town.post.taken)
    deliver(postfix, letter(PAYMENTS, "Forwarded to you", "Please have a look."), to=SUPPORT)
    ticket = until(lambda: desk.ticket_with("Forwarded"), within_s=30)
    desk.answers(ticket, "We had a look.")
    until(lambda: "status=sent" in postfix_said(postfix, f"to=<{PAYMENTS}>"), within_s=30)

    deliver(postfix, letter(f"Bo <bo@{AMARA.partition('@')[2]}>", "Later", "Hello"), to=SUPPORT)
    until(lambda: desk.ticket_with("Later"), within_s=30)
    until(lambda: len(town.post.taken) > taken, within_s=30)  # Bo's acknowledgement
    assert desk.said(ticket) == ["Please have a look.", "We had a look."]
    assert len(desk.get("search", q="Forwarded")["rows"]) == 1
    assert {recipient for recipient, _ in town.post.taken[taken:]} == {"bo@customer.example"}
    assert postfix_said(postfix, f"to=<{PAYMENTS}>").count("status=") == 1


def postfix_said(postfix: servers.House, about: str) -> str:
    """The lines of Postfix's log about a recipient."""
    log = (postfix.folder / "postfix.log").read_text("utf-8", "replace")
    return "\n".join(line for line in log.splitlines() if about in line)
