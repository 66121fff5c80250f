"""What search engines and browsers ask for by fixed names."""

from typing import Any
from xml.sax.saxutils import escape

from litestar import Response, get

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.models import LANGUAGES, address
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
    """Every published article in every language, each naming its translations."""
    site = site_of(request)
    async with edge_of(request).work(VISITOR) as work:
        rows = await queries.published(work)
    base = site.brand.help_url
    groups: dict[tuple[str, str], list[queries.Published]] = {}
    for row in rows:
        groups.setdefault((row.category, row.slug), []).append(row)
    entries = [_entry(f"{base}/{tag}/", "", []) for tag in LANGUAGES]
    for (category, slug), group in groups.items():
        links = [
            f'<xhtml:link rel="alternate" hreflang="{row.language}"'
            f' href="{escape(base + address(row.language, category, slug))}"/>'
            for row in group
        ]
        entries += [
            _entry(
                base + address(row.language, category, slug),
                row.changed_at.date().isoformat(),
                links,
            )
            for row in group
        ]
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        + "\n".join(entries[:_MOST])
        + "\n</urlset>\n"
    )
    return Response(body.encode(), media_type="application/xml; charset=utf-8")


def _entry(place: str, day: str, links: list[str]) -> str:
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{escape(place)}</loc>{changed}{''.join(links)}</url>"


@get("/robots.txt", include_in_schema=False)
async def robots(request: Asked) -> Response[bytes]:
    """What crawlers may read: the articles, not people's tickets or the desk."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{tag}/{part}" for tag in LANGUAGES for part in ("t/", "search", "contact")),
        "Disallow: /console",
        "Disallow: /api/",
        f"Sitemap: {site_of(request).brand.help_url}/sitemap.xml",
        "",
    ]
    return Response("\n".join(lines).encode(), media_type="text/plain; charset=utf-8")


@get("/favicon.svg", include_in_schema=False)
async def favicon() -> Response[bytes]:
    """The mark, pixel-fitted to 16."""
    headers = {"cache-control": "public, max-age=86400"}
    return Response(_ICON.encode(), media_type="image/svg+xml", headers=headers)


ROUTES: list[Any] = [sitemap, robots, favicon]
