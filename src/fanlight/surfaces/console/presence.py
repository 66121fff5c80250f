"""Who looks at which ticket and who is writing there: fleeting, shared by all processes."""

import asyncio
import secrets
import time
from collections.abc import Callable
from uuid import UUID

import msgspec

from fanlight.kernel.edge import Edge
from fanlight.kernel.live.contract import LiveBus, Missed
from fanlight.surfaces.console.wire import ViewerOut

TOPIC = "console.people"
LASTS_S = 40.0  # somebody whose process died is gone after this
REPEAT_S = 15.0


class Seen(msgspec.Struct, frozen=True):
    """One agent on one ticket, as one process tells the others. ``what`` "gone": not any more."""

    node: str
    ticket_id: UUID
    agent_id: UUID
    name: str
    what: str


class Room:
    """The people on tickets, as far as this process knows."""

    def __init__(self, live: LiveBus) -> None:
        self._live = live
        self._node = secrets.token_hex(4)
        self._here: dict[tuple[UUID, UUID], Seen] = {}
        self._seen: dict[tuple[UUID, UUID, str], tuple[Seen, float]] = {}
        self.on_change: Callable[[UUID], None] = lambda _: None

    def people(self, ticket_id: UUID) -> list[ViewerOut]:
        """Who is on a ticket now, each once, writers before readers."""
        now = time.monotonic()
        found: dict[UUID, ViewerOut] = {}
        for (where, agent_id, _), (seen, until) in self._seen.items():
            if where == ticket_id and until > now:
                known = found.get(agent_id)
                if known is None or known.what == "looking":
                    found[agent_id] = ViewerOut(agent_id, seen.name, seen.what)
        return sorted(found.values(), key=lambda each: (each.what == "looking", each.name))

    async def enter(self, ticket_id: UUID, agent_id: UUID, name: str, what: str) -> None:
        """Say that an agent of this process looks at a ticket, or writes there."""
        seen = Seen(self._node, ticket_id, agent_id, name, what)
        self._here[ticket_id, agent_id] = seen
        await self._live.publish(TOPIC, msgspec.json.encode(seen))

    async def pass_by(self, place: UUID, agent_id: UUID, name: str, what: str) -> None:
        """Say it once: who does not say it again within ``LASTS_S`` is not there any more."""
        seen = Seen(self._node, place, agent_id, name, what)
        await self._live.publish(TOPIC, msgspec.json.encode(seen))

    async def leave(self, ticket_id: UUID, agent_id: UUID) -> None:
        """Say that they do no more."""
        seen = self._here.pop((ticket_id, agent_id), None)
        if seen is not None:
            gone = msgspec.structs.replace(seen, what="gone")
            await self._live.publish(TOPIC, msgspec.json.encode(gone))

    async def follow(self) -> None:
        """Hear the other processes (and our own echo) until cancelled."""
        async with self._live.listen(TOPIC) as signals, asyncio.TaskGroup() as group:
            group.create_task(self._repeat())
            async for signal in signals:
                if isinstance(signal, Missed) or not signal.payload:
                    continue
                self._note(msgspec.json.decode(signal.payload, type=Seen))

    def _note(self, seen: Seen) -> None:
        key = (seen.ticket_id, seen.agent_id, seen.node)
        before = self._seen.pop(key, None)
        if seen.what != "gone":
            self._seen[key] = (seen, time.monotonic() + LASTS_S)
        if before is None or before[0].what != seen.what:
            self.on_change(seen.ticket_id)

    async def _repeat(self) -> None:
        """Who is here stays known; who has not been heard of for long is forgotten."""
        while True:
            await asyncio.sleep(REPEAT_S)
            for seen in list(self._here.values()):
                await self._live.publish(TOPIC, msgspec.json.encode(seen))
            now = time.monotonic()
            for key, (_, until) in list(self._seen.items()):
                if until <= now:
                    del self._seen[key]
                    self.on_change(key[0])


async def keep_room(edge: Edge) -> None:
    """Run the room of this process."""
    await edge.shelf.of(Room).follow()


RUNS = [keep_room]
