"""Home: one question, the shortest ways to an answer, and who is there now."""

from functools import partial
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.kernel.work import Work
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.settings import HelpSettings
from fanlight.surfaces.help.site import Asked, language_for, preference, site_of
from fanlight.surfaces.help.ways import ways_now
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

EXAMPLES = ("/{lang}/",)

_SHELVES = 6  # as many fit without scrolling twice; the others follow by name
_LASTS_S = 30  # the box says who is on duty: not for longer


@get("/", include_in_schema=False)
async def front_door(request: Asked) -> Response[None]:
    """Send a visitor to the home page in their browser's language."""
    headers = {
        "location": f"/{language_for(request)}/",
        "vary": "accept-language",
        "cache-control": "private, no-cache",
    }
    return Response(None, status_code=302, headers=headers)


@get("/{lang:str}", include_in_schema=False)
async def home(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The home page."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    order = preference(lang)
    async with edge_of(request).work(VISITOR) as work:
        shelves, featured, emergency = await site.memory.of(
            ("home", lang), partial(_shown, work, site.settings, order)
        )
        ways = await ways_now(work, site.now(), has_chat=site.has_chat)
    names = {shelf.key: _named(shelf, order) for shelf in shelves}
    page = site.render(
        "home.html",
        lang,
        paths={tag: f"/{tag}/" for tag in LANGUAGES},
        section="home",
        shelves=shelves[:_SHELVES],
        others=shelves[_SHELVES:],
        names=names,
        featured=featured,
        emergency=next(iter(emergency), None),
        ways=ways,
        articles=sum(shelf.articles for shelf in shelves),
    )
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


async def _shown(
    work: Work, settings: HelpSettings, order: list[str]
) -> tuple[list[queries.Shelf], list[queries.Line], list[queries.Line]]:
    return (
        await queries.shelves(work, order),
        list(await queries.lines_named(work, settings.featured, order)),
        list(await queries.lines_named(work, [settings.emergency], order)),
    )


def _named(shelf: queries.Shelf, order: list[str]) -> str:
    return next((shelf.names[tag].name for tag in order if tag in shelf.names), shelf.key)


ROUTES: list[Any] = [front_door, home]
