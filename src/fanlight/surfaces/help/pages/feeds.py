"""Feeds of announcements and of a category's articles: RSS 2.0 and JSON Feed 1.1."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.broadcasts import queries as broadcasts
from fanlight.features.broadcasts.models import address as told_address
from fanlight.features.knowledge import queries
from fanlight.features.knowledge.errors import CategoryNotFound
from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.knowledge.node import preference
from fanlight.surfaces.help.pages.category import elsewhere
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.shared.bytecache import stored
from fanlight.surfaces.shared.pages import SECURITY
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

_MOST = 50
_LASTS_S = 60
_RSS = "application/rss+xml; charset=utf-8"
_JSON = "application/feed+json; charset=utf-8"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a feed."""

    title: str
    summary: str
    path: str
    at: datetime
    tag: str
    language: str


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed is made of."""

    title: str
    description: str
    language: str
    page: str  # path of the page it follows
    entries: list[Entry]


@get("/{lang:str}/news/feed.xml", include_in_schema=False)
async def news_rss(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Announcements as RSS."""
    return await _news(request, lang, is_json=False)


@get("/{lang:str}/news/feed.json", include_in_schema=False)
async def news_json(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Announcements as a JSON Feed."""
    return await _news(request, lang, is_json=True)


@get("/{lang:str}/c/{category:str}/feed.xml", include_in_schema=False)
async def shelf_rss(
    request: Asked, lang: FromPath[str], category: FromPath[str]
) -> Response[bytes]:
    """A category's articles as RSS."""
    return await _shelf(request, lang, category, is_json=False)


@get("/{lang:str}/c/{category:str}/feed.json", include_in_schema=False)
async def shelf_json(
    request: Asked, lang: FromPath[str], category: FromPath[str]
) -> Response[bytes]:
    """A category's articles as a JSON Feed."""
    return await _shelf(request, lang, category, is_json=True)


async def _news(request: Asked, lang: str, *, is_json: bool) -> Response[bytes]:
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(VISITOR) as work:
        found = await broadcasts.latest(work, preference(lang), limit=_MOST)
    entries = [
        Entry(
            title=told.title,
            summary=told.summary or told.title,
            path=told_address(lang, told.slug),
            at=told.published_at,
            tag=site.say(lang, f"help.news.kind_{told.kind}"),
            language=told.language,
        )
        for told in found
    ]
    source = Source(
        title=f"{site.brand.name} · {site.say(lang, 'help.news.title')}",
        description=site.say(lang, "help.news.lead", brand=site.brand.name),
        language=lang,
        page=f"/{lang}/news",
        entries=entries,
    )
    return _answer(request, site, source, is_json=is_json, generation=generation)


async def _shelf(request: Asked, lang: str, category: str, *, is_json: bool) -> Response[bytes]:
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(VISITOR) as work:
        try:
            shelf = (await queries.get_category(work, category)).named(lang)
        except CategoryNotFound:
            end = "json" if is_json else "xml"
            return await elsewhere(request, work, lang, category, below=f"/feed.{end}")
        found = await queries.latest_of_category(work, category, preference(lang), limit=_MOST)
    entries = [
        Entry(
            title=line.title,
            summary=line.description or line.title,
            path=address(lang, line.category, line.slug),
            at=line.changed_at,
            tag=shelf.name,
            language=line.language,
        )
        for line in found
    ]
    title = site.say(lang, "help.feed.articles", category=shelf.name)
    source = Source(
        title=f"{site.brand.name} · {title}",
        description=shelf.description or title,
        language=lang,
        page=f"/{lang}/c/{category}",
        entries=entries,
    )
    return _answer(request, site, source, is_json=is_json, generation=generation)


def _answer(
    request: Asked, site: Site, source: Source, *, is_json: bool, generation: int
) -> Response[bytes]:
    address_ = site.brand.help_url + request.scope["path"]
    make = json_feed if is_json else rss
    body = make(source, base=site.brand.help_url, address=address_)
    media_type = _JSON if is_json else _RSS
    # Programs on other sites may read what everybody may read.
    headers = {
        "content-type": media_type,
        "cache-control": "no-cache",
        "access-control-allow-origin": "*",
        **SECURITY,
    }
    if not request.scope["query_string"]:
        made = stored(body, headers=headers.items(), lasts_s=_LASTS_S)
        site.cache.put(request.scope["path"], made, generation=generation)
        headers["etag"] = made.etag.decode()
    return Response(body, media_type=media_type, headers=headers)


def rss(source: Source, *, base: str, address: str) -> bytes:
    """RSS 2.0, with the self link that readers ask for."""
    items = "".join(
        f"<item><title>{_xml(each.title)}</title><link>{_xml(base + each.path)}</link>"
        f'<guid isPermaLink="true">{_xml(base + each.path)}</guid>'
        f"<description>{_xml(each.summary)}</description><category>{_xml(each.tag)}</category>"
        f"<pubDate>{format_datetime(each.at.astimezone(UTC), usegmt=True)}</pubDate></item>"
        for each in source.entries
    )
    built = max((each.at for each in source.entries), default=None)
    changed = (
        f"<lastBuildDate>{format_datetime(built.astimezone(UTC), usegmt=True)}</lastBuildDate>"
        if built
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{_xml(source.title)}</title><link>{_xml(base + source.page)}</link>"
        f"<description>{_xml(source.description)}</description>"
        f"<language>{_xml(source.language)}</language>{changed}"
        f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(address)}/>'
        f"{items}</channel></rss>\n"
    ).encode()


def _xml(text: str) -> str:
    """Text for XML 1.0, which has no place for most control characters."""
    return escape("".join(c for c in text if c >= " " or c in "\t\n"))


def json_feed(source: Source, *, base: str, address: str) -> bytes:
    """JSON Feed 1.1."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": source.title,
            "description": source.description,
            "language": source.language,
            "home_page_url": base + source.page,
            "feed_url": address,
            "items": [
                {
                    "id": base + each.path,
                    "url": base + each.path,
                    "title": each.title,
                    "summary": each.summary,
                    "content_text": each.summary,
                    "date_published": each.at.isoformat(),
                    "language": each.language,
                    "tags": [each.tag],
                }
                for each in source.entries
            ],
        }
    )


ROUTES: list[Any] = [news_rss, news_json, shelf_rss, shelf_json]
