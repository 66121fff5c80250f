"""A suspicious mail that was passed on to us, in our words."""

from datetime import datetime

import msgspec


class ReportedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that somebody passes on because they mistrust it, as its reader found it.

    All of it is its sender's claim, but for the lines that the reporter's own server wrote.
    """

    subject: str = ""
    sender: str = ""
    reply_to: str = ""
    return_path: str = ""
    message_id: str = ""
    sent_at: datetime | None = None
    received: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    original: bytes | None = None  # without those who got it; None where it was passed on as words
