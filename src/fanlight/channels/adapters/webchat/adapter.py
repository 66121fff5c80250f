"""Chat on our own pages: what is said there, and how it enters the front door."""

from datetime import datetime

import msgspec

from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.contract import (
    Account,
    Author,
    Capabilities,
    DataClass,
    Evidence,
    InboundEvent,
)
from fanlight.channels.ours import OwnChannel

CHANNEL = "chat.web"
ACCOUNT = "web"
LONGEST_TEXT = 8000  # code points
# What the chat may carry to somebody with a signed session; ``may_say`` lowers it for a guest.
CHAT = Capabilities(
    visibility="private",
    max_text=LONGEST_TEXT,
    text_unit="code_points",
    max_data=DataClass.ACCOUNT,
    is_resend_safe=True,
    is_ours=True,
    has_typing_out=True,
    has_read_state=True,
    max_file_bytes=50 * 2**20,
    max_files=10,
    max_identity=3,
)


def may_say(level: int) -> DataClass:
    """The most that may be said to somebody of this assurance: account facts from L2 on."""
    return DataClass.ACCOUNT if level >= 2 else DataClass.CASE


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer said in the chat, as the surface took it from their session."""

    thread_key: str
    client_key: str
    """The sender's own key: said again after a cut, it is the same message."""
    identity_kind: str
    """``exchange`` for a signed session, ``visitor`` for a guest."""
    identity_key: str
    text: str
    at: datetime
    name: str = ""
    language: str | None = None


def event_of(spoken: Spoken, evidence: Evidence) -> InboundEvent:
    """The event for the front door. The evidence is the session's, never the message's own word."""
    return InboundEvent(
        channel=CHANNEL,
        account_id=ACCOUNT,
        dedupe_key=dedupe_key(spoken.thread_key, spoken.client_key),
        kind="message.created",
        occurred_at=spoken.at,
        thread_key=spoken.thread_key,
        author=Author(
            native_id=spoken.identity_key,
            display=spoken.name,
            handle=spoken.identity_key if spoken.identity_kind == "exchange" else None,
            language=spoken.language,
        ),
        identity_kind=spoken.identity_kind,
        text=spoken.text,
        language=None,
        evidence=evidence,
        client_key=spoken.client_key,
    )


def dedupe_key(thread_key: str, client_key: str) -> str:
    """Unique in our one account: a key chosen by a client counts within its own talk only."""
    return f"{thread_key}/{client_key}"


class WebchatAdapter(OwnChannel[Spoken]):
    """One account: ours. What customers hear is read from the database by their own sockets."""

    key = CHANNEL
    able = CHAT
    wording = Spoken

    def __init__(self, settings: WebchatSettings, *, name: str) -> None:
        address = settings.origins[0] if settings.origins else ""
        super().__init__(Account(id=ACCOUNT, channel=CHANNEL, name=name, address=address))

    def event_of(self, said: Spoken) -> InboundEvent:
        return event_of(said, Evidence())
