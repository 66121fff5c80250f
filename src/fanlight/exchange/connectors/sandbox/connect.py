"""Connects the invented exchange."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.connectors.sandbox.settings import SandboxSettings
from fanlight.exchange.contract import Chain, Exchange
from fanlight.kernel.settings import Settings


@asynccontextmanager
async def connect(
    settings: Settings,
) -> AsyncIterator[tuple[Exchange, Callable[[str], Chain | None]]]:
    """The exchange of this installation, whichever process asks, and its networks."""
    sandbox = opened(settings)
    yield sandbox, sandbox.chains.of


def opened(settings: Settings) -> Sandbox:
    """What is planted, frozen and driven is kept in the data folder."""
    return Sandbox(
        seed=settings[SandboxSettings].seed, file=settings.data_dir / "exchange-sandbox.json"
    )
