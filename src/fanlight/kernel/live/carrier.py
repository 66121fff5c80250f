"""What both buses share: local delivery at once, a queue outwards, coming back after a cut."""

import asyncio
import random
from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress
from typing import Literal, NamedTuple

import structlog

from fanlight.kernel.live.board import BUFFER, Board, BufferedSubscription, checked
from fanlight.kernel.live.contract import MAX_PAYLOAD_BYTES, Subscription

log = structlog.get_logger(__name__)

QUEUE = 5000  # signals waiting for a far end that is away; beyond, everyone is told to read again
BATCH = 200
HEARTBEAT_S = 15.0  # how long a silent far end is believed to be there
ANSWER_S = 5.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0
_START_S = 2.0
_FLUSH_S = 1.0


class Parcel(NamedTuple):
    """One signal on its way out, or a word between buses.

    ``everyone`` says: you may have missed something; ``hello``: who is there; ``here``: I am.
    """

    kind: Literal["signal", "everyone", "hello", "here"]
    topic: str = ""
    payload: bytes = b""


class Carrier(ABC):
    """A live bus over some far end. Subclasses say how one session with it goes."""

    def __init__(self, *, buffer: int = BUFFER) -> None:
        self.board = Board(wanted=self._wanted, unwanted=self._unwanted)
        self.wake = asyncio.Event()
        self._buffer = buffer
        self._queue: deque[Parcel] = deque()
        self._owes_everyone = False  # signals of ours were dropped: others must read again
        self._up = asyncio.Event()
        self._all_sent = asyncio.Event()
        self._all_sent.set()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def _session(self) -> None:
        """Connect, call ``_came_up``, then carry parcels both ways until the far end is gone.

        Returns or raises when it is; it is called again after a pause.
        """

    @abstractmethod
    async def _send(self, batch: list[Parcel]) -> None:
        """Hand a batch to the far end, in order, and hear that it has it."""

    @abstractmethod
    async def _wanted(self, topic: str) -> bool:
        """A topic has a new reader. False: nothing may arrive before the next session."""

    @abstractmethod
    async def _unwanted(self, topic: str) -> None:
        """A topic has lost its last reader."""

    @property
    def is_up(self) -> bool:
        """Whether the far end is connected; local delivery works either way."""
        return self._up.is_set()

    async def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="live-bus")
        with suppress(TimeoutError):
            async with asyncio.timeout(_START_S):
                await self._up.wait()

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_FLUSH_S if self.is_up else 0):
                    await self._all_sent.wait()
            while not task.done():  # a library in between may swallow the first one
                task.cancel()
                await asyncio.wait({task}, timeout=0.5)
        self.board.close()

    async def publish(self, topic: str, payload: bytes = b"") -> None:
        if len(payload) > MAX_PAYLOAD_BYTES:
            payload = b""
        self.board.deliver(checked(topic), payload)
        if self._is_alone():
            return
        if len(self._queue) >= QUEUE:
            self._drop()
            self._call()
        else:
            self._post(Parcel("signal", topic, payload))

    def listen(self, topic: str) -> Subscription:
        return BufferedSubscription(checked(topic), self.board, buffer=self._buffer)

    def _is_alone(self) -> bool:
        """Whether it is known that nobody else is there to hear us."""
        return False

    def _post(self, parcel: Parcel) -> None:
        self._queue.append(parcel)
        self._call()

    def _call(self) -> None:
        """Have the session send what waits."""
        self._all_sent.clear()
        self.wake.set()

    def _drop(self) -> None:
        """Give up the signals that wait: everyone is told to read again instead.

        Words between buses stay, or one that has asked who is there would get no answer.
        """
        words = [parcel for parcel in self._queue if parcel.kind in ("hello", "here")]
        self._queue.clear()
        self._queue.extend(words)
        self._owes_everyone = True

    async def _forward(self) -> bool:
        """Send the next batch; False when nothing waits."""
        batch = [Parcel("everyone")] if self._owes_everyone else []
        self._owes_everyone = False
        while self._queue and len(batch) < BATCH:
            batch.append(self._queue.popleft())
        if not batch:
            self._all_sent.set()
            return False
        try:
            await self._send(batch)
        except BaseException:
            self._drop()  # nobody knows how far it came
            raise
        return True

    def _came_up(self) -> None:
        """The session hears from now on; what was said before it is lost to us."""
        self._up.set()
        self.board.miss_all()

    def _heard(self, parcel: Parcel) -> None:
        if parcel.kind == "everyone":
            self.board.miss_all()
        else:
            self.board.deliver(parcel.topic, parcel.payload)

    async def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                await self._session()
            except Exception as error:  # whatever broke it: the session comes again
                log.warning("live.cut", bus=type(self).__name__, reason=type(error).__name__)
            if self._up.is_set():
                self._up.clear()
                pause_s = _FIRST_PAUSE_S
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - only spreads
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
