"""The unit of work of a request: begun before the handler, committed before the answer leaves.

A GET looks and changes nothing, so its work has no transaction; PostgreSQL holds it to that. The
few that do change something take ``changing`` as their work.
"""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request

from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.work import Actor, Work
from fanlight.surfaces.shared.looking import seen
from fanlight.surfaces.shared.samples import look_over
from fanlight.surfaces.shared.sessions import COOKIE, agent_behind, edge_of

VISITOR = Actor(kind="visitor", name="")


async def work(request: Request[Any, Any, Any]) -> AsyncGenerator[Work, None]:
    """In the name of the agent who is signed in; in nobody's, who may nothing, otherwise.

    Where the address names a ticket, that they look at it is committed before. What they write
    for readers is looked over for secrets first.
    """
    edge, actor = edge_of(request), await _actor(request)
    if actor is not VISITOR:
        await seen(request)
    begin = edge.reading if request.method == "GET" else edge.work
    async with begin(actor) as begun:
        if actor is not VISITOR:
            await look_over(request, begun)
        yield begun


async def changing(request: Request[Any, Any, Any]) -> AsyncGenerator[Work, None]:
    """The same for a GET that writes, e.g. down who looked."""
    async with edge_of(request).work(await _actor(request)) as begun:
        yield begun


async def _actor(request: Request[Any, Any, Any]) -> Actor:
    if COOKIE in request.cookies and request.url.path.startswith("/api/console/"):
        try:
            return await agent_behind(request)
        except SignInNeeded:
            pass  # the guard in the decorator refuses; sign-in itself has no guard
    return VISITOR
