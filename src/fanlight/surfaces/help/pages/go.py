"""Deep links that stay: names that the exchange's pages use, whatever article answers today."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge.contexts import KEY
from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries import doors
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.reader import reader_of
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.sessions import edge_of


@get("/{lang:str}/go/{key:str}", include_in_schema=False)
async def go(request: Asked, lang: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """On to the article of a name, where the reader may see it."""
    if lang not in LANGUAGES or not KEY.fullmatch(key):
        return missing(request, lang)
    async with edge_of(request).reading(reader_of(request).actor) as work:
        line = await doors.line_of_context(work, key, preference(lang))
    if line is None:
        return missing(request, lang)
    place = quote(address(lang, line.category, line.slug))
    # Asked about each time: editors may give the name to another article.
    return Response(b"", status_code=302, headers={"location": place, "cache-control": "no-store"})


ROUTES: list[Any] = [go]
