"""A refusal on the help site's own addresses, shown to people as a page and not as JSON."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response

from fanlight.features.knowledge.models import LANGUAGES
from fanlight.surfaces.help.site import Asked, language_for, site_of
from fanlight.surfaces.shared.problems import MEDIA_TYPE, Problem

Handler = Callable[[Any, Any], Response[bytes]]


def as_pages(answer: Handler) -> Handler:
    """The same answer, as a page where a person asked for one."""

    def handle(request: Asked, error: Exception) -> Response[bytes]:
        told = answer(request, error)
        return _page(request, told) if _is_for_people(request, told) else told

    return handle


def _is_for_people(request: Asked, told: Response[bytes]) -> bool:
    lang = _first(request.scope["path"])
    wants = "text/html" in request.headers.get("accept", "")
    return wants and told.media_type == MEDIA_TYPE and (not lang or lang in LANGUAGES)


def _first(path: str) -> str:
    """The language an address begins with; "*" is one, too, and has none."""
    return path.partition("/")[2].partition("/")[0]


def _page(request: Asked, told: Response[bytes]) -> Response[bytes]:
    """Nothing is asked of the database: it may be what does not answer."""
    problem = msgspec.json.decode(told.content, type=Problem)
    site, path = site_of(request), request.scope["path"]
    may_pass = problem.status >= 500 or problem.status == 429
    page = site.render(
        "failed.html",
        language_for(request, _first(path)),
        paths={tag: f"/{tag}/" for tag in LANGUAGES},
        is_indexed=False,
        section="failed",
        says=problem.title,
        is_ours=problem.status >= 500,
        again=_again(request) if request.method == "GET" and may_pass else "",
    )
    shown = site.show(page, status=problem.status)
    shown.headers.update(
        {name: value for name, value in told.headers.items() if name.lower() == "retry-after"}
    )
    return shown


def _again(request: Asked) -> str:
    """The address that was asked for, always one of ours: "//host/" would lead to another host."""
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    return quote(f"/{path.lstrip('/')}") + (f"?{query}" if query else "")
