"""One request, one job, one delivery: one ``Work``, one transaction, one commit at the edge."""

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, LiteralString, TypeVar, overload
from uuid import UUID

import msgspec

from fanlight.kernel.clock import Now
from fanlight.kernel.clock import now as real_now
from fanlight.kernel.db.line import Connection, Line
from fanlight.kernel.events import Event
from fanlight.kernel.shelf import Shelf

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
R = TypeVar("R")
Ask = Coroutine[Any, Any, R]
NOBODY = UUID(int=0)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: an agent, a customer, or the desk itself. Denied whatever is not granted.

    ``permissions`` are verbs such as ``ticket.reply``; ``queues`` are the keys of the teams whose
    tickets the actor may see without ``ticket.see_all``; ``reads`` are the audiences of articles
    that a reader from outside belongs to.
    """

    kind: str  # "agent", "customer", "system"
    id: UUID = NOBODY
    name: str = ""
    permissions: frozenset[str] = frozenset()
    queues: tuple[str, ...] = ()
    reads: tuple[str, ...] = ("public",)
    language: str = "en"
    session_id: UUID | None = None

    def may(self, permission: str) -> bool:
        return self.kind == "system" or permission in self.permissions


SYSTEM = Actor(kind="system", name="Fanlight")


class Enqueued(msgspec.Struct, frozen=True, kw_only=True):
    """A job asked for in this work, stored when it commits."""

    kind: str
    payload: bytes  # JSON
    key: str | None = None  # only one waiting job may carry it
    delay_s: float = 0
    lane: str = "default"


class Signal(msgspec.Struct, frozen=True):
    """A wake-up for other processes, sent after the commit and allowed to be lost."""

    topic: str
    payload: bytes = b""


class Work:
    """Connection, actor, clock, outbox of one unit of work, and the shelf of its process.

    What is published or enqueued is stored by ``flush`` in the same transaction; signals leave
    only after the commit. Nothing in ``features`` commits.
    """

    def __init__(
        self,
        *,
        connection: Connection | Line,
        actor: Actor = SYSTEM,
        now: Now = real_now,
        shelf: Shelf | None = None,
    ) -> None:
        self._line = connection if isinstance(connection, Line) else Line(connection)
        self.actor = actor
        self.now = now
        self.shelf = shelf or Shelf()
        self.outbox: list[Event] = []
        self.jobs: list[Enqueued] = []
        self.signals: list[Signal] = []
        self.flushed = 0  # how many of the outbox are stored already
        self.beside: dict[Event, object] = {}  # what an event is about, where that was in hand

    @property
    def connection(self) -> Connection:
        """For what no statement can say. It knows nothing of what waits, nor of a transaction
        that is to begin with the first question."""
        return self._line.connection

    def publish(self, event: Event, *, about: object = None) -> None:
        """Store this fact with the change it follows from; whoever subscribes hears it later.

        ``about`` is what stands behind it, for those who say whether it concerns them. It goes
        nowhere else.
        """
        self.outbox.append(event)
        if about is not None:
            self.beside[event] = about

    def enqueue(
        self,
        kind: str,
        payload: object = None,
        *,
        key: str | None = None,
        delay_s: float = 0,
        lane: str = "default",
    ) -> None:
        """Ask for a job after the commit. With ``key``, a job still waiting under it is kept."""
        body = msgspec.json.encode(payload)
        self.jobs.append(Enqueued(kind=kind, payload=body, key=key, delay_s=delay_s, lane=lane))

    def signal(self, topic: str, payload: bytes = b"") -> None:
        """Wake other processes once this is committed. Says nothing that the database does not."""
        signal = Signal(topic, payload)
        if signal not in self.signals:
            self.signals.append(signal)

    def of(self, kind: type[R]) -> R:
        """A long-lived thing of this process, e.g. the blobs or the channels."""
        return self.shelf.of(kind)

    def acting_as(self, actor: Actor) -> "Work":
        """The same transaction and outbox in somebody else's name."""
        other = self.aside(actor=actor)
        other.outbox, other.jobs, other.signals = self.outbox, self.jobs, self.signals
        other.beside = self.beside
        return other

    def aside(self, *, actor: Actor | None = None, now: Now | None = None) -> "Work":
        """The same transaction at another time: for what is told of as if it had been then.

        What is published and enqueued there is told to nobody.
        """
        return Work(
            connection=self._line, actor=actor or self.actor, now=now or self.now, shelf=self.shelf
        )

    async def one(self, kind: type[R], sql: LiteralString, /, **values: object) -> R | None:
        """The first row as a ``kind``, or as a plain value when it has one column.

        None when there is no row, or when its one value is NULL.
        """
        row = await (await self._line.ask(sql, values)).fetchone()
        if row is None or (len(row) == 1 and None in row.values()):
            return None
        return _as(kind, row)

    async def rows(self, kind: type[R], sql: LiteralString, /, **values: object) -> list[R]:
        """Every row as a ``kind``."""
        found = await self.raw(sql, **values)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return msgspec.convert(found, list[kind])  # type: ignore[valid-type]
        return [_as(kind, row) for row in found]

    async def raw(self, sql: LiteralString, /, **values: object) -> list[dict[str, Any]]:
        """Every row as it comes, for whoever makes more than one kind of them."""
        return await (await self._line.ask(sql, values)).fetchall()

    async def run(self, sql: LiteralString, /, **values: object) -> int:
        """Run a statement; how many rows it changed."""
        return (await self._line.ask(sql, values)).rowcount

    async def run_many(self, sql: LiteralString, batch: Sequence[Mapping[str, object]]) -> None:
        """Run one statement for many sets of values, in one round trip."""
        await self._line.many(sql, batch)

    def later(self, sql: LiteralString, /, **values: object) -> None:
        """Run a statement together with whatever is asked next, or with the commit.

        For what changes rows and gives no answer: it costs no round trip, and keeps its place in
        the order. What it says against it is raised by whoever asks next.
        """
        self._line.later(sql, values)

    async def settle(self) -> None:
        """Run what waits for the next question now."""
        await self._line.settle()

    @overload
    async def together(self, a: Ask[A], b: Ask[B], /) -> tuple[A, B]: ...
    @overload
    async def together(self, a: Ask[A], b: Ask[B], c: Ask[C], /) -> tuple[A, B, C]: ...
    @overload
    async def together(
        self, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], /
    ) -> tuple[A, B, C, D]: ...
    async def together(self, *asks: Ask[Any]) -> Any:
        """Answers to several questions in one round trip; each may have further ones.

        They may await nothing but this work. The first refusal is raised when all have ended.
        """
        return tuple(await self._line.together(asks))


def _as(kind: type[R], row: dict[str, Any]) -> R:
    if len(row) == 1 and not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return msgspec.convert(next(iter(row.values())), kind)
    return msgspec.convert(row, kind)
