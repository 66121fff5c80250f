"""The bus of many nodes: NATS, which carries to a node only the topics somebody there reads."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fanlight.kernel.live.board import BUFFER
from fanlight.kernel.live.carrier import ANSWER_S, HEARTBEAT_S, Carrier, Parcel

if TYPE_CHECKING:  # imported where it is used: most installations never load this library
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription as Interest

CONNECT_S = 3
_EVERYONE = "_everyone"  # no topic of ours starts a word alone with an underscore


class NatsBus(Carrier):
    """Core NATS: at most once, nothing stored. Reconnecting is the carrier's, not the library's.

    Args:
        url: ``nats://…`` or ``tls://…``, several divided by commas; user and password may be in it.
        prefix: installations sharing a server tell themselves apart by it.
        buffer: signals one reader may be behind.
    """

    def __init__(self, url: str, *, prefix: str = "fanlight", buffer: int = BUFFER) -> None:
        super().__init__(buffer=buffer)
        self._servers = [part.strip() for part in url.split(",")]
        self._prefix = f"{prefix}."
        self._client: Client | None = None
        self._interests: dict[str, Interest] = {}
        self._one_at_a_time = asyncio.Lock()

    async def _session(self) -> None:
        import nats

        client = await nats.connect(
            self._servers,
            name="fanlight",
            no_echo=True,  # our own were delivered when they were published
            allow_reconnect=False,
            connect_timeout=CONNECT_S,
            max_reconnect_attempts=1,  # or it goes on trying in here
            reconnect_time_wait=0,
            ping_interval=round(HEARTBEAT_S),
            max_outstanding_pings=1,
            closed_cb=self._on_closed,
            error_cb=self._on_error,
        )
        self._client = client
        try:
            await client.subscribe(self._prefix + _EVERYONE, cb=self._on_everyone)
            for topic in self.board.topics:
                await self._subscribe(client, topic)
            await _confirm(client)
            self._came_up()
            while not client.is_closed:
                self.wake.clear()
                if not await self._forward():
                    await self.wake.wait()
        finally:
            self._client = None
            self._interests.clear()
            with suppress(Exception):  # it may be half gone already
                async with asyncio.timeout(ANSWER_S):
                    await client.close()

    async def _send(self, batch: list[Parcel]) -> None:
        client = self._client
        if client is None:
            raise ConnectionError("between two sessions")
        for parcel in batch:
            if parcel.kind == "everyone":
                await client.publish(self._prefix + _EVERYONE)
            else:
                await client.publish(self._prefix + parcel.topic, parcel.payload)
        await _confirm(client)  # a dead connection swallows in silence

    async def _wanted(self, topic: str) -> bool:
        from nats.errors import Error

        client = self._client
        if client is None:
            return False
        try:
            await self._subscribe(client, topic)
            # Shielded, because a flush cancelled half-way makes the library's reader stumble.
            await asyncio.shield(asyncio.ensure_future(_confirm(client)))
        except (Error, OSError, TimeoutError):
            return False
        return self.is_up

    async def _unwanted(self, topic: str) -> None:
        from nats.errors import Error

        async with self._one_at_a_time:
            interest = self._interests.pop(topic, None)
            if interest is None or topic in self.board.topics:  # somebody came meanwhile
                if interest is not None:
                    self._interests[topic] = interest
                return
            with suppress(Error, OSError):
                await interest.unsubscribe()

    async def _subscribe(self, client: "Client", topic: str) -> None:
        async with self._one_at_a_time:
            if topic not in self._interests and client is self._client:
                subject = self._prefix + topic
                self._interests[topic] = await client.subscribe(subject, cb=self._on_message)

    async def _on_message(self, message: "Msg") -> None:
        topic = message.subject.removeprefix(self._prefix)
        self._heard(Parcel("signal", topic, message.data))

    async def _on_everyone(self, _: "Msg") -> None:
        self._heard(Parcel("everyone"))

    async def _on_closed(self) -> None:
        self.wake.set()

    async def _on_error(self, error: Any) -> None:
        from nats.errors import SlowConsumerError

        if isinstance(error, SlowConsumerError):  # the client has dropped messages
            self.board.miss_all()


async def _confirm(client: "Client") -> None:
    """Come back when the server has had everything said so far; else end the connection.

    nats-py writes its ping past commands still waiting to be written. When the answer to a first
    one is here, they are on their way, so a second one surely comes after them.
    """
    from nats.errors import FlushTimeoutError

    try:
        for _ in range(2):
            await client.flush(round(ANSWER_S))
    except FlushTimeoutError:
        await client.close()
        raise
