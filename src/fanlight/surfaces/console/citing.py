"""Articles beside a reply: what fits the ticket, and what an agent looks for."""

from typing import Any, Self
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from fanlight.features.conversations import queries as conversations
from fanlight.features.tickets import queries
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import signed_in
from fanlight.surfaces.shared.reading.finding import Result, look_for
from fanlight.surfaces.shared.reading.suggesting import suggest_for
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of

_MESSAGES = 3  # of the customer, from the last one back
_FOUND = 8
_LONGEST = 400


class CitableOut(msgspec.Struct, frozen=True, kw_only=True):
    """An article that an answer may lead to; ``passage`` is the part that fits best."""

    id: UUID
    title: str
    description: str
    passage: str
    lang: str
    category: str
    url: str

    @classmethod
    def of(cls, result: Result, help_url: str) -> Self:
        anchor = f"#{result.anchor}" if result.anchor else ""
        return cls(
            id=result.id,
            title=result.title,
            description=result.description,
            passage=result.passage,
            lang=result.lang,
            category=result.category,
            url=f"{help_url}{result.url}{anchor}",
        )


class CitablesOut(msgspec.Struct, frozen=True, kw_only=True):
    """``is_suggested``: out of the customer's messages, nobody looked for it."""

    articles: list[CitableOut]
    is_suggested: bool
    corrected: str | None = None


@get(
    "/api/console/tickets/{ticket_id:uuid}/articles",
    guards=[signed_in],
    tags=["tickets"],
    cache_control=NO_STORE,
)
async def citable(
    request: Request[Any, Any, Any],
    ticket_id: FromPath[UUID],
    work: NamedDependency[Work],
    q: FromQuery[str] = "",
) -> CitablesOut:
    """Published articles for an answer, in the customer's language: for ``q``, or suggested."""
    ticket = await queries.get_ticket(work, ticket_id)
    language = i18n.nearest(ticket.language) or i18n.DEFAULT
    edge, help_url = edge_of(request), work.of(Settings)[BrandSettings].help_url
    words = q.strip()[:_LONGEST]
    if words:
        found = await look_for(edge, words, language=language, limit=_FOUND, is_typing=True)
        results, corrected = found.results, found.corrected
    else:
        said = await conversations.said_by_customer(work, ticket_id, limit=_MESSAGES)
        results = await suggest_for(edge, said, language=language, subject=ticket.subject)
        corrected = None
    return CitablesOut(
        articles=[CitableOut.of(each, help_url) for each in results],
        is_suggested=not words,
        corrected=corrected,
    )


ROUTES = [citable]
