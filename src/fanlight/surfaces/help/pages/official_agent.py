"""Is this agent real? The digits that an agent holds open, for the customer who is signed in."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.tickets import pins
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = ("/{lang}/official/agent",)

_MOST_BODY = 64 * 2**10


@get("/{lang:str}/official/agent", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The open digits of this customer, or how it works."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    reader = reader_of(request)
    shown: list[pins.Shown] = []
    if reader.visit is not None and reader.is_sure(site_of(request).now()):
        async with edge_of(request).work(SYSTEM) as work:
            shown = await pins.for_customer(work, reader.visit)
    return _page(request, lang, shown=shown)


@post("/{lang:str}/official/agent", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def match(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Compare what an agent read out."""
    reader = reader_of(request)
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    if reader.visit is None or not reader.is_sure(site_of(request).now()):
        return _page(request, lang, shown=[])
    form = await form_of(request)
    try:
        # A refusal is returned, not raised: the failed try has to be remembered.
        async with edge_of(request).work(SYSTEM) as work:
            found = await pins.match(work, reader.visit, form.text("digits"))
    except TooManyTries as refusal:
        minutes = -(-int(str(refusal.params.get("retry_after_s", 60))) // 60)
        return _page(request, lang, shown=[], minutes=minutes, status=429)
    return _page(request, lang, shown=[], matched=found, is_failed=found is None)


def _page(
    request: Asked,
    lang: str,
    *,
    shown: list[pins.Shown],
    matched: pins.Shown | None = None,
    is_failed: bool = False,
    minutes: int = 0,
    status: int = 200,
) -> Response[bytes]:
    site, reader = site_of(request), reader_of(request)
    page = site.render(
        "official_agent.html",
        lang,
        paths={tag: f"/{tag}/official/agent" for tag in LANGUAGES},
        section="official",
        is_indexed=False,
        is_known=reader.is_sure(site.now()),
        shown=shown,
        matched=matched,
        is_failed=is_failed,
        minutes=minutes,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [show, match]
