"""Home: one question, the shortest ways to an answer, and who is there now."""

from functools import partial
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from fanlight.features.broadcasts import queries as broadcasts
from fanlight.features.guidance.doors import doors_now
from fanlight.features.knowledge import queries
from fanlight.features.knowledge.asked import Asked as MostAsked
from fanlight.features.knowledge.asked import most_asked
from fanlight.features.knowledge.guides import NEWCOMERS
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries.questions import asked_at
from fanlight.features.knowledge.questions import HOME
from fanlight.kernel.work import Work
from fanlight.surfaces.help import walking
from fanlight.surfaces.help.pages.missing import old_address
from fanlight.surfaces.help.pages.news import feeds_of
from fanlight.surfaces.help.site import Asked, Site, language_for, site_of
from fanlight.surfaces.help.structured import Data, organization, script_of
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.settings import HelpSettings

EXAMPLES = ("/{lang}/",)

_SHELVES = 6  # as many fit without scrolling twice; the others follow by name
_FEATURED = 6
_NEWS = 3
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
        return await old_address(request, lang, f"/{lang}")  # such as /faq.html
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(reader_of(request).actor) as work:
        shown = await site.memory.of(
            ("home", lang, work.actor.reads), partial(_shown, site, work, lang)
        )
        ways = await doors_now(work, site.now(), has_chat=site.has_chat)
    page = site.render(
        "home.html",
        lang,
        paths={tag: f"/{tag}/" for tag in LANGUAGES},
        section="home",
        structured=shown.structured,
        feeds=feeds_of(site, lang),
        rest=shown.rest,
        emergency=shown.emergency,
        ways=ways,
    )
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the home page shows in one language, until something changes."""

    rest: Markup  # everything below the box that says who is there
    emergency: queries.Line | None
    structured: Markup


async def _shown(site: Site, work: Work, lang: str) -> _Shown:
    settings, order = site.settings, preference(lang)
    featured = list(await queries.lines_named(work, settings.featured, order))
    chosen = await asked_at(work, HOME, order)
    asked = None if chosen else await _most_asked(settings, work, order, len(featured))
    ways = await site.memory.of(
        ("ways", lang, work.actor.reads), partial(walking.ways, work, order)
    )
    shelves = await queries.shelves(work, order)
    emergency = await queries.lines_named(work, [settings.emergency], order)
    rest = site.fragment(
        "home_rest.html",
        lang,
        shelves=shelves[:_SHELVES],
        others=shelves[_SHELVES:],
        names={shelf.key: _named(shelf, order) for shelf in shelves},
        articles=sum(shelf.articles for shelf in shelves),
        featured=chosen or (asked.lines if asked else featured),
        # Over how many hours the list was counted; 0: editors chose it.
        asked_hours=asked.hours if asked else 0,
        week=next((way for way in ways if way.key == NEWCOMERS), None),
        news=await broadcasts.latest(work, order, limit=_NEWS),
    )
    return _Shown(
        rest=rest,
        emergency=next(iter(emergency), None),
        structured=script_of(_structured(site, lang)),
    )


async def _most_asked(
    settings: HelpSettings, work: Work, order: list[str], limit: int
) -> MostAsked | None:
    return await most_asked(
        work,
        order,
        hours=settings.asked_hours,
        limit=limit or _FEATURED,
        least=settings.asked_least,
    )


def _structured(site: Site, lang: str) -> list[Data]:
    base = site.brand.help_url
    return [
        {
            "@type": "WebSite",
            "name": site.say(lang, "help.frame.name", brand=site.brand.name),
            "url": f"{base}/{lang}/",
            "inLanguage": lang,
            "publisher": organization(site.brand.name, site.brand.site_url or base),
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{base}/{lang}/search?q={{search_term_string}}",
                "query-input": "required name=search_term_string",
            },
        }
    ]


def _named(shelf: queries.Shelf, order: list[str]) -> str:
    return next((shelf.names[tag].name for tag in order if tag in shelf.names), shelf.key)


ROUTES: list[Any] = [front_door, home]
