"""Both far ends of the live bus, started once and told apart by prefix."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pytest

from fanlight.kernel.db.private import PrivatePostgres
from fanlight.kernel.live.carrier import Carrier
from fanlight.kernel.live.local_pg import PostgresBus
from fanlight.kernel.live.nats_bus import NatsBus
from tests.kernel.peers import NatsServer


class FarEnd(Protocol):
    url: str

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Ground:
    """One far end and the kind of bus that runs over it."""

    def __init__(self, far_end: FarEnd, kind: Callable[..., Carrier]) -> None:
        self.far_end = far_end
        self.kind = kind


MakeBus = Callable[..., Carrier]
_numbers = count(1)


@pytest.fixture(scope="module", params=["postgres", "nats"])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    # Not in pytest's folder: that is closed to root's server whenever another run begins.
    with TemporaryDirectory(prefix="fanlight-") as name:
        folder = Path(name)
        ground: Ground
        if request.param == "postgres":
            ground = Ground(PrivatePostgres(folder, durable=False), PostgresBus)
        else:
            ground = Ground(NatsServer(folder), NatsBus)
        ground.far_end.start()
        yield ground
        ground.far_end.stop()


@pytest.fixture
async def make_bus(ground: Ground) -> AsyncIterator[Callable[..., object]]:
    """Started buses of one test, all of one prefix unless it says otherwise."""
    prefix = f"test{next(_numbers)}"
    async with AsyncExitStack() as stack:

        async def make(*, prefix: str = prefix, buffer: int = 256) -> Carrier:
            bus = ground.kind(ground.far_end.url, prefix=prefix, buffer=buffer)
            await bus.start()
            stack.push_async_callback(bus.stop)
            return bus

        yield make
