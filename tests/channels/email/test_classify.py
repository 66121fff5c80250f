"""Machines are told from people, and a returned mail says whose delivery failed."""

import json
from pathlib import Path

import pytest

from fanlight.channels.adapters.email import mime
from fanlight.channels.adapters.email.classify import LOOP_HEADER, Classified, Speaker, classify
from fanlight.channels.adapters.email.model import Mail

LOOP = "desk-1"


def sorted_mail(raw: bytes | str, mail_from: str | None = None) -> Classified:
    mail = mime.parse(raw if isinstance(raw, bytes) else raw.encode())
    assert isinstance(mail, Mail)
    return classify(mail, loop_mark=LOOP, mail_from=mail_from)


PLAIN = "From: Li Na <li.na@mail.example>\nTo: support@meridian.example\n"


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied\nSubject: Re: x",
        "Auto-Submitted: auto-generated (rejected)\nSubject: x",
        "X-Autoreply: yes\nSubject: x",
        "Precedence: auto_reply\nSubject: x",
        "X-Auto-Response-Suppress: All\nSubject: x",
        "Subject: Out of Office: back Monday",
        "Subject: Automatic reply: FL-7K3M9QX4T",
        "Subject: 自动回复：我在休假",
        "Subject: 自動回覆: 收到您的郵件",
        "Subject: Abwesenheitsnotiz: x",
        "Subject: 【自动回复】",
        "Subject: Out of office until Monday",
        "Subject: Automatic reply",
        "Subject: 不在のお知らせ",
        "Subject: [External] Réponse automatique : x",
        "Subject: hello\nReturn-Path: <>",
        "Subject: Read: x\nContent-Type: multipart/report;"
        " report-type=disposition-notification; boundary=b",
    ],
)
def test_automatic_answers_are_known(head: str) -> None:
    found = sorted_mail(f"{PLAIN}{head}\n\nI am away.\n")

    assert found.speaker is Speaker.AUTO_REPLY
    assert not found.may_be_answered


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Withdrawal",
        "Auto-Submitted: no\nSubject: x",
        "Subject: Re: Automatic reply: x",  # a person answers one
        "Subject: My delivery failed twice",
        "Subject: Fwd: Undelivered Mail Returned to Sender",
        "Subject: 我的自动交易没有执行",
    ],
)
def test_people_are_people(head: str) -> None:
    found = sorted_mail(f"{PLAIN}{head}\n\nIt could not be delivered, 550 5.1.1 they say.\n")

    assert found.speaker is Speaker.PERSON
    assert found.may_be_answered


def test_a_person_who_writes_about_a_returned_mail_is_no_machine() -> None:
    quoted = "> 550 5.1.1 user unknown\n> Undelivered Mail Returned to Sender\n"

    found = sorted_mail(f"{PLAIN}Subject: Undeliverable: my answer to you\n\nWhy?\n{quoted}")

    assert found.speaker is Speaker.PERSON


def test_a_report_that_a_person_forwards_is_their_message() -> None:
    report = (
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nWhat is this?\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )

    by_person = sorted_mail(f"{PLAIN}Subject: Fwd: Undelivered\n{report}")
    by_machine = sorted_mail(f"From: MAILER-DAEMON@mx.example\nSubject: Undelivered\n{report}")

    assert by_person.speaker is Speaker.PERSON
    assert by_machine.speaker is Speaker.BOUNCE


def test_lists_and_doubtful_senders_get_no_automatic_answer() -> None:
    by_list = sorted_mail(f"{PLAIN}List-Id: <news.example>\nSubject: News\n\nx\n")
    no_reply = sorted_mail("From: no-reply@shop.example\nSubject: Your order\n\nx\n")

    assert by_list.speaker is Speaker.LIST
    assert no_reply.speaker is Speaker.PERSON
    assert not by_list.may_be_answered
    assert not no_reply.may_be_answered


@pytest.mark.parametrize(
    "subject", ["自动回复没用，我要人工", "Out of office hours deposit failed"]
)
def test_words_of_a_machine_in_a_persons_sentence_lose_nothing(subject: str) -> None:
    found = sorted_mail(f"{PLAIN}Subject: {subject}\n\nPlease look\n")

    assert found.speaker is Speaker.PERSON
    assert not found.may_be_answered  # in doubt no machine talks to a machine


def test_our_own_mail_coming_back_is_a_loop() -> None:
    ours = sorted_mail(f"{PLAIN}{LOOP_HEADER}: {LOOP}\nSubject: Re: x\n\nx\n")
    of_another_desk = sorted_mail(f"{PLAIN}{LOOP_HEADER}: desk-2\nSubject: Re: x\n\nx\n")

    assert ours.speaker is Speaker.OWN_LOOP
    assert of_another_desk.speaker is Speaker.PERSON


