"""A request that proves who sent it, when, and that nothing of it was changed: HMAC-SHA256.

Five headers: ``Fanlight-Key`` (which secret), ``Fanlight-Time`` (seconds since 1970),
``Fanlight-Nonce`` (never twice), ``Idempotency-Key`` where there is one, and
``Fanlight-Signature``, the hex of HMAC-SHA256 over ``words``.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping

KEY, TIME, NONCE = "fanlight-key", "fanlight-time", "fanlight-nonce"
SIGNATURE, IDEMPOTENCY = "fanlight-signature", "idempotency-key"
APART_S = 60
"""How far the clocks of the two may be apart."""
_NONCES = 100_000
_LONGEST_NONCE = 64


def words(
    method: str, target: str, time: str, nonce: str, idempotency_key: str, body: bytes
) -> bytes:
    """What is signed: six lines, each ended by a line feed but the last.

    ``target`` is path and query exactly as sent; the last line is the hex of SHA-256 of the body,
    also of an empty one.
    """
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join((method, target, time, nonce, idempotency_key, digest)).encode()


def signature(secret: bytes, signed: bytes) -> str:
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()


def signed_headers(
    key_id: str,
    secret: bytes,
    method: str,
    target: str,
    body: bytes,
    *,
    now_s: float,
    idempotency_key: str = "",
    nonce: str | None = None,
) -> dict[str, str]:
    """The headers of one sending. A second try gets its own: a nonce is never used twice."""
    time, once = str(int(now_s)), nonce or secrets.token_hex(16)
    said = words(method, target, time, once, idempotency_key, body)
    headers = {KEY: key_id, TIME: time, NONCE: once, SIGNATURE: signature(secret, said)}
    if idempotency_key:
        headers[IDEMPOTENCY] = idempotency_key
    return headers


def proven(
    keys: Mapping[str, bytes],
    now_s: float,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
) -> str | None:
    """Key and nonce of a request of these very words, signed within a minute; else None.

    Whoever asks must not believe the same nonce again for two minutes. ``headers`` have small
    letters.
    """
    key_id, time = headers.get(KEY, ""), headers.get(TIME, "")
    nonce, given = headers.get(NONCE, ""), headers.get(SIGNATURE, "")
    secret = keys.get(key_id)
    is_time = time.isascii() and time.isdigit() and abs(now_s - int(time[:12])) <= APART_S
    if not secret or not is_time or not 0 < len(nonce) <= _LONGEST_NONCE:
        return None
    said = words(method, target, time, nonce, headers.get(IDEMPOTENCY, ""), body)
    if not hmac.compare_digest(signature(secret, said).encode(), given.encode()):
        return None
    return f"{key_id} {nonce}"


class Verifier:
    """The other end: believes a request once, within a minute of its time, from a known key."""

    def __init__(self, keys: Mapping[str, bytes], now_s: Callable[[], float]) -> None:
        self._keys = keys
        self._now_s = now_s
        self._nonces: OrderedDict[str, float] = OrderedDict()

    def believes(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether to. ``headers`` have small letters."""
        now = self._now_s()
        nonce = proven(self._keys, now, method, target, headers, body)
        return nonce is not None and self._is_first(nonce, now)

    def _is_first(self, nonce: str, now: float) -> bool:
        while self._nonces and next(iter(self._nonces.values())) < now - 2 * APART_S:
            self._nonces.popitem(last=False)
        # Rather nobody comes in than somebody twice.
        if nonce in self._nonces or len(self._nonces) >= _NONCES:
            return False
        self._nonces[nonce] = now
        return True
