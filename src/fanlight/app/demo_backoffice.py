"""The back office of the demo's exchange: the sandbox behind the HTTP interface of a real one.

One process has it, and every process of the desk asks it over the wire: so whatever is frozen or
planted is one truth for all of them, and the interface is tried each time somebody tries the demo.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec.structs import replace

from fanlight.exchange.chains.settings import ChainSettings, Node
from fanlight.exchange.connectors.http.door import Door, Said
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.sandbox.connect import opened
from fanlight.exchange.connectors.sandbox.networks import chains
from fanlight.exchange.facts import Deposit, Transaction
from fanlight.exchange.settings import ExchangeSettings
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings

PATH = "/backoffice/v1"
KEY_ID = "meridian-desk"
MAX_BODY_BYTES = 65_536


def connected(settings: Settings, *, port: int) -> Settings:
    """Settings of a desk that asks this exchange; one that names its own keeps it."""
    if settings[ExchangeSettings].connector:
        return settings
    # Derived, so that desk and exchange agree on it in whatever processes they run.
    secret = Sealer.open(settings).derive("demo exchange back office").hex()
    over_http = replace(
        settings[HttpExchangeSettings],
        url=f"http://127.0.0.1:{port}{PATH}",
        key_id=KEY_ID,
        secret=secret,
    )
    networks = ChainSettings(
        nodes=tuple(Node(network=network, kind="exchange") for network in chains())
    )
    return (
        settings.with_section(ExchangeSettings(connector="http"))
        .with_section(over_http)
        .with_section(networks)
    )


class BackOffice:
    """What stands below ``PATH``, and the account pages' own view of the same accounts."""

    def __init__(self, settings: Settings) -> None:
        self._sandbox = opened(settings)
        given = settings[HttpExchangeSettings]
        self._door = Door(
            self._sandbox,
            self._sandbox.chains,
            keys={given.key_id: given.secret.encode()} if given.secret else {},
            prefix=urlsplit(given.url).path,
        )

    async def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Said:
        return await self._door.answer(method, target, headers, body)

    def phone(self, uid: str) -> tuple[list[tuple[str, str]], list[str]]:
        """What this customer's telephone shows: codes, and tokens of alerts that still work."""
        return self._sandbox.codes(uid), self._sandbox.alerts(uid)

    def sent(self, uid: str) -> list[Transaction]:
        """What this customer's own wallet shows: a missing deposit is found by its hash."""
        return self._sandbox.sent(uid)

    def alert(self, uid: str) -> None:
        """Tell this customer of a sign-in that may not be theirs."""
        self._sandbox.alert(uid, "freeze")

    async def deposits(self, uid: str) -> list[Deposit]:
        """What this customer sees on their account page."""
        return list((await self._sandbox.deposits(uid)).value)
