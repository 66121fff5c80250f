"""The console's cookie: who is behind a request, asked once; and where the request came from."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import CacheControlHeader, Cookie

from fanlight.features.people.service.passkeys import Site
from fanlight.features.people.service.sessions import Opened, Where, actor_for, recognised
from fanlight.features.people.service.sign_in import Refused
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor, Work
from fanlight.surfaces.shared.cookies import own_cookie
from fanlight.surfaces.shared.remembering import Remembered

COOKIE = "fanlight_session"
HEADER = "x-fanlight"  # a page of another origin cannot send it without being asked first
NO_STORE = CacheControlHeader(no_store=True)  # what is about a person stays in no cache
_ACTOR = "fanlight.actor"
_VISITOR = Actor(kind="visitor")  # somebody at the door; may nothing

T = TypeVar("T")

Connection = ASGIConnection[Any, Any, Any, Any]


def edge_of(connection: Connection) -> Edge:
    """Where units of work begin; the app keeps it as ``app.state.edge``."""
    edge: Edge = connection.app.state.edge
    return edge


def token_of(connection: Connection) -> str:
    """The session token the browser sent; raises SignInNeeded when it sent none."""
    token = connection.cookies.get(COOKIE)
    if not token:
        raise SignInNeeded
    return token


async def agent_behind(connection: Connection) -> Actor:
    """The agent who is signed in, found out once a request.

    Who only looks may have been recognised some seconds ago; the database is asked about whoever
    changes something, or opens a socket.

    Raises:
        SignInNeeded: nobody is, or the session has ended.
    """
    state = connection.scope["state"]
    if _ACTOR not in state:
        edge, token = edge_of(connection), token_of(connection)
        is_look = connection.scope.get("method") == "GET"
        state[_ACTOR] = await (_lately(edge, token) if is_look else actor_now(edge, token))
    actor: Actor = state[_ACTOR]
    return actor


async def _lately(edge: Edge, token: str) -> Actor:
    """Who is behind a token, as this process remembers it, else as the database has it now."""
    memory = edge.shelf.of(Remembered)
    now, generation = edge.now(), memory.generation
    if (known := memory.find(token, now)) is not None:
        return known
    actor = await actor_now(edge, token)
    memory.keep(token, actor, now, generation=generation)
    return actor


async def actor_now(edge: Edge, token: str) -> Actor:
    """Who is behind a token: one round trip, but for the one time a minute that is written down.

    Raises:
        SignInNeeded: nobody, or not any more.
    """
    async with edge.reading() as work:
        actor, is_long_ago = await recognised(work, token)
    if is_long_ago:
        async with edge.work() as work:
            return await actor_for(work, token)
    return actor


async def committed(
    connection: Connection, do: Callable[[Work], Awaitable[T | Refused]], *, actor: Actor = _VISITOR
) -> T:
    """Run one unit of work that may end in a refusal: what it counted is stored, then it is raised.

    An exception out of ``do`` itself still undoes everything.
    """
    async with edge_of(connection).work(actor) as work:
        outcome = await do(work)
    if isinstance(outcome, Refused):
        raise outcome.error
    return outcome


def sign_in_settings(connection: Connection) -> SignInSettings:
    return edge_of(connection).shelf.of(Settings)[SignInSettings]


def site_behind(address: str) -> tuple[str, str]:
    """Scheme and host of an address that somebody sent; both empty where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that opens no address
        return "", ""
    return parts.scheme, parts.netloc


def is_from_our_page(connection: Connection) -> bool:
    """Whether a browser says that one of our own pages asks. Not a browser: nothing to forge."""
    origin = connection.headers.get("origin")
    if origin is not None:
        return site_behind(origin)[1] == connection.headers.get("host", "")
    return connection.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def where_from(connection: Connection) -> Where:
    """From where somebody signs in. A proxy's word counts only when the server trusts it."""
    client = connection.client
    return Where(
        ip=client.host if client else "",
        user_agent=connection.headers.get("user-agent", ""),
    )


def cookie_for(request: Request[Any, Any, Any], opened: Opened) -> Cookie:
    """The cookie of a fresh session. It ends with the session, a half one within minutes."""
    lasts = opened.session.expires_at - opened.session.created_at
    return own_cookie(request, COOKIE, opened.token, max_age_s=int(lasts.total_seconds()))


def no_cookie(request: Request[Any, Any, Any]) -> Cookie:
    """Has the browser forget the session."""
    return own_cookie(request, COOKIE, "", max_age_s=0)


def site_of(connection: Connection, settings: SignInSettings) -> Site:
    """What passkeys are bound to: the address in the settings, else the one that was asked."""
    address = settings.address or f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    parts = urlsplit(address)
    return Site(
        rp_id=parts.hostname or "localhost",
        origins=(f"{parts.scheme}://{parts.netloc}",),
        name=settings.issuer,
    )
