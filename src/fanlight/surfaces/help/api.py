"""Articles and search as JSON: for suggestions, for the widget, for an exchange's own app."""

from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.params import FromPath, QueryParameter

from fanlight.features.knowledge import presenting, queries
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.models import Article, address
from fanlight.features.knowledge.node import preference, stand_in
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.help.asking import note_asked
from fanlight.surfaces.help.finding import Findings, Result, look_for
from fanlight.surfaces.help.reader import reader_with_token
from fanlight.surfaces.shared.sessions import edge_of

Query = Annotated[str, QueryParameter(description="What is looked for.", max_length=10_000)]
Lang = Annotated[str, QueryParameter(description="The reader's language, BCP 47.", max_length=40)]
Limit = Annotated[int, QueryParameter(description="Most results.", ge=1, le=50)]

Final = Annotated[
    bool,
    QueryParameter(
        name="final",
        description="Asked in earnest, not while typing: noted for the editors, without secrets.",
    ),
]

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


class ArticleOut(msgspec.Struct, frozen=True, kw_only=True):
    """An article for showing elsewhere; its HTML is sanitised and brings no pictures' drawings."""

    id: UUID
    title: str
    description: str
    html: str
    updated_at: str
    lang: str
    url: str


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


async def told(work: Work, found: Article, lang: str) -> ArticleOut:
    """An article as it is shown elsewhere, at this moment.

    Raises:
        ArticleNotFound: the actor may see none of its translations.
    """
    language = i18n.nearest(lang) or i18n.DEFAULT
    texts = {text.language: text for text in await queries.translations(work, found.id)}
    best = stand_in(language, list(texts))
    if best is None:
        raise ArticleNotFound(article_id=found.id)
    text = texts[best]
    showing = presenting.Showing(language=best, order=preference(language), slug=found.slug)
    html = await presenting.present(work, text.html, showing, work.of(Settings)[BrandSettings])
    return ArticleOut(
        id=found.id,
        title=text.title,
        description=text.description,
        html=html,
        updated_at=text.saved_at.isoformat(),
        lang=best,
        url=address(language, found.category, found.slug),
    )


ROUTES: list[Any] = [search, suggest, article]
