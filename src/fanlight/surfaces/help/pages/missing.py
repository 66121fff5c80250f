"""What is not here: said in the nearest language, with ways on."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge.models import LANGUAGES
from fanlight.surfaces.help.site import Asked, language_for, site_of


def missing(request: Asked, asked: str = "") -> Response[bytes]:
    """The 404 page. ``asked`` is the language in the address, which may be none of ours."""
    lang = asked if asked in LANGUAGES else language_for(request, asked)
    site = site_of(request)
    page = site.render(
        "missing.html",
        lang,
        paths={tag: f"/{tag}/" for tag in LANGUAGES},
        section="missing",
        is_indexed=False,
    )
    return site.show(page, status=404)


@get("/{lang:str}/{rest:path}", include_in_schema=False)
async def nothing_here(
    request: Asked,
    lang: FromPath[str],
    rest: FromPath[str],  # noqa: ARG001 - any address below a language that no page has
) -> Response[bytes]:
    """Whatever no page answers."""
    return missing(request, lang)


ROUTES: list[Any] = [nothing_here]
