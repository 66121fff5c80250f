"""Where units of work begin and end: open, run, store the outbox, commit, then wake the others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from fanlight.kernel.clock import Now
from fanlight.kernel.clock import now as real_now
from fanlight.kernel.db.pool import Database
from fanlight.kernel.jobs import store_outbox
from fanlight.kernel.live.contract import LiveBus
from fanlight.kernel.work import SYSTEM, Actor, Work

T = TypeVar("T")


class Edge:
    """The one place that commits, and the shelf of services that jobs may ask for."""

    def __init__(self, database: Database, live: LiveBus, *, now: Now = real_now) -> None:
        self.database = database
        self.live = live
        self.now = now
        self._shelf: dict[type[Any], Any] = {Edge: self}

    def offer(self, service: object, *, as_kind: type[Any] | None = None) -> None:
        """Put a service on the shelf under its class (or the contract it keeps)."""
        self._shelf[as_kind or type(service)] = service

    def of(self, kind: type[T]) -> T:
        """The service offered under this class; KeyError when nobody offered one."""
        return cast("T", self._shelf[kind])

    @asynccontextmanager
    async def work(self, actor: Actor = SYSTEM) -> AsyncIterator[Work]:
        """One transaction. Leaving normally commits, then signals; an exception undoes it all."""
        async with self.database.connection() as connection, connection.transaction():
            work = Work(connection=connection, actor=actor, now=self.now)
            yield work
            await store_outbox(work)
        for signal in work.signals:
            await self.live.publish(signal.topic, signal.payload)
