"""One received mail as what happened on the desk: a message, an automatic answer, a bounce."""

import re
from datetime import datetime, timedelta
from hashlib import sha256

from fanlight.channels.adapters.email import clean, mime, quotes, reading, reported, verdicts
from fanlight.channels.adapters.email.addressing import AddressBook
from fanlight.channels.adapters.email.bounces import FailedRecipient, Report
from fanlight.channels.adapters.email.classify import Classified, Speaker, classify
from fanlight.channels.adapters.email.compose import native_id
from fanlight.channels.adapters.email.model import Attachment, Mail, Unparsable
from fanlight.channels.adapters.email.settings import EmailSettings
from fanlight.channels.adapters.email.tokens import ReplyTo, Tokens
from fanlight.channels.contract import (
    Author,
    Bounce,
    EventKind,
    Evidence,
    InboundEvent,
    InboundFile,
    RawEnvelope,
)

CHANNEL = "email"
_WRITTEN = frozenset({"from", "to", "cc", "reply-to", "thread-topic", "keywords", "comments"})
# Signatures and stamps of machines: long, without words, and in every mail.
_SEALS = ("dkim-", "arc-", "x-google-", "x-gm-", "x-ms-", "received", "authentication-results")
_SILENT = re.compile(r"<(?:title|script|style)", re.IGNORECASE)
_NESTED = 3
_OLDEST = timedelta(days=14)  # an older date is a wrong clock or a wrong intention
_AHEAD = timedelta(minutes=5)
_TOKEN_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")
_ARRIVED = frozenset({"delivered", "relayed", "expanded", "deliverable"})
_KINDS: dict[Speaker, EventKind] = {
    Speaker.PERSON: "message.created",
    Speaker.LIST: "message.created",
    Speaker.AUTO_REPLY: "autoreply",
    Speaker.BOUNCE: "bounce",
    Speaker.COMPLAINT: "complaint",
    Speaker.OWN_LOOP: "unsupported",
}


