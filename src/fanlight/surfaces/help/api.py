"""Articles and search as JSON: for suggestions, for the widget, for an exchange's own app."""

from typing import Any, Self
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.kernel import i18n
from fanlight.surfaces.shared.reading.finding import Findings, Result, look_for
from fanlight.surfaces.shared.reading.reader import reader_with_token
from fanlight.surfaces.shared.reading.telling import ArticleOut, Final, Lang, Limit, Query, told
from fanlight.surfaces.shared.reading.visitors import note_asked
from fanlight.surfaces.shared.sessions import edge_of

_SUGGESTIONS = 6


class HitOut(msgspec.Struct, frozen=True, kw_only=True):
    """One article found; the HTML holds text and ``mark`` only."""

    id: UUID
    title: str
    excerpt_html: str
    lang: str
    category: str
    url: str

    @classmethod
    def of(cls, found: Result) -> Self:
        return cls(
            id=found.id,
            title=found.title,
            excerpt_html=str(found.excerpt_html),
            lang=found.lang,
            category=found.category,
            url=found.url,
        )


class ExtractOut(msgspec.Struct, frozen=True, kw_only=True):
    """The first article's best passage, where it stands out; the HTML holds text and ``mark``."""

    title: str
    html: str
    lang: str
    url: str  # with the anchor of the passage

    @classmethod
    def of(cls, found: Findings) -> "ExtractOut | None":
        if found.extract_html is None:
            return None
        first = found.results[0]
        url = f"{first.url}#{first.anchor}" if first.anchor else first.url
        return cls(title=first.title, html=str(found.extract_html), lang=first.lang, url=url)


class HitsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found."""

    results: list[HitOut]
    total: int
    corrected: str | None = None
    extract: ExtractOut | None = None
    figures_html: str | None = None  # a table of fees or the like, where it answers the question


class SuggestionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One article, as one types."""

    id: UUID
    title: str
    lang: str
    category: str
    url: str


class SuggestionsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What is suggested as one types."""

    results: list[SuggestionOut]


@get("/api/help/search", tags=["help"])
async def search(
    request: Request[Any, Any, Any],
    q: Query,
    lang: Lang = "en",
    limit: Limit = 10,
    is_final: Final = False,
) -> HitsOut:
    """Search the published articles."""
    language = i18n.nearest(lang) or i18n.DEFAULT
    reader = await reader_with_token(request)
    found = await look_for(
        edge_of(request),
        q,
        language=language,
        door="api" if is_final else None,
        limit=limit,
        actor=reader.actor,
    )
    if is_final and found.results:
        note_asked(request, found.results[0].id, is_search=True)
    return HitsOut(
        total=found.total,
        corrected=found.corrected,
        extract=ExtractOut.of(found),
        figures_html=found.figures_html,
        results=[HitOut.of(each) for each in found.results],
    )


@get("/api/help/suggest", tags=["help"])
async def suggest(request: Request[Any, Any, Any], q: Query, lang: Lang = "en") -> SuggestionsOut:
    """Articles for what has been typed so far; the last word may be unfinished."""
    language = i18n.nearest(lang) or i18n.DEFAULT
    reader = await reader_with_token(request)
    found = await look_for(
        edge_of(request),
        q,
        language=language,
        limit=_SUGGESTIONS,
        is_typing=True,
        actor=reader.actor,
    )
    return SuggestionsOut(
        results=[
            SuggestionOut(
                id=each.id,
                title=each.title,
                lang=each.lang,
                category=each.category,
                url=each.url,
            )
            for each in found.results
        ]
    )


@get("/api/help/articles/{article_id:uuid}", tags=["help"])
async def article(
    request: Request[Any, Any, Any], article_id: FromPath[UUID], lang: Lang = "en"
) -> ArticleOut:
    """One published article, in the reader's language or in what stands in for it."""
    reader = await reader_with_token(request)
    async with edge_of(request).reading(reader.actor) as work:
        return await told(work, await queries.get_article(work, article_id), lang)


ROUTES: list[Any] = [search, suggest, article]
