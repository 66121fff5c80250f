"""Telegram: private chats with a bot of ours, by webhook or by long polling."""

from collections.abc import Sequence

from fanlight.channels.adapters.telegram.adapter import TelegramAdapter
from fanlight.channels.adapters.telegram.settings import TelegramSettings
from fanlight.channels.contract import ChannelAdapter
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import BadSettings, Settings


def adapters(settings: Settings, keys: Sealer) -> Sequence[ChannelAdapter]:  # noqa: ARG001
    """The adapter with every configured bot, or none. Raises BadSettings."""
    given = settings[TelegramSettings]
    for name, bot in given.bots.items():
        if bot.receive == "webhook" and not bot.webhook_secrets:
            raise BadSettings(f"[telegram] bots.{name} needs webhook_secrets to receive by webhook")
    return [TelegramAdapter(given)] if given.bots else []
