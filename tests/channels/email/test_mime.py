"""Any bytes become a value: real mails of thirty years, broken ones, and ones made to hurt."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanlight.channels.adapters.email import charsets, headers, mime
from fanlight.channels.adapters.email.model import Address, Mail, Unparsable

WORDS = "您好，我的提币还没有到账，请帮我查一下，谢谢。"
WORDS_HANT = "您好，我的提幣還沒有到帳，請幫我查一下，謝謝。"


def read(raw: bytes) -> Mail:
    mail = mime.parse(raw)
    assert isinstance(mail, Mail), mail
    return mail


def mail_of(*lines: str | bytes) -> bytes:
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines)


@pytest.mark.parametrize(
    ("text", "sent_as", "label"),
    [
        (WORDS, "gb18030", "gb2312"),
        (WORDS + "㐀𠀀", "gb18030", "gb2312"),
        (WORDS, "gb18030", "iso-8859-1"),
        (WORDS, "gb18030", None),
        (WORDS, "gb18030", "unknown-8bit"),
        (WORDS, "gb18030", "no-such-charset"),
        (WORDS, "utf-8", "gb2312"),
        (WORDS, "utf-8", "us-ascii"),
        (WORDS_HANT, "cp950", "big5"),
        (WORDS_HANT, "cp950", "gb2312"),
        (WORDS_HANT, "cp950", None),
        ("出金がまだ届いていません。", "cp932", "shift_jis"),
        ("出金がまだ届いていません。①", "cp932", "Shift_JIS"),
        ("出金がまだ届いていません。", "iso2022_jp", "iso-2022-jp"),
        ("出金がまだ届いていません。", "utf-8", "iso-2022-jp"),
        ("出金がまだ届いていません。確認をお願いします。", "euc_jp", None),
        ("출금이 아직 도착하지 않았습니다.", "cp949", "ks_c_5601-1987"),
        ("출금이 아직 도착하지 않았습니다.", "cp949", None),
        ("Здравствуйте, вывод ещё не пришёл", "cp1251", "us-ascii"),
        ("Здравствуйте, вывод ещё не пришёл", "koi8_r", "koi8-r"),
        ("Schöne Grüße, 5 €", "cp1252", "iso-8859-1"),
        ("Schöne Grüße", "latin-1", "utf-8"),
        ("Où est mon dépôt ?", "cp1252", None),
    ],
)
def test_text_is_read_whatever_its_label_says(text: str, sent_as: str, label: str | None) -> None:
    assert charsets.decode(text.encode(sent_as), label) == text


def test_half_letters_in_encoded_words_are_joined() -> None:
    raw = "提币未到账".encode()
    first, second = base64.b64encode(raw[:4]).decode(), base64.b64encode(raw[4:]).decode()
    subject = f"Subject: =?utf-8?B?{first}?= =?utf-8?B?{second}?="

    assert read(mail_of(subject, "", "x")).subject == "提币未到账"


def test_raw_letters_in_headers_are_read_with_the_charset_of_the_body() -> None:
    mail = read(
        mail_of(
            b"From: " + "李娜".encode("gb18030") + b" <li.na@mail.example>",
            b"Subject: " + "提币未到账，请尽快处理".encode("gb18030"),
            "Content-Type: text/plain; charset=gb2312",
            "",
            WORDS.encode("gb18030"),
        )
    )

    assert mail.subject == "提币未到账，请尽快处理"
    assert mail.senders == (Address("李娜", "li.na@mail.example"),)
    assert mail.texts == (WORDS,)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=UTF-8''%E8%B4%A6%E5%8D%95.csv", "账单.csv"),
        ("attachment; filename*0*=gb2312''%D5%CB; filename*1*=%B5%A5.csv", "账单.csv"),
        ('attachment; filename="=?gb2312?B?1cu1pS5jc3Y=?="', "账单.csv"),
        ('attachment; filename="a;b.csv"', "a;b.csv"),
        ("attachment; filename=my trades.csv", "my trades.csv"),
        ('attachment; filename="..\\\\evil.exe"', "..\\evil.exe"),
    ],
)
def test_names_of_files_are_read_in_all_their_spellings(header: str, name: str) -> None:
    mail = read(
        mail_of(
            'Content-Type: multipart/mixed; boundary="b"', "", "--b", "", "see", "--b",
            "Content-Type: text/csv", f"Content-Disposition: {header}", "", "a,b", "--b--",
        )
    )  # fmt: skip

    assert [part.name for part in mail.attachments] == [name]
    assert mail.texts == ("see",)


def test_a_raw_name_in_gbk_is_read() -> None:
    raw = mail_of("Content-Type: application/pdf", b'Content-Disposition: attachment; filename="'
                  + "账单明细".encode("gb18030") + b'.pdf"', "", "x")  # fmt: skip

    assert read(raw).attachments[0].name == "账单明细.pdf"


def test_pictures_in_the_text_keep_their_ids_and_nested_mails_their_subject() -> None:
    mail = read(
        mail_of(
            "Content-Type: multipart/mixed; boundary=m", "", "--m",
            "Content-Type: multipart/related; boundary=r", "", "--r",
            "Content-Type: text/html; charset=utf-8", "", '<img src="cid:p1@x">', "--r",
            "Content-Type: image/png", "Content-ID: <p1@x>", "Content-Transfer-Encoding: base64",
            "", "iVBORw0KGgo=", "--r--", "--m", "Content-Type: message/rfc822", "",
            "Subject: Suspicious", "", "body", "--m", "Content-Type: application/ms-tnef", "",
            "x", "--m", "Content-Type: text/calendar", "", "BEGIN:VCALENDAR", "--m--",
        )
    )  # fmt: skip

    kinds = [(part.kind, part.name, part.content_id) for part in mail.attachments]
    assert kinds == [
        ("file", "", "p1@x"),
        ("mail", "Suspicious.eml", None),
        ("tnef", "", None),
        ("calendar", "", None),
    ]
    assert mail.attachments[0].is_inline
    assert mail.htmls == ('<img src="cid:p1@x">',)


def test_addresses_are_read_as_people_write_them() -> None:
    found = headers.addresses(
        '"Chen, Mei" <mei@a.example>, Doe, John <john@b.example>, bob@c.example (Bob),'
        " Friends: x@d.example, y@d.example;, =?utf-8?B?5p2O5aic?= <li@e.example>,"
        " <mailto:z@f.example>; undisclosed-recipients:;"
    )

    assert found == (
        Address("Chen, Mei", "mei@a.example"),
        Address("Doe, John", "john@b.example"),
        Address("Bob", "bob@c.example"),
        Address("", "x@d.example"),
        Address("", "y@d.example"),
        Address("李娜", "li@e.example"),
        Address("", "z@f.example"),
    )


def test_a_mail_without_an_id_gets_one_from_its_bytes() -> None:
    raw = mail_of("From: a@b.example", "Message-ID: <>", "In-Reply-To: <>", "", "hi")

    mail, again = read(raw), read(raw)

    assert mail.is_message_id_ours
    assert mail.message_id == again.message_id != read(raw + b"!").message_id
    assert mail.in_reply_to == ()  # an empty id matches nothing


def test_dates_are_utc_or_nothing() -> None:
    assert headers.date("Tue, 5 Mar 2024 10:23:11 +0800") == datetime(
        2024, 3, 5, 2, 23, 11, tzinfo=UTC
    )
    assert headers.date("yesterday") is None
    assert headers.date("Tue, 5 Mar 99999 10:23:11 +0800") is None


def test_broken_frames_are_mended() -> None:
    unclosed = read(
        mail_of("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "one", "--b", "", "two")
    )
    misnamed = read(
        mail_of(
            "Content-Type: multipart/mixed; boundary=wrong", "", "--right",
            "Content-Type: text/plain", "", "here", "--right--",
        )
    )  # fmt: skip
    frameless = read(mail_of("Content-Type: multipart/mixed", "", "only text"))
    no_blank = read(mail_of("Subject: hi", "this is the text", "and more"))

    assert unclosed.texts == ("one", "two")
    assert misnamed.texts == ("here",)
    assert frameless.texts == ("only text",)
    assert no_blank.subject == "hi"
    assert "this is the text" in no_blank.texts[0]


def test_text_and_html_in_one_mail_are_both_read_in_order() -> None:
    mail = read(
        mail_of(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain", "",
            "first", "--b", "Content-Type: text/html", "", "<p>second</p>", "--b--",
        )
    )  # fmt: skip

    assert [(body.content, body.is_html) for body in mail.bodies] == [
        ("first", False),
        ("<p>second</p>", True),
    ]


def nested(depth: int) -> bytes:
    raw = b"Content-Type: text/plain\r\n\r\nbottom\r\n"
    for level in range(depth):
        mark = b"b%d" % level
        raw = (
            b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n"
            + raw + b"--" + mark + b"--\r\n"
        )  # fmt: skip
    return raw


def test_limits_hold_and_what_is_just_inside_is_read() -> None:
    part = b"--b\r\n\r\nx\r\n"
    start = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

    assert read(nested(mime.MAX_DEPTH)).texts == ("bottom",)
    assert mime.parse(nested(mime.MAX_DEPTH + 1)) == Unparsable(
        "too_deep", hashlib.sha256(nested(mime.MAX_DEPTH + 1)).hexdigest()
    )
    assert len(read(start + part * (mime.MAX_PARTS - 1)).texts) == mime.MAX_PARTS - 1
    assert reason(start + part * mime.MAX_PARTS) == "too_many_parts"
    assert read(b"X: y\r\n" * headers.MAX_HEADERS + b"\r\nx").texts == ("x",)
    assert reason(b"X: y\r\n" * (headers.MAX_HEADERS + 1) + b"\r\nx") == "too_many_headers"
    assert reason(b"X: " + b"y" * headers.MAX_HEADER_BYTES + b"\r\n\r\nx") == "too_many_headers"
    assert reason(b"a" * (mime.MAX_BYTES + 1)) == "too_large"
    assert reason(b"\r\n\r\n") == "empty"


def reason(raw: bytes) -> str:
    found = mime.parse(raw)
    assert isinstance(found, Unparsable)
    return found.reason


def test_a_bomb_of_nested_mails_costs_nothing() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\n" * 100_000 + b"x"

    mail = read(raw)

    assert [part.kind for part in mail.attachments] == ["mail"]


def test_a_flood_of_false_borders_is_refused_in_time() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"\n---x" * 2_000_000

    assert reason(raw) == "too_many_parts"


HEADS = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: multipart/alternative; boundary=b",
        b"Content-Type: text/html; charset=gb2312",
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Disposition: attachment; filename*0*=x''%E8%B4; filename*1=\"",
        b"Subject: =?utf-8?B?5p2O5aic",
        b"Subject: =?gb2312?Q?=D5=CB?= =?x?b?%%%?=",
        b"From: \"a <b@c>, (x (y, <<z@",
        b"Date: Thu, 32 Foo 10000 25:61:61 +9999",
        b"Message-ID: <<a b>> <",
        b"--b", b"--b--", b"", b"begin 644 x", b"M5", b"\x00\xff\xfe", b"\xd5\xcb",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(HEADS | st.binary(max_size=40), max_size=25))
@example([b"Content-Type: text/plain; charset=undefined", b"", b"\x81"])
@example([b"Content-Type: text/plain; charset=idna", b"", b"xn--a"])
@example([b"Content-Type: text/plain; charset=base64", b"", b"\x81aaa"])
def test_no_bytes_whatever_raise_or_reach_a_bug(lines: list[bytes]) -> None:
    for end in (b"\r\n", b"\n", b"\r"):
        found = mime.parse(end.join(lines))
        if isinstance(found, Unparsable):
            assert found.reason != "bug"
        else:
            assert "\x00" not in "".join(found.texts)


# Where the other parser gave up on a letter or kept a file encoded, ours reads it.
_READ_BETTER = {("legacy_027", "subject"), ("legacy_027", "to"), ("legacy_033", "text_bodies")}
_UNPACKED = {"legacy_048"}


def test_the_corpus_of_mails(corpora: Path) -> None:
    folder = corpora / "inbound_mail" / "mime"
    wrong = []
    for line in (folder / "expected.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        wanted, mail = case["expected"], read((folder / case["file"]).read_bytes())
        found = {
            "subject": mail.subject,
            "from": [[each.name, each.mail] for each in mail.senders],
            "to": [[each.name, each.mail] for each in mail.to],
            "cc": [[each.name, each.mail] for each in mail.cc],
            "reply_to": [[each.name, each.mail] for each in mail.reply_to],
            "message_id": mail.message_id,
            "in_reply_to": list(mail.in_reply_to),
            "references": list(mail.references),
            "text_bodies": list(mail.texts),
            "html_bodies": list(mail.htmls),
        }
        wrong += [(case["id"], key) for key, value in found.items() if value != wanted[key]]
        assert mail.sent_at == datetime.fromisoformat(wanted["date"])
        assert len(mail.attachments) == len(wanted["attachments"])
        for part, expected in zip(mail.attachments, wanted["attachments"], strict=True):
            assert part.name == expected["filename"]
            assert part.content_type == expected["content_type"]
            if expected["kind"] == "text":
                assert part.text().replace("\r\n", "\n") == expected["text"].replace("\r\n", "\n")
            elif case["id"] not in _UNPACKED:
                assert hashlib.sha256(part.content).hexdigest() == expected["sha256"]
            else:
                assert part.content.startswith(b"\x89PNG")
    assert set(wrong) == _READ_BETTER
