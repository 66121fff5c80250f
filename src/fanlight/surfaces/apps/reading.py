"""Articles for the exchange's own pages and app: searched, listed, read whole or in part."""

from functools import partial
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from fanlight.features.guidance.doors import doors_now
from fanlight.features.knowledge import queries
from fanlight.features.knowledge.models import Article
from fanlight.features.knowledge.node import preference
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.apps.giving import AnyRequest, arriving, generation_of, give
from fanlight.surfaces.apps.structure import blocks, clean
from fanlight.surfaces.apps.wire import (
    AppArticleOut,
    CategoriesOut,
    CategoryOut,
    ContactOut,
    FoundOut,
    SearchOut,
    WayOut,
)
from fanlight.surfaces.shared.assets import has_chat
from fanlight.surfaces.shared.reading.finding import look_for
from fanlight.surfaces.shared.reading.telling import Final, Limit, Query, told
from fanlight.surfaces.shared.reading.visitors import note_asked
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.settings import HelpSettings

_MOST_LINKS = 8
_MOMENT_S = 60.0  # for so long an answer with something of the moment is kept


def _answers(what: type) -> dict[int, ResponseSpec]:
    return {200: ResponseSpec(data_container=what)}


def _language(lang: str) -> str:
    return i18n.nearest(lang) or i18n.DEFAULT


def _base(request: AnyRequest) -> str:
    return edge_of(request).shelf.of(Settings)[BrandSettings].help_url


@get("/api/app/v1/{lang:str}/search", tags=["apps"], responses=_answers(SearchOut))
async def search(
    request: AnyRequest,
    lang: FromPath[str],
    q: Query,
    limit: Limit = 10,
    is_typing: Annotated[
        bool, QueryParameter(name="typing", description="The last word may be unfinished.")
    ] = False,
    is_final: Final = False,
) -> Response[bytes]:
    """Search the articles that the caller may read."""
    reader, language, base = await arriving(request), _language(lang), _base(request)
    found = await look_for(
        edge_of(request),
        q,
        language=language,
        door="app" if is_final else None,
        limit=limit,
        is_typing=is_typing,
        actor=reader.actor,
    )
    if is_final and found.results:
        note_asked(request, found.results[0].id, is_search=True)
    results = [
        FoundOut(
            id=each.id,
            title=each.title,
            title_html=str(each.title_html),
            excerpt_html=str(each.excerpt_html),
            lang=each.lang,
            category=each.category_key,
            url=base + each.url,
        )
        for each in found.results
    ]
    out = SearchOut(lang=language, total=found.total, corrected=found.corrected, results=results)
    return give(request, reader, out)


@get("/api/app/v1/{lang:str}/categories", tags=["apps"], responses=_answers(CategoriesOut))
async def categories(request: AnyRequest, lang: FromPath[str]) -> Response[bytes]:
    """The categories that have articles for the caller."""
    generation = generation_of(request)
    reader, language, base = await arriving(request), _language(lang), _base(request)
    async with edge_of(request).reading(reader.actor) as work:
        shelves = await queries.shelves(work, preference(language), each=1)
        named = {each.key: each for each in await queries.categories(work)}
    found = [
        CategoryOut(
            key=each.key,
            name=named[each.key].named(language).name,
            description=named[each.key].named(language).description,
            icon=each.icon,
            articles=each.articles,
            url=f"{base}/{language}/c/{quote(each.key)}",
        )
        for each in shelves
        if each.key in named
    ]
    out = CategoriesOut(lang=language, categories=found)
    return give(request, reader, out, generation=generation)


@get(
    "/api/app/v1/{lang:str}/articles/{article_id:uuid}",
    tags=["apps"],
    responses=_answers(AppArticleOut),
)
async def article(
    request: AnyRequest, lang: FromPath[str], article_id: FromPath[UUID]
) -> Response[bytes]:
    """One article, whole."""
    return await _article(request, lang, partial(queries.get_article, article_id=article_id))


@get(
    "/api/app/v1/{lang:str}/articles/{category:str}/{slug:str}",
    tags=["apps"],
    responses=_answers(AppArticleOut),
)
async def article_at(
    request: AnyRequest, lang: FromPath[str], category: FromPath[str], slug: FromPath[str]
) -> Response[bytes]:
    """The same by its address on the help site."""
    return await _article(request, lang, partial(queries.article_at, category=category, slug=slug))


async def _article(request: AnyRequest, lang: str, find: Any) -> Response[bytes]:
    generation = generation_of(request)
    reader, base = await arriving(request), _base(request)
    async with edge_of(request).reading(reader.actor) as work:
        found: Article = await find(work)
        shown = await told(work, found, lang)
    html = clean(shown.html, base=base)
    out = AppArticleOut(
        id=shown.id,
        title=shown.title,
        description=shown.description,
        lang=shown.lang,
        asked_lang=_language(lang),
        category=found.category,
        url=base + shown.url,
        updated_at=shown.updated_at,
        html=html,
        blocks=blocks(html),
    )
    # Figures are of the moment, and an article may have some.
    return give(request, reader, out, generation=generation, lasts_s=_MOMENT_S)


@get("/api/app/v1/{lang:str}/contact", tags=["apps"], responses=_answers(ContactOut))
async def contact(request: AnyRequest, lang: FromPath[str]) -> Response[bytes]:
    """The ways to a person, as they stand now."""
    reader, language, base = await arriving(request), _language(lang), _base(request)
    async with edge_of(request).reading(SYSTEM) as work:
        ways = await doors_now(work, work.now(), has_chat=has_chat())
    out = ContactOut(
        lang=language,
        ways=[
            WayOut(
                kind=way.kind,
                name=way.name,
                address=way.address,
                url=f"{base}/{language}/contact",
                is_staffed=way.is_staffed,
                answer_by=way.answer_by,
            )
            for way in ways
        ],
        emergency_url=f"{base}/{language}/a/{edge_of(request).shelf.of(Settings)[HelpSettings].emergency}",
    )
    return give(request, reader, out)


ROUTES: list[Any] = [search, categories, article, article_at, contact]