DSN = """From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounces@meridian.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

{prose}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Original-Envelope-Id: env-1

Final-Recipient: rfc822; gone@mail.example
Original-Recipient: rfc822;gone@mail.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <gone@mail.example>: user unknown in
    local table

--b
Content-Type: text/rfc822-headers

Message-ID: <abc.1@meridian.example>
Subject: Re: Deposit

--b--
"""


def test_a_report_by_the_book_is_read_in_full() -> None:
    found = sorted_mail(DSN.format(prose="sorry", action="failed", status="5.1.1"))

    assert found.speaker is Speaker.BOUNCE
    assert found.report is not None
    assert found.report.is_standard
    assert found.report.envelope_id == "env-1"
    assert found.report.original_ids == ("abc.1@meridian.example",)
    (recipient,) = found.report.recipients
    assert (recipient.mail, recipient.action, recipient.status) == (
        "gone@mail.example",
        "failed",
        "5.1.1",
    )
    assert recipient.diagnostic == "550 5.1.1 <gone@mail.example>: user unknown in local table"


@pytest.mark.parametrize(
    ("raw", "recipient", "status", "action"),
    [
        (
            "From: MAILER-DAEMON@qmail.example\nSubject: failure notice\n\n"
            "Hi. This is the qmail-send program at qmail.example.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<gone@mail.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
            "--- Below this line is a copy of the message.\n\n"
            "Return-Path: <s@meridian.example>\nMessage-ID: <abc.1@meridian.example>\n\nhi\n",
            "gone@mail.example",
            "5.1.1",
            "failed",
        ),
        (
            "From: PostMaster@qq.example\nSubject: =?utf-8?B?5p2l6IeqbWFpbC5xcS5jb23nmoTpgIDkv6E=?="
            "\nContent-Type: text/plain; charset=utf-8\n\n"
            "抱歉，您的邮件被退回来了……\n原邮件信息：\n收件人：gone@mail.example\n"
            "退信原因：收件人不存在 550 5.1.1\n",
            "gone@mail.example",
            "5.1.1",
            "failed",
        ),
        (
            "From: Mail Delivery System <Mailer-Daemon@exim.example>\nReturn-Path: <>\n"
            "X-Failed-Recipients: gone@mail.example\n"
            "Subject: Warning: message 1abc delayed 24 hours\n\n"
            "This message was created automatically by mail delivery software.\n"
            "A message that you sent has not yet been delivered. It is still being retried.\n",
            "gone@mail.example",
            None,
            "delayed",
        ),
    ],
)
def test_returned_mails_in_prose_are_read_as_well(
    raw: str, recipient: str, status: str | None, action: str
) -> None:
    found = sorted_mail(raw)

    assert found.speaker is Speaker.BOUNCE
    assert found.report is not None
    assert not found.report.is_standard
    (failed,) = found.report.recipients
    assert (failed.mail, failed.status, failed.action) == (recipient, status, action)


def test_a_complaint_names_its_recipient() -> None:
    found = sorted_mail(
        "From: fbl@provider.example\nSubject: FW: Re: Deposit\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\n\nThis is an abuse report.\n--b\nContent-Type: message/feedback-report\n\n"
        "Feedback-Type: abuse\nUser-Agent: FBL/1\nVersion: 1\n"
        "Original-Rcpt-To: <li.na@mail.example>\n\n"
        "--b\nContent-Type: message/rfc822\n\nMessage-ID: <abc.1@meridian.example>\n\nhi\n--b--\n"
    )

    assert found.speaker is Speaker.COMPLAINT
    assert found.complaint is not None
    assert found.complaint.kind == "abuse"
    assert found.complaint.recipient == "li.na@mail.example"
    assert found.complaint.original_ids == ("abc.1@meridian.example",)


# One file is two mails one behind the other; one report has blanks before its colons, which the
# corpus' own parser cannot read and ours can.
_OTHERWISE = {"rfc3464-28", "lhost-mimecast-02"}


def test_the_corpus_of_returned_mails(corpora: Path) -> None:
    folder = corpora / "inbound_mail" / "bounce"
    wrong_kind, wrong_fields = [], set()
    for line in (folder / "expected.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        found = sorted_mail((folder / case["file"]).read_bytes())
        if found.speaker != case["kind"]:
            wrong_kind.append(case["id"])
        report = found.report
        told = report.recipients if report is not None and report.is_standard else ()
        fields = (
            {each.mail for each in told},
            {each.action for each in told},
            {each.status for each in told},
        )
        if fields != (
            set(case["dsn_final_recipient"]),
            set(case["dsn_action"]),
            set(case["dsn_status"]),
        ):
            wrong_fields.add(case["id"])
    assert wrong_kind == []
    assert wrong_fields == _OTHERWISE
