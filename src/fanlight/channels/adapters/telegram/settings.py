"""Settings of Telegram: one entry a bot."""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from fanlight.kernel.settings import Section

# What Telegram allows as secret_token; sixteen characters are our own least.
WebhookSecret = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,256}$")]


class Bot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bot of ours. Its token never shows in a repr."""

    token: Annotated[str, Meta(pattern=r"^[0-9]{1,20}:[A-Za-z0-9_-]{1,64}$")]
    username: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{1,32}$")]
    name: str = ""
    receive: Literal["poll", "webhook"] = "poll"
    webhook_url: str = ""
    webhook_secrets: tuple[WebhookSecret, ...] = ()

    def __repr__(self) -> str:
        return f"Bot(username={self.username!r}, receive={self.receive!r})"


class TelegramSettings(Section, frozen=True, kw_only=True):
    """Private chats with bots of ours on Telegram."""

    section: ClassVar[str] = "telegram"

    bots: dict[Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")], Bot] = {}
    """Our bots by a short name that never changes: `token` and `username` as BotFather gave them, \
`name` for agents, `receive` ("poll" works anywhere, "webhook" needs a public address), and for \
webhooks `webhook_url` (our address with `/hooks/telegram.private/<short name>`; empty: set by \
hand) and `webhook_secrets`, the present one first, the former one while it may still come."""

    api: str = "https://api.telegram.org"
    """The Bot API server: Telegram's, or one of your own."""

    download_mib: Annotated[int, Meta(ge=1, le=2000)] = 20
    """The largest file fetched, in MiB. Telegram's own server gives out no more than 20."""

    upload_mib: Annotated[int, Meta(ge=1, le=2000)] = 50
    """The largest file sent, in MiB. Telegram's own server takes no more than 50."""

    poll_s: Annotated[int, Meta(ge=1, le=25)] = 25
    """How long one call for new messages waits, in seconds."""
