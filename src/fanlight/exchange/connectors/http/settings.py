"""How this desk reaches the exchange's back office over HTTP."""

from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from msgspec import Meta

from fanlight.kernel.settings import Section

_HERE = ("localhost", "127.0.0.1", "::1")
_SHORTEST_SECRET = 32


class HttpExchangeSettings(Section, frozen=True, kw_only=True):
    """The back office of the exchange, asked over HTTP; used with `exchange.connector = "http"`."""

    section: ClassVar[str] = "exchange_http"

    url: str = ""
    """Where its interface begins, e.g. `https://backoffice.exchange.example/support/v1`. Without
    TLS only on this machine."""

    key_id: str = ""
    """The name of the secret that requests are signed with. Empty: they are not signed, and the
    client certificate alone says who asks."""

    secret: str = ""
    """The secret itself, 32 characters or more; both ends keep it."""

    client_certificate: str = ""
    """File with our certificate, in PEM, where the exchange wants mutual TLS."""

    client_key: str = ""
    """File with its private key, in PEM; only its owner may read it."""

    trusted_certificates: str = ""
    """File with the certificates of the authority that signed the exchange's own, in PEM. Empty:
    those this machine trusts."""

    timeout_s: Annotated[float, Meta(gt=0, le=30)] = 4.0
    """How long an answer may take, in seconds."""

    at_once: Annotated[int, Meta(ge=1, le=200)] = 20
    """Questions that are asked at the same time, by one process; freezing never waits for them."""

    gives_up_after: Annotated[int, Meta(ge=1)] = 5
    """After so many questions in a row without an answer nothing is asked for a while."""

    rests_s: Annotated[float, Meta(gt=0)] = 10.0
    """How long nothing is asked then, in seconds; freezing is always tried."""

    def __post_init__(self) -> None:
        if not self.url:
            return
        parts = urlsplit(self.url)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query:
            raise ValueError(f"url is no address: {self.url}")
        if parts.scheme == "http" and parts.hostname not in _HERE:
            raise ValueError("url has to begin with https:// beyond this machine")
        if bool(self.key_id) != bool(self.secret):
            raise ValueError("key_id and secret belong together")
        if self.secret and len(self.secret) < _SHORTEST_SECRET:
            raise ValueError(f"secret has fewer than {_SHORTEST_SECRET} characters")
        if not self.secret and not self.client_certificate:
            raise ValueError("requests need a secret to sign with, or a client_certificate")
