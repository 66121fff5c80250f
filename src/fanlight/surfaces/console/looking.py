"""The unit of work of a request that shows a ticket: that somebody looks is committed before."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from litestar import Request

from fanlight.features.oversight.looks import Looks
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.sessions import agent_behind, edge_of


async def seen(request: Request[Any, Any, Any], ticket_id: UUID) -> None:
    """Write down that somebody looks at a ticket: for doors that have no unit of work to read in.

    Raises:
        TicketNotFound: it is not theirs to see.
        CapReached: they have looked at so many that a lead has to say a word.
    """
    edge = edge_of(request)
    await edge.shelf.of(Looks).look(edge, await agent_behind(request), ticket_id)


async def looking(request: Request[Any, Any, Any]) -> AsyncGenerator[Work, None]:
    """Reads in the agent's name, once the look at the ticket of this address is written down."""
    await seen(request, request.path_params["ticket_id"])
    async with edge_of(request).reading(await agent_behind(request)) as begun:
        yield begun


def equip(edge: Edge) -> None:
    """Each process remembers its own looks."""
    edge.shelf.offer(Looks())
