"""What the exchange's own pages show of the help center: help beside a field, and lists of links.

Public articles, so any site may read them; a customer who sends a session gets their own beside.
"""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from fanlight.features.knowledge import presenting, queries
from fanlight.features.knowledge.beginnings import beginning
from fanlight.features.knowledge.contexts import is_name
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.models import address
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries import doors
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.apps.giving import AnyRequest, arriving, generation_of, give
from fanlight.surfaces.apps.structure import blocks, clean
from fanlight.surfaces.apps.wire import HelpOut, LinkOut, StepOut
from fanlight.surfaces.shared import problems
from fanlight.surfaces.shared.reading.outline import outline
from fanlight.surfaces.shared.reading.visitors import note_wanted
from fanlight.surfaces.shared.sessions import edge_of

_MOST_STEPS, _MOST_LINKS = 8, 12
_LONGEST_LIST = 1000  # characters of names in an address
_SHELF = "category:"  # before a category's name, where context names are listed
_MOMENT_S = 60.0  # for so long figures are told as they were


def _refused(request: AnyRequest, error: FanlightError) -> Response[bytes]:
    """A refusal that scripts of other sites may read as well."""
    answer = problems.expected(request, error)
    answer.headers["access-control-allow-origin"] = "*"
    return answer


@get(
    "/api/app/v1/{lang:str}/help/{key:str}",
    tags=["apps"],
    responses={200: ResponseSpec(data_container=HelpOut)},
    exception_handlers={FanlightError: _refused},
)
async def help_beside(
    request: AnyRequest, lang: FromPath[str], key: FromPath[str]
) -> Response[Any]:
    """What the article of a name begins with, to be shown beside a field."""
    language = i18n.nearest(lang) or i18n.DEFAULT
    generation = generation_of(request)
    reader = await arriving(request)
    async with edge_of(request).reading(reader.actor) as work:
        said = await _begun(work, key, language) if is_name(key) else None
    if said is None:
        await note_wanted(request, key)
        raise ArticleNotFound(context=key[:80])
    return give(request, reader, said, generation=generation, lasts_s=_MOMENT_S, is_for_all=True)


async def _begun(work: Work, key: str, language: str) -> HelpOut | None:
    """The beginning of the article that answers to a name, as it is at this moment."""
    order = preference(language)
    line = await doors.line_of_context(work, key, order)
    if line is None:
        return None
    text = await queries.reading(work, line.category, line.slug, order)
    brand = work.of(Settings)[BrandSettings]
    url = brand.help_url + address(language, line.category, line.slug)
    first, has_more = beginning(text.html)
    showing = presenting.Showing(language=text.language, order=order, slug=text.slug)
    html = clean(await presenting.present(work, first, showing, brand), base=brand.help_url)
    steps = outline(text.html).steps
    shown = [StepOut(each.name, f"{url}#{each.anchor}") for each in steps[:_MOST_STEPS]]
    return HelpOut(
        id=text.article_id,
        title=text.title,
        description=text.description,
        lang=text.language,
        url=url,
        steps=shown,
        more_steps=len(steps) - len(shown),
        html=html,
        blocks=blocks(html),
        has_more=has_more,
    )


@get(
    "/api/app/v1/{lang:str}/links/{names:str}",
    tags=["apps"],
    responses={200: ResponseSpec(data_container=list[LinkOut])},
)
async def links(request: AnyRequest, lang: FromPath[str], names: FromPath[str]) -> Response[Any]:
    """Links to the articles of these names, ``category:…`` for those of a category."""
    language = i18n.nearest(lang) or i18n.DEFAULT
    generation = generation_of(request)
    reader = await arriving(request)
    found: dict[UUID, queries.Line] = {}
    async with edge_of(request).reading(reader.actor) as work:
        for name in names[:_LONGEST_LIST].split(",")[:_MOST_LINKS]:
            for line in await _lines(work, name, preference(language)):
                found.setdefault(line.article_id, line)
        base = work.of(Settings)[BrandSettings].help_url
    said = [
        LinkOut(
            id=line.article_id,
            title=line.title,
            description=line.description,
            lang=line.language,
            url=base + address(language, line.category, line.slug),
        )
        for line in list(found.values())[:_MOST_LINKS]
    ]
    return give(request, reader, said, generation=generation, is_for_all=True)


async def _lines(work: Work, name: str, order: list[str]) -> list[queries.Line]:
    if name.startswith(_SHELF):
        return await queries.lines_of_category(work, name.removeprefix(_SHELF), order)
    if not is_name(name):
        return []
    line = await doors.line_of_context(work, name, order)
    # A category has a name as well; an article that answers to the same one comes first.
    return await queries.lines_of_category(work, name, order) if line is None else [line]


ROUTES: list[Any] = [help_beside, links]
