"""The console's live side in one process: one reader of the feed, frames made once for all."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.signals import (
    Receipt,
    Said,
    Signal,
    Typing,
    decode,
    ticket_topic,
)
from fanlight.features.oversight.looks import Looks
from fanlight.features.people.masks import Sight, sight_of
from fanlight.features.tickets import feed, queries, views
from fanlight.features.tickets.models import InboxRow, Ticket
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.contract import Missed
from fanlight.kernel.work import Actor
from fanlight.surfaces.console.presence import Room
from fanlight.surfaces.console.timeline import items
from fanlight.surfaces.console.wire import RowOut

log = logging.getLogger(__name__)

MOST_WAITING = 512  # frames; a socket further behind is closed and comes back with its cursor
LOST_WAKEUP_S = 5.0
GATHER_S = 0.01  # after a word, so that what comes in a crowd is read together
COUNTS_EVERY_S = 2.0


def frame(kind: str, **fields: Any) -> bytes:
    return msgspec.json.encode({"t": kind, **fields})


class Client:
    """One open console: who it is and what waits to be sent to it."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self.watches: dict[UUID, asyncio.Task[None] | None] = {}
        self.is_too_slow = False

    def send(self, data: bytes) -> None:
        try:
            self.waiting.put_nowait(data)
        except asyncio.QueueFull:
            self.is_too_slow = True

    @property
    def sight(self) -> Sight:
        """Which facts of customers they see in clear."""
        return sight_of(self.actor)

    def sees(self, ticket: InboxRow | Ticket) -> bool:
        actor = self.actor
        return (
            actor.may("ticket.see_all")
            or ticket.team in actor.queues
            or ticket.assignee_id == actor.id
        )


