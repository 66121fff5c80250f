"""That an agent looks at a ticket is written down before anything of it is shown or changed."""

from typing import Any
from uuid import UUID

from litestar import Request

from fanlight.features.oversight.looks import Looks
from fanlight.kernel.edge import Edge
from fanlight.surfaces.shared.sessions import agent_behind, edge_of


async def seen(request: Request[Any, Any, Any]) -> None:
    """Write the look at the ticket of this address down; nothing where there is none in it.

    ``works`` does so for every door that asks for a unit of work; doors that take none call it.

    Raises:
        TicketNotFound: it is not theirs to see.
        CapReached: they have looked at so many that a lead has to say a word.
    """
    ticket_id: UUID | None = request.path_params.get("ticket_id")
    if ticket_id is not None:
        edge = edge_of(request)
        await edge.shelf.of(Looks).look(edge, await agent_behind(request), ticket_id)


def equip(edge: Edge) -> None:
    """Each process remembers its own looks."""
    edge.shelf.offer(Looks())
