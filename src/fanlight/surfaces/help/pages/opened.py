"""The step between a result and its article: it tells editors that a search was answered.

A plain link, so it counts without script. It holds the number of a search that nobody's name is
kept with, and tells of the first opening alone.
"""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.knowledge.queries import wishes
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of

_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}


def opening(lang: str, search_id: UUID, article_id: UUID) -> str:
    """The address of a result of a search that is kept."""
    return f"/{lang}/s/{search_id}/{article_id}"


@get("/{lang:str}/s/{search_id:uuid}/{article_id:uuid}", include_in_schema=False)
async def opened(
    request: Asked, lang: FromPath[str], search_id: FromPath[UUID], article_id: FromPath[UUID]
) -> Response[bytes]:
    """On to the article; the link leads there as long as the article does."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    async with edge_of(request).work(reader_of(request).actor) as work:
        place = await wishes.stands_at(work, article_id)
        if place is None:
            return missing(request, lang)
        await wishes.opened(work, search_id)
    category, _, slug = place.partition("/")
    to = quote(address(lang, category, slug))
    return Response(b"", status_code=303, headers={"location": to, **_HEADERS})


ROUTES: list[Any] = [opened]
