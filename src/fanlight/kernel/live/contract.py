"""What every live bus keeps: quick, in order per topic, honest about what it may have lost."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Protocol, Self

import msgspec

from fanlight.kernel.work import Signal

__all__ = ["MAX_PAYLOAD_BYTES", "LiveBus", "Missed", "Signal", "Subscription"]

# Topic, sender and payload (in base 64) share one PostgreSQL notification of at most 7,999 bytes.
# A bigger payload stays behind: that wake-up arrives with an empty one, over every bus.
MAX_PAYLOAD_BYTES = 5600


class Missed(msgspec.Struct, frozen=True):
    """Signals may have been lost right here: read the database again before going on."""


class Subscription(Protocol):
    """Signals of one topic, from entering the block until leaving it.

    ``async with bus.listen(topic) as signals: async for signal in signals: ...``
    The loop ends when the bus stops. A reader too slow for its buffer gets ``Missed`` in place of
    what no longer fits, and never slows the sender down.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None: ...

    def __aiter__(self) -> AsyncIterator[Signal | Missed]: ...

    async def __anext__(self) -> Signal | Missed: ...


class LiveBus(Protocol):
    """Fan-out to every process of the installation, this one included.

    A topic is words joined by dots, such as ``ticket.<id>`` or ``feed.console``: at most 120
    characters out of ``A-Z a-z 0-9 . _ -``.
    """

    @property
    def is_up(self) -> bool:
        """Whether the far end is connected, so that others' words arrive; our own always do."""
        ...

    async def start(self) -> None:
        """Begin to connect. Returns although the far end may be away: it is tried again."""

    async def stop(self) -> None:
        """End every subscription and send what waits, as far as that works within a second."""

    async def publish(self, topic: str, payload: bytes = b"") -> None:
        """Tell everyone who listens. Neither waits for the network nor raises when it is down."""

    def listen(self, topic: str) -> Subscription:
        """Everything published on the topic from the moment the block is entered."""
        ...