class Hub:
    """All consoles of this process."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._clients: set[Client] = set()
        self._watched: dict[UUID, set[Client]] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._cursor = feed.Cursor(0, 0)  # all before it was told to whoever is here
        self._feed_due = asyncio.Event()
        self._counts_due = asyncio.Event()
        edge.shelf.of(Room).on_change = self._tell_people

    @asynccontextmanager
    async def client(self, actor: Actor) -> AsyncIterator[Client]:
        """A console, from when it is here until it has gone."""
        client = Client(actor)
        if not self._clients:  # nothing was read while nobody was here
            async with self._edge.reading() as work:
                now = await feed.now(work)
            if not self._clients:
                self._cursor = now
        self._clients.add(client)
        try:
            yield client
        finally:
            self._clients.discard(client)
            for ticket_id in list(client.watches):
                await self.unwatch(client, ticket_id)

    async def hello(self, client: Client, cursor: str | None) -> None:
        """Send what has changed since the client's cursor, then that it is up to date."""
        async with self._edge.reading(client.actor) as work:
            now = await feed.now(work)
            if cursor is not None:
                try:
                    changed, now = await feed.after(work, feed.Cursor.read(cursor))
                except feed.CursorTooOld:
                    client.send(frame("resync"))
                else:
                    rows = await views.rows(work, changed)
                    for each in changed:
                        client.send(_row_frame(rows.get(each), each, str(now), client.sight))
            client.send(frame("counts", views=await views.views(work)))
        client.send(frame("ready", feed=str(now)))

    async def watch(self, client: Client, ticket_id: UUID) -> None:
        """Send everything that happens on a ticket. Raises TicketNotFound if it is not theirs."""
        await self._edge.shelf.of(Looks).look(self._edge, client.actor, ticket_id)
        async with self._edge.reading(client.actor) as work:
            await queries.get_ticket(work, ticket_id)
        client.watches[ticket_id] = None
        self._watched.setdefault(ticket_id, set()).add(client)
        if ticket_id not in self._tasks:
            self._tasks[ticket_id] = asyncio.create_task(self._follow_ticket(ticket_id))
        room = self._edge.shelf.of(Room)
        await room.enter(ticket_id, client.actor.id, client.actor.name, "looking")
        self._tell_people(ticket_id)

    async def unwatch(self, client: Client, ticket_id: UUID) -> None:
        client.watches.pop(ticket_id, None)
        watchers = self._watched.get(ticket_id, set())
        watchers.discard(client)
        if all(other.actor.id != client.actor.id for other in watchers):
            await self._edge.shelf.of(Room).leave(ticket_id, client.actor.id)
        if not watchers:
            self._watched.pop(ticket_id, None)
            if task := self._tasks.pop(ticket_id, None):
                task.cancel()

    def send_to(self, permission: str, data: bytes) -> None:
        """The same frame for everybody here who holds a permission."""
        for client in self._clients:
            if client.actor.may(permission):
                client.send(data)

    def _tell(self, ticket_id: UUID, data: bytes) -> None:
        for client in self._watched.get(ticket_id, ()):
            client.send(data)

    def _tell_people(self, ticket_id: UUID) -> None:
        if ticket_id in self._watched:
            people = self._edge.shelf.of(Room).people(ticket_id)
            self._tell(ticket_id, frame("people", ticket_id=ticket_id, people=people))

    async def _follow_ticket(self, ticket_id: UUID) -> None:
        async with self._edge.live.listen(ticket_topic(ticket_id)) as signals:
            async for signal in signals:
                if isinstance(signal, Missed):
                    continue  # the ticket's row carries a stamp: consoles see that they are behind
                try:
                    await self._pass_on(ticket_id, decode(signal.payload))
                except Exception:
                    log.warning("a signal was not passed on", exc_info=True)

    async def _pass_on(self, ticket_id: UUID, signal: Signal | None) -> None:
        match signal:
            case Said():
                await self._pass_item(ticket_id, signal.message_id)
            case Receipt(by="customer"):
                self._tell(
                    ticket_id,
                    frame(
                        "receipt",
                        ticket_id=ticket_id,
                        conversation_id=signal.conversation_id,
                        customer_delivered_seq=signal.delivered_seq,
                        customer_read_seq=signal.read_seq,
                    ),
                )
            case Typing(by="customer"):
                self._tell(
                    ticket_id,
                    frame(
                        "customer_typing",
                        ticket_id=ticket_id,
                        conversation_id=signal.conversation_id,
                        is_on=signal.is_on,
                    ),
                )
            case _:
                pass

    async def _pass_item(self, ticket_id: UUID, message_id: UUID) -> None:
        async with self._edge.reading() as work:
            message = await conversations.get_message(work, message_id)
            ticket = await queries.get_ticket(work, ticket_id)
            sights = {client.sight for client in self._watched.get(ticket_id, ())}
            shown = {sight: (await items(work, [message], sight))[0] for sight in sights}
        made = {
            sight: frame("item", ticket_id=ticket_id, item=item, stamp=ticket.stamp)
            for sight, item in shown.items()
        }
        # Asked again for every word: the ticket may have gone to another team since they came.
        for client in list(self._watched.get(ticket_id, ())):
            if client.sees(ticket) and (data := made.get(client.sight)):
                client.send(data)
            elif not client.sees(ticket):
                await self.unwatch(client, ticket_id)

    async def follow_feed(self) -> None:
        """Read every change once for all consoles of this process, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOST_WAKEUP_S):
                    await self._feed_due.wait()
            await asyncio.sleep(GATHER_S)
            self._feed_due.clear()  # what is said from here on is read in the next round
            try:
                if self._clients:
                    self._cursor = await self._pass_changes(self._cursor)
            except Exception:
                log.warning("the feed could not be read", exc_info=True)
                await asyncio.sleep(1)

    async def hear_feed(self) -> None:
        """Note that there is something to read; a crowd of words is one reading."""
        async with self._edge.live.listen(feed.TOPIC) as signals:
            async for _ in signals:
                self._feed_due.set()

    async def _pass_changes(self, cursor: feed.Cursor) -> feed.Cursor:
        async with self._edge.reading() as work:  # rows may be newer than the cursor, never older
            try:
                changed, cursor = await feed.after(work, cursor)
            except feed.CursorTooOld:
                for client in self._clients:
                    client.send(frame("resync"))
                return await feed.now(work)
            rows = await views.rows(work, changed)
        for ticket_id, row in rows.items():
            sights = {client.sight for client in self._clients}
            shown = {sight: _row_frame(row, ticket_id, str(cursor), sight) for sight in sights}
            gone = frame("gone", id=ticket_id, stamp=row.stamp, feed=str(cursor))
            for client in list(self._clients):
                is_seen = client.sees(row)
                client.send(shown[client.sight] if is_seen else gone)
                if not is_seen and ticket_id in client.watches:
                    await self.unwatch(client, ticket_id)
        if rows:
            self._counts_due.set()
        return cursor

    async def send_counts(self) -> None:
        """Bring everybody's counts up to date, not more often than they can be read."""
        while True:
            await self._counts_due.wait()
            self._counts_due.clear()
            started = time.monotonic()
            try:
                for client in list(self._clients):
                    async with self._edge.reading(client.actor) as work:
                        client.send(frame("counts", views=await views.views(work)))
            except Exception:
                log.warning("counts could not be read", exc_info=True)
            await asyncio.sleep(max(0.0, COUNTS_EVERY_S - (time.monotonic() - started)))


def _row_frame(row: InboxRow | None, ticket_id: UUID, cursor: str, sight: Sight) -> bytes:
    """Made once for all who see the same facts in clear."""
    if row is None:
        return frame("gone", id=ticket_id, feed=cursor)
    return frame("row", row=RowOut.of(row, sight), feed=cursor)


async def keep_hub(edge: Edge) -> None:
    """Run the hub of this process."""
    hub = edge.shelf.of(Hub)
    async with asyncio.TaskGroup() as group:
        group.create_task(hub.hear_feed())
        group.create_task(hub.follow_feed())
        group.create_task(hub.send_counts())


RUNS = [keep_hub]