class Reader:
    """Turns raw mails into events; pure and total."""

    def __init__(
        self, settings: EmailSettings, book: AddressBook, tokens: Tokens, *, loop_mark: str
    ) -> None:
        self._trusted = settings.trusted_authserv
        self._book = book
        self._tokens = tokens
        self._loop_mark = loop_mark

    def read(self, raw: RawEnvelope) -> InboundEvent:
        mail = mime.parse(raw.body)
        if isinstance(mail, Unparsable):
            return _unreadable(raw, mail)
        sorted_ = classify(mail, loop_mark=self._loop_mark, mail_from=raw.facts.get("mail_from"))
        if sorted_.speaker in (Speaker.BOUNCE, Speaker.COMPLAINT):
            return self._returned(raw, mail, sorted_)
        return self._said(raw, mail, sorted_)

    def _said(self, raw: RawEnvelope, mail: Mail, sorted_: Classified) -> InboundEvent:
        sender = mail.senders[0] if mail.senders else None
        address = sender.mail if sender and sender.mail else raw.facts.get("mail_from", "")
        name = sender.name if sender else ""
        is_us = self._book.is_ours(address)
        text = reading.text_of(mail).rstrip().lstrip("\n")
        trimmed = quotes.trim(text, sender_name=name, sender_mail=address, subject=mail.subject)
        cleaned = clean.clean("\n".join(mail.htmls)) if mail.htmls else None
        found = verdicts.verdicts(mail, self._trusted)
        token = self._token(raw, mail, text)
        return InboundEvent(
            channel=CHANNEL,
            account_id=raw.account_id,
            dedupe_key=fingerprint(mail),
            # What claims to come from ourselves is never answered: that is how loops begin.
            kind="autoreply" if is_us and sorted_.speaker in _TALKERS else _KINDS[sorted_.speaker],
            occurred_at=_moment(mail, raw.received_at),
            author=Author(
                native_id=address.lower(),
                display=name,
                is_bot=not sorted_.may_be_answered,
                is_us=is_us,
            ),
            conversation_id=token.conversation_id if token else None,
            participant_tag=token.participant_tag if token else None,
            references=_answered(mail),
            native_message_id=mail.message_id,
            reply_to_native_id=mail.in_reply_to[0] if mail.in_reply_to else None,
            subject=mail.subject or None,
            text=text,
            html=cleaned.html if cleaned else None,
            unshown=_unshown(mail),
            enclosed=_enclosed(mail),
            visible_text=trimmed.reply if trimmed.reply != text.strip() else None,
            files=tuple(_file(part) for part in mail.attachments if part.kind != "signature"),
            evidence=_evidence(mail, found),
            auth=_told(found, mail, sorted_, blocked=cleaned.blocked_pictures if cleaned else 0),
            report=reported.passed_on(mail) if self._takes_reports(raw.account_id) else None,
            is_spam=verdicts.is_refused(found) or mail.header("x-spam-flag").upper() == "YES",
        )

    def _takes_reports(self, account_id: str) -> bool:
        box = self._book.by_id(account_id)
        return box is not None and box.takes_reports

    def _token(self, raw: RawEnvelope, mail: Mail, text: str) -> ReplyTo | None:
        """The signed address this answers: from the envelope first, from the text last."""
        recipients = [raw.facts.get("rcpt", "").replace(" ", ", ") + ","]
        headers = [value for name in _TOKEN_HEADERS for value in mail.every(name)]
        found = self._tokens.find_reply([*recipients, *headers])
        if found is None and not mail.in_reply_to and not mail.references:
            found = self._tokens.find_reply([text])
        return found

    def _returned(self, raw: RawEnvelope, mail: Mail, sorted_: Classified) -> InboundEvent:
        """A delivery report or a complaint, with the message of ours it is about."""
        headers = [value for name in _TOKEN_HEADERS for value in mail.every(name)]
        sent = self._tokens.find_bounce([raw.facts.get("rcpt", ""), *headers])
        box = self._book.by_id(raw.account_id)
        references: list[str] = []
        if sent is not None and box is not None:
            domain = box.address.rpartition("@")[2]
            references.append(native_id(sent.message_id, sent.part, domain))
        report, complaint = sorted_.report, sorted_.complaint
        originals = report.original_ids if report else complaint.original_ids if complaint else ()
        references += [each for each in originals if each not in references]
        kind = _KINDS[sorted_.speaker]
        bounce = None
        if report is not None:
            bounce = _bounce(report)
            if _has_arrived(report):
                kind, bounce = "delivered", None
        elif complaint is not None:
            bounce = Bounce(
                recipient=complaint.recipient, is_permanent=True, diagnostic=complaint.kind
            )
        sender = mail.senders[0] if mail.senders else None
        return InboundEvent(
            channel=CHANNEL,
            account_id=raw.account_id,
            dedupe_key=fingerprint(mail),
            kind=kind,
            occurred_at=_moment(mail, raw.received_at),
            author=Author(
                native_id=(sender.mail if sender else "").lower(),
                display=sender.name if sender else "",
                is_bot=True,
            ),
            references=tuple(references),
            native_message_id=references[0] if kind == "delivered" and references else None,
            subject=mail.subject or None,
            bounce=bounce,
        )


_TALKERS = frozenset({Speaker.PERSON, Speaker.LIST})


def fingerprint(mail: Mail) -> str:
    """What makes two copies of a mail the same, by whatever roads they came.

    Not its Message-ID alone: that can be repeated by anyone who wants a mail to be dropped. Not
    its bytes: each road adds headers of its own.
    """
    whole = sha256()
    for value in (
        mail.message_id if not mail.is_message_id_ours else "",
        mail.header("from"),
        mail.header("date"),
        mail.header("subject"),
        *(body.content for body in mail.bodies),
        *mail.htmls,
    ):
        whole.update(value.encode("utf-8", "replace") + b"\0")
    for part in mail.attachments:
        whole.update(sha256(part.content).digest())
    return whole.hexdigest()


