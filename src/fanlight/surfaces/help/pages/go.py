"""Deep links that stay: names that the exchange's pages use, whatever article answers today."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.contexts import is_name
from fanlight.features.knowledge.errors import CategoryNotFound
from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries import doors
from fanlight.kernel.work import Work
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, language_for
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.reading.visitors import note_wanted
from fanlight.surfaces.shared.sessions import edge_of


@get("/go/{key:str}", include_in_schema=False)
async def go_anywhere(request: Asked, key: FromPath[str]) -> Response[Any]:
    """The same for whoever does not know the reader's language: their browser says it."""
    lang = language_for(request)
    return missing(request, lang) if not is_name(key) else _on(f"/{lang}/go/{key}")


@get("/{lang:str}/go/{key:str}", include_in_schema=False)
async def go(request: Asked, lang: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """On to the article of a name, where the reader may see it, or to the category of that key."""
    if lang not in LANGUAGES or not is_name(key):
        return missing(request, lang)
    async with edge_of(request).reading(reader_of(request).actor) as work:
        place = await _place(work, lang, key)
    if place is None:
        await note_wanted(request, key)
        return missing(request, lang)
    return _on(place)


async def _place(work: Work, lang: str, key: str) -> str | None:
    line = await doors.line_of_context(work, key, preference(lang))
    if line is not None:
        return address(lang, line.category, line.slug)
    try:
        category = await queries.get_category(work, key)
    except CategoryNotFound:
        return None
    return f"/{lang}/c/{category.key}"


def _on(place: str) -> Response[Any]:
    # Asked about each time: editors may give the name to another article.
    headers = {"location": quote(place), "cache-control": "no-store", "vary": "accept-language"}
    return Response(b"", status_code=302, headers=headers)


ROUTES: list[Any] = [go, go_anywhere]
