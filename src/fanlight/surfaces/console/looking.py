"""The unit of work of a request that shows a ticket: that somebody looks is committed before."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from litestar import Request

from fanlight.features.oversight.looks import Looks
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.sessions import agent_behind, edge_of


async def looking(request: Request[Any, Any, Any]) -> AsyncGenerator[Work, None]:
    """Reads in the agent's name, once the look at the ticket of this address is written down."""
    edge, actor = edge_of(request), await agent_behind(request)
    ticket_id: UUID = request.path_params["ticket_id"]
    await edge.shelf.of(Looks).look(edge, actor, ticket_id)
    async with edge.reading(actor) as begun:
        yield begun


def equip(edge: Edge) -> None:
    """Each process remembers its own looks."""
    edge.shelf.offer(Looks())
