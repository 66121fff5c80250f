"""What a mail says once it is read: plain values, whatever was wrong with the bytes."""

from datetime import datetime
from typing import Literal

import msgspec

from fanlight.channels.adapters.email import charsets


class Address(msgspec.Struct, frozen=True):
    """Somebody's mailbox as the mail names it; both parts are what the sender claims."""

    name: str
    mail: str  # empty when the header names a person without an address

    @property
    def domain(self) -> str:
        return self.mail.rpartition("@")[2].lower()


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One part that is not the letter itself: a file, a picture in the text, a nested mail."""

    name: str  # as declared, without control characters; "" when the mail gives none
    content_type: str
    charset: str | None
    is_inline: bool  # shown within the text, e.g. by ``cid:``
    content_id: str | None  # bare, without angle brackets
    content: bytes
    kind: Literal["file", "mail", "tnef", "calendar", "signature", "encrypted"]

    def text(self) -> str:
        return charsets.decode(self.content, self.charset)


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the letter, in reading order."""

    content: str
    is_html: bool
    is_flowed: bool  # RFC 3676: lines that end in a space go on in the next
    is_space_deleted: bool  # … and that space is not the writer's, as in Chinese


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that could be read, perhaps with remarks on what had to be mended."""

    subject: str
    senders: tuple[Address, ...]  # the From header; usually one
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    sent_at: datetime | None  # aware UTC; the sender's claim
    message_id: str  # bare, without angle brackets
    is_message_id_ours: bool  # the mail had none, so this one is made of its bytes
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    texts: tuple[str, ...]
    htmls: tuple[str, ...]
    bodies: tuple[Body, ...]  # what to read: plain text where the sender offers both
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]  # lower-case name, unfolded and decoded value; in order
    content_type: str
    content_params: dict[str, str]
    remarks: tuple[str, ...]  # e.g. "nul_removed", "boundary_missing"
    outside: str = ""  # before, between and behind the parts: shown to nobody

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class Unparsable(msgspec.Struct, frozen=True):
    """Bytes that are no mail, or a mail beyond every limit: kept sealed, shown to nobody."""

    reason: Literal["empty", "too_large", "too_many_headers", "too_many_parts", "too_deep", "bug"]
    sha256: str
