"""Mails built to cost time end soon: each of these once took minutes, or would have."""

import time
from collections.abc import Callable

import pytest

from fanlight.channels.adapters.email import charsets, headers, html_text, mime
from fanlight.channels.adapters.email.clean import clean
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
