"""Looking at a ticket: written down, counted and committed before anything of it is shown.

Whatever an agent loads of one ticket within ten minutes is one look. What this process has
committed it remembers, so that head, timeline and socket of one page cost one line together.
"""

import asyncio
from datetime import datetime
from uuid import UUID

from fanlight.features.oversight import bait, queries
from fanlight.features.oversight.models import Measure
from fanlight.features.oversight.queries import SLOT_S
from fanlight.features.oversight.rates import hold_to_cap
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets.models import Ticket
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Actor, Work

_Key = tuple[UUID, UUID]
_MOST = 50_000  # remembered; then the memory begins anew, and a look is asked for again


def slot_of(now: datetime) -> datetime:
    stamp = now.timestamp()
    return datetime.fromtimestamp(stamp - stamp % SLOT_S, now.tzinfo)


class Looks:
    """The looks of this process."""

    def __init__(self) -> None:
        self._slot: datetime | None = None
        self._known: set[_Key] = set()
        self._running: dict[_Key, asyncio.Task[None]] = {}

    async def look(self, edge: Edge, actor: Actor, ticket_id: UUID) -> None:
        """See to it that this look is written down. Hold no connection while you wait for it.

        Raises:
            TicketNotFound: there is none, or the actor may not see it.
            CapReached: more tickets of others this hour than a lead has agreed to.
        """
        slot, key = slot_of(edge.now()), (actor.id, ticket_id)
        if slot != self._slot or len(self._known) > _MOST:
            self._slot = slot
            self._known.clear()
        if key in self._known:
            return
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(_look(edge, actor, ticket_id, slot))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        await asyncio.shield(task)
        self._known.add(key)


async def _look(edge: Edge, actor: Actor, ticket_id: UUID, slot: datetime) -> None:
    async with edge.work(actor) as work:
        await looked(work, await tickets.get_ticket(work, ticket_id), slot=slot)


async def looked(work: Work, ticket: Ticket, *, slot: datetime) -> None:
    """Write down that the actor looks at this ticket, in the caller's transaction."""
    measures = [Measure.SEEN]
    if ticket.assignee_id != work.actor.id:
        measures.append(Measure.OPENED)
    noted = await queries.look(work, ticket.id, ticket.customer_id, measures, slot=slot)
    if noted.is_bait:
        await bait.taken(work, ticket.customer_id, ticket.id, how="opened")
    await hold_to_cap(work, Measure.OPENED, noted.n)
