"""The results page."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.analyzer import MAX_QUERY_CHARACTERS
from fanlight.features.knowledge.errors import SearchNotReady
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.surfaces.help.checking import offer_for
from fanlight.surfaces.help.pages.answer import NONE, answer_of, has_answers
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.pages.opened import opening
from fanlight.surfaces.help.reference.shelf import shelf_of
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.finding import Findings, Result, look_for
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.reading.visitors import note_asked
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/search", "/{lang}/search?q=deposit", "/{lang}/search?q=%F0%9F%AB%A0")

_A_PAGE = 10
_MOST = 50
_OPERATIONS = 3
_NOTHING = Findings(results=[], total=0, facets=[])


@get("/{lang:str}/search", include_in_schema=False)
async def results(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The results for ``q``, or the empty search page."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    asked = request.query_params
    text = " ".join(asked.get("q", "").replace("\x00", "").split())[:MAX_QUERY_CHARACTERS]
    category = asked.get("in") or None
    limit = _limit(asked.get("show", ""))
    is_ready = True
    found = _NOTHING
    if text:
        try:
            found = await look_for(
                edge_of(request),
                text,
                language=lang,
                door="site",
                category=category,
                limit=limit,
                is_exact="exact" in asked,
                actor=reader_of(request).actor,
            )
        except SearchNotReady:
            is_ready = False
    if found.results and not category:
        note_asked(request, found.results[0].id, is_search=True)

    reference = shelf_of(edge_of(request))
    has_reference = bool(text) and await reference.get() is not None
    operations = reference.matching(text[:200], lang)[:_OPERATIONS] if has_reference else []
    on = (
        None
        if found.results
        else await site.memory.of(
            ("ways_on", lang, reader_of(request).actor.reads), _ways_on(request, lang)
        )
    )

    def here(tag: str = lang, **changes: object) -> str:
        kept = {"q": text, "in": category, "exact": asked.get("exact") and "1"} | changes
        return f"/{tag}/search?{urlencode({k: v for k, v in kept.items() if v})}"

    def opens(result: Result) -> str:
        return opening(lang, found.noted, result.id) if found.noted else result.url

    page = site.render(
        "search.html",
        lang,
        paths={tag: here(tag) for tag in LANGUAGES},
        section="search",
        is_indexed=False,
        leads_back=True,
        text=text,
        found=found,
        answer=await answer_of(request, text) if text else None,
        answer_none=asked.get("answer") == NONE,
        answer_judged="judged" in asked,
        has_answers=has_answers(request),
        category=category,
        everywhere=sum(count for _, count in found.facets),
        is_ready=is_ready,
        here=here,
        opens=opens,
        operations=operations,
        check_link=offer_for(lang, text),
        on=on,
        more=min(limit + _A_PAGE * 2, _MOST) if found.total > limit and limit < _MOST else 0,
        reviewed={
            result.id: date.fromisoformat(result.reviewed_on)
            for result in found.results
            if result.reviewed_on
        },
    )
    return site.show(page)


class _On(msgspec.Struct, frozen=True):
    """Where somebody goes on who found nothing, or has asked nothing yet."""

    lines: list[queries.Line]
    shelves: list[tuple[str, str, str]]  # key, icon, name


def _ways_on(request: Asked, lang: str) -> Callable[[], Awaitable[_On]]:
    async def read() -> _On:
        site, order = site_of(request), preference(lang)
        async with edge_of(request).reading(reader_of(request).actor) as work:
            lines = await queries.lines_named(work, site.settings.featured, order)
            shelves = await queries.categories(work)
        return _On(
            list(lines), [(shelf.key, shelf.icon, shelf.named(lang).name) for shelf in shelves]
        )

    return read


def _limit(text: str) -> int:
    return min(max(int(text), _A_PAGE), _MOST) if text.isascii() and text.isdigit() else _A_PAGE


ROUTES: list[Any] = [results]
