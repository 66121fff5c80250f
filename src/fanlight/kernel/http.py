"""The only way out over HTTP: time limits, allowed hosts, no redirects, nothing logged."""

import logging
import os
import socket
import ssl
from collections.abc import Iterable, Mapping
from errno import ECONNRESET, EPIPE
from functools import cache
from typing import Any

import httpx2

CONNECT_S, WRITE_S, READ_S, POOL_S = 5.0, 15.0, 30.0, 5.0
MAX_ANSWER_BYTES = 64 * 2**20

# Both write whole addresses, and some vendors want their token in the address.
for _writer in ("httpx2", "httpcore2"):
    logging.getLogger(_writer).setLevel(logging.WARNING)

_HUNG_UP = frozenset(os.strerror(number).lower() for number in (ECONNRESET, EPIPE))
_OTHER_NAME = frozenset((62, 63, 64))  # X509_V_ERR_HOSTNAME_MISMATCH and its kin
# Nothing was sent: the connection was never made, or we never got one from the pool.
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class HttpTrouble(Exception):
    """The request did not end well. Its words never hold the address: tokens live in there."""


class NotSent(HttpTrouble):
    """No byte reached the other side, so trying again is harmless."""


class MaybeSent(HttpTrouble):
    """The other side may have acted; only it knows."""


class HungUp(MaybeSent):
    """It closed the connection without an answer. So looks a client certificate that it refuses."""


class HostNotAllowed(HttpTrouble):
    """This client may not speak to that host."""


class AnswerTooLarge(HttpTrouble):
    """The answer is larger than we are willing to hold."""


class Answer:
    """Status, headers (lower case) and body of an answer."""

    def __init__(self, status_code: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content


@cache
def _trusted() -> ssl.SSLContext:
    """Whom this machine trusts; read once, since reading all of them takes 25 ms."""
    return httpx2.create_ssl_context(trust_env=False)


class OutboundHttp:
    """One pooled client for a set of allowed hosts (``host`` or ``host:port``)."""

    def __init__(
        self,
        *,
        allowed: Iterable[str],
        transport: httpx2.AsyncBaseTransport | None = None,
        read_s: float = READ_S,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Args:
        tls: whom we trust, and the certificate that says who we are, where the other side wants
            one. None: whom this machine trusts.
        """
        self._allowed = frozenset(allowed)
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(connect=CONNECT_S, read=read_s, write=WRITE_S, pool=POOL_S),
            follow_redirects=False,
            transport=transport,
            trust_env=False,
            verify=tls or _trusted(),
        )

    def allowing(self, hosts: Iterable[str]) -> "OutboundHttp":
        """The same pool for more hosts."""
        other = object.__new__(OutboundHttp)
        other._allowed = self._allowed | frozenset(hosts)
        other._client = self._client
        return other

    async def get(self, url: str, **options: Any) -> Answer:
        return await self.request("GET", url, **options)

    async def post(self, url: str, json: object = None, **options: Any) -> Answer:
        if json is not None:
            options["json"] = json
        return await self.request("POST", url, **options)

    async def request(
        self, method: str, url: str, *, limit_bytes: int = MAX_ANSWER_BYTES, **options: Any
    ) -> Answer:
        """One request, one answer of whatever status.

        Raises:
            NotSent, MaybeSent: see there. HostNotAllowed, AnswerTooLarge: as they say.
        """
        target = httpx2.URL(url)
        host = target.host if target.port is None else f"{target.host}:{target.port}"
        if host not in self._allowed and target.host not in self._allowed:
            raise HostNotAllowed(target.host)
        try:
            async with self._client.stream(method, target, **options) as response:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > limit_bytes:
                        raise AnswerTooLarge(f"more than {limit_bytes} bytes")
                return Answer(response.status_code, dict(response.headers), bytes(body))
        except _NOT_SENT as error:
            raise NotSent(_why(error)) from None
        except httpx2.RemoteProtocolError:
            raise HungUp("it hung up without an answer") from None
        except (httpx2.HTTPError, OSError) as error:
            # A refusal of our certificate comes after the handshake, as TLS's own error.
            why = _why(error)
            raise (HungUp if why in _HUNG_UP else MaybeSent)(why) from None

    async def close(self) -> None:
        await self._client.aclose()


def _why(error: BaseException) -> str:
    """What went wrong, for whoever has to mend it: as much of it as holds no address."""
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case ssl.SSLCertVerificationError(verify_code=code, verify_message=message):
                words = "made for another name" if code in _OTHER_NAME else message
                return f"their certificate is not trusted: {words}"
            case ssl.SSLError(reason=str(reason)):
                return f"TLS: {reason.lower().replace('_', ' ')}"
            case socket.gaierror():
                return "the host's name is not known"
            case OSError(errno=int(number)) if number > 0:
                return os.strerror(number).lower()
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
