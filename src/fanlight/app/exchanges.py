"""Connects the exchange and the networks that the settings name."""

import importlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fanlight.exchange.chains.nodes import reader
from fanlight.exchange.chains.settings import ChainSettings
from fanlight.exchange.contract import (
    Chain,
    Chains,
    Exchange,
    ExchangeDown,
    NoExchange,
    NotConnected,
    NotOffered,
)
from fanlight.exchange.settings import ExchangeSettings
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.settings import BadSettings, Settings


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[tuple[Exchange, Chains]]:
    """The exchange behind this desk, or NoExchange, and every network it can read.

    Nothing is asked yet: an exchange that is down does not keep a desk from starting.

    Raises:
        BadSettings: what the settings name cannot be connected.
    """
    name = settings[ExchangeSettings].connector
    nodes = settings[ChainSettings]
    async with AsyncExitStack() as stack:
        exchange: Exchange = NoExchange()
        through: Callable[[str], Chain | None] = _nothing
        if name:
            connector = importlib.import_module(f"fanlight.exchange.connectors.{name}.connect")
            exchange, through = await stack.enter_async_context(connector.connect(settings))
        http = OutboundHttp(allowed=(), read_s=nodes.timeout_s)
        stack.push_async_callback(http.close)
        readers = []
        for node in nodes.nodes:
            if node.kind == "exchange":
                found = through(node.network)
            else:
                found = reader(node, http, partial(_tickers, exchange, node.network))
            if found is None:
                raise BadSettings(f"[chains] the exchange cannot be asked about {node.network}")
            readers.append(found)
        yield exchange, Chains(readers)


async def _tickers(exchange: Exchange, network: str) -> Mapping[str, str]:
    """The tickers of an exchange's tokens on a network, by their contracts in small letters."""
    try:
        table = (await exchange.networks()).value
    except (ExchangeDown, NotConnected, NotOffered):
        return {}
    return {
        each.contract.lower(): each.asset
        for each in table
        if each.contract is not None and each.network == network
    }


def _nothing(_: str) -> Chain | None:
    """No exchange, no view of a network."""
    return None
