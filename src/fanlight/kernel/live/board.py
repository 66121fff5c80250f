"""Who in this process listens to what: one bounded buffer for every reader."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from fanlight.kernel.live.contract import Missed, Signal

BUFFER = 256  # signals one reader may be behind before it is sent to the database instead
_TOPIC = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_LONGEST_TOPIC = 120


def checked(topic: str) -> str:
    """The topic, when a bus can carry it; ValueError otherwise, for that is a bug."""
    if len(topic) > _LONGEST_TOPIC or not _TOPIC.fullmatch(topic):
        raise ValueError(f"{topic!r} is no topic")
    return topic


class BufferedSubscription:
    """One reader of one topic."""

    def __init__(self, topic: str, board: "Board", *, buffer: int = BUFFER) -> None:
        self.topic = topic
        self._board = board
        self._buffer = buffer
        self._waiting: deque[Signal | Missed] = deque()
        self._arrived = asyncio.Event()
        self._is_closed = False

    def put(self, signal: Signal) -> None:
        if len(self._waiting) >= self._buffer:
            self._waiting.clear()
            self._waiting.append(Missed())
        self._waiting.append(signal)
        self._arrived.set()

    def miss(self) -> None:
        """Note that something may be lacking here; what waits already is still delivered."""
        if not self._waiting or not isinstance(self._waiting[-1], Missed):
            self._waiting.append(Missed())
        self._arrived.set()

    def close(self) -> None:
        """End the reader's loop once it has read what waits."""
        self._is_closed = True
        self._arrived.set()

    async def __aenter__(self) -> Self:
        await self._board.join(self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._board.leave(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Signal | Missed:
        while not self._waiting:
            if self._is_closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()


class Board:
    """All readers of this process by topic.

    Args:
        wanted: called when a topic gets its first reader; False when the far end could not be
            told, so that nothing may arrive yet.
        unwanted: called when a topic has lost its last reader.
    """

    def __init__(
        self,
        *,
        wanted: Callable[[str], Awaitable[bool]],
        unwanted: Callable[[str], Awaitable[None]],
    ) -> None:
        self._readers: dict[str, set[BufferedSubscription]] = {}
        self._wanted = wanted
        self._unwanted = unwanted
        self._is_closed = False

    @property
    def topics(self) -> list[str]:
        return list(self._readers)

    def deliver(self, topic: str, payload: bytes) -> None:
        readers = self._readers.get(topic)
        if readers:
            signal = Signal(topic, payload)
            for reader in readers:
                reader.put(signal)

    def miss(self, topic: str) -> None:
        for reader in self._readers.get(topic, ()):
            reader.miss()

    def miss_all(self) -> None:
        for topic in self._readers:
            self.miss(topic)

    def close(self) -> None:
        self._is_closed = True
        for readers in self._readers.values():
            for reader in readers:
                reader.close()

    async def join(self, reader: BufferedSubscription) -> None:
        if self._is_closed:
            reader.close()
            return
        self._readers.setdefault(reader.topic, set()).add(reader)
        try:
            if not await self._wanted(reader.topic):
                reader.miss()
        except BaseException:
            await self.leave(reader)
            raise

    async def leave(self, reader: BufferedSubscription) -> None:
        readers = self._readers.get(reader.topic, set())
        readers.discard(reader)
        if not readers and self._readers.pop(reader.topic, None) is not None:
            await self._unwanted(reader.topic)
