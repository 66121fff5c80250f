"""What the exchange's own pages show of the help center: help beside a field, and lists of links.

Public articles alone, for any site, without a session: the answers come out of the byte cache.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.contexts import KEY
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.models import address
from fanlight.features.knowledge.node import preference, stand_in
from fanlight.features.knowledge.queries import doors
from fanlight.kernel import i18n
from fanlight.kernel.errors import FanlightError
from fanlight.surfaces.help.outline import outline
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared import problems
from fanlight.surfaces.shared.bytecache import stored
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

_MOST_STEPS, _MOST_LINKS = 8, 12
_LONGEST_LIST = 1000  # characters of names in an address
_SHELF = "category:"  # before a category's name, where context names are listed
_JSON = "application/json"


class StepOut(msgspec.Struct, frozen=True):
    """One step in plain words, and the address of the whole of it."""

    name: str
    url: str


class HelpOut(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of an article, as text: whoever shows it has no markup to trust."""

    id: UUID
    title: str
    description: str
    lang: str
    url: str
    steps: list[StepOut]
    more_steps: int  # than are listed


class LinkOut(msgspec.Struct, frozen=True, kw_only=True):
    """An article's title and address."""

    title: str
    lang: str
    url: str


def _refused(request: Asked, error: FanlightError) -> Response[bytes]:
    """A refusal that scripts of other sites may read as well."""
    answer = problems.expected(request, error)
    answer.headers["access-control-allow-origin"] = "*"
    return answer


@get(
    "/api/app/v1/{lang:str}/help/{key:str}",
    tags=["app"],
    exception_handlers={FanlightError: _refused},
)
async def help_beside(request: Asked, lang: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """What the article of a name begins with, for a popover beside a field."""
    language = i18n.nearest(lang) or i18n.DEFAULT
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(VISITOR) as work:
        line = None
        if KEY.fullmatch(key):
            line = await doors.line_of_context(work, key, preference(language))
        if line is None:
            raise ArticleNotFound(context=key[:80])
        texts = {text.language: text for text in await queries.translations(work, line.article_id)}
    text = texts[stand_in(language, list(texts)) or line.language]
    url = site.brand.help_url + address(language, line.category, line.slug)
    steps = outline(text.html).steps
    shown = [StepOut(each.name, f"{url}#{each.anchor}") for each in steps[:_MOST_STEPS]]
    said = HelpOut(
        id=line.article_id,
        title=text.title,
        description=text.description,
        lang=text.language,
        url=url,
        steps=shown,
        more_steps=len(steps) - len(shown),
    )
    return _answer(request, said, generation=generation)


@get("/api/app/v1/{lang:str}/links/{names:str}", tags=["app"])
async def links(request: Asked, lang: FromPath[str], names: FromPath[str]) -> Response[Any]:
    """Links to the articles of these names, ``category:…`` for those of a category."""
    language = i18n.nearest(lang) or i18n.DEFAULT
    site = site_of(request)
    generation = site.cache.generation
    found: dict[UUID, queries.Line] = {}
    async with edge_of(request).reading(VISITOR) as work:
        order = preference(language)
        for name in names[:_LONGEST_LIST].split(",")[:_MOST_LINKS]:
            lines: list[queries.Line] = []
            if name.startswith(_SHELF):
                lines = await queries.lines_of_category(work, name.removeprefix(_SHELF), order)
            elif KEY.fullmatch(name):
                line = await doors.line_of_context(work, name, order)
                lines = [] if line is None else [line]
            found |= {each.article_id: each for each in lines if each.article_id not in found}
    said = [
        LinkOut(
            title=line.title,
            lang=line.language,
            url=site.brand.help_url + address(language, line.category, line.slug),
        )
        for line in list(found.values())[:_MOST_LINKS]
    ]
    return _answer(request, said, generation=generation)


def _answer(request: Asked, said: object, *, generation: int) -> Response[Any]:
    """For every site to read, and for browsers to ask about again soon."""
    body = msgspec.json.encode(said)
    headers = {
        "content-type": _JSON,
        "cache-control": "public, max-age=60, stale-while-revalidate=600",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    made = stored(body, headers=headers.items())
    site_of(request).cache.put(request.scope["path"], made, generation=generation)
    headers["etag"] = made.etag.decode()
    return Response(body, media_type=_JSON, headers=headers)


ROUTES: list[Any] = [help_beside, links]
