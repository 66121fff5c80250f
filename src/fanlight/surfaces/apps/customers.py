"""The exchange's customers in its app: who they are, what waits for them, the way over to us."""

from typing import Any

from litestar import delete, get, post
from litestar.params import JSONBody

from fanlight.features.people.service import visits
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.settings import Settings
from fanlight.surfaces.apps.giving import AnyRequest, arriving, count
from fanlight.surfaces.apps.queries import unread
from fanlight.surfaces.apps.settings import AppsSettings
from fanlight.surfaces.apps.wire import EnteredOut, HandedOut, HandOver, Identify, UnreadOut
from fanlight.surfaces.shared.reading.admission import safe_place, vouched
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of

_MOST_BODY = 16 * 2**10


@post(
    "/api/app/v1/session",
    tags=["apps"],
    status_code=201,
    cache_control=NO_STORE,
    request_max_body_size=_MOST_BODY,
)
async def enter(request: AnyRequest, data: JSONBody[Identify]) -> EnteredOut:
    """Begin a customer's session by a token that the exchange has signed."""
    await _counted(request)
    async with edge_of(request).work() as work:
        link = await vouched(work, data.identity, leads_to="")
        token, visit = await visits.begin(work, link)
    return EnteredOut(token=token, expires_at=visit.expires_at)


@delete("/api/app/v1/session", tags=["apps"], status_code=204, cache_control=NO_STORE)
async def leave(request: AnyRequest) -> None:
    """End the session whose token is sent."""
    reader = await arriving(request)
    if reader.visit is None:
        raise SignInNeeded
    async with edge_of(request).work() as work:
        await visits.end(work, reader.visit)


@get("/api/app/v1/unread", tags=["apps"], cache_control=NO_STORE)
async def waiting(request: AnyRequest) -> UnreadOut:
    """How many of our answers the customer has not seen, for a badge beside "My cases"."""
    reader = await arriving(request)
    if reader.visit is None:
        raise SignInNeeded
    async with edge_of(request).reading() as work:
        return UnreadOut(unread=await unread(work, reader.visit))


@post(
    "/api/app/v1/handover",
    tags=["apps"],
    status_code=201,
    cache_control=NO_STORE,
    request_max_body_size=_MOST_BODY,
)
async def hand_over(request: AnyRequest, data: JSONBody[HandOver]) -> HandedOut:
    """Get a code with which a customer's browser opens the help site signed in: once, for a minute.

    For the exchange's server: it sends its signed token and leads the browser to ``url``.
    """
    await _counted(request)
    lang = i18n.nearest(data.lang) or i18n.DEFAULT
    place = safe_place(data.next, lang) if data.next else f"/{lang}/cases"
    async with edge_of(request).work() as work:
        link = await vouched(work, data.identity, leads_to=place)
        code = await visits.make_link(work, link, lasts=visits.HANDED_LASTS)
        ends_at = work.now() + visits.HANDED_LASTS
        base = work.of(Settings)[BrandSettings].help_url
    return HandedOut(code=code, url=f"{base}/{lang}/enter?code={code}", expires_at=ends_at)


async def _counted(request: AnyRequest) -> None:
    limit = edge_of(request).shelf.of(Settings)[AppsSettings].sign_ins_per_minute
    await count(request, "apps.sign_in", limit)


ROUTES: list[Any] = [enter, leave, waiting, hand_over]
