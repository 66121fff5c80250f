"""What must hold before a handler runs; guards stand in its decorator, to be audited."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers.base import BaseRouteHandler

from fanlight.features.people.permissions import PERMISSIONS
from fanlight.kernel.errors import FanlightError, Kind, NotAllowed
from fanlight.surfaces.shared.sessions import HEADER, Connection, agent_behind, is_from_our_page

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NotFromOurPage(FanlightError):
    """A change was asked for by another site's page, or without the header our pages send."""

    code, kind = "not_from_our_page", Kind.FORBIDDEN


def refuse_forged(connection: Connection) -> None:
    """Raises NotFromOurPage for a change that another site's page could have had sent.

    A cookie travels with every request of the browser; our header does not, and the browser says
    which page asked. A WebSocket begins with a GET that changes nothing but hears everything, so
    its origin is looked at too.
    """
    if connection.scope["type"] == ScopeType.WEBSOCKET:
        if not is_from_our_page(connection):
            raise NotFromOurPage
        return
    if connection.scope.get("method") in _SAFE:
        return
    if connection.headers.get(HEADER) != "1" or not is_from_our_page(connection):
        raise NotFromOurPage


async def from_our_page(connection: Connection, _: BaseRouteHandler) -> None:
    """For doors that are open to whoever is not signed in yet."""
    refuse_forged(connection)


async def signed_in(connection: Connection, _: BaseRouteHandler) -> None:
    """For what every agent may do with what is theirs."""
    refuse_forged(connection)
    await agent_behind(connection)


def may(*permissions: str) -> Guard:
    """For what an agent may do who holds one of these permissions."""
    unknown = set(permissions) - PERMISSIONS.keys()
    if unknown or not permissions:
        raise ValueError(f"no such permission: {', '.join(sorted(unknown))}")

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        refuse_forged(connection)
        actor = await agent_behind(connection)
        if not any(actor.may(permission) for permission in permissions):
            raise NotAllowed(permission=permissions[0])

    guard.__name__ = f"may({', '.join(permissions)})"
    return guard
