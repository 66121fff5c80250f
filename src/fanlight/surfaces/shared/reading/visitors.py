"""Visitors counted without being known: whom they count under, and what they ask for."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request

from fanlight.features.knowledge import contexts
from fanlight.features.knowledge.asked import tally_of
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.limits import network_of, spend
from fanlight.surfaces.shared.sessions import edge_of, where_from

AnyRequest = Request[Any, Any, Any]
_MOST, _HOUR = 30, 3600


def visitor_of(request: AnyRequest) -> str:
    """Whom to count under: an address of today, hashed, so that nobody is followed for long."""
    day = datetime.now(UTC).date().isoformat()
    whom = f"{day}:{network_of(where_from(request).ip)}"
    return hashlib.blake2b(whom.encode(), digest_size=12).hexdigest()


def note_asked(request: AnyRequest, article_id: UUID, *, is_search: bool) -> None:
    """For "most asked": count who read an article, or whose search found it first, once an hour.

    Nothing of theirs is kept.
    """
    edge = edge_of(request)
    visitor = visitor_of(request)
    tally_of(edge).add(article_id, visitor, now=edge.now(), is_search=is_search)


async def note_wanted(request: AnyRequest, key: str) -> None:
    """Tell the editors a name that pages ask for in vain, however many pages ask.

    A visitor who asks for very many is no longer listened to.
    """
    try:
        async with edge_of(request).work() as work:
            await spend(work, f"kb.wanted:{visitor_of(request)}", limit=_MOST, window_s=_HOUR)
            await contexts.note_wanted(work, key)
    except TooManyTries:
        pass  # what the reader sees is the same
