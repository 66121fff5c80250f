"""Raw bytes to a Mail: own splitting, so that limits hold while reading and nothing raises."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Literal

import msgspec

from fanlight.channels.adapters.email import charsets, headers, transfer
from fanlight.channels.adapters.email.model import Address, Attachment, Body, Mail, Unparsable

MAX_BYTES = 35 * 1024 * 1024  # what our listener accepts
MAX_DEPTH = 10
MAX_PARTS = 200
MAX_DECODED_BYTES = 60 * 1024 * 1024
_MAX_FALSE_BOUNDARIES = 100_000

_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200})\r?\nContent-", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+")
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_ENCRYPTED = frozenset(
    {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
)
_INLINE_MEDIA = ("image/", "audio/", "video/")

Reason = Literal["empty", "too_large", "too_many_headers", "too_many_parts", "too_deep", "bug"]


class _Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _Part(msgspec.Struct, kw_only=True):
    """One entity while the tree is built."""

    fields: list[tuple[str, bytes]]
    content_type: str
    params: dict[str, str]
    disposition: str
    name: str
    body: bytes  # still in its transfer encoding
    encoding: str
    children: list["_Part"]

    def field(self, name: str) -> bytes:
        return next((value for key, value in self.fields if key == name), b"")

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)


class _Reader:
    """Counts what one mail costs, and remembers what had to be mended."""

    def __init__(self) -> None:
        self.parts = 0
        self.decoded_bytes = 0
        self.remarks: dict[str, None] = {}
        self.outside: list[bytes] = []  # of the parts: before the first and behind the last

    def remark(self, word: str) -> None:
        self.remarks[word] = None

    def part(self, raw: bytes, depth: int, default_type: str) -> _Part:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise _Refused("too_many_parts")
        if depth > MAX_DEPTH:
            raise _Refused("too_deep")
        fields, start = headers.split(raw)
        part = _described(fields, raw[start:], default_type)
        if part.content_type.startswith("multipart/"):
            child_type = "message/rfc822" if part.content_type.endswith("/digest") else "text/plain"
            part.children = [self.part(each, depth + 1, child_type) for each in self.pieces(part)]
            if not part.children:
                self.remark("boundary_missing")
                part.content_type = "text/plain"
        return part

    def pieces(self, part: _Part) -> list[bytes]:
        """The children's bytes, also where the boundary is not the one that was announced."""
        boundary = part.params.get("boundary", "").strip().encode("utf-8", "surrogateescape")
        bodies = [part.body]
        if part.encoding in ("base64", "quoted-printable"):
            bodies.append(self.decoded(part))  # forbidden around other parts, and seen
        for body in bodies:
            found = _between(body, boundary) if boundary else []
            if found:
                self.outside.append(_outside(body, boundary))
                return found
            if guessed := _GUESSED_BOUNDARY.search(body):
                self.remark("boundary_guessed")
                return _between(body, guessed[1].rstrip(b" \t"))
        return []

    def decoded(self, part: _Part) -> bytes:
        raw = transfer.decode(part.body, part.encoding)
        self.decoded_bytes += len(raw)
        if self.decoded_bytes > MAX_DECODED_BYTES:
            raise _Refused("too_large")
        return raw

    def text(self, part: _Part) -> str:
        raw = self.decoded(part)
        charset = part.params.get("charset")
        if charset is None and part.content_type == "text/html":
            meta = _META_CHARSET.search(raw[:2048])
            charset = meta[1].decode("ascii", "ignore") if meta else None
        if charset is not None and charsets.codec_for(charset) is None:
            self.remark("charset_unknown")
        text = charsets.decode(raw, charset)
        if "\x00" in text:
            self.remark("nul_removed")  # PostgreSQL refuses it, and no person typed it
            text = text.replace("\x00", "")
        return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(raw: bytes) -> Mail | Unparsable:
    """Read a mail. Total: whatever the bytes are, the answer is a value."""
    try:
        return _parse(raw)
    except _Refused as refused:
        return Unparsable(refused.reason, sha256(raw).hexdigest())
    except headers.TooManyHeaders:
        return Unparsable("too_many_headers", sha256(raw).hexdigest())
    except Exception:  # a mistake of ours must not lose a mail: it is kept sealed and read again
        return Unparsable("bug", sha256(raw).hexdigest())


