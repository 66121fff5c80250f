"""The channels of this installation, by their keys."""

from collections.abc import Iterable, Iterator

from fanlight.channels.contract import Account, Capabilities, ChannelAdapter
from fanlight.kernel.errors import FanlightError, Kind


class ChannelNotConfigured(FanlightError):
    """No adapter of that name is set up here (any more)."""

    code, kind = "channel_not_configured", Kind.UNAVAILABLE


class Channels:
    """Every configured adapter; asked by key, never by class."""

    def __init__(self, adapters: Iterable[ChannelAdapter]) -> None:
        self._adapters = {adapter.key: adapter for adapter in adapters}

    def __iter__(self) -> Iterator[ChannelAdapter]:
        return iter(self._adapters.values())

    def __contains__(self, key: str) -> bool:
        return key in self._adapters

    def of(self, key: str) -> ChannelAdapter:
        """The adapter for a channel. Raises ChannelNotConfigured."""
        try:
            return self._adapters[key]
        except KeyError:
            raise ChannelNotConfigured(channel=key) from None

    def capabilities(self, key: str, account_id: str) -> Capabilities:
        return self.of(key).capabilities(account_id)

    def account(self, key: str, account_id: str) -> Account | None:
        """The account as configured now; None when it was taken away."""
        found = self._adapters.get(key)
        accounts = found.accounts if found is not None else ()
        return next((each for each in accounts if each.id == account_id), None)
