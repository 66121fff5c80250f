"""Places in a list as clients carry them: a time and an id, opaque to them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from fanlight.features.conversations import queries as conversations
from fanlight.features.tickets import views
from fanlight.kernel.errors import Malformed

P = TypeVar("P")


def pack(place: object) -> str:
    """Where a page of any list ended."""
    return urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def unpack(text: str, kind: type[P], top: P) -> P:
    """The place a client brought back; nothing: the top. Raises Malformed."""
    if not text:
        return top
    try:
        body = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        place = msgspec.json.decode(body, type=kind)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise Malformed(where="after") from None
    if b"\\u0000" in body:  # PostgreSQL takes no NUL in a text
        raise Malformed(where="after")
    return place


def _write(at: datetime, thing_id: UUID) -> str:
    return urlsafe_b64encode(f"{at.isoformat()}|{thing_id}".encode()).rstrip(b"=").decode()


def _read(text: str) -> tuple[datetime, UUID]:
    try:
        at, _, thing_id = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a moment has a zone")
        return moment, UUID(thing_id)
    except ValueError:
        raise Malformed(where="after") from None


def write_place(place: views.Place) -> str:
    return _write(place.active_at, place.id)


def read_place(text: str | None) -> views.Place:
    """Where a page of tickets ended; nothing: the top. Raises Malformed."""
    return views.Place(*_read(text)) if text else views.TOP


def write_moment(place: conversations.Place) -> str:
    return _write(place.at, place.id)


def read_moment(text: str | None) -> conversations.Place:
    """Where a page of messages ended; nothing: the newest. Raises Malformed."""
    return conversations.Place(*_read(text)) if text else conversations.NEWEST
