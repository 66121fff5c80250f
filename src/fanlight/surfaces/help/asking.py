"""Readers counted, for "most asked": who read an article, and whose search found it first."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath

from fanlight.features.knowledge.asked import tally_of
from fanlight.surfaces.help.forms import visitor_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

AnyRequest = Request[Any, Any, Any]


def note_asked(request: AnyRequest, article_id: UUID, *, is_search: bool) -> None:
    """Count this visitor, once an hour for an article. Nothing of theirs is kept."""
    edge = edge_of(request)
    visitor = visitor_of(request)
    tally_of(edge).add(article_id, visitor, now=edge.now(), is_search=is_search)


@post("/api/help/articles/{article_id:uuid}/read", status_code=204, include_in_schema=False)
async def read(request: AnyRequest, article_id: FromPath[UUID]) -> Response[None]:
    """A page says that somebody is reading it. An article that is not there counts for nothing."""
    if is_from_our_page(request):
        note_asked(request, article_id, is_search=False)
    return Response(None, status_code=204, headers={"cache-control": "no-store"})


ROUTES: list[Any] = [read]
