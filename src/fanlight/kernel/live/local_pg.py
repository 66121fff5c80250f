"""The default bus: this process directly, the others through PostgreSQL's LISTEN and NOTIFY."""

import asyncio
import base64
import itertools
import secrets
import time
from contextlib import suppress

from psycopg import Notify
from psycopg.sql import SQL, Identifier

from fanlight.kernel.db.line import Connection
from fanlight.kernel.db.pool import connect
from fanlight.kernel.live.board import BUFFER
from fanlight.kernel.live.carrier import ANSWER_S, HEARTBEAT_S, Carrier, Parcel

NOTIFY = "SELECT count(pg_notify(%(channel)s, line)) FROM unnest(%(lines)s::text[]) AS line"


ASK_AFTER_S = 5.0  # of hearing nobody
ALONE_AFTER_S = 3.0  # of no answer: then nobody is there


class PostgresBus(Carrier):
    """LISTEN/NOTIFY on one channel over one connection of its own.

    A notification costs about a tenth of a message of a chat, and most installations are one
    process. So each bus says hello as it comes up, and when it has heard nobody for a while; who
    hears it answers. One that hears nobody keeps its signals to itself until somebody comes.

    Args:
        url: the database; every process of the installation uses the same.
        prefix: installations sharing a database tell themselves apart by it.
        buffer: signals one reader may be behind.
    """

    def __init__(self, url: str, *, prefix: str = "fanlight", buffer: int = BUFFER) -> None:
        super().__init__(buffer=buffer)
        self._url = url
        self._channel = f"{prefix}_live"
        self._sender = secrets.token_hex(6)
        self._numbers = itertools.count()
        self._connection: Connection | None = None
        self._heard_at = self._asked_at = 0.0  # somebody, and who is there: on the monotonic clock

    async def _session(self) -> None:
        connection = await connect(self._url, name="fanlight-live", statement_s=ANSWER_S, idle_s=0)
        try:
            await connection.set_autocommit(True)
            # A notification takes a transaction number, and so a commit record: it need not be
            # on disk before the others are woken.
            await connection.execute("SET synchronous_commit = off")
            connection.add_notify_handler(self._on_notify)
            await connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
            self._connection = connection
            self._came_up()
            self._ask()
            while True:
                self.wake.clear()
                if not await self._forward():
                    await self._hear(connection)
        finally:
            self._connection = None
            await connection.close()

    async def _send(self, batch: list[Parcel]) -> None:
        if self._connection is None:
            raise ConnectionError("between two sessions")
        if time.monotonic() > max(self._heard_at, self._asked_at) + ASK_AFTER_S:
            self._ask()
        lines = [self._written(parcel) for parcel in batch]
        async with asyncio.timeout(ANSWER_S):
            await self._connection.execute(NOTIFY, {"channel": self._channel, "lines": lines})

    async def _wanted(self, topic: str) -> bool:  # noqa: ARG002 - all come through one channel
        return self.is_up

    async def _unwanted(self, topic: str) -> None:
        pass

    async def _hear(self, connection: Connection) -> None:
        """Wait until there is something to hear or to say, and hear it.

        psycopg would wait with the connection locked, so that nothing could be sent meanwhile:
        hence the socket is watched here.
        """
        self._drain(connection)  # what came along with the last answer
        loop, socket = asyncio.get_running_loop(), connection.fileno()
        loop.add_reader(socket, self.wake.set)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_S):
                    await self.wake.wait()
                    await asyncio.sleep(0)  # whoever was told in this process writes first
                    return
        finally:
            loop.remove_reader(socket)
            connection.pgconn.consume_input()
            self._drain(connection)
        async with asyncio.timeout(ANSWER_S):  # a silent server: is it still there?
            await connection.execute("SELECT 1")

    def _drain(self, connection: Connection) -> None:
        while (notify := connection.pgconn.notifies()) is not None:
            self._read(notify.extra.decode())

    def _on_notify(self, notify: Notify) -> None:
        self._read(notify.payload)

    def _written(self, parcel: Parcel) -> str:
        """One line. The number keeps PostgreSQL from merging two equal ones of a transaction."""
        head = f"{self._sender} {next(self._numbers):x}"
        if parcel.kind != "signal":
            return f"{head} {parcel.kind}"
        return f"{head} {parcel.topic} {base64.b64encode(parcel.payload).decode()}"

    def _read(self, line: str) -> None:
        sender, _, rest = line.partition(" ")
        if sender == self._sender:
            return  # delivered when it was published
        self._somebody_is_there()
        _, _, rest = rest.partition(" ")
        topic, separator, payload = rest.partition(" ")
        if separator:
            with suppress(ValueError):  # not ours: anyone with the database may notify
                self._heard(Parcel("signal", topic, base64.b64decode(payload, validate=True)))
        elif topic == "everyone":
            self._heard(Parcel("everyone"))
        elif topic == "hello":
            self._post(Parcel("here"))

    def _is_alone(self) -> bool:
        if self._connection is None:
            return False
        was_answered = self._heard_at >= self._asked_at
        return not was_answered and time.monotonic() > self._asked_at + ALONE_AFTER_S

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        self._post(Parcel("hello"))

    def _somebody_is_there(self) -> None:
        was_alone, self._heard_at = self._is_alone(), time.monotonic()
        if was_alone:  # and has kept to itself what they were there for already
            self._drop()
            self._call()
