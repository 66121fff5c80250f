"""One article, what stands around it, and the reader's verdict on it."""

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.knowledge import queries, readers
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.models import LANGUAGES, Article, CategoryName, address
from fanlight.features.knowledge.queries import editing
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.work import Work
from fanlight.surfaces.help.forms import form_of, visitor_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, Site, preference, site_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page
from fanlight.surfaces.shared.works import VISITOR

EXAMPLES = (
    "/{lang}/a/deposits-withdrawals/deposit-not-arrived",
    "/{lang}/a/deposits-withdrawals/deposit-not-arrived/feedback",
)

_BESIDE = 12  # of the category's articles in the rail; the page of the category has all
_NEXT = 4


@get("/{lang:str}/a/{category:str}/{slug:str}", include_in_schema=False)
async def article(
    request: Asked, lang: FromPath[str], category: FromPath[str], slug: FromPath[str]
) -> Response[bytes]:
    """An article."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).work(VISITOR) as work:
        try:
            text = await queries.reading(work, category, slug, preference(lang))
        except ArticleNotFound:
            moved = await editing.now_at(work, category, slug)
            return missing(request, lang) if moved is None else _moved(lang, moved)
        page = await page_of(site, work, text, lang, has_thanked="thanks" in request.query_params)
    return site.keep(request, page, generation=generation)


def _moved(lang: str, article: Article) -> Response[Any]:
    place = address(lang, article.category, article.slug)
    # Asked about again each time: the old address may be given to another article.
    return Response(None, status_code=301, headers={"location": place, "cache-control": "no-cache"})


async def page_of(
    site: Site,
    work: Work,
    text: queries.Reading,
    lang: str,
    *,
    has_thanked: bool = False,
    is_indexed: bool = True,
) -> bytes:
    """The page of an article, for readers and, of a draft, for its editors.

    Args:
        work: a visitor's, so that nothing beside the article is more than they may see.
    """
    order, place = preference(lang), (lang, text.category, text.slug)
    around = partial(_around, work, text, lang, order)
    shelf, beside, related = await site.memory.of(place, around) if is_indexed else await around()
    return site.render(
        "article.html",
        lang,
        paths={
            tag: address(tag, text.category, text.slug)
            for tag in LANGUAGES
            if tag in text.languages
        },
        is_indexed=is_indexed,
        section="articles",
        text=text,
        shelf=shelf,
        beside=_window(beside, text.slug),
        related=related[:_NEXT] or _following(beside, text.slug),
        has_thanked=has_thanked,
    )


async def _around(
    work: Work, text: queries.Reading, lang: str, order: list[str]
) -> tuple[CategoryName, list[queries.Line], list[queries.Line]]:
    """The shelf an article stands on, its neighbours, and what its editors relate it to."""
    shelf = await queries.get_category(work, text.category)
    beside = await queries.lines_of_category(work, text.category, order)
    related = await queries.lines_named(work, text.related, order)
    return shelf.named(lang), beside, list(related)


def _window(lines: list[queries.Line], slug: str) -> list[queries.Line]:
    """As many neighbours as the rail takes, this article among them."""
    here = next((place for place, line in enumerate(lines) if line.slug == slug), 0)
    start = max(0, min(here - _BESIDE // 2, len(lines) - _BESIDE))
    return lines[start : start + _BESIDE]


def _following(lines: list[queries.Line], slug: str) -> list[queries.Line]:
    here = next((place for place, line in enumerate(lines) if line.slug == slug), 0)
    return [line for line in (*lines[here + 1 :], *lines[:here]) if line.slug != slug][:_NEXT]


@get("/{lang:str}/a/{category:str}/{slug:str}/feedback", include_in_schema=False)
async def why_not(
    request: Asked, lang: FromPath[str], category: FromPath[str], slug: FromPath[str]
) -> Response[bytes]:
    """Ask what was missing."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    async with edge_of(request).work(VISITOR) as work:
        try:
            text = await queries.reading(work, category, slug, preference(lang))
        except ArticleNotFound:
            return missing(request, lang)
    site = site_of(request)
    page = site.render(
        "feedback.html",
        lang,
        paths={tag: f"{address(tag, category, slug)}/feedback" for tag in LANGUAGES},
        section="articles",
        is_indexed=False,
        text=text,
        reasons=list(readers.Reason),
    )
    return site.show(page)


@post("/{lang:str}/a/{category:str}/{slug:str}/feedback", include_in_schema=False)
async def verdict(
    request: Asked, lang: FromPath[str], category: FromPath[str], slug: FromPath[str]
) -> Response[Any]:
    """Take a reader's verdict: a yes at once, a no with its reason."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    form = await form_of(request)
    is_helpful = form.text("helpful") == "yes"
    here = address(lang, category, slug)
    if not is_helpful and not form.text("reason"):
        return _on(f"{here}/feedback")
    async with edge_of(request).work(VISITOR) as work:
        try:
            text = await queries.reading(work, category, slug, preference(lang))
            await readers.rate(
                work,
                text.article_id,
                text.language,
                is_helpful=is_helpful,
                reason=_reason(form.text("reason")),
                comment=form.text("comment"),
                visitor=visitor_of(request),
            )
        except ArticleNotFound:
            return missing(request, lang)
        except TooManyTries:
            pass  # thanked all the same: the count is ours to keep honest, not theirs to know
    return _on(f"{here}?thanks=1#feedback")


def _reason(text: str) -> readers.Reason:
    return readers.Reason(text) if text in set(readers.Reason) else readers.Reason.OTHER


def _on(path: str) -> Response[None]:
    return Response(None, status_code=303, headers={"location": path, "cache-control": "no-store"})


ROUTES: list[Any] = [article, why_not, verdict]
