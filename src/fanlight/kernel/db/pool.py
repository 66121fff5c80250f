"""The pool: connections ready to use, time limits on every one, one error when there is none."""

import select
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from fanlight.kernel.db.adapters import CONTEXT, BinaryCursor
from fanlight.kernel.db.line import Connection, Line
from fanlight.kernel.errors import Malformed, Unavailable

_AWAY = (
    psycopg.OperationalError,  # connection, resources, shutdown, timeout, deadlock
    psycopg.errors.IdleInTransactionSessionTimeout,
    PoolTimeout,
    PoolClosed,
    TooManyRequests,
)

CONNECT_S = 5
WAIT_S = 5.0  # for a free connection; whoever waits longer is better told to come back
IDLE_S = 300.0  # an unused connection costs PostgreSQL some 5 MB
WAITING = 1000  # requests in line for a connection before new ones are refused at once
# The pool doubles its pauses between tries: a short limit starts them over, so that it is back
# within seconds after a long outage.
RECONNECT_S = 4.0
PREPARED = 200  # statements of a connection; a desk under load uses some 150
# psycopg forgets what was prepared when a transaction is undone, so it is to be prepared anew soon.
PREPARE_AFTER = 2


def connection_options(*, name: str, statement_s: float, idle_s: float) -> dict[str, Any]:
    """What every connection is opened with; limits in seconds, 0 for none."""
    limits = {
        "timezone": "UTC",
        "statement_timeout": f"{round(statement_s * 1000)}ms",
        "idle_in_transaction_session_timeout": f"{round(idle_s * 1000)}ms",
    }
    return {
        "application_name": name,
        "connect_timeout": CONNECT_S,
        "context": CONTEXT,
        "cursor_factory": BinaryCursor,
        "prepare_threshold": PREPARE_AFTER,
        "options": " ".join(f"-c {key}={value}" for key, value in limits.items()),
    }


def _reading_options(*, name: str, statement_s: float, idle_s: float) -> dict[str, Any]:
    """As above, and whatever comes outside a transaction may only read."""
    options = connection_options(name=name, statement_s=statement_s, idle_s=idle_s)
    options["autocommit"] = True
    return {**options, "options": f"{options['options']} -c default_transaction_read_only=on"}


async def _furnish(connection: Connection) -> None:
    connection.prepared_max = PREPARED
    await connection.set_read_only(False)  # has each transaction begin with BEGIN READ WRITE


async def connect(
    url: str, *, name: str = "fanlight", statement_s: float = 30, idle_s: float = 60
) -> Connection:
    """One connection outside any pool, adapted like those inside.

    Raises:
        Unavailable: the database does not answer.
    """
    options = connection_options(name=name, statement_s=statement_s, idle_s=idle_s)
    with database_errors():
        return await AsyncConnection.connect(url, **options)


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn "the database is away, full or overloaded" into the one error doors understand.

    Nothing was changed then, with one exception: when the connection broke during the commit
    itself nobody can know, which is why whoever may repeat a request gives it a key.
    """
    try:
        yield
    except _AWAY as error:
        raise Unavailable() from error
    except psycopg.DataError as error:
        # A NUL or a lone surrogate in a text, a number beyond its column: what came in is wrong.
        raise Malformed(where="text") from error


class Database:
    """A pool of connections to one database.

    Args:
        url: ``postgresql://…``.
        size: most connections at a time; two stay open when nobody needs any.
        name: shown by PostgreSQL in ``pg_stat_activity``.
        statement_s: a single statement is cancelled after this many seconds.
        idle_s: a transaction in which nothing happens is ended after this many seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        size: int = 10,
        name: str = "fanlight",
        statement_s: float = 30,
        idle_s: float = 60,
    ) -> None:
        self.url = url
        self.size = size
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            open=False,
            kwargs=_reading_options(name=name, statement_s=statement_s, idle_s=idle_s),
            configure=_furnish,
            min_size=min(2, size),
            max_size=size,
            max_waiting=WAITING,
            max_idle=IDLE_S,
            timeout=WAIT_S,
            reconnect_timeout=RECONNECT_S,
            num_workers=1 if size < 10 else 2,
            name=name,
        )

    async def open(self) -> None:
        """Connect.

        Raises:
            Unavailable: the database does not answer; the pool is closed again.
        """
        with database_errors():
            await self._pool.open(wait=True, timeout=CONNECT_S * 2)

    async def close(self) -> None:
        """Close what is free now and the rest as it is given back; again is harmless."""
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of our own for a while: one transaction, unless the block begins its own.

        What the block leaves open is committed at its end and rolled back when it raises.

        Raises:
            Unavailable: no connection came free in time, or the database went away, also while
                the block was using it.
        """
        async with self.reading() as connection:
            await connection.set_autocommit(False)  # is told to psycopg only, nothing travels
            try:
                async with connection:
                    yield connection
            finally:
                if not connection.closed:
                    await connection.set_autocommit(True)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A connection on which every statement stands by itself and cannot change anything.

        Raises:
            Unavailable: as ``connection`` does.
        """
        with database_errors():
            connection = await self._take()
            try:
                yield connection
            finally:
                await self._pool.putconn(connection)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Line]:
        """One transaction that begins with its first statement and ends with the block.

        Raises:
            Unavailable: as ``connection`` does.
        """
        async with self.reading() as connection:
            line = Line(connection, is_transaction=True)
            try:
                yield line
                await line.commit()
            except BaseException:
                await _undo(connection)
                raise

    async def _take(self) -> Connection:
        """A connection the server has not closed behind our back, as it does when it restarts."""
        for _ in range(self.size):
            connection = await self._pool.getconn()
            if not _has_spoken(connection):
                break
            # An idle server says nothing but good-bye. The pool replaces what comes back closed.
            await connection.close()
            await self._pool.putconn(connection)
        else:
            connection = await self._pool.getconn()
        return connection


async def _undo(connection: Connection) -> None:
    """Roll back, if there is anything left to do it on: a broken connection has done it."""
    with suppress(psycopg.OperationalError):
        await connection.rollback()


def _has_spoken(connection: Connection) -> bool:
    """Whether bytes lie unread on the socket of an idle connection. Costs 3 µs, no round trip."""
    if connection.closed:
        return True
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))