def _parse(raw: bytes) -> Mail:
    if len(raw) > MAX_BYTES:
        raise _Refused("too_large")
    raw = raw.lstrip(b"\r\n")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    reader = _Reader()
    root = reader.part(raw, 0, "text/plain")
    if not root.fields and not root.body.strip():
        raise _Refused("empty")
    texts: list[_Part] = []
    htmls: list[_Part] = []
    files: list[_Part] = []
    _sort([root], "mixed", texts, htmls, files)
    bodies = tuple(_body(reader, part) for part in texts)
    rich = [reader.text(part) for part in htmls if part.content_type == "text/html"]
    attachments = tuple(_attachment(reader, part) for part in files)
    return _mail(raw, root, reader, bodies, rich, attachments)


def _mail(
    raw: bytes,
    root: _Part,
    reader: _Reader,
    bodies: tuple[Body, ...],
    htmls: list[str],
    attachments: tuple[Attachment, ...],
) -> Mail:
    hint = next((p.params["charset"] for p in _walk(root) if "charset" in p.params), None)
    fields = [(name, headers.to_text(value, hint)) for name, value in root.fields]
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name, value)
    ids = headers.message_ids(first.get("message-id", ""))
    return Mail(
        subject=" ".join(headers.decode_words(first.get("subject", "")).split()),
        senders=headers.addresses(first.get("from", "")),
        to=_all_addresses(fields, "to"),
        cc=_all_addresses(fields, "cc"),
        reply_to=headers.addresses(first.get("reply-to", "")),
        sent_at=headers.date(first.get("date", "")),
        message_id=ids[0] if ids else f"{sha256(raw).hexdigest()[:40]}@message-id.invalid",
        is_message_id_ours=not ids,
        in_reply_to=headers.message_ids(first.get("in-reply-to", "")),
        references=headers.message_ids(first.get("references", "")),
        texts=tuple(body.content for body in bodies if not body.is_html),
        htmls=tuple(htmls),
        bodies=bodies,
        attachments=attachments,
        headers=tuple((name, headers.decode_words(value)) for name, value in fields),
        content_type=root.content_type,
        content_params=root.params,
        remarks=tuple(reader.remarks),
        outside=b"\n".join(reader.outside).decode("utf-8", "replace").strip(),
    )


def _all_addresses(fields: list[tuple[str, str]], wanted: str) -> tuple[Address, ...]:
    return tuple(
        each for name, value in fields if name == wanted for each in headers.addresses(value)
    )


def _described(fields: list[tuple[str, bytes]], body: bytes, default_type: str) -> _Part:
    known = dict(reversed(fields))  # the first of a repeated field counts
    content_type, params = headers.parameters(headers.to_text(known.get("content-type", b"")))
    disposition, more = headers.parameters(headers.to_text(known.get("content-disposition", b"")))
    if not _MEDIA_TYPE.fullmatch(content_type):
        content_type = "text/plain" if content_type == "text" else default_type
    if "charset" in params:
        params["charset"] = params["charset"].split()[0] if params["charset"].split() else ""
    return _Part(
        fields=fields,
        content_type=content_type,
        params=params,
        disposition=disposition,
        name=_clean_name(more.get("filename") or params.get("name") or ""),
        body=body,
        encoding=known.get("content-transfer-encoding", b"")
        .decode("ascii", "ignore")
        .lower()
        .strip(),
        children=[],
    )


def _clean_name(name: str) -> str:
    return "".join(c for c in name if c.isprintable()).strip()[:255]


