"""Header lines to values: folding, encoded words, parameters, addresses, ids and dates."""

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from fanlight.channels.adapters.email import charsets, transfer
from fanlight.channels.adapters.email.model import Address

MAX_HEADERS = 500
MAX_HEADER_BYTES = 256 * 1024
MAX_REFERENCES = 100  # a thread's first id and its last ones carry all the meaning

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_BLANK_LINE = re.compile(rb"(?:\A|\r?\n)\r?\n")
_MBOX_LINE = re.compile(rb">?From \S")
_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_CONTINUED = re.compile(r"(.+?)\*(\d{1,3})?(\*)?")
_ADDRESS_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^",;:<>()]+|.'
)
_ANGLE_ID = re.compile(r"<([^<>]+)>")


class TooManyHeaders(Exception):  # never leaves this folder: `parse` turns it into Unparsable
    pass


def split(block: bytes) -> tuple[list[tuple[str, bytes]], int]:
    """Header fields of an entity, and where its body starts.

    Lines that are no header are mended where headers go on behind them, and are the first
    lines of the body where none do.
    """
    end = _BLANK_LINE.search(block)
    head = block[: end.start()] if end else block
    if len(head) > MAX_HEADER_BYTES:
        raise TooManyHeaders
    fields: list[tuple[str, list[bytes]]] = []
    lines = head.splitlines(keepends=True)
    offset = 0
    for index, line in enumerate(lines):
        match = _FIELD.match(line)
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
        elif match is not None and not (index == 0 and _MBOX_LINE.match(line)):
            fields.append((match[1].decode("ascii").lower(), [match[2]]))
        elif any(_FIELD.match(later) for later in lines[index + 1 : index + 3]):
            if fields and not _MBOX_LINE.match(line):
                fields[-1][1].append(b" " + line)  # a folded line that lost its indent
        else:
            return _joined(fields), offset
        offset += len(line)
    return _joined(fields), end.end() if end else len(block)


def _joined(fields: list[tuple[str, list[bytes]]]) -> list[tuple[str, bytes]]:
    if len(fields) > MAX_HEADERS:
        raise TooManyHeaders
    return [
        (name, b"".join(lines).replace(b"\r", b"").replace(b"\n", b"").strip(b" \t"))
        for name, lines in fields
    ]


def to_text(value: bytes, hint: str | None = None) -> str:
    """A raw header as text; ``hint`` is the charset of the body, for mails with raw letters."""
    if value.isascii() and b"\x1b$" not in value:
        return value.decode("ascii")
    return charsets.decode(value, hint)


def decode_words(value: str) -> str:
    """Encoded words (RFC 2047) resolved, also the broken ones that split a letter in two."""
    if "=?" not in value:
        return _CONTROL.sub("", value)
    value = _BETWEEN_WORDS.sub(r"\1", value)
    out: list[str] = []
    pending: tuple[str, bytes] | None = None
    at = 0
    for word in _WORD.finditer(value):
        charset, raw = word[1].lower(), _word_bytes(word[2], word[3])
        if pending and word.start() == at and pending[0] == charset:
            pending = (charset, pending[1] + raw)  # letters may run over the border
        else:
            if pending:
                out.append(charsets.decode(pending[1], pending[0]))
            out.append(value[at : word.start()])
            pending = (charset, raw)
        at = word.end()
    if pending:
        out.append(charsets.decode(pending[1], pending[0]))
    out.append(value[at:])
    return _CONTROL.sub("", re.sub(r"[\r\n\t]+", " ", "".join(out)))


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(text.encode("utf-8", "replace"), header=True)
    return transfer.base64_bytes(text.encode("ascii", "ignore"))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured header such as Content-Type: its first word, and its parameters decoded."""
    first = value.partition(";")[0].partition("(")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value):
        name, text = match[1].lower(), _unquoted(match[2])
        continued = _CONTINUED.fullmatch(name)
        if continued and (continued[2] or continued[3] or name.endswith("*")):
            piece = (int(continued[2] or 0), name.endswith("*"), text)
            pieces.setdefault(continued[1], []).append(piece)
        else:
            plain.setdefault(name, decode_words(text))
    for name, parts in pieces.items():
        plain[name] = _continued(sorted(parts, key=lambda piece: piece[0]))
    return first, plain


def _continued(parts: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: numbered pieces, the first of which may name the charset of all."""
    charset: str | None = None
    raw = b""
    for number, is_encoded, text in parts:
        if is_encoded and number == parts[0][0] and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if is_encoded else text.encode()
    decoded = charsets.decode(raw, charset)
    return decode_words(decoded)  # some programs put encoded words inside


def _unquoted(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'), flags=re.DOTALL)
    return text


def addresses(value: str) -> tuple[Address, ...]:
    """Mailboxes of an address header; groups are dissolved, comments become names."""
    if "@" not in value and "=?" in value:
        value = decode_words(value)  # the whole header was encoded, addresses too
    found: list[Address] = []
    for raw, name, angle in _mailboxes(value):
        bare = re.sub(r"\s+", "", raw)
        if angle is not None:
            if found and not found[-1].mail and "@" not in found[-1].name:
                name = f"{found.pop().name}, {name}"  # Doe, John <john@…> without quotes
            found.append(Address(_name(name), _mail(angle)))
        elif "@" in bare:
            mail, _, comment = bare.partition("(")
            comment = raw.partition("(")[2].rstrip().removesuffix(")") if comment else ""
            found.append(Address(_name(comment), _mail(mail)))
        elif _name(name):
            found.append(Address(_name(name), ""))
    return tuple(found)


def _mailboxes(value: str) -> list[tuple[str, str, str | None]]:
    """(as written, the words outside angles, what stands in angles) of each mailbox."""
    boxes: list[tuple[str, str, str | None]] = []
    raw, name, angle = "", "", None
    for piece in _ADDRESS_TOKEN.findall(value):
        if piece in (",", ";"):
            boxes.append((raw, name, angle))
            raw, name, angle = "", "", None
        elif piece == ":" and angle is None and "[" not in raw:
            raw, name = "", ""  # the name of a group
        elif piece.startswith("<"):
            angle = piece.strip("<>")
        elif piece.startswith('"'):
            raw, name = raw + piece, name + _unquoted(piece)
        else:
            raw, name = raw + piece, name + ("" if piece.startswith("(") else piece)
    return [*boxes, (raw, name, angle)]


def _name(text: str) -> str:
    return " ".join(decode_words(text).split()).strip("'\"").strip()


def _mail(text: str) -> str:
    text = _CONTROL.sub("", re.sub(r"\s+", "", text))
    if ":" in text and "@" in text.partition(":")[2]:
        text = text.rpartition(":")[2]  # <@relay:box@host>, <mailto:box@host>
    return text.strip(",;.'") if "@" in text else ""


def message_ids(value: str) -> tuple[str, ...]:
    """Message ids without their brackets, also of programs that forget the brackets."""
    found = [re.sub(r"\s+", "", each) for each in _ANGLE_ID.findall(value)]
    if not found:
        found = [each.strip("<>,;") for each in value.split() if "@" in each]
    ids = list(dict.fromkeys(each for each in found if each))
    return tuple(ids if len(ids) <= MAX_REFERENCES else ids[:1] + ids[-(MAX_REFERENCES - 1) :])


def date(value: str) -> datetime | None:
    """The time a Date header claims, in UTC; None when no one can tell."""
    try:
        parsed = parsedate_tz(value)
        if parsed is None:
            return datetime.fromisoformat(value.strip()).astimezone(UTC)
        year, month, day, hour, minute, second = parsed[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return moment - timedelta(seconds=parsed[9] or 0)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
