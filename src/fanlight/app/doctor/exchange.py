"""Whether the exchange and the networks answer, and how old their answers are."""

import asyncio
import time
from collections.abc import AsyncIterator

from fanlight.app.doctor.finding import Finding, fail, ok, warn
from fanlight.app.exchanges import connected
from fanlight.exchange.contract import Chain, Exchange, ExchangeDown, NotConnected, NotOffered
from fanlight.exchange.settings import ExchangeSettings
from fanlight.kernel.settings import BadSettings, Settings

_CHECK = "exchange"
_PATIENCE_S = 15.0


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """The connected exchange asked how it is, and each network for its newest block."""
    try:
        async with connected(settings) as (exchange, chains):
            yield await _exchange(exchange, settings[ExchangeSettings].connector)
            for chain in chains:
                yield await _chain(chain)
    except BadSettings as error:
        yield fail(_CHECK, str(error), "See docs/operations/exchange.md")


async def _exchange(exchange: Exchange, connector: str) -> Finding:
    if not connector:
        says = "None is connected: no account can be frozen or looked into, people do it all."
        return warn(_CHECK, says, "docs/operations/exchange.md, when you are ready for it.")
    begun = time.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            facts = await exchange.healthy()
    except (TimeoutError, ExchangeDown, NotConnected) as down:
        reason = getattr(down, "params", {}).get("reason") or "no answer"
        says = f"The exchange ({connector}) does not answer: {reason}."
        return fail(_CHECK, says, "Look at [exchange_http]; fanlight exchange check says more.")
    except NotOffered:
        facts = {}
    took_ms = (time.monotonic() - begun) * 1000
    said = ", ".join(f"{name} {value}" for name, value in sorted(facts.items()))
    return ok(_CHECK, f"{connector} answered in {took_ms:.0f} ms. {said}".strip())


async def _chain(chain: Chain) -> Finding:
    check = f"chain:{chain.network}"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            head = (await chain.head()).value
    except (TimeoutError, ExchangeDown, NotOffered) as down:
        reason = getattr(down, "params", {}).get("reason") or "no answer in time"
        says = f"The node of {chain.network} does not answer: {reason}."
        return warn(check, says, "Look at its entry in [chains] nodes.")
    return ok(check, f"Block {head:,}.")
