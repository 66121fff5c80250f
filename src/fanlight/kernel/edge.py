"""Where units of work begin and end: open, run, store the outbox, commit, then wake the others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fanlight.kernel.clock import Now
from fanlight.kernel.clock import now as real_now
from fanlight.kernel.db.pool import Database
from fanlight.kernel.jobs import store_outbox
from fanlight.kernel.live.contract import LiveBus
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import SYSTEM, Actor, Work


class Edge:
    """The one place that commits. ``shelf`` holds what work may need; the edge itself is on it."""

    def __init__(
        self, database: Database, live: LiveBus, *, shelf: Shelf | None = None, now: Now = real_now
    ) -> None:
        self.database = database
        self.live = live
        self.now = now
        self.shelf = shelf or Shelf()
        self.shelf.offer(self)

    @asynccontextmanager
    async def reading(self, actor: Actor = SYSTEM) -> AsyncIterator[Work]:
        """For what only looks: no transaction, so neither BEGIN nor COMMIT travels.

        Each statement sees what is committed when it begins, as it does in ``work``. PostgreSQL
        refuses one that changes anything, the storing of an outbox too.
        """
        async with self.database.reading() as connection:
            work = Work(connection=connection, actor=actor, now=self.now, shelf=self.shelf)
            yield work
            await store_outbox(work)
            await work.settle()
        for signal in work.signals:
            await self.live.publish(signal.topic, signal.payload)

    @asynccontextmanager
    async def work(self, actor: Actor = SYSTEM) -> AsyncIterator[Work]:
        """One transaction. Leaving normally commits, then signals; an exception undoes it all."""
        async with self.database.writing() as line:
            work = Work(connection=line, actor=actor, now=self.now, shelf=self.shelf)
            yield work
            await store_outbox(work)
        for signal in work.signals:
            await self.live.publish(signal.topic, signal.payload)
