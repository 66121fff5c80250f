"""Identity tokens: how the exchange's site says which of its customers is speaking.

A JWT of at most ten minutes, signed with a key of the settings, good once. Source:
RFC 7519, RFC 8725 (the algorithm comes from the key, never from the token alone).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey
from msgspec import Meta

from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.contract import Evidence
from fanlight.kernel.errors import FanlightError, Kind
from fanlight.kernel.settings import BadSettings

LONGEST_TOKEN = 4096  # characters
LONGEST_LIFE = timedelta(minutes=10)
SKEW = timedelta(seconds=60)  # how far two honest clocks may stand apart
SHORTEST_SECRET = 32  # characters; RFC 7518 3.2: no shorter than the hash

# Part of the name of an audience, so one word.
Group = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Text = Annotated[str, Meta(min_length=1, max_length=128)]


class IdentityRefused(FanlightError):
    """The token does not say who this is; ``reason`` is for the exchange's engineers.

    One of malformed, unknown_key, signature, issuer, audience, expired, not_yet, too_long_lived,
    replayed, not_configured.
    """

    code, kind = "identity_refused", Kind.UNPROCESSABLE


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says. Anything else in it is ignored."""

    iss: str
    aud: str | list[str]
    sub: Text
    """The exchange's UID of the customer."""
    iat: float
    exp: float
    jti: Text
    email: Annotated[str, Meta(max_length=254)] | None = None
    email_verified: bool = False
    name: Annotated[str, Meta(max_length=120)] | None = None
    locale: Annotated[str, Meta(max_length=35)] | None = None
    country: Group | None = None
    """Where the exchange has the customer, ISO 3166 of two letters."""
    entity: Group | None = None
    """The company of the exchange whose customer this is."""
    tier: Group | None = None

    def groups(self) -> tuple[str, ...]:
        named = {"country": self.country, "entity": self.entity, "tier": self.tier}
        return tuple(f"{kind}:{value.lower()}" for kind, value in named.items() if value)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A customer whose exchange vouches for them right now."""

    uid: str
    token_id: str
    expires_at: datetime
    proven_at: datetime
    email: str | None
    is_email_verified: bool
    name: str
    locale: str | None
    groups: tuple[str, ...] = ()
    """``country:de`` and the like: what the exchange says the customer belongs to."""

    @property
    def evidence(self) -> Evidence:
        return Evidence(level=2, method="signed_session", subject=self.uid)


class Verifier:
    """Checks tokens against the keys of the settings; made once."""

    def __init__(self, settings: WebchatSettings) -> None:
        """Read the keys. Raises BadSettings: a secret is too short, or a key is no EC key."""
        self._issuer, self._audience = settings.issuer, settings.audience
        self._keys: dict[tuple[str, str], OctKey | ECKey] = {}
        for kid, secret in settings.hs256_keys.items():
            if len(secret) < SHORTEST_SECRET:
                raise BadSettings(f"[webchat] hs256_keys.{kid} needs {SHORTEST_SECRET} characters")
            self._keys["HS256", kid] = OctKey.import_key(secret)
        for kid, pem in settings.es256_keys.items():
            self._keys["ES256", kid] = _public_key(kid, pem)

    @property
    def is_configured(self) -> bool:
        return bool(self._issuer and self._keys)

    def read(self, token: str, now: datetime) -> Identity:
        """Who this is. The caller still has to see that the token is used once.

        Raises:
            IdentityRefused: with the first reason found.
        """
        if not self.is_configured:
            raise IdentityRefused(reason="not_configured")
        claims = self._signed(token)
        if claims.iss != self._issuer:
            raise IdentityRefused(reason="issuer")
        heard = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if self._audience not in heard:
            raise IdentityRefused(reason="audience")
        issued_at, expires_at = _moment(claims.iat), _moment(claims.exp)
        if expires_at - issued_at > LONGEST_LIFE:
            raise IdentityRefused(reason="too_long_lived")
        if now >= expires_at + SKEW:
            raise IdentityRefused(reason="expired")
        if now < issued_at - SKEW:
            raise IdentityRefused(reason="not_yet")
        return Identity(
            uid=claims.sub,
            token_id=claims.jti,
            expires_at=expires_at + SKEW,
            proven_at=min(issued_at, now),
            email=claims.email,
            is_email_verified=claims.email_verified,
            name=claims.name or "",
            locale=claims.locale,
            groups=claims.groups(),
        )

    def _signed(self, token: str) -> Claims:
        """The claims of a token whose signature is right for the algorithm of *our* key."""
        if len(token) > LONGEST_TOKEN or token.count(".") != 2:
            raise IdentityRefused(reason="malformed")
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError, RecursionError):
            raise IdentityRefused(reason="malformed") from None
        algorithm, kid = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or not isinstance(kid, str):
            raise IdentityRefused(reason="malformed")
        key = self._keys.get((algorithm, kid))
        if key is None:
            raise IdentityRefused(reason="unknown_key")
        try:
            claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, RecursionError):
            raise IdentityRefused(reason="signature") from None
        try:
            return msgspec.convert(claims, Claims)
        except msgspec.ValidationError:
            raise IdentityRefused(reason="malformed") from None


def _public_key(kid: str, pem: str) -> ECKey:
    try:
        key = ECKey.import_key(pem)
    except (JoseError, ValueError) as error:
        raise BadSettings(f"[webchat] es256_keys.{kid} is no EC key in PEM") from error
    if key.curve_name != "P-256":
        raise BadSettings(f"[webchat] es256_keys.{kid} must be on the curve P-256")
    if key.is_private:
        raise BadSettings(f"[webchat] es256_keys.{kid} is a private key: give us the public one")
    return key


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise IdentityRefused(reason="malformed") from None
