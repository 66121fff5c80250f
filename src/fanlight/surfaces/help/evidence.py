"""A reported mail, read by the same reader that reads ours, as what a report keeps of it."""

import asyncio

from fanlight.channels.adapters.email import mime
from fanlight.channels.adapters.email.model import Address, Mail
from fanlight.channels.adapters.email.reading import text_of
from fanlight.features.trust.reports import MailHead
from fanlight.features.trust.service.scams import Evidence
from fanlight.kernel.secrets import redact
from fanlight.surfaces.help.forms import Attached

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
        mail = await asyncio.to_thread(mime.parse, file.content)
        if isinstance(mail, Mail):
            return Evidence(
                values=values,
                words=words,
                mail=_head(mail),
                mail_text=text_of(mail),
                mail_html="\n".join(mail.htmls),
                original=file.content,
            )
    return Evidence(values=values, words=words)


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
