"""One category's articles, and the list of all of them."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.errors import CategoryNotFound
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries import questions, shelving
from fanlight.kernel.work import Work
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, Feed, site_of
from fanlight.surfaces.help.structured import breadcrumbs, faq
from fanlight.surfaces.shared.reading.outline import Question
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/c", "/{lang}/c/deposits-withdrawals")


@get("/{lang:str}/c/{category:str}", include_in_schema=False)
async def one(request: Asked, lang: FromPath[str], category: FromPath[str]) -> Response[bytes]:
    """The articles of a category, in the editors' order."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(reader_of(request).actor) as work:
        try:
            shelf = await queries.get_category(work, category)
        except CategoryNotFound:
            return await elsewhere(request, work, lang, category)
        lines = await queries.lines_of_category(work, category, preference(lang))
        asked = await questions.asked_at(work, category, preference(lang))
        asked = asked or await queries.asked_of_category(work, category, preference(lang))
        every = await queries.categories(work)
    base, name = site.brand.help_url, shelf.named(lang).name
    page = site.render(
        "category.html",
        lang,
        paths={tag: f"/{tag}/c/{category}" for tag in LANGUAGES},
        section="articles",
        structured=[
            breadcrumbs(
                base,
                [
                    (site.say(lang, "help.frame.help"), f"/{lang}/"),
                    (site.say(lang, "help.frame.articles"), f"/{lang}/c"),
                    (name, f"/{lang}/c/{category}"),
                ],
            ),
            *faq(
                [
                    Question(name=each.question, text=each.description)
                    for each in asked
                    if each.description
                ]
            ),
        ],
        feeds=[
            Feed(name, f"/{lang}/c/{category}/feed.xml", "application/rss+xml"),
            Feed(name, f"/{lang}/c/{category}/feed.json", "application/feed+json"),
        ],
        asked=asked,
        shelf=shelf.named(lang),
        key=category,
        lines=lines,
        categories=[(each.key, each.named(lang).name) for each in every],
    )
    return site.keep(request, page, generation=generation)


async def elsewhere(
    request: Asked, work: Work, lang: str, category: str, *, below: str = ""
) -> Response[bytes]:
    """Where a category is now that left this address; ``below`` is what was asked of it."""
    now_at = await shelving.shelf_now(work, category)
    if now_at is None:
        return missing(request, lang)
    to = {"location": f"/{lang}/c/{now_at}{below}", "cache-control": "no-cache"}
    return Response(b"", status_code=301, headers=to)


@get("/{lang:str}/c", include_in_schema=False)
async def every(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Every article, shelf by shelf."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(reader_of(request).actor) as work:
        categories = await queries.categories(work)
        lines = await queries.lines_of_all(work, preference(lang))
    by_category: dict[str, list[queries.Line]] = {}
    for line in lines:
        by_category.setdefault(line.category, []).append(line)
    page = site.render(
        "every.html",
        lang,
        paths={tag: f"/{tag}/c" for tag in LANGUAGES},
        section="articles",
        shelves=[
            (each, each.named(lang), by_category[each.key])
            for each in categories
            if each.key in by_category
        ],
        articles=len(lines),
    )
    return site.keep(request, page, generation=generation)


ROUTES: list[Any] = [one, every]
