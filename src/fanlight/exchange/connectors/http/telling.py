"""How an exchange tells the desk of an event: one signed request, to be sent until it is taken."""

import msgspec

from fanlight.exchange.connectors.http.signing import signed_headers
from fanlight.exchange.facts import FreezeEvent

PATH = "/hooks/exchange"
"""Below the address of the desk's help center."""


def sending(
    event: FreezeEvent, *, key_id: str, secret: bytes, now_s: float
) -> tuple[dict[str, str], bytes]:
    """Headers and body of one sending. A second try is signed anew, its event has the same id."""
    body = msgspec.json.encode(event)
    signed = signed_headers(key_id, secret, "POST", PATH, body, now_s=now_s)
    return signed | {"content-type": "application/json"}, body
