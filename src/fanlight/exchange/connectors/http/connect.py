"""Connects an exchange over HTTP."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fanlight.exchange.connectors.http.chain import HttpChain
from fanlight.exchange.connectors.http.client import HttpExchange
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.contract import Chain, Exchange
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.settings import BadSettings, Settings


@asynccontextmanager
async def connect(
    settings: Settings,
) -> AsyncIterator[tuple[Exchange, Callable[[str], Chain | None]]]:
    """The exchange, and its own view of a network. Raises BadSettings."""
    given = settings[HttpExchangeSettings]
    host = urlsplit(given.url).hostname
    if not host:
        raise BadSettings("[exchange_http] url is not set")
    http = OutboundHttp(allowed=(host,), read_s=given.timeout_s, tls=_tls(given))
    exchange = HttpExchange(given, http)
    try:
        yield exchange, lambda network: HttpChain(exchange, network)
    finally:
        await http.close()


def _tls(given: HttpExchangeSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=given.trusted_certificates or None)
        if given.client_certificate:
            key = given.client_key or None
            if key and Path(key).stat().st_mode & 0o077:
                raise BadSettings(f"{key} may be read by others: chmod 600 it")
            context.load_cert_chain(given.client_certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise BadSettings(f"[exchange_http] a certificate cannot be used: {error}") from None
    return context
