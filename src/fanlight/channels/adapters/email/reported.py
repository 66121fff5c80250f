"""A mail that somebody mistrusts and passes on: enclosed as a file, or as words below theirs."""

import re

from fanlight.channels.adapters.email import mime
from fanlight.channels.adapters.email.headers import addresses
from fanlight.channels.adapters.email.model import Address, Attachment, Mail
from fanlight.channels.adapters.email.reading import text_of
from fanlight.channels.reported import MailHead, ReportedMail
from fanlight.kernel.secrets import redact

_RECEIVED_BY = ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
_RECEIVERS = re.compile(
    rb"^(to|cc|bcc|" + "|".join(_RECEIVED_BY).encode() + rb"):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_HIDDEN = b"receiver"
_AT = re.compile(rb"@([\w\x80-\xff-]+(?:\.[\w\x80-\xff-]+)*)")
_LONGEST_LOCAL = 64  # bytes before the @, RFC 5321 4.5.3.1.1
_MOST_ADDRESSES = 100_000  # what names more is no letter
_MOST_HOPS, _LONGEST = 15, 500
_MOST_BYTES = 10 * 2**20
_MOST_FILES = 5  # looked at for a mail among them
_DEEPEST = 4


def is_mail(name: str, media_type: str) -> bool:
    """Whether a file is a mail: by its name or its kind, for programs know neither well."""
    return name.lower().endswith((".eml", ".msg.txt")) or media_type == "message/rfc822"


def read(raw: bytes) -> ReportedMail | None:
    """What a mail's bytes say; None when nobody can read them as a mail, or they are too many."""
    if len(raw) > _MOST_BYTES or raw.count(b"@") > _MOST_ADDRESSES:
        return None
    mail = mime.parse(raw)
    if not isinstance(mail, Mail):
        return None
    original = without_receivers(raw, mail)
    clean = mime.parse(original)
    if not isinstance(clean, Mail):
        return None
    return ReportedMail(
        head=MailHead(
            subject=_line(clean.subject),
            sender=_addresses(clean.senders),
            reply_to=_addresses(clean.reply_to),
            return_path=_line(clean.header("return-path").strip("<> ")),
            message_id=_line(clean.message_id),
            sent_at=clean.sent_at,
            received=tuple(map(_line, clean.every("received")[:_MOST_HOPS])),
            authentication=tuple(map(_line, clean.every("authentication-results")[:_MOST_HOPS])),
        ),
        text=text_of(clean),
        html="\n".join(clean.htmls),
        original=original,
    )


def passed_on(mail: Mail) -> ReportedMail:
    """What a mail to an address for reports passes on: the first mail it encloses, else itself."""
    reporter = next((each.mail for each in mail.senders if each.mail), "")
    found = _enclosed(mail, reporter)
    if found is not None:
        return found
    return ReportedMail(
        text=_without(text_of(mail), reporter),
        html=_without("\n".join(mail.htmls), reporter),
    )


def _enclosed(mail: Mail, reporter: str, depth: int = 0) -> ReportedMail | None:
    """The first mail in it that somebody else wrote: people pass on what they had passed on."""
    if depth == _DEEPEST:
        return None
    for part in [each for each in mail.attachments if _encloses(each)][:_MOST_FILES]:
        inner = mime.parse(part.content) if len(part.content) <= _MOST_BYTES else None
        if not isinstance(inner, Mail):
            continue
        if reporter and any(each.mail.lower() == reporter.lower() for each in inner.senders):
            return _enclosed(inner, reporter, depth + 1)
        return read(part.content)
    return None


def _encloses(part: Attachment) -> bool:
    return part.kind == "mail" or is_mail(part.name, part.content_type)


def _without(words: str, address: str) -> str:
    """What goes to a registrar tells nobody who reported."""
    return re.sub(re.escape(address), _HIDDEN.decode(), words, flags=re.I) if address else words


def without_receivers(raw: bytes, mail: Mail) -> bytes:
    """The mail without those who got it: what goes to a registrar tells nobody who reported."""
    head, gap, body = _parted(raw)
    named = [each.mail for each in (*mail.to, *mail.cc)]
    for field in _RECEIVED_BY:
        named += [each.mail for value in mail.every(field) for each in addresses(value)]
    senders = {each.mail.lower() for each in (*mail.senders, *mail.reply_to)}
    head = _RECEIVERS.sub(rb"\1: (receiver)", head)
    theirs = _by_domain({each.lower() for each in named if each} - senders)
    return _without_any(head, theirs) + gap + _without_any(body, theirs)


def _by_domain(addresses: set[str]) -> dict[bytes, set[bytes]]:
    found: dict[bytes, set[bytes]] = {}
    for each in addresses:
        local, _, domain = each.encode("utf-8", "replace").rpartition(b"@")
        found.setdefault(domain, set()).add(local)
    return found


def _without_any(text: bytes, theirs: dict[bytes, set[bytes]]) -> bytes:
    """In one pass over the text, however many they are: a mail can name ten thousand receivers."""
    kept, done = [], 0
    for at in _AT.finditer(text):
        locals_ = theirs.get(at[1].lower())
        before = text[max(done, at.start() - _LONGEST_LOCAL) : at.start()].lower()
        starts = range(len(before)) if locals_ else ()
        start = next((n for n in starts if locals_ and before[n:] in locals_), None)
        if start is not None:
            kept += [text[done : at.start() - len(before) + start], _HIDDEN]
            done = at.end()
    return b"".join([*kept, text[done:]])


def _parted(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", raw)
    return (
        (raw, b"", b"") if found is None else (raw[: found.start()], found[0], raw[found.end() :])
    )


def _addresses(found: tuple[Address, ...]) -> str:
    said = [
        f'"{each.name}" <{each.mail}>' if each.name else each.mail for each in found if each.mail
    ]
    return _line(said[0]) if said else ""


def _line(text: str) -> str:
    """One line, without what the guard finds: headers hold subjects, and subjects hold anything."""
    clean = redact(" ".join(text[: 4 * _LONGEST].split())).text
    return "".join(c for c in clean if c.isprintable())[:_LONGEST]
