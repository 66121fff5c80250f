"""The words of a file, so that the guard can look through them: bounded in bytes, parts and time.

Text of any usual encoding, HTML, JSON, RTF, mails with what they enclose, PDF, office files and
archives (zip, tar, gz, bz2, xz);
of other bytes, whatever reads as text. Pictures, sound and films are not read.
"""

import bz2
import io
import json
import lzma
import re
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from html import unescape
from itertools import islice

from fanlight.features.conversations import pdf_words
from fanlight.features.conversations.rtf_words import is_rtf, words_of_rtf

MOST = 4 * 2**20  # characters of one file; about half a second for the guard
_MOST_UNPACKED = 16 * 2**20  # bytes of all that one archive holds
_MOST_MEMORY = 64 * 2**20  # bytes an unpacker may take
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_MOST_PARTS = 300
_DEEPEST = 4  # files in files
_PDF_WAIT_S = 10
_TAG = re.compile(r"<[^>]*>")
_INLINE = re.compile(r"</?(?:a|b|em|font|i|s|small|span|strong|u|wbr)\b[^>]*>")
# In office files a word may change its look in the middle; only these end one.
_ENDS = re.compile(
    r"</(?:w:p|a:p|si|text:p|text:h|table:table-cell|row)>|<(?:w:br|w:tab|text:tab)\b"
)
_PLAIN = re.compile(rb"[\x20-\x7e\t\r\n]{8,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e\t\r\n]\x00){8,}")
_OFFICE = re.compile(
    r"(?:word|ppt/slides|ppt/notesSlides|ppt/comments|xl|xl/worksheets|docProps)/[\w.-]+\.xml"
    r"|(?:content|meta|styles)\.xml"
)


class Locked(Exception):
    """Nobody can look into it without a password."""


class TooDeep(Locked):
    """Mails in mails by the hundred: nothing of ours looks to their end."""


def words_of(name: str, content: bytes, *, depth: int = 0) -> Iterator[str]:
    """Texts in which the guard has to look.

    Raises:
        Locked: there is more that it cannot read; what it could was given before.
    """
    if content.startswith(b"%PDF-") or b"%PDF-" in content[:1024]:
        yield _pdf(content)
    elif content.startswith(b"PK\x03\x04"):
        yield from _archive(content, depth)
    elif is_rtf(content):
        yield words_of_rtf(content[:MOST])
    elif content.startswith(_PACKED):
        yield from _packed(name, content, depth)
    elif content[257:262] == b"ustar":
        yield from _tar(content, depth)
    elif (text := _text(content)) is not None:
        yield from _ways_of(name, text[:MOST], content, depth)
    else:
        found = b"\n".join(each[0] for each in _PLAIN.finditer(content[:MOST]))
        wide = b"\n".join(each[0][::2] for each in _WIDE.finditer(content[:MOST]))
        yield from (each.decode("ascii") for each in (found, wide) if each)


def ways_of_html(html: str) -> Iterator[str]:
    """As it stands and as it reads: a phrase may lie in a table, a word may change its colour."""
    read = _TAG.sub(" ", _INLINE.sub("", html))
    yield from (unescape(way) for way in (html, _TAG.sub(" ", html), read))


def _text(content: bytes) -> str | None:
    """As text, if it is one; what programs write on Windows and in China is tried too."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\x00" in content[:4096]:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _ways_of(name: str, text: str, content: bytes, depth: int) -> Iterator[str]:
    yield text
    end = name.rpartition(".")[2].lower()
    if end in ("eml", "mht", "mhtml") or re.match(
        r"(?:received|return-path|from|date): ", text, re.I
    ):
        yield from _mail(content, depth)
    elif "</" in text:
        yield from ways_of_html(text)
    elif "\\" in text and text.lstrip()[:1] in ("{", "["):
        try:
            yield json.dumps(json.loads(text), ensure_ascii=False)
        except (ValueError, RecursionError):
            return


def _mail(content: bytes, depth: int) -> Iterator[str]:
    """Headers, and every part by its own kind, mails in mails too."""
    try:
        parts = list(islice(message_from_bytes(content).walk(), _MOST_PARTS))
    except RecursionError:
        raise TooDeep from None
    for part in parts:
        yield "\n".join(str(value) for value in part.values())
        yield from (str(piece) for piece in (part.preamble, part.epilogue) if piece)
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and depth < _DEEPEST:
            yield from words_of(part.get_filename() or "", body, depth=depth + 1)


def _archive(content: bytes, depth: int) -> Iterator[str]:
    left = _MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive.comment.decode("utf-8", "replace")
            for entry in archive.infolist()[:_MOST_PARTS]:
                if entry.is_dir() or left <= 0:
                    continue
                with archive.open(entry) as file:
                    body = file.read(min(left, MOST))
                left -= len(body)
                yield entry.filename
                if _OFFICE.fullmatch(entry.filename):
                    yield _office(body)
                elif depth < _DEEPEST:
                    yield from words_of(entry.filename, body, depth=depth + 1)
    except Locked:
        raise
    except Exception:  # a broken archive ends here, in whatever way it is broken
        return


def _packed(name: str, content: bytes, depth: int) -> Iterator[str]:
    """One file made smaller, mostly a ``.tar``."""
    if depth >= _DEEPEST:
        return
    with suppress(EOFError, OSError, ValueError, zlib.error, lzma.LZMAError):
        body = _unpacked(content, _MOST_UNPACKED if depth == 0 else MOST)
        yield from words_of(name.rpartition(".")[0], body, depth=depth + 1)


def _unpacked(content: bytes, most: int) -> bytes:
    """As much of it as is looked through: a small file may unpack to any size."""
    if content.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(wbits=31).decompress(content, most)
    if content.startswith(b"BZh"):
        return bz2.BZ2Decompressor().decompress(content, most)
    return lzma.LZMADecompressor(memlimit=_MOST_MEMORY).decompress(content, most)


def _tar(content: bytes, depth: int) -> Iterator[str]:
    with (
        suppress(tarfile.TarError, EOFError, OSError, ValueError),
        tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive,
    ):
        for number, entry in enumerate(archive):
            if number >= _MOST_PARTS:
                return
            yield entry.name
            file = archive.extractfile(entry) if entry.isreg() else None
            if file is not None and depth < _DEEPEST:
                yield from words_of(entry.name, file.read(MOST), depth=depth + 1)


def _office(xml: bytes) -> str:
    text = _ENDS.sub("\n", xml.decode("utf-8", "replace"))
    return unescape(_TAG.sub("", text))


def _pdf(content: bytes) -> str:
    """By another process, for as long as it may take; too slow or broken: what came until then."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the file comes by its input
            [sys.executable, "-m", pdf_words.__name__],
            input=content,
            capture_output=True,
            timeout=_PDF_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace")
    if done.returncode == pdf_words.LOCKED:
        raise Locked
    return done.stdout.decode("utf-8", "replace")
