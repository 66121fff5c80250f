"""Signed links with which a customer sees one ticket of theirs without signing in.

A link is good for whoever holds it, so it stands nowhere in our house: what is stored and shown to
agents ends in ``HIDDEN``, and the token takes its place when the message leaves.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

from fanlight.features.conversations.errors import LinkExpired
from fanlight.kernel.sealing import Sealer

HIDDEN = "/t/…"
RESULT = "/check/result/"  # and the id of a check's result
DAYS = 14  # how long a link in a message works
_MAC_BYTES = 16
_BODY_BYTES = 37  # two ids and a time


def ticket_link(
    sealer: Sealer, ticket_id: UUID, for_id: UUID, *, now: datetime, days: int = DAYS
) -> str:
    """A token for one ticket: one thread of it, or all of it for its customer.

    ``for_id`` is the id of the conversation or of the customer; whoever reads the token decides
    what that one may see.
    """
    until = int((now + timedelta(days=days)).timestamp())
    body = ticket_id.bytes + for_id.bytes + until.to_bytes(5, "big")
    return urlsafe_b64encode(body + _mac(sealer, body)).rstrip(b"=").decode()


def with_link(text: str, token: str) -> str:
    """The text as it leaves: its hidden link made whole."""
    return text.replace(HIDDEN, f"/t/{token}")


def read_ticket_link(sealer: Sealer, token: str, *, now: datetime) -> tuple[UUID, UUID]:
    """The ticket and the thread or customer a token stands for.

    Raises:
        LinkExpired: it is past its time, or it was changed on the way.
    """
    try:
        whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise LinkExpired from None
    body, mac = whole[:_BODY_BYTES], whole[_BODY_BYTES:]
    # Base64 can be written in several ways that read alike: one link has one form.
    is_as_written = urlsafe_b64encode(whole).rstrip(b"=") == token.encode()
    if (
        not is_as_written
        or len(body) != _BODY_BYTES
        or not hmac.compare_digest(mac, _mac(sealer, body))
    ):
        raise LinkExpired
    if int.from_bytes(body[32:], "big") < now.timestamp():
        raise LinkExpired
    return UUID(bytes=body[:16]), UUID(bytes=body[16:32])


def _mac(sealer: Sealer, body: bytes) -> bytes:
    return hmac.digest(sealer.derive("ticket links"), body, "sha256")[:_MAC_BYTES]