def _unreadable(raw: RawEnvelope, why: Unparsable) -> InboundEvent:
    return InboundEvent(
        channel=CHANNEL,
        account_id=raw.account_id,
        dedupe_key=why.sha256,
        kind="unsupported",
        occurred_at=raw.received_at,
        author=Author(native_id=raw.facts.get("mail_from", "").lower()),
        auth={"unreadable": why.reason},
    )


def _moment(mail: Mail, received_at: datetime) -> datetime:
    """When it was written, as far as that can be believed."""
    if mail.sent_at is None or not received_at - _OLDEST < mail.sent_at < received_at + _AHEAD:
        return received_at
    return min(mail.sent_at, received_at)


def _unshown(mail: Mail) -> str:
    """Words of a mail that end neither in its text nor in its cleaned HTML."""
    headers = [value for name, value in mail.headers if name in _WRITTEN]
    # Split rather than searched for: a pattern would look for the end of each "<" anew.
    tags = [piece.partition(">")[0] for html in mail.htmls for piece in html.split("<")[1:]]
    return "\n".join([*headers, *tags])


def _enclosed(mail: Mail, depth: int = 0) -> str:
    """Words of a mail that nobody is shown, but that its original holds."""
    words = [
        value
        for name, value in mail.headers
        if name not in _WRITTEN and not name.startswith(_SEALS)
    ]
    # What these hold is no text to read, and could hold anything.
    words += [html for html in mail.htmls if _SILENT.search(html)]
    words.append(mail.outside)
    for part in mail.attachments:
        if part.kind == "mail" and depth < _NESTED:
            inner = mime.parse(part.content)
            if isinstance(inner, Mail):
                words += [inner.subject, *inner.texts, *inner.htmls, _enclosed(inner, depth + 1)]
                continue
        if part.content_type.startswith(("text/", "message/")) or part.kind == "calendar":
            words.append(part.text())
    return "\n".join(words)


def _answered(mail: Mail) -> tuple[str, ...]:
    """Ids this may answer, the strongest first: what it replies to, then its thread backwards."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def _file(part: Attachment) -> InboundFile:
    return InboundFile(
        name=part.name,
        declared_type=part.content_type,
        content=part.content,
        content_id=part.content_id,
        is_inline=part.is_inline,
    )


def _evidence(mail: Mail, found: dict[str, str]) -> Evidence:
    if verdicts.is_aligned(mail, found):
        return Evidence(level=1, method="dmarc")
    return Evidence()


def _told(
    found: dict[str, str], mail: Mail, sorted_: Classified, *, blocked: int
) -> dict[str, str]:
    """What agents are told about the mail itself."""
    told = dict(found)
    if sorted_.speaker is not Speaker.PERSON:
        told["speaker"] = sorted_.speaker.value
    if blocked:
        told["blocked_pictures"] = str(blocked)
    kinds = {part.kind for part in mail.attachments}
    if "encrypted" in kinds:
        told["encrypted"] = "yes"
    if "tnef" in kinds:
        told["winmail"] = "yes"
    if mail.remarks:
        told["mended"] = " ".join(mail.remarks)
    return told


def _bounce(report: Report) -> Bounce:
    """The recipient that matters most: one that failed for good before one that only waits."""
    worst = min(report.recipients, key=_order, default=None)
    if worst is None:
        return Bounce(recipient=None, is_permanent=True)
    return Bounce(
        recipient=worst.mail or None,
        is_permanent=worst.action not in _ARRIVED | {"delayed"},
        status=worst.status,
        diagnostic=worst.diagnostic,
    )


def _order(recipient: FailedRecipient) -> int:
    if recipient.action in _ARRIVED:
        return 2
    return 1 if recipient.action == "delayed" else 0


def _has_arrived(report: Report) -> bool:
    return bool(report.recipients) and all(each.action in _ARRIVED for each in report.recipients)
