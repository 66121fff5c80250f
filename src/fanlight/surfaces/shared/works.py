"""The unit of work of a request: begun before the handler, committed before the answer leaves."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request

from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.work import Actor, Work
from fanlight.surfaces.shared.sessions import COOKIE, agent_behind, edge_of

VISITOR = Actor(kind="visitor", name="")


async def work(request: Request[Any, Any, Any]) -> AsyncGenerator[Work, None]:
    """In the name of the agent who is signed in; in nobody's, who may nothing, otherwise."""
    actor = VISITOR
    if COOKIE in request.cookies and request.url.path.startswith("/api/console/"):
        try:
            actor = await agent_behind(request)
        except SignInNeeded:
            actor = VISITOR  # the guard in the decorator refuses; sign-in itself has no guard
    async with edge_of(request).work(actor) as begun:
        yield begun
