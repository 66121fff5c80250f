"""The results page."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge.errors import SearchNotReady
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.surfaces.help.asking import note_asked
from fanlight.surfaces.help.finding import Findings, look_for
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/search", "/{lang}/search?q=deposit", "/{lang}/search?q=%F0%9F%AB%A0")

_A_PAGE = 10
_MOST = 50
_NOTHING = Findings(results=[], total=0, facets=[])


@get("/{lang:str}/search", include_in_schema=False)
async def results(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The results for ``q``, or the empty search page."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    asked = request.query_params
    text = " ".join(asked.get("q", "").replace("\x00", "").split())
    category = asked.get("in") or None
    limit = _limit(asked.get("show", ""))
    is_ready = True
    found = _NOTHING
    if text:
        try:
            found = await look_for(
                edge_of(request), text, language=lang, door="site", category=category, limit=limit
            )
        except SearchNotReady:
            is_ready = False
    if found.results and not category:
        note_asked(request, found.results[0].id, is_search=True)

    def here(tag: str = lang, **changes: object) -> str:
        kept = {"q": text, "in": category} | changes
        return f"/{tag}/search?{urlencode({k: v for k, v in kept.items() if v})}"

    page = site.render(
        "search.html",
        lang,
        paths={tag: here(tag) for tag in LANGUAGES},
        section="search",
        is_indexed=False,
        text=text[:400],
        found=found,
        category=category,
        everywhere=sum(count for _, count in found.facets),
        is_ready=is_ready,
        here=here,
        more=min(limit + _A_PAGE * 2, _MOST) if found.total > limit and limit < _MOST else 0,
        reviewed={
            result.id: date.fromisoformat(result.reviewed_on)
            for result in found.results
            if result.reviewed_on
        },
    )
    return site.show(page)


def _limit(text: str) -> int:
    return min(max(int(text), _A_PAGE), _MOST) if text.isascii() and text.isdigit() else _A_PAGE


ROUTES: list[Any] = [results]