def _between(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the delimiter lines; a missing last one is forgiven."""
    delimiter = b"\n--" + boundary
    pieces: list[bytes] = []
    opened: int | None = None
    false_hits = 0
    for at in _places(body, delimiter):
        line_end = body.find(b"\n", at + 1)
        line_end = len(body) if line_end == -1 else line_end
        tail = body[at + len(delimiter) : line_end].strip(b" \t\r")
        if tail not in (b"", b"--"):
            false_hits += 1
            if false_hits > _MAX_FALSE_BOUNDARIES:
                raise _Refused("too_many_parts")
            continue
        if opened is not None:
            pieces.append(body[opened : at - (body[at - 1 : at] == b"\r")])
        if tail or len(pieces) > MAX_PARTS:
            return pieces
        opened = min(line_end + 1, len(body))
    if opened is not None:
        pieces.append(body[opened:])
    return pieces


def _outside(body: bytes, boundary: bytes) -> bytes:
    """What a reader that knows no parts would show, and others pass over."""
    whole, delimiter = b"\n" + body, b"\n--" + boundary
    last = whole.rfind(delimiter + b"--")
    behind = whole[last + len(delimiter) + 2 :] if last >= 0 else b""
    return whole[: max(whole.find(delimiter), 0)] + b"\n" + behind


def _places(body: bytes, delimiter: bytes) -> Iterator[int]:
    """Where the line break before each delimiter stands; -1 is the one before the first byte."""
    if body.startswith(delimiter[1:]):
        yield -1
    at = body.find(delimiter)
    while at != -1:
        yield at
        at = body.find(delimiter, at + 1)


def _walk(part: _Part) -> Iterator[_Part]:
    yield part
    for child in part.children:
        yield from _walk(child)


def _sort(
    parts: list[_Part],
    kind: str,
    texts: list[_Part] | None,
    htmls: list[_Part] | None,
    files: list[_Part],
    *,
    in_alternative: bool = False,
) -> None:
    """Which parts are the letter and which its enclosures: RFC 8621, section 4.1.4."""
    had_texts, had_htmls = len(texts or ()), len(htmls or ())
    for index, part in enumerate(parts):
        if part.is_multipart:
            inner = part.content_type.partition("/")[2]
            _sort(
                part.children,
                inner,
                texts,
                htmls,
                files,
                in_alternative=in_alternative or inner == "alternative",
            )
        elif not _is_letter(part, index, kind) or part.content_type.startswith(_INLINE_MEDIA):
            files.append(part)
        else:
            is_html = part.content_type == "text/html"
            if kind == "alternative" or in_alternative:
                chosen = htmls if is_html else texts
                if kind != "alternative":  # a sibling of other kinds decides the branch
                    texts, htmls = (None, htmls) if is_html else (texts, None)
                if chosen is not None:
                    chosen.append(part)
            else:
                for bodies in (texts, htmls):
                    if bodies is not None:
                        bodies.append(part)
    if kind == "alternative" and texts is not None and htmls is not None:
        if len(texts) == had_texts:
            texts.extend(htmls[had_htmls:])
        elif len(htmls) == had_htmls:
            htmls.extend(texts[had_texts:])


def _is_letter(part: _Part, index: int, kind: str) -> bool:
    is_media = part.content_type.startswith(_INLINE_MEDIA)
    if part.disposition == "attachment":
        return False
    if not is_media and part.content_type not in ("text/plain", "text/html"):
        return False
    return index == 0 or (kind != "related" and (is_media or not part.name))


def _body(reader: _Reader, part: _Part) -> Body:
    return Body(
        content=reader.text(part),
        is_html=part.content_type == "text/html",
        is_flowed=part.params.get("format", "").lower() == "flowed",
        is_space_deleted=part.params.get("delsp", "").lower() == "yes",
    )


def _attachment(reader: _Reader, part: _Part) -> Attachment:
    content = reader.decoded(part)
    content_id = headers.to_text(part.field("content-id")).strip().strip("<>") or None
    return Attachment(
        name=part.name or _own_name(part, content),
        content_type=part.content_type,
        charset=part.params.get("charset"),
        is_inline=part.disposition == "inline" or (content_id is not None and not part.disposition),
        content_id=content_id,
        content=content,
        kind=_kind(part),
    )


def _own_name(part: _Part, content: bytes) -> str:
    """Nested mails are named by their subject; other parts without a name stay without."""
    if part.content_type != "message/rfc822":
        return ""
    fields, _ = headers.split(content)
    subject = next((value for name, value in fields if name == "subject"), b"")
    title = _clean_name(headers.decode_words(headers.to_text(subject)))[:100]
    return f"{title or 'message'}.eml"


def _kind(
    part: _Part,
) -> Literal["file", "mail", "tnef", "calendar", "signature", "encrypted"]:
    if part.content_type == "message/rfc822":
        return "mail"
    if part.content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or (
        part.name.lower() == "winmail.dat"
    ):
        return "tnef"
    if part.content_type == "text/calendar":
        return "calendar"
    if part.content_type in _SIGNATURES:
        return "signature"
    if part.content_type in _ENCRYPTED and part.params.get("smime-type") != "certs-only":
        return "encrypted"
    return "file"
