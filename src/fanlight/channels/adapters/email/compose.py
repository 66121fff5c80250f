"""An answer as a mail: plain and HTML, threaded, marked as ours, nothing smuggled into headers."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from html import escape
from typing import Literal
from uuid import UUID

import msgspec

from fanlight.kernel.mailbox import NoMailbox, wired

MAX_REFERENCES = 30  # relays cut longer headers; the first and the last ids carry the thread

_BREAKS_A_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u2028\u2029]")
_ID = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,250}")
_URL = re.compile(r"https?://[^\s<>\"'，。；：！？（）【】《》、]+")
_URL_TAIL = re.compile(r"[.,;:!?)\]}]+$")

# Set in the mail itself: many programs drop style sheets. Colours are left to the reader's theme.
_PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="color-scheme" content="light dark"></head>\n'
    "<body style=\"margin:0;padding:16px;font:16px/1.6 system-ui,-apple-system,'Segoe UI',"
    "'PingFang SC','PingFang TC','Microsoft YaHei','Noto Sans CJK SC',sans-serif\">\n"
    "{paragraphs}\n{foot}</body></html>\n"
)
_FOOT = '<p style="margin:24px 0 0;font-size:14px;opacity:.7">{lines}</p>\n'


class Unsendable(ValueError):
    """A header that would break out of its line, or an address that no server takes."""


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str
    content: bytes


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What one outgoing mail says, before it is bytes."""

    message_id: str  # bare
    sent_at: datetime
    sender_name: str
    sender_mail: str
    reply_to: str  # the signed address of the conversation
    to: str
    subject: str
    text: str
    foot: tuple[str, ...] = ()
    """Lines below the signature mark: our name, the ticket's reference."""
    language: str = "en"
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    origin: Literal["person", "auto_reply", "system"] = "person"
    loop_mark: str
    enclosures: tuple[Enclosure, ...] = ()
    is_plain: bool = False
    """Without the HTML form: a server refused the mail with it."""


def native_id(message_id: UUID, part: int, domain: str) -> str:
    """The Message-ID we give to one part of a message: found again without a table."""
    return f"{message_id.hex}.{part}@{domain}"


def mailbox(address: str) -> str:
    """An address in the form that goes over the wire; domains of all scripts in ASCII.

    Raises:
        Unsendable: it is no mailbox, or would break out of its header.
    """
    try:
        return wired(address)
    except NoMailbox as error:
        raise Unsendable(str(error)) from error


def checked_header(value: str) -> str:
    """The value, if it stays on its own line.

    Raises:
        Unsendable: it holds a line break or another control character.
    """
    if _BREAKS_A_HEADER.search(value):
        raise Unsendable("a header holds a control character")
    return " ".join(value.split())


def compose(letter: Letter) -> bytes:
    """The mail as it goes over the wire, with CRLF lines, not yet signed.

    Raises:
        Unsendable: a header or an address would not survive.
    """
    to = mailbox(letter.to)
    mail = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    local, _, domain = mailbox(letter.sender_mail).rpartition("@")
    mail["From"] = HeaderAddress(checked_header(letter.sender_name), local, domain)
    mail["To"] = to
    mail["Reply-To"] = mailbox(letter.reply_to)
    mail["Subject"] = checked_header(letter.subject)
    mail["Date"] = format_datetime(letter.sent_at)
    mail["Message-ID"] = _angled(letter.message_id)
    if letter.in_reply_to:
        mail["In-Reply-To"] = _angled(letter.in_reply_to)
    if letter.references:
        mail["References"] = " ".join(map(_angled, _shortened(letter.references)))
    mail["X-Fanlight-Loop"] = checked_header(letter.loop_mark)
    if letter.origin == "auto_reply":
        mail["Auto-Submitted"] = "auto-replied"
    elif letter.origin == "system":
        mail["Auto-Submitted"] = "auto-generated"
    if letter.origin != "person":
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_plain(letter), cte=_encoding(letter.text))
    if not letter.is_plain:
        mail.add_alternative(_html(letter), subtype="html", cte=_encoding(letter.text))
    for enclosure in letter.enclosures:
        _attach(mail, enclosure)
    return mail.as_bytes()


def reply_subject(subject: str | None, fallback: str) -> str:
    """“Re: …” in front once, whatever language the marks are in that stand there already."""
    bare = re.sub(
        r"^(?:\s*(?:re|aw|sv|vs|antw|odp|res|ynt|回复|回覆|答复|答覆|返信|회신)\s*(?:\[\d+\])?\s*[:：])+",
        "",
        subject or "",
        flags=re.IGNORECASE,
    ).strip()
    return f"Re: {bare}" if bare else fallback


def _angled(bare: str) -> str:
    if not _ID.fullmatch(bare):
        raise Unsendable("a message id holds what no id may hold")
    return f"<{bare}>"


def _shortened(references: Sequence[str]) -> list[str]:
    known = [each for each in dict.fromkeys(references) if _ID.fullmatch(each)]
    if len(known) <= MAX_REFERENCES:
        return known
    return [known[0], *known[-(MAX_REFERENCES - 1) :]]


def _encoding(text: str) -> str:
    """Quoted-printable while people could still read it raw, base64 for other scripts."""
    others = sum(character > "\x7f" for character in text)
    return "quoted-printable" if others * 4 < len(text) or not text else "base64"


def _plain(letter: Letter) -> str:
    foot = "\n\n-- \n" + "\n".join(letter.foot) if letter.foot else ""
    return f"{letter.text.rstrip()}{foot}\n"


def _html(letter: Letter) -> str:
    blocks = [block for block in re.split(r"\n[ \t]*\n+", letter.text.strip()) if block.strip()]
    paragraphs = "\n".join(
        f'<p style="margin:0 0 16px">{_linked(block).replace(chr(10), "<br>" + chr(10))}</p>'
        for block in blocks
    )
    foot = _FOOT.format(lines="<br>\n".join(map(_linked, letter.foot))) if letter.foot else ""
    return _PAGE.format(language=escape(letter.language), paragraphs=paragraphs, foot=foot)


def _linked(text: str) -> str:
    """The text with its addresses as links that say nothing but where they lead."""
    out: list[str] = []
    at = 0
    for match in _URL.finditer(text):
        url = _URL_TAIL.sub("", match[0])
        out.append(escape(text[at : match.start()]))
        out.append(f'<a href="{escape(url)}">{escape(url)}</a>')
        at = match.start() + len(url)
    return "".join([*out, escape(text[at:])])


def _attach(mail: EmailMessage, enclosure: Enclosure) -> None:
    main, _, sub = checked_header(enclosure.media_type).partition("/")
    if main == "multipart" or main == "message" or not sub:
        main, sub = "application", "octet-stream"
    mail.add_attachment(
        enclosure.content,
        maintype=main,
        subtype=sub,
        filename=checked_header(enclosure.name) or "file",
    )
