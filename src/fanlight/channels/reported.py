"""A suspicious mail that was passed on to us, in our words."""

from datetime import datetime

import msgspec


class MailHead(msgspec.Struct, frozen=True, kw_only=True):
    """What the headers of a reported mail say. All of it is the sender's claim, but for the lines
    that the reporter's own server wrote."""

    subject: str = ""
    sender: str = ""
    reply_to: str = ""
    return_path: str = ""
    message_id: str = ""
    sent_at: datetime | None = None
    received: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()


class ReportedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that somebody passes on because they mistrust it, as its reader found it.

    Where it was passed on as words, nobody has seen its head, and there is no original.
    """

    head: MailHead | None = None
    text: str = ""
    html: str = ""
    original: bytes | None = None  # without those who got it
