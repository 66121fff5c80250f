"""A way through articles, step by step: the first week of a newcomer, and others."""

from functools import partial
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge.guides import NEWCOMERS
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.help.structured import breadcrumbs
from fanlight.surfaces.help.walking import ways
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/start",)


@get("/{lang:str}/start", include_in_schema=False)
async def start(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The newcomers' path."""
    return await _page(request, lang, NEWCOMERS)


@get("/{lang:str}/path/{key:str}", include_in_schema=False)
async def path(request: Asked, lang: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Any other path."""
    return await _page(request, lang, key)


async def _page(request: Asked, lang: str, key: str) -> Response[bytes]:
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(reader_of(request).actor) as work:
        found = await site.memory.of(
            ("ways", lang, work.actor.reads), partial(ways, work, preference(lang))
        )
    way = next((each for each in found if each.key == key), None)
    if way is None:
        return missing(request, lang)
    base = site.brand.help_url
    page = site.render(
        "path.html",
        lang,
        paths={tag: way.url(tag) for tag in LANGUAGES},
        section="start",
        way=way,
        structured=[
            breadcrumbs(
                base,
                [(site.say(lang, "help.frame.help"), f"/{lang}/"), (way.name, way.url(lang))],
            )
        ],
    )
    return site.keep(request, page, generation=generation)


ROUTES: list[Any] = [start, path]
