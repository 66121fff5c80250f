"""Mails built to cost time end soon: each of these once took minutes, or would have."""

import time
from collections.abc import Callable

import pytest

from fanlight.channels.adapters.email import (
    charsets,
    classify,
    headers,
    html_text,
    mime,
    reported,
)
from fanlight.channels.adapters.email.clean import clean
from fanlight.channels.adapters.email.model import Mail
from fanlight.channels.adapters.email.quotes import trim

MAX_CPU_S = 3.0  # ten times what they take, for a busy machine

HOSTILE: list[tuple[Callable[[str], object], str]] = [
    (trim, "On 5 Mar 2024 <a@b\n" * 40_000),
    (trim, "From: a@b\nx\n" * 20_000),
    (trim, "> (x\ny\n" * 60_000),
    (trim, ("-" * 400 + "\n") * 20_000),
    (trim, ("--" + "wrote " * 60 + "\n") * 10_000),
    (trim, ("sent from my " + "a " * 100 + "\n") * 10_000),
    (trim, ("* |_>" * 80 + "\n") * 5000),
    (trim, "在 2024年 在 2024年 写道\n" * 20_000),
    (trim, ">" * 150_000),
    (trim, "> " * 75_000 + "<"),
    (html_text.to_text, "<div>" * 100_000),
    (html_text.to_text, "<!--" * 200_000),
    (html_text.to_text, "<![CDATA[" * 100_000),
    (html_text.to_text, "</" * 300_000),
    (html_text.to_text, "<a b='" * 100_000),
    (html_text.to_text, "&" * 400_000),
    (html_text.to_text, "<b>" * 400 + "</i>" * 80_000),
    (clean, "<div>" * 100_000),
    (clean, "&" * 900_000),
    (clean, "<b><i><u><font><s>" * 1000 + "<p>x" * 3000),
    (headers.addresses, "(" * 100_000),
    (headers.addresses, '"' * 100_000),
    (headers.decode_words, "?=" + " " * 200_000 + "=?a?b?x"),
    (headers.decode_words, "=?a?b?" * 40_000),
    (headers.parameters, "a/b;" + " " * 240_000),
    (headers.message_ids, "<" * 250_000),
    (headers.date, "Mon " * 60_000),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_it_ends_soon(number: int) -> None:
    read, text = HOSTILE[number]
    begun = time.process_time()

    read(text)

    assert time.process_time() - begun < MAX_CPU_S


def test_large_bytes_of_no_language_end_soon() -> None:
    begun = time.process_time()

    charsets.decode(bytes(range(256)) * 100_000, "big5")
    mime.parse(b"Content-Transfer-Encoding: base64\n\n" + b"QUJD" * 7_000_000 + b"Q")

    assert time.process_time() - begun < MAX_CPU_S


REPORT = (
    b"From: MAILER-DAEMON@mx.example\r\nMessage-ID: <r@mx.example>\r\n"
    b"Content-Type: multipart/report; report-type=%s; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n--b\r\nContent-Type: message/%s\r\n\r\n"
    b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;%s\r\nAction: failed\r\n"
    b"Status: 5.1.1\r\nDiagnostic-Code: %s\r\n--b--\r\n"
)
BYTES = 2_000_000


def report(kind: bytes = b"delivery-status", **said: bytes) -> bytes:
    words = {"notice": b"x", "recipient": b"a@b.example", "code": b"x"} | said
    part = b"feedback-report" if kind == b"feedback-report" else b"delivery-status"
    return REPORT % (kind, words["notice"], part, words["recipient"], words["code"])


@pytest.mark.parametrize(
    "mail",
    [
        report(recipient=b"a" * BYTES),
        report(recipient=b"a." * (BYTES // 2)),
        report(recipient=b"a@" * (BYTES // 2)),
        report(notice=b"\n" * BYTES),
        report(notice=b" \n" * (BYTES // 2)),
        report(notice=b"a" * BYTES),
        report(code=b"\n " + b"a-" * (BYTES // 2)),
        report(code=b"\n x" * (BYTES // 3)),
        report(b"feedback-report", code=b"x\r\nFeedback-Type: x" + b" " * BYTES + b"x"),
        report(b"feedback-report", notice=(b"Feedback-Type: x" + b" " * 200 + b"x\n") * 9000),
        b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n"
        + (b"\r\n--" + b" " * 200 + b"x") * (BYTES // 205),
    ],
    ids=lambda mail: f"{mail[200:]!r:.24}",
)
def test_reports_and_guessed_frames_end_soon(mail: bytes) -> None:
    begun = time.process_time()

    parsed = mime.parse(mail)
    if isinstance(parsed, Mail):
        classify.classify(parsed, loop_mark="x", mail_from="")

    assert time.process_time() - begun < MAX_CPU_S


@pytest.mark.parametrize("count", [3, 6_000])
def test_receivers_of_a_reported_mail_are_hidden_however_many_they_are(count: int) -> None:
    named = [f"Reader{n}@Mail{n}.example" for n in range(count)]
    said = "".join(f"<a href='https://evil.example/?u={each.lower()}'>\n" for each in named)
    raw = (
        "From: a@evil.example\nSubject: Hello\nTo: " + ",\n ".join(named) + "\n\n"
        f"Dear {named[-1]}, ask a@evil.example or other@mail1.example.org\n{said}"
    ) + "nothing at all\n" * 100_000
    begun = time.process_time()

    found = reported.read(raw.encode())

    assert time.process_time() - begun < MAX_CPU_S
    assert found is not None
    assert found.original is not None
    assert b"reader" not in found.original.lower()
    assert b"Dear receiver, ask a@evil.example or other@mail1.example.org" in found.original
    assert found.original.count(b"?u=receiver'>") == count
