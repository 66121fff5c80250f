"""A mail becomes the right event, and an answer the right mail."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fanlight.channels.adapters.email import EmailSettings, adapters, compose, mime
from fanlight.channels.adapters.email.inbound import fingerprint
from fanlight.channels.adapters.email.model import Mail
from fanlight.channels.adapters.email.settings import DkimKey, ImapBox, Mailbox
from fanlight.channels.adapters.email.tokens import Tokens
from fanlight.channels.contract import (
    DataClass,
    Evidence,
    InboundEvent,
    OutboundFile,
    OutboundMessage,
    Refusal,
    ThreadState,
    participant_tag,
)
from fanlight.kernel.settings import BadSettings, Settings
from tests.channels.email.conftest import (
    CONVERSATION,
    LI_NA,
    MESSAGE,
    SEALER,
    SUPPORT,
    adapter,
    answer,
    envelope,
)
from tests.conftest import NOON

OURS = adapter(trusted_authserv=("mx.meridian.example",))
QUIET = ThreadState()
HEAD = (
    "From: 李娜 <Li.Na@mail.example>\r\nTo: support@meridian.example\r\n"
    "Date: Mon, 23 Nov 2026 11:59:00 +0000\r\nMessage-ID: <one@mail.example>\r\n"
)


def read(body: bytes | str, **facts: str) -> InboundEvent:
    (event,) = OURS.parse(envelope(body, **facts))
    return event


def test_a_letter_becomes_a_message() -> None:
    event = read(
        HEAD + "Subject: 提币未到账\r\n\r\n还没有到\r\n\r\n"
        "On Mon, 23 Nov 2026 at 10:00 Support <support@meridian.example> wrote:\r\n> 您好\r\n"
    )

    assert event.kind == "message.created"
    assert (event.author.native_id, event.author.display) == ("li.na@mail.example", "李娜")
    assert not event.author.is_bot
    assert event.subject == "提币未到账"
    assert event.visible_text == "还没有到"
    assert "> 您好" in event.text
    assert event.native_message_id == "one@mail.example"
    assert event.occurred_at.minute == 59
    assert event.evidence == Evidence()


def test_two_roads_one_mail_and_a_repeated_id_hides_nothing() -> None:
    straight = read(HEAD + "Subject: x\r\n\r\nhi\r\n", rcpt=SUPPORT.address)
    by_list = read("Received: by list\r\n" + HEAD + "Subject: x\r\n\r\nhi\r\n", rcpt="other")
    forged = read(HEAD + "Subject: x\r\n\r\nsomething else\r\n")

    assert straight.dedupe_key == by_list.dedupe_key != forged.dedupe_key


def reply_to(message: OutboundMessage | None = None) -> str:
    return OURS.reply_address(message or answer(), SUPPORT)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"rcpt": reply_to()}, "X: y"),
        ({"rcpt": f"support@meridian.example {reply_to().upper()}"}, "X: y"),
        ({}, f"Delivered-To: {reply_to()}"),
        ({}, f"Cc: Support <{reply_to()}>"),
    ],
)
def test_a_signed_address_names_its_conversation(facts: dict[str, str], line: str) -> None:
    event = read(f"{HEAD}{line}\r\nSubject: Re: x\r\n\r\nhi\r\n", **facts)

    assert event.conversation_id == CONVERSATION
    assert event.participant_tag == participant_tag(LI_NA)


def test_a_quoted_token_counts_only_where_nothing_else_says_where_it_belongs() -> None:
    quoted = f"hi\r\n> {reply_to()} wrote\r\n"

    assert read(f"{HEAD}\r\n{quoted}").conversation_id == CONVERSATION
    assert read(f"{HEAD}References: <a@b>\r\n\r\n{quoted}").conversation_id is None
    forged = reply_to().replace("support+", "support+a")[:-1] + "e"
    assert read(f"{HEAD}Delivered-To: {forged}\r\n\r\nhi\r\n").conversation_id is None


def test_references_go_from_the_strongest_backwards() -> None:
    event = read(
        f"{HEAD}In-Reply-To: <c@x>\r\nReferences: <a@x> <b@x> <c@x>\r\nSubject: Re: x\r\n\r\nhi"
    )

    assert event.references == ("c@x", "b@x", "a@x")


def results(value: str, place: str = "") -> InboundEvent:
    return read(
        f"Authentication-Results: {value}\r\n{place}{HEAD}Subject: x\r\n\r\nhi\r\n",
        mail_from="li.na@mail.example",
    )


def test_only_our_own_servers_verdict_counts() -> None:
    ours = results(
        "mx.meridian.example; spf=pass smtp.mailfrom=mail.example;"
        " dkim=fail header.d=x; dkim=pass header.d=mail.example;"
        " dmarc=pass (p=REJECT) header.from=mail.example"
    )
    theirs = results("mx.evil.example; dmarc=pass header.from=mail.example")
    below = read(
        f"Received: by mx.meridian.example\r\nReceived: by evil\r\n"
        f"Authentication-Results: mx.meridian.example; dmarc=pass\r\n{HEAD}\r\nhi\r\n"
    )
    of_another = results("mx.meridian.example; dmarc=pass header.from=evil.example")

    assert ours.evidence == Evidence(level=1, method="dmarc")
    assert ours.auth["dkim"] == "pass"
    assert [each.evidence.level for each in (theirs, below, of_another)] == [0, 0, 0]
    assert "dmarc" not in theirs.auth


def test_a_forged_sender_is_put_aside_where_its_domain_asks_for_it() -> None:
    refused = results(
        "mx.meridian.example; dmarc=fail (p=reject dis=none) header.from=mail.example"
    )
    unsure = results("mx.meridian.example; dmarc=fail (p=none) header.from=mail.example")

    assert refused.is_spam
    assert not unsure.is_spam
    assert refused.evidence.level == unsure.evidence.level == 0


def test_a_bounce_finds_its_message_by_the_signed_address() -> None:
    tokens = Tokens([SEALER.derive("email.tokens")])
    event = read(
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; gone@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n",
        rcpt=tokens.bounce_address(SUPPORT.address, MESSAGE, 1),
        mail_from="",
    )

    assert event.kind == "bounce"
    assert event.references == (f"{MESSAGE.hex}.1@meridian.example",)
    assert event.bounce is not None
    assert event.bounce.recipient == "gone@mail.example"
    assert event.bounce.is_permanent
    assert event.bounce.status == "5.1.1"


@pytest.mark.parametrize(
    ("action", "kind", "is_permanent"),
    [("delayed", "bounce", False), ("failed", "bounce", True), ("delivered", "delivered", None)],
)
def test_a_delay_is_no_failure_and_a_receipt_no_bounce(
    action: str, kind: str, is_permanent: bool | None
) -> None:
    event = read(
        "From: MAILER-DAEMON@mx.example\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; li@mail.example\r\nAction: {action}\r\nStatus: 4.0.0\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <m.1@meridian.example>\r\n\r\n"
        "--b--\r\n"
    )

    assert event.kind == kind
    assert event.references == ("m.1@meridian.example",)
    assert (event.bounce.is_permanent if event.bounce else None) is is_permanent
    assert (event.native_message_id == "m.1@meridian.example") == (kind == "delivered")


def test_machines_are_not_spoken_to() -> None:
    away = read(f"{HEAD}Auto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nback Monday\r\n")
    by_list = read(f"{HEAD}List-Id: <l.example>\r\nSubject: x\r\n\r\nhi\r\n")
    from_us = read("From: support@meridian.example\r\nSubject: x\r\n\r\nhi\r\n")

    assert (away.kind, away.author.is_bot) == ("autoreply", True)
    assert (by_list.kind, by_list.author.is_bot) == ("message.created", True)
    assert (from_us.kind, from_us.author.is_us) == ("autoreply", True)


def sent(message: OutboundMessage) -> Mail:
    """The mail an answer becomes, read back."""
    (part,) = planned(message)
    mail = mime.parse(compose.compose(OURS._letter(part, SUPPORT, NOON)))
    assert isinstance(mail, Mail)
    return mail


def planned(message: OutboundMessage, thread: ThreadState = QUIET) -> list[object]:
    plan = OURS.plan(message, thread, NOON)
    assert not isinstance(plan, Refusal), plan
    return list(plan)


def test_our_own_mail_ends_where_it_comes_back() -> None:
    """The second hop of a loop: two answering machines, one of them ours."""
    mail = sent(answer(intent="auto_reply"))
    raw = "".join(f"{name}: {value}\r\n" for name, value in mail.headers) + "\r\nback to you\r\n"

    event = read(raw)

    assert event.kind == "unsupported"
    assert event.auth["speaker"] == "own_loop"


def test_an_answer_threads_and_can_be_answered() -> None:
    mail = sent(answer())

    assert mail.subject == "Re: 提币未到账"
    assert mail.senders[0].name == "Mei · Meridian Support"
    assert mail.in_reply_to == ("one@mail.example",)
    assert mail.message_id == f"{MESSAGE.hex}.1@meridian.example"
    assert mail.header("auto-submitted") == ""
    answered = read(
        f"{HEAD}In-Reply-To: <{mail.message_id}>\r\nSubject: Re: x\r\n\r\nthanks\r\n",
        rcpt=mail.reply_to[0].mail,
    )
    assert answered.conversation_id == CONVERSATION
    assert answered.references == (mail.message_id,)


def test_a_machine_never_repeats_a_customers_words_in_its_subject() -> None:
    lure = "Your account is locked, go to https://evil.example"

    by_machine = sent(answer(intent="auto_reply", subject=lure, author_name=""))

    assert "evil.example" not in by_machine.subject
    assert by_machine.subject == "Meridian Support FL-7K3M9QX4T"
    assert by_machine.header("auto-submitted") == "auto-replied"
    assert "evil.example" in sent(answer(subject=lure)).subject


def test_a_letter_outside_every_thread_says_what_it_is() -> None:
    letter = sent(answer(intent="system", subject="Your code for Meridian Help", author_name=""))
    assert letter.subject == "Your code for Meridian Help"


def file(size_bytes: int) -> OutboundFile:
    async def content() -> bytes:
        return b"x"

    return OutboundFile(name="a.csv", media_type="text/csv", size_bytes=size_bytes, read=content)


@pytest.mark.parametrize(
    ("change", "thread", "code"),
    [
        ({"data_class": DataClass.ACCOUNT}, ThreadState(), "policy_blocked"),
        ({}, ThreadState(is_blocked=True), "blocked"),
        ({"text": "字" * 200_001}, ThreadState(), "too_long"),
        ({"files": (file(10_000_001),)}, ThreadState(), "too_long"),
        ({"files": (file(1),) * 11}, ThreadState(), "too_long"),
        ({"to": "nobody"}, ThreadState(), "malformed"),
        ({"to": "a@b.example\r\nBcc: c@d.example"}, ThreadState(), "malformed"),
        ({"subject": "x\r\nBcc: c@d.example"}, ThreadState(), "malformed"),
        ({"account_id": "gone"}, ThreadState(), "not_configured"),
        ({"intent": "edit"}, ThreadState(), "not_possible"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_leaves(
    change: dict[str, object], thread: ThreadState, code: str
) -> None:
    assert OURS.plan(answer(**change), thread, NOON) == Refusal(code)
    assert len(planned(answer())) == 1


def test_what_just_fits_is_planned() -> None:
    assert planned(answer(text="字" * 200_000, files=(file(10_000_000), file(5_000_000))))


def test_the_channel_exists_where_an_address_is_set_up(tmp_path: object) -> None:
    empty = Settings({}, data_dir=None)  # type: ignore[arg-type]
    assert adapters(empty, SEALER) == []
    with_box = empty.with_section(EmailSettings(mailboxes=(SUPPORT,)))
    (ours,) = adapters(with_box, SEALER)
    assert [account.address for account in ours.accounts] == [SUPPORT.address]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"mailboxes": (SUPPORT, SUPPORT)}, "same id"),
        ({"mailboxes": (Mailbox(id="a", address="nonsense", name="x"),)}, "not a mailbox"),
        (
            {"mailboxes": (Mailbox(id="a", address=f"{'a' * 30}@b.example", name="x"),)},
            "token_domain",
        ),
        ({"imap": (ImapBox(account="no", host="h", user="u", password="p"),)}, "no mailbox"),
        ({"dkim_keys": (DkimKey(selector="s", file="/does/not/exist"),)}, "DKIM key s"),
    ],
)
def test_mistakes_in_the_settings_are_found_at_the_start(
    wanted: dict[str, object], says: str
) -> None:
    with pytest.raises(BadSettings, match=says):
        adapter(**wanted)


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_parse_is_total(body: bytes) -> None:
    (event,) = OURS.parse(envelope(body))

    assert len(event.dedupe_key) == 64


def test_a_fingerprint_sees_every_change() -> None:
    def of(raw: str) -> str:
        mail = mime.parse(raw.encode())
        assert isinstance(mail, Mail)
        return fingerprint(mail)

    plain = f"{HEAD}Content-Type: text/plain\r\n\r\nhi\r\n"
    assert of(plain) == of("X-Road: a\r\n" + plain)
    assert of(plain) != of(plain.replace("hi", "ho"))
    assert of(plain) != of(plain.replace("one@", "two@"))
