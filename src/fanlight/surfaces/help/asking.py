"""Readers who came by a page from bytes, counted for "most asked"."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath

from fanlight.surfaces.shared.reading.visitors import note_asked
from fanlight.surfaces.shared.sessions import is_from_our_page

AnyRequest = Request[Any, Any, Any]


@post("/api/help/articles/{article_id:uuid}/read", status_code=204, include_in_schema=False)
async def read(request: AnyRequest, article_id: FromPath[UUID]) -> Response[None]:
    """A page says that somebody is reading it. An article that is not there counts for nothing."""
    if is_from_our_page(request):
        note_asked(request, article_id, is_search=False)
    return Response(None, status_code=204, headers={"cache-control": "no-store"})


ROUTES: list[Any] = [read]
