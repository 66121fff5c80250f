"""Signed links with which somebody follows one freeze, whichever road they came by.

A link shows how the freeze stands and may keep it; it lifts nothing and names no account.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

from fanlight.features.guidance.emergency.errors import FreezeNotFound
from fanlight.kernel.sealing import Sealer

LASTS = timedelta(days=2)
_MAC_BYTES = 16
_BODY_BYTES = 21  # an id and a time


def follow_link(sealer: Sealer, freeze_id: UUID, *, now: datetime) -> str:
    """A token for one freeze."""
    body = freeze_id.bytes + int((now + LASTS).timestamp()).to_bytes(5, "big")
    return urlsafe_b64encode(body + _mac(sealer, body)).rstrip(b"=").decode()


def read_follow_link(sealer: Sealer, token: str, *, now: datetime) -> UUID:
    """The freeze a token stands for. Raises FreezeNotFound: past its time, or changed."""
    try:
        whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise FreezeNotFound from None
    body, mac = whole[:_BODY_BYTES], whole[_BODY_BYTES:]
    if len(body) != _BODY_BYTES or not hmac.compare_digest(mac, _mac(sealer, body)):
        raise FreezeNotFound
    if int.from_bytes(body[16:], "big") < now.timestamp():
        raise FreezeNotFound
    return UUID(bytes=body[:16])


def _mac(sealer: Sealer, body: bytes) -> bytes:
    return hmac.digest(sealer.derive("freeze links"), body, "sha256")[:_MAC_BYTES]
