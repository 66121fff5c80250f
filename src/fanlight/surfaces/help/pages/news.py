"""Announcements: the list by month, and one page each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.broadcasts import queries
from fanlight.features.broadcasts.errors import AnnouncementNotFound
from fanlight.features.broadcasts.models import Kind, Told, address
from fanlight.features.knowledge import presenting
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.kernel.work import Work
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, Feed, Site, site_of
from fanlight.surfaces.help.structured import article, breadcrumbs, organization
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/news", "/{lang}/news?kind=security", "/{lang}/news?kind=campaign&before=x")

_A_PAGE = 30
_LASTS_S = 30  # an announcement begins and ends by the clock


class Month(msgspec.Struct, frozen=True):
    """What was announced in one month, by the customers' clock."""

    year: int
    number: int
    told: list[Told]


def feeds_of(site: Site, lang: str) -> list[Feed]:
    """How announcements may be subscribed to."""
    title = site.say(lang, "help.news.title")
    return [
        Feed(title, f"/{lang}/news/feed.xml", "application/rss+xml"),
        Feed(title, f"/{lang}/news/feed.json", "application/feed+json"),
    ]


@get("/{lang:str}/news", include_in_schema=False)
async def every(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """What was announced, the newest first, by month and, if asked for, of one kind."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    asked, order = request.query_params, preference(lang)
    kind = Kind(asked["kind"]) if asked.get("kind") in set(Kind) else None
    kinds = tuple(Kind) if kind is None else (kind,)
    below = _place(asked.get("before", ""))
    async with edge_of(request).reading(reader_of(request).actor) as work:
        found = await queries.latest(
            work, order, kinds=kinds, below=below or queries.TOP, limit=_A_PAGE + 1
        )
        is_first = below is None and kind is None
        pinned = await queries.pinned(work, order) if is_first else []
    shown = found[:_A_PAGE]
    more = _written(shown[-1]) if len(found) > _A_PAGE else ""
    page = site.render(
        "news.html",
        lang,
        paths={tag: _here(tag, kind) for tag in LANGUAGES},
        is_indexed=below is None,
        section="news",
        feeds=feeds_of(site, lang),
        structured=[breadcrumbs(site.brand.help_url, _places(site, lang))],
        kind=kind,
        kinds=list(Kind),
        here=_here,
        pinned=pinned,
        months=_by_month(site, shown),
        older=_here(lang, kind, before=more) if more else "",
        is_first=below is None,
    )
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


def _here(lang: str, kind: Kind | None, *, before: str = "") -> str:
    asked = {"kind": kind, "before": before}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/{lang}/news" + (f"?{query}" if query else "")


def _by_month(site: Site, found: Iterable[Told]) -> list[Month]:
    months: list[Month] = []
    for told in found:
        at = told.published_at.astimezone(site.brand.zone)
        if not months or (months[-1].year, months[-1].number) != (at.year, at.month):
            months.append(Month(at.year, at.month, []))
        months[-1].told.append(told)
    return months


def _places(site: Site, lang: str) -> list[tuple[str, str]]:
    return [
        (site.say(lang, "help.frame.help"), f"/{lang}/"),
        (site.say(lang, "help.news.title"), f"/{lang}/news"),
    ]


def _written(told: Told) -> str:
    return f"{told.published_at.isoformat()}~{told.id}"


def _place(text: str) -> queries.Place | None:
    """Where the page before ended; nothing or nonsense: the top."""
    at, _, found = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return queries.Place(moment, UUID(found)) if moment.tzinfo else None
    except ValueError:
        return None


@get("/{lang:str}/news/{slug:str}", include_in_schema=False)
async def one(request: Asked, lang: FromPath[str], slug: FromPath[str]) -> Response[bytes]:
    """One announcement."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(reader_of(request).actor) as work:
        try:
            told = await queries.told(work, slug, preference(lang))
        except AnnouncementNotFound:
            return missing(request, lang)
        page = await page_of(site, work, told, lang)
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


async def page_of(
    site: Site, work: Work, told: Told, lang: str, *, is_indexed: bool = True
) -> bytes:
    """The page of an announcement, for readers and, of a draft, for its editors."""
    order, base = preference(lang), site.brand.help_url
    place = queries.Place(told.published_at, told.id)
    older = await queries.latest(work, order, below=place, limit=1)
    here = address(lang, told.slug)
    showing = presenting.Showing(language=told.language, order=order)
    return site.render(
        "told.html",
        lang,
        body=await presenting.present(work, told.html, showing, site.brand),
        paths={tag: address(tag, told.slug) for tag in LANGUAGES if tag in told.languages},
        is_indexed=is_indexed,
        section="news",
        feeds=feeds_of(site, lang),
        structured=[
            breadcrumbs(base, [*_places(site, lang), (told.title, here)]),
            article(
                kind="NewsArticle",
                title=told.title,
                description=told.summary,
                language=told.language,
                address=base + here,
                picture=f"{base}/cards/{lang}.png",
                author=site.brand.name,
                publisher=organization(site.brand.name, site.brand.site_url or base),
                changed_at=told.saved_at,
                published_at=told.published_at,
            ),
        ],
        told=told,
        newer=await queries.newer(work, order, told),
        older=next(iter(older), None),
    )


ROUTES: list[Any] = [every, one]
