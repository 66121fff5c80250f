"""The web form as a channel of ours. Its page shows what is stored, so nothing is ever sent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from fanlight.channels.contract import (
    Account,
    Author,
    Capabilities,
    DataClass,
    Evidence,
    InboundEvent,
    InboundFile,
)
from fanlight.channels.ours import OwnChannel
from fanlight.kernel.brand import BrandSettings

CHANNEL = "web.form"
ACCOUNT = "form"
LONGEST_TEXT = 8000  # code points
FORM = Capabilities(
    visibility="private",
    max_text=LONGEST_TEXT,
    text_unit="code_points",
    # Whoever holds the link reads the answer, and an address that was typed proves nothing.
    max_data=DataClass.CASE,
    is_resend_safe=True,
    is_ours=True,
    has_read_state=True,
    has_subject=True,
    max_file_bytes=50 * 2**20,
    max_files=10,
    max_identity=0,
)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote on our page."""

    form_key: str
    """Given out with the form: the same one sent twice is one message."""
    email: str
    text: str
    at: datetime
    name: str = ""
    subject: str | None = None
    language: str | None = None
    conversation_id: UUID | None = None
    """Of the ticket whose page this was written on; proved by its signed link."""


def event_of(written: Written, files: Sequence[InboundFile] = ()) -> InboundEvent:
    """The event for the front door. A typed address is a claim, so it stands at L0."""
    return InboundEvent(
        channel=CHANNEL,
        account_id=ACCOUNT,
        dedupe_key=written.form_key,
        kind="message.created",
        occurred_at=written.at,
        author=Author(native_id=written.email, display=written.name, language=written.language),
        identity_kind="email",
        thread_key=None if written.conversation_id else written.form_key,
        conversation_id=written.conversation_id,
        subject=written.subject,
        text=written.text,
        files=tuple(files),
        evidence=Evidence(),
        client_key=written.form_key,
    )


class WebformAdapter(OwnChannel[Written]):
    """One account: the help center."""

    key = CHANNEL
    able = FORM
    wording = Written

    def __init__(self, brand: BrandSettings) -> None:
        super().__init__(
            Account(id=ACCOUNT, channel=CHANNEL, name=brand.name, address=brand.help_url)
        )

    def event_of(self, said: Written) -> InboundEvent:
        return event_of(said)
