"""A network read through the exchange's back office, where its nodes have no door of their own."""

from fanlight.exchange.connectors.http.client import HttpExchange
from fanlight.exchange.facts import Known, Transaction


class HttpChain:
    """One network, by the exchange's own index of it."""

    def __init__(self, exchange: HttpExchange, network: str) -> None:
        self.network = network
        self._exchange = exchange

    async def transaction(self, tx_hash: str) -> Known[Transaction | None]:
        return await self._exchange.transaction(self.network, tx_hash)

    async def head(self) -> Known[int]:
        return await self._exchange.head(self.network)
