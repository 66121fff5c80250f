"""Coming over from the exchange: a one-time code becomes a session of the help site."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.service import visits
from fanlight.kernel.settings import Settings
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.pages.over import over
from fanlight.surfaces.help.pages.sign_in import confirm
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.admission import safe_place
from fanlight.surfaces.shared.reading.reader import COOKIE, signed_in
from fanlight.surfaces.shared.sessions import edge_of, site_behind

EXAMPLES = ("/{lang}/enter?code=not-a-code",)


@get("/{lang:str}/enter", include_in_schema=False)
async def enter(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Sign in by a code that the exchange's server has got for its customer.

    At once where the exchange's own page leads here. From elsewhere it is asked first: a stranger
    could send a code of their own account, and read what is then written under it.
    """
    if lang not in LANGUAGES:
        return missing(request, lang)
    code = request.query_params.get("code", "")
    if not _leads_here(request):
        async with edge_of(request).reading() as work:
            found = await visits.look(work, code)
        return _ended(request, lang) if found is None else confirm(request, lang, code, found)
    async with edge_of(request).work() as work:
        link = await visits.use(work, code)
        if link is not None:
            cookie, _ = await visits.begin(work, link, instead_of=request.cookies.get(COOKIE))
    if link is None:
        return _ended(request, lang)
    return signed_in(request, cookie, safe_place(link.leads_to, lang))


def _leads_here(request: Asked) -> bool:
    """Whether somebody follows the exchange's own way; a browser that only looks ahead does not."""
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return False
    came_from = "://".join(site_behind(request.headers.get("referer", "")))
    return came_from in edge_of(request).shelf.of(Settings)[WebchatSettings].origins


def _ended(request: Asked, lang: str) -> Response[bytes]:
    site = site_of(request).brand.site_url
    way = (site, "help.enter.back") if site else None
    return over(request, lang, "help.enter.ended", section="sign-in", way=way)


ROUTES: list[Any] = [enter]
