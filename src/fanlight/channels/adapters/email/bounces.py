"""Returned mails: whose delivery failed and why, from reports by the book and all the others."""

import re
from collections.abc import Iterator

import msgspec

from fanlight.channels.adapters.email import headers, html_text, machines, mime
from fanlight.channels.adapters.email.model import Attachment, Mail

_REPORT_TYPES = (
    "message/delivery-status",
    "message/global-delivery-status",
    "message/xdelivery-status",
    "message/x-delivery-status",
)
_ORIGINAL_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global-headers",
    "message/global",
    "message/rfc822-headers",
)
_READ_CHARS = 20_000  # a notice says what it has to say in its first lines
_REPORT_CHARS = 200_000  # of a report's fields
_FIELD_CHARS = 2_000
_BOUND = 40  # recipients of one report; more is a list server's business

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?:[ -]|$)", re.MULTILINE)
_NAMED = re.compile(r"\s{0,20}\w{1,40}-[\w-]{1,40}:")  # the next field, although it is indented
# Bounded everywhere: a pattern that may try every split of a long line stops the whole process.
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,20}")
_FIELD_IN_TEXT = re.compile(r"^\s{0,2}(?:Final|Original)-Recipient:", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(
    r"^[ \t]{0,20}Message-ID:[ \t]{0,20}<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE
)
# Amazon's notifications by mail: JSON instead of a report.
_NOTIFICATION = re.compile(r'"(?:notificationType|eventType)"\s*:\s*"(?:Bounce|Complaint)"')
_OWN_HEADERS = ("x-failed-recipients", "x-ms-embedded-report", "x-mx-bounce")
_UNKNOWN_USER = re.compile(
    r"user unknown|unknown user|no such user|unknown recipient|not recognized|doesn't exist"
    r"|does not exist|invalid recipient|no valid recipients|不存在|存在しません|unknown local",
    re.IGNORECASE,
)
_FULL = re.compile(r"mailbox (?:is )?full|quota|一杯のため|storage", re.IGNORECASE)
_DELAYED = re.compile(
    r"delayed|still being retried|will be retried|still trying|will keep trying|"
    r"could not send (?:mail|message) for|warning: message",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(r"will be deleted|giving up|given up|permanent|returned mail", re.IGNORECASE)


class FailedRecipient(msgspec.Struct, frozen=True, kw_only=True):
    """One recipient of a report (RFC 3464, section 2.3)."""

    mail: str
    action: str  # failed, delayed, delivered, relayed, expanded; in lower case, "" when not said
    status: str | None  # e.g. "5.1.1"
    diagnostic: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a returned mail says."""

    recipients: tuple[FailedRecipient, ...]
    is_standard: bool  # a delivery-status report, not read out of somebody's prose
    envelope_id: str | None
    original_ids: tuple[str, ...]  # Message-IDs of the mail that came back, bare


def is_report(mail: Mail, *, is_null_sender: bool = False) -> bool:
    """Whether the mail is a delivery-status report.

    The part alone does not decide: people forward reports that they got, part by part.
    """
    if mail.content_params.get("report-type", "").lower() == "delivery-status":
        return True
    if not any(part.content_type in _REPORT_TYPES for part in mail.attachments):
        return False
    return mail.content_type == "multipart/report" or origin(mail, is_null_sender) > 0


def read(mail: Mail) -> Report:
    """The report in a mail that is known to be a returned one."""
    mail = _innermost(mail)
    recipients, envelope_id = _standard(mail)
    is_standard = bool(recipients)
    if not recipients:
        found = _from_prose(mail)
        recipients = (found,) if found is not None else ()
    return Report(
        recipients=recipients[:_BOUND],
        is_standard=is_standard,
        envelope_id=envelope_id,
        original_ids=_original_ids(mail),
    )


def _innermost(mail: Mail) -> Mail:
    """The report itself, where a gateway wrapped it in a notice of its own."""
    if is_report(mail):
        return mail
    for part in mail.attachments:
        if part.content_type == "message/rfc822" and b"delivery-status" in part.content[:8192]:
            inner = mime.parse(part.content)
            if isinstance(inner, Mail) and is_report(inner):
                return inner
    return mail


def score(mail: Mail, *, is_null_sender: bool) -> int:
    """How much a mail without a report looks like a returned one; 5 and more is one.

    Who sends it, what the subject says and what the text says count apart, so that a customer
    who writes *about* a returned mail is not taken for the machine that returned it.
    """
    sent_by = origin(mail, is_null_sender)
    if sent_by == 0:
        return 0  # a person, like nearly all: their text need not be read for it
    subject = 2 if machines.BOUNCE_SUBJECT.match(mail.subject) else 0
    notice = _notice(mail)
    text = 2 if machines.BOUNCE_SENTENCE.search(notice) else 0
    text += 1 if _STATUS.search(notice) or _REPLY_CODE.search(notice) else 0
    text += 1 if _has_original(mail) else 0
    text += 3 if _NOTIFICATION.search(notice) else 0
    return sent_by + subject + text if text or sent_by > 2 else 0


def origin(mail: Mail, is_null_sender: bool) -> int:
    """How much the sender looks like a mail system; 0 is anybody."""
    sender = " ".join(f"{each.name} {each.mail}" for each in mail.senders)
    sender = sender or mail.header("from")
    found = 2 if is_null_sender else 0
    if machines.DAEMON.search(sender):
        found += 2
    elif machines.NO_REPLY.search(sender):
        found += 1
    if any(mail.header(name) for name in _OWN_HEADERS):
        found += 3
    return found


def _standard(mail: Mail) -> tuple[tuple[FailedRecipient, ...], str | None]:
    for text in _report_texts(mail):
        recipients: list[FailedRecipient] = []
        envelope_id: str | None = None
        for block in re.split(r"\r?\n[ \t]*\r?\n", text):
            fields = _fields(block)
            envelope_id = envelope_id or fields.get("original-envelope-id")
            if fields.keys() & {"final-recipient", "original-recipient", "action"}:
                recipients.append(_recipient(fields))
        known = tuple(each for each in recipients if each.mail or each.action)
        if known:
            return known, envelope_id
    return (), None


def _report_texts(mail: Mail) -> Iterator[str]:
    for part in mail.attachments:
        if part.content_type in _REPORT_TYPES:
            yield part.text()[:_REPORT_CHARS]
    # Reports whose frame is broken, or whose part is called plain text.
    texts = [body.content for body in mail.bodies]
    texts += [part.text() for part in mail.attachments if part.content_type == "text/plain"]
    for text in texts:
        match = _FIELD_IN_TEXT.search(text)
        if match is not None:
            yield text[match.start() :][:_REPORT_CHARS]


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = ""
    for line in block.splitlines():
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and last and not _NAMED.match(line):
            if len(fields[last]) < _FIELD_CHARS:
                fields[last] += " " + line.strip()
        elif colon and re.fullmatch(r"\s{0,2}[A-Za-z][\w-]*\s*", name):
            last = name.strip().lower()
            fields.setdefault(last, value.strip()[:_FIELD_CHARS])
        else:
            last = ""
    return fields


def _recipient(fields: dict[str, str]) -> FailedRecipient:
    raw = fields.get("final-recipient") or fields.get("original-recipient") or ""
    status = _STATUS.search(fields.get("status", ""))
    action = re.match(r"[a-z-]+", fields.get("action", "").lower())
    return FailedRecipient(
        mail=_mailbox_of(raw),
        action=action[0] if action else "",
        status=status[1] if status else None,
        diagnostic=_told(fields.get("diagnostic-code", "")),
    )


def _mailbox_of(value: str) -> str:
    """ "rfc822; <mei@example.com>", with or without its kind and its brackets."""
    mail = value.rpartition(";")[2].strip().strip("<>").strip()
    found = _MAILBOX.search(mail)
    return found[0] if found and "@" in mail else mail[:_FIELD_CHARS]


def _told(code: str) -> str:
    kind, _, said = code.partition(";")
    return " ".join((said if said and " " not in kind.strip() else code).split())[:500]


def _from_prose(mail: Mail) -> FailedRecipient | None:
    notice = _notice(mail)
    name = _failed_mailbox(mail, notice)
    found = _STATUS.search(notice)
    if found is not None:
        status: str | None = found[1]
    elif _UNKNOWN_USER.search(notice):
        status = "5.1.1"
    elif _FULL.search(notice):
        status = "5.2.2"
    else:
        code = _REPLY_CODE.search(notice)
        status = f"{code[1]}.0.0" if code else None
    said = found or _REPLY_CODE.search(notice) or machines.BOUNCE_SENTENCE.search(notice)
    line = notice[notice.rfind("\n", 0, said.start()) + 1 :].partition("\n")[0] if said else ""
    words = f"{mail.subject}\n{notice}"
    is_delay = _DELAYED.search(words) is not None and _GIVEN_UP.search(words) is None
    return FailedRecipient(
        mail=name or "",
        action="delayed" if is_delay else "failed",
        status=status,
        diagnostic=" ".join(line.split())[:500],
    )


def _failed_mailbox(mail: Mail, notice: str) -> str | None:
    own = {each.mail.lower() for each in (*mail.to, *mail.senders)}
    for text in (mail.header("x-failed-recipients")[:_FIELD_CHARS], notice):
        for match in _MAILBOX.finditer(text):
            if match[0].lower() not in own:
                return match[0]
    return None


def _notice(mail: Mail) -> str:
    """The words of the machine, without the mail it returns."""
    texts = [
        html_text.to_text(body.content) if body.is_html else body.content for body in mail.bodies
    ]
    text = "\n".join(texts)[:_READ_CHARS]
    below = machines.ORIGINAL_FOLLOWS.search(text)
    return text[: below.start()] if below and below.start() > 40 else text


def _has_original(mail: Mail) -> bool:
    if any(part.content_type in _ORIGINAL_TYPES for part in mail.attachments):
        return True
    return any(machines.ORIGINAL_FOLLOWS.search(body.content[:_READ_CHARS]) for body in mail.bodies)


def _original_ids(mail: Mail) -> tuple[str, ...]:
    ids: dict[str, None] = {}
    for part in mail.attachments:
        if part.content_type in _ORIGINAL_TYPES:
            ids.update(dict.fromkeys(_ids_of(part)))
    for body in mail.bodies:
        ids.update(dict.fromkeys(_MESSAGE_ID.findall(body.content[: 4 * _READ_CHARS])))
    for name in ("in-reply-to", "references"):
        ids.update(dict.fromkeys(headers.message_ids(mail.header(name))))
    ids.pop(mail.message_id, None)
    return tuple(ids)[:_BOUND]


def _ids_of(part: Attachment) -> tuple[str, ...]:
    try:
        fields, _ = headers.split(part.content)
    except headers.TooManyHeaders:
        return ()
    value = next((value for name, value in fields if name == "message-id"), b"")
    return headers.message_ids(headers.to_text(value))
