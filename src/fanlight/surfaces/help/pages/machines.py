"""What search engines and browsers ask for by fixed names."""

from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from litestar import Response, get

from fanlight.features.broadcasts import queries as broadcasts
from fanlight.features.broadcasts.models import address as told_address
from fanlight.features.knowledge import queries
from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.surfaces.help import walking
from fanlight.surfaces.help.reference.shelf import shelf_of
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

_MOST = 50_000  # addresses in one sitemap (sitemaps.org)
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#035a67" d="M10.6'
    " 11H15a7 7 0 0 0-3.03-5.77L9.75 9.07A2.6 2.6 0 0 1 10.6 11ZM6.25 9.07 4.03 5.23A7 7 0 0 0 1"
    ' 11h4.4a2.6 2.6 0 0 1 .85-1.93ZM0 12h16v2H0Z"/><path fill="#e0a030" d="m8.79 8.52 2.22-3.84a7'
    ' 7 0 0 0-6.02 0l2.22 3.84a2.6 2.6 0 0 1 1.58 0Z"/></svg>'
)


@get("/sitemap.xml", include_in_schema=False)
async def sitemap(request: Asked) -> Response[bytes]:
    """Every public page in every language or, where they are many, the maps that name them.

    The maps differ by ``part`` alone: one in a folder may name only what lies below that folder.
    """
    groups, base = await _groups(request), site_of(request).brand.help_url
    parts = _cut(groups)
    part = request.query_params.get("part", "")
    if part.isascii() and part.isdecimal() and 1 <= int(part[:6]) <= len(parts):
        return _xml(_map(base, parts[int(part[:6]) - 1]))
    return _xml(_map(base, groups) if len(parts) == 1 else _index(base, len(parts)))


def _index(base: str, parts: int) -> str:
    maps = "\n".join(
        f"<sitemap><loc>{escape(base)}/sitemap.xml?part={number}</loc></sitemap>"
        for number in range(1, parts + 1)
    )
    xmlns = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<sitemapindex xmlns="{xmlns}">\n{maps}\n</sitemapindex>'


class Entry(NamedTuple):
    """One page in one language."""

    language: str
    path: str
    changed_at: datetime | None


Group = list[Entry]  # the languages of one page


async def _groups(request: Asked) -> list[Group]:
    async with edge_of(request).reading(VISITOR) as work:
        articles = await queries.published(work)
        told = await broadcasts.all_open(work)
        shelves = await queries.categories(work)
        ways = await walking.ways(work, [*LANGUAGES])
    reference = await shelf_of(edge_of(request)).get()
    plain = [
        "",
        "c",
        "glossary",
        "news",
        "official",
        "report",
        *(f"c/{shelf.key}" for shelf in shelves),
    ]
    if reference is not None:
        keys = ["", "/changes", *(f"/{key}" for key in reference.api.operations())]
        plain += [f"api-reference{key}" for key in keys]
    groups = [[Entry(tag, f"/{tag}/{path}", None) for tag in LANGUAGES] for path in plain]
    groups += [[Entry(tag, way.url(tag), None) for tag in LANGUAGES] for way in ways]
    for _, same in groupby(articles, key=lambda row: (row.category, row.slug)):
        groups.append(
            [
                Entry(row.language, address(row.language, row.category, row.slug), row.changed_at)
                for row in same
            ]
        )
    for _, same_told in groupby(told, key=lambda row: row.slug):
        groups.append(
            [
                Entry(row.language, told_address(row.language, row.slug), row.changed_at)
                for row in same_told
            ]
        )
    return groups


def _cut(groups: list[Group], most: int = _MOST) -> list[list[Group]]:
    """As many pages a map as search engines read; the languages of one stay together."""
    parts: list[list[Group]] = [[]]
    held = 0
    for group in groups:
        if held + len(group) > most:
            parts.append([])
            held = 0
        parts[-1].append(group)
        held += len(group)
    return parts


def _map(base: str, groups: list[Group]) -> str:
    entries: list[str] = []
    for group in groups:
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{each.language}"'
            f' href="{escape(base + each.path)}"/>'
            for each in group
        )
        for each in group:
            day = (
                f"<lastmod>{each.changed_at.date().isoformat()}</lastmod>"
                if each.changed_at
                else ""
            )
            entries.append(f"<url><loc>{escape(base + each.path)}</loc>{day}{links}</url>")
    head = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    )
    return "\n".join([head, *entries, "</urlset>"])


def _xml(body: str) -> Response[bytes]:
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
    return Response(whole.encode(), media_type="application/xml; charset=utf-8")


_NOT_FOR_CRAWLERS = ("t/", "s/", "search", "contact", "get-help?")


@get("/robots.txt", include_in_schema=False)
async def robots(request: Asked) -> Response[bytes]:
    """What crawlers may read: the articles, not people's tickets or the desk."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{tag}/{part}" for tag in LANGUAGES for part in _NOT_FOR_CRAWLERS),
        "Disallow: /console",
        "Disallow: /api/",
        f"Sitemap: {site_of(request).brand.help_url}/sitemap.xml",
        "",
    ]
    return Response("\n".join(lines).encode(), media_type="text/plain")


@get("/favicon.svg", include_in_schema=False)
async def favicon() -> Response[bytes]:
    """The mark, pixel-fitted to 16."""
    headers = {"cache-control": "public, max-age=86400"}
    return Response(_ICON.encode(), media_type="image/svg+xml", headers=headers)


ROUTES: list[Any] = [sitemap, robots, favicon]
