"""The API reference: every operation, one page each, and what each version changed."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.knowledge.node import preference
from fanlight.kernel.work import Work
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.reference.api import ErrorCode
from fanlight.surfaces.help.reference.samples import samples
from fanlight.surfaces.help.reference.shelf import Reference, shelf_of
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.help.structured import Data, breadcrumbs
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = (
    "/{lang}/api-reference",
    "/{lang}/api-reference?q=order",
    "/{lang}/api-reference/place-order",
    "/{lang}/api-reference/get-time",
    "/{lang}/api-reference/changes",
)

_LASTS_S = 60  # the document may be replaced while we run


class Linked(msgspec.Struct, frozen=True):
    """An error code with the address that explains it."""

    error: ErrorCode
    url: str


@get("/{lang:str}/api-reference", include_in_schema=False)
async def index(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Every operation by group, or those that hold the words asked for."""
    site, generation, reference = await _open(request)
    if lang not in LANGUAGES or reference is None:
        return missing(request, lang)
    asked = " ".join(request.query_params.get("q", "").split())[:200]
    keys = {each.key for each in shelf_of(edge_of(request)).matching(asked, lang)}
    async with edge_of(request).reading(reader_of(request).actor) as work:
        links = await _links(work, lang, list(reference.api.articles.values()))
        errors = await _errors(work, lang, reference.api.errors)
    page = site.render(
        "reference.html",
        lang,
        paths={tag: f"/{tag}/api-reference" for tag in LANGUAGES},
        is_indexed=not asked,
        section="reference",
        structured=_structured(site, lang, reference),
        api=reference.api,
        asked=asked,
        keys=keys,
        links=links,
        errors=errors,
    )
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


@get("/{lang:str}/api-reference/changes", include_in_schema=False)
async def changes(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """What each version changed."""
    site, generation, reference = await _open(request)
    if lang not in LANGUAGES or reference is None:
        return missing(request, lang)
    title, here = site.say(lang, "help.reference.changes"), f"/{lang}/api-reference/changes"
    page = site.render(
        "changes.html",
        lang,
        paths={tag: f"/{tag}/api-reference/changes" for tag in LANGUAGES},
        section="reference",
        structured=_structured(site, lang, reference, (title, here)),
        api=reference.api,
        releases=reference.releases,
        present=reference.api.operations(),
    )
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


@get("/{lang:str}/api-reference/{key:str}", include_in_schema=False)
async def operation(request: Asked, lang: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """One operation."""
    site, generation, reference = await _open(request)
    found = reference.api.operations().get(key) if reference else None
    if lang not in LANGUAGES or reference is None or found is None:
        return missing(request, lang)
    async with edge_of(request).reading(reader_of(request).actor) as work:
        links = await _links(work, lang, list(reference.api.articles.values()))
        errors = await _errors(work, lang, found.errors)
    group = next(each for each in reference.api.groups if found in each.operations)
    name, here = found.summary.in_(lang), f"/{lang}/api-reference/{key}"
    page = site.render(
        "operation.html",
        lang,
        paths={tag: f"/{tag}/api-reference/{key}" for tag in LANGUAGES},
        section="reference",
        structured=_structured(site, lang, reference, (name, here)),
        api=reference.api,
        operation=found,
        group=group,
        links=links,
        errors=errors,
        samples=samples(reference.api, found),
    )
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


async def _open(request: Asked) -> tuple[Site, int, Reference | None]:
    site = site_of(request)
    generation = site.cache.generation
    return site, generation, await shelf_of(edge_of(request)).get()


async def _links(work: Work, lang: str, named: list[str]) -> dict[str, str]:
    """Where the articles are that a document names as category/slug#anchor."""
    bare = {name: name.partition("#")[0] for name in named if name}
    lines = await queries.lines_named(work, list(bare.values()), preference(lang))
    there = {f"{line.category}/{line.slug}" for line in lines}
    found: dict[str, str] = {}
    for name, article in bare.items():
        if article in there:
            category, _, slug = article.partition("/")
            fragment = name.partition("#")[2]
            found[name] = address(lang, category, slug) + (f"#{fragment}" if fragment else "")
    return found


async def _errors(work: Work, lang: str, errors: list[ErrorCode]) -> list[Linked]:
    """Codes with what explains them: an article, else the search for the code."""
    links = await _links(work, lang, [error.article for error in errors])
    return [
        Linked(error, links.get(error.article) or f"/{lang}/search?q={error.code}")
        for error in errors
    ]


def _structured(
    site: Site, lang: str, reference: Reference, here: tuple[str, str] | None = None
) -> list[Data]:
    places = [
        (site.say(lang, "help.frame.help"), f"/{lang}/"),
        (reference.api.title, f"/{lang}/api-reference"),
    ]
    return [breadcrumbs(site.brand.help_url, [*places, here] if here else places)]


ROUTES: list[Any] = [index, changes, operation]
