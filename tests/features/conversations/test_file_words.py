"""Secrets in files of every kind that is read: refused by kind, and the clean twin is kept."""

import gzip
import io
import json
import tarfile
import time
import zipfile
from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage
from typing import Literal

import pytest
from pypdf import PdfReader, PdfWriter

from fanlight.features.conversations import pdf_words
from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.examine import examine
from fanlight.features.conversations.rtf_words import words_of_rtf

LIMITS = {"max_bytes": 50_000_000, "max_pixels": 1_000_000}
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"  # BIP-39
CLEAN = "My deposit of 2,400 USDT has not arrived since this morning, can you look please"


def pdf(text: str) -> bytes:
    """A PDF of one page, written by hand."""
    stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n%s" % table
        + (b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out))
    )


def locked_pdf(text: str) -> bytes:
    writer, out = PdfWriter(PdfReader(io.BytesIO(pdf(text)))), io.BytesIO()
    writer.encrypt("open sesame")
    writer.write(out)
    return out.getvalue()


def noted_pdf(text: str) -> bytes:
    """The words are none of the page's: they stand in what the file says of itself."""
    writer, out = PdfWriter(PdfReader(io.BytesIO(pdf("Hello")))), io.BytesIO()
    writer.add_metadata({"/Keywords": text})
    writer.write(out)
    return out.getvalue()


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, body in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), body)
    return out.getvalue()


