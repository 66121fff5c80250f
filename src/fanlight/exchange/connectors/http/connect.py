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
    files = (given.trusted_certificates, given.client_certificate, given.client_key)
    for file in filter(None, files):
        try:
            Path(file).read_bytes()
        except OSError as error:
            raise BadSettings(f"[exchange_http] {file}: {error.strerror}") from None
    key = given.client_key or None
    if key and Path(key).stat().st_mode & 0o077:
        raise BadSettings(f"{key} may be read by others: chmod 600 it")
    file = given.trusted_certificates
    try:
        context = ssl.create_default_context(cafile=file or None)
        file = given.client_certificate
        if file:
            context.load_cert_chain(file, key, password=_locked)
    except _Locked:
        says = f"[exchange_http] {key or file} is locked with a passphrase: give it without one"
        raise BadSettings(says) from None
    except (OSError, ssl.SSLError) as error:
        why = getattr(error, "reason", None) or "no certificate in PEM, or its key is missing"
        says = f"[exchange_http] a certificate cannot be used: {file}: {why}"
        raise BadSettings(says) from None
    return context


class _Locked(Exception):
    """Nobody sits beside a server to type a passphrase."""


def _locked() -> bytes:
    raise _Locked
