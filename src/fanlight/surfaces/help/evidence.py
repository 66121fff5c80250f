"""A reported mail, read by the same reader that reads ours, as what a report keeps of it."""

import asyncio
import re

import msgspec

from fanlight.channels.adapters.email import mime
from fanlight.channels.adapters.email.headers import addresses
from fanlight.channels.adapters.email.model import Address, Mail
from fanlight.channels.adapters.email.reading import text_of
from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.examine import secrets_in
from fanlight.features.trust.reports import MailHead
from fanlight.features.trust.service.scams import Evidence
from fanlight.kernel.secrets import redact
from fanlight.surfaces.help.forms import Attached

_RECEIVED_BY = ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
_RECEIVERS = re.compile(
    rb"^(to|cc|bcc|" + "|".join(_RECEIVED_BY).encode() + rb"):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_HIDDEN = b"receiver"
_MOST_HOPS, _LONGEST = 15, 500
_MOST_BYTES = 10 * 2**20


def is_mail(file: Attached) -> bool:
    """Whether a file is a mail: by its name or its kind, for browsers know neither well."""
    return file.name.lower().endswith((".eml", ".msg.txt")) or file.media_type == "message/rfc822"


async def read_mails(files: list[Attached], values: list[str], words: str) -> Evidence:
    """A report's evidence; of several mails the first is read."""
    for file in files:
        if not is_mail(file) or len(file.content) > _MOST_BYTES:
            continue
        found = await asyncio.to_thread(_read, file.content)
        if found is not None:
            return msgspec.structs.replace(found, values=values, words=words)
    return Evidence(values=values, words=words)


def _read(raw: bytes) -> Evidence | None:
    mail = mime.parse(raw)
    if not isinstance(mail, Mail):
        return None
    original = without_receivers(raw, mail)
    clean = mime.parse(original)
    if not isinstance(clean, Mail):
        return None
    return Evidence(
        mail=_head(clean),
        mail_text=text_of(clean),
        mail_html="\n".join(clean.htmls),
        original=original if _is_clean(original) else None,
    )


def without_receivers(raw: bytes, mail: Mail) -> bytes:
    """The mail without those who got it: what goes to a registrar tells nobody who reported."""
    head, gap, body = _parted(raw)
    named = [each.mail for each in (*mail.to, *mail.cc)]
    for field in _RECEIVED_BY:
        named += [each.mail for value in mail.every(field) for each in addresses(value)]
    senders = {each.mail.lower() for each in (*mail.senders, *mail.reply_to)}
    head = _RECEIVERS.sub(rb"\1: (receiver)", head)
    for each in sorted({each for each in named if each and each.lower() not in senders}, key=len):
        hide = re.compile(re.escape(each.encode("utf-8", "replace")), re.IGNORECASE)
        head, body = hide.sub(_HIDDEN, head), hide.sub(_HIDDEN, body)
    return head + gap + body


def _parted(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", raw)
    return (
        (raw, b"", b"") if found is None else (raw[: found.start()], found[0], raw[found.end() :])
    )


def _is_clean(mail: bytes) -> bool:
    """Whether the guard finds nothing in the mail and in all that it encloses."""
    try:
        return not secrets_in("mail.eml", mail)
    except FileRefused:  # something in it opens with a password only
        return False


def _head(mail: Mail) -> MailHead:
    return MailHead(
        subject=_line(mail.subject),
        sender=_addresses(mail.senders),
        reply_to=_addresses(mail.reply_to),
        return_path=_line(mail.header("return-path").strip("<> ")),
        message_id=_line(mail.message_id),
        sent_at=mail.sent_at,
        received=tuple(map(_line, mail.every("received")[:_MOST_HOPS])),
        authentication=tuple(map(_line, mail.every("authentication-results")[:_MOST_HOPS])),
    )


def _addresses(found: tuple[Address, ...]) -> str:
    said = [f'"{each.name}" <{each.mail}>' for each in found if each.mail]
    return _line(said[0]) if said else ""


def _line(text: str) -> str:
    """One line, without what the guard finds: headers hold subjects, and subjects hold anything."""
    clean = redact(" ".join(text[: 4 * _LONGEST].split())).text
    return "".join(c for c in clean if c.isprintable())[:_LONGEST]