def remarked(comment: bytes) -> bytes:
    """An archive that says something of itself."""
    out = io.BytesIO(packed(a_dot_txt=b"Hello"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = comment
    return out.getvalue()


def docx(text: str) -> bytes:
    """As a word processor writes it: a word that changes its look is two runs."""
    half = len(text.split()[0]) // 2
    runs = f"<w:r><w:t>{text[:half]}</w:t></w:r><w:r><w:rPr/><w:t>{text[half:]}</w:t></w:r>"
    return packed(word__document_dot_xml=f"<w:document><w:p>{runs}</w:p></w:document>".encode())


def xlsx(text: str) -> bytes:
    cells = "".join(f"<si><t>{word}</t></si>" for word in dict.fromkeys(text.split()))
    return packed(xl__sharedStrings_dot_xml=f"<sst>{cells}</sst>".encode())


def eml(text: str, *, enclose: tuple[str, bytes] | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ada@customer.example", "Fwd"
    mail.set_content(text, cte="base64")
    if enclose is not None:
        name, content = enclose
        mail.add_attachment(content, maintype="application", subtype="x-any", filename=name)
    return mail.as_bytes()


def rtf(text: str) -> bytes:
    """As word processors write it: fonts before the words, a look for each of them."""
    said = " ".join(rf"{{\b {word}}}" for word in text.split(" "))
    return (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 zoo wolf Arial;}}{\*\generator Riched}\pard "
        + said.encode()
        + rb"\par}"
    )


def tar(mode: Literal["w", "w:gz", "w:bz2", "w:xz"], text: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        entry = tarfile.TarInfo("notes.txt")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


Make = Callable[[str], bytes]
KINDS: dict[str, tuple[str, Make]] = {
    "text": ("a.txt", str.encode),
    "text with a mark": ("a.txt", lambda text: text.encode("utf-8-sig")),
    "text of Windows": ("a.txt", lambda text: text.encode("utf-16")),
    "a table": ("a.csv", lambda text: ",".join(text.split()).encode()),
    "a list": ("a.json", lambda text: json.dumps({"words": text.split()}).encode()),
    "a page": ("a.html", lambda t: f"<html><b>{t[:3]}</b>{t[3:]}</html>".encode()),
    "a page's table": ("a.html", lambda t: f"<td>{'</td><td>'.join(t.split())}</td>".encode()),
    "a mail": ("a.eml", eml),
    "a mail by its look": ("a", eml),
    "a mail's file": ("a.eml", lambda text: eml("Hello", enclose=("a.pdf", pdf(text)))),
    "a mail in a mail": ("a.eml", lambda text: eml("Hello", enclose=("b.eml", eml(text)))),
    "behind a mail": ("a.eml", lambda text: (
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHello\n--x--\n" + text.encode()
    )),
    "a PDF": ("a.pdf", pdf),
    "a PDF's own notes": ("a.pdf", noted_pdf),
    "a letter": ("a.docx", docx),
    "a sheet": ("a.xlsx", xlsx),
    "an archive": ("a.zip", lambda text: packed(notes_dot_txt=text.encode())),
    "an archive in one": ("a.zip", lambda text: packed(b_dot_zip=packed(a_dot_txt=text.encode()))),
    "beside an archive": ("a.zip", lambda text: remarked(text.encode())),
    "rich text": ("a.rtf", rtf),
    "a tape": ("a.tar", lambda text: tar("w", text)),
    "a tape made smaller": ("a.tar.gz", lambda text: tar("w:gz", text)),
    "another": ("a.tar.bz2", lambda text: tar("w:bz2", text)),
    "a third": ("a.tar.xz", lambda text: tar("w:xz", text)),
    "a file made smaller": ("a.txt.gz", lambda text: gzip.compress(text.encode())),
    "other bytes": ("a.bin", lambda text: b"\x00\x01\x02" * 50 + text.encode() + b"\x00\xff"),
    "other bytes of Windows": ("a.doc", lambda t: b"\xd0\xcf\x00" * 50 + t.encode("utf-16-le")),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_in_a_file_is_found_and_its_clean_twin_kept(kind: str) -> None:
    name, make = KINDS[kind]

    secret = "zoo ladder orbit frozen wealth cargo vapor pluck amount liar winner thank"
    with pytest.raises(FileRefused) as refused:
        examine(name, make(secret if kind == "a sheet" else PHRASE), **LIMITS)

    assert refused.value.params["reason"] == "secret"
    assert refused.value.params["kinds"] == ["seed_phrase"]
    assert "sausage" not in str(refused.value.params)
    assert examine(name, make(CLEAN), **LIMITS).content


def test_words_of_other_scripts_are_read_in_their_usual_encodings() -> None:
    key = "私钥是 4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"

    for content in (key.encode("gb18030"), json.dumps([key, "\n"]).encode()):
        with pytest.raises(FileRefused) as refused:
            examine("a.json", content, **LIMITS)
        assert refused.value.params["kinds"] == ["private_key"]


def test_rich_text_is_read_with_its_own_letters() -> None:
    made = (
        rb"{\rtf1\ansi\ansicpg936\uc1{\fonttbl\f0 A;}\'cb\'bd\'d4\'bf \u31169?: a\~b\tab c\line d}"
    )

    assert words_of_rtf(made) == "私钥 私: a b c\nd"


@pytest.mark.parametrize(
    "content",
    [
        rb"{\rtf1" + b"{" * 200_000,
        rb"{\rtf1 " + rb"\u" * 100_000,
        b"\x1f\x8bnothing",
        b"BZhnothing",
    ],
    ids=len,
)
def test_a_broken_file_ends_where_it_breaks(content: bytes) -> None:
    begun = time.process_time()

    assert examine("a.rtf", content, **LIMITS).content

    assert time.process_time() - begun < 2


def test_a_small_file_that_unpacks_to_any_size_is_read_in_part() -> None:
    bomb = gzip.compress(gzip.compress(b" " * 60_000_000))

    assert examine("a.gz", bomb, **LIMITS).content == bomb


def test_what_nobody_can_look_into_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        examine("a.pdf", locked_pdf(CLEAN), **LIMITS)

    assert refused.value.params["reason"] == "locked"


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed"])
def test_mails_in_mails_without_end_are_refused(kind: str) -> None:
    mail = b"Subject: x\n\nHello\n"
    for number in range(2_000):
        edge = b"--%d" % number
        head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=%d\n\n" % number
        inner = b"Content-Type: message/rfc822\n\n" if kind == "message/rfc822" else b""
        mail = b"%s%s\n%s%s\n%s--\n" % (head, edge, inner, mail, edge)

    with pytest.raises(FileRefused) as refused:
        examine("a.eml", mail, **LIMITS)

    assert refused.value.params["reason"] == "unreadable"


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 nothing", b"PK\x03\x04 nothing", b"{" * 200_000, b'["\\u12'], ids=len
)
def test_what_is_broken_is_kept_without_an_error(content: bytes) -> None:
    assert examine("a.bin", content, **LIMITS).content == content


@pytest.mark.slow
def test_a_file_that_keeps_its_reader_busy_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_words, "SECONDS", 1)
    bomb = packed(a_dot_txt=b"0" * 60_000_000)

    assert len(bomb) < 1_000_000
    assert examine("bomb.zip", bomb, **LIMITS).content == bomb


def test_a_binary_that_says_nothing_is_kept() -> None:
    content = b64encode(bytes(range(256)) * 40)

    assert examine("a.bin", content, **LIMITS).content == content
