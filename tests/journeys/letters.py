"""Letters as people's mail programs write them: fresh ones, and answers that quote ours."""

from email.message import EmailMessage
from email.utils import parseaddr
from uuid import uuid4

from tests.journeys.installation import ADDRESS


def letter(sender: str, subject: str, text: str, *, to: str = ADDRESS) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{uuid4().hex}@mail.example>"
    mail.set_content(text)
    return mail


def answer_to(ours: EmailMessage, sender: str, text: str) -> EmailMessage:
    """What a mail program makes of "Reply": to the reply address, below it what was said."""
    mail = letter(sender, f"Re: {ours['Subject']}", "", to=reply_address(ours))
    mail["In-Reply-To"] = ours["Message-ID"]
    mail["References"] = f"{ours.get('References', '')} {ours['Message-ID']}".strip()
    quoted = "\n".join(f"> {line}" for line in words_of(ours).splitlines())
    mail.set_content(f"{text}\n\nOn Sunday, {ours['From']} wrote:\n{quoted}\n")
    return mail


def reply_address(ours: EmailMessage) -> str:
    return parseaddr(str(ours["Reply-To"]))[1]


def words_of(mail: EmailMessage) -> str:
    """Its plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
