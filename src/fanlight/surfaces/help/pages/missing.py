"""What is not here: said in the nearest language, with ways on."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.knowledge.queries import moving
from fanlight.kernel.i18n import nearest
from fanlight.surfaces.help.site import Asked, language_for, site_of
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of


def missing(request: Asked, asked: str = "") -> Response[bytes]:
    """The 404 page. ``asked`` is the language in the address, which may be none of ours."""
    lang = asked if asked in LANGUAGES else language_for(request, asked)
    site = site_of(request)
    page = site.render(
        "missing.html",
        lang,
        paths={tag: f"/{tag}/" for tag in LANGUAGES},
        section="missing",
        wanted=request.url.path[:400],
        is_indexed=False,
    )
    return site.show(page, status=404)


@get("/{lang:str}/{rest:path}", include_in_schema=False)
async def nothing_here(
    request: Asked,
    lang: FromPath[str],
    rest: FromPath[str],
) -> Response[bytes]:
    """Whatever no page answers: an address of an older help center, or nothing."""
    return await old_address(request, lang, f"/{lang}/{rest.lstrip('/')}")


async def old_address(request: Asked, lang: str, path: str) -> Response[bytes]:
    """The way on from an address of an older help center; else the 404 page."""
    async with edge_of(request).reading(reader_of(request).actor) as work:
        place = await moving.led(work, path)
    if place is None:
        return missing(request, lang)
    # Zendesk writes the reader's language second: /hc/zh-cn/articles/…
    spoken = (nearest(part) for part in path.split("/")[1:3])
    tag = next((tag for tag in spoken if tag is not None), language_for(request, ""))
    to = quote(address(tag, place.category, place.slug))
    # Asked about again each time: the article may move on.
    return Response(b"", status_code=301, headers={"location": to, "cache-control": "no-cache"})


ROUTES: list[Any] = [nothing_here]
