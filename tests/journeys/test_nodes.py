"""Two machines serve one desk, and one of them dies: its chats go on at the other."""

import asyncio
import base64
import itertools
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.journeys.installation import Desk
from tests.journeys.talking import Customer, holds
from tests.kernel.peers import NatsServer

CUSTOMERS = 6
GOES_ON_WITHIN_S = 5

pytestmark = pytest.mark.slow


class Proxy:
    """Sends whoever knocks to the next machine that runs, as a proxy before them does."""

    def __init__(self, nodes: list[Desk]) -> None:
        self.nodes = nodes
        self._turn = itertools.count()

    @property
    def address(self) -> str:
        alive = [node for node in self.nodes if node.process.poll() is None]
        return alive[next(self._turn) % len(alive)].address


@pytest.fixture(params=["postgresql", "nats"])
def nodes(request: pytest.FixtureRequest, fresh_database: str) -> Iterator[list[Desk]]:
    with TemporaryDirectory(prefix="fanlight-") as folder:  # see test_kill.py
        bus = NatsServer(Path(folder))
        shared = {
            "FANLIGHT_DATABASE__URL": fresh_database,
            "FANLIGHT_SECURITY__SECRET_KEY": base64.b64encode(os.urandom(32)).decode(),
        }
        if request.param == "nats":
            bus.start()
            shared["FANLIGHT_LIVE__NATS_URL"] = bus.url
        nodes: list[Desk] = []
        try:
            for name in ("one", "two"):
                home = Path(folder) / name
                home.mkdir()
                nodes.append(Desk(home, settings=shared))
                nodes[-1].await_open()
            yield nodes
        finally:
            for node in nodes:
                if node.process.poll() is None:
                    node.stop()
            bus.stop()


async def test_the_chats_of_a_dead_machine_go_on_at_the_other(nodes: list[Desk]) -> None:
    proxy = Proxy(nodes)
    customers = [Customer(proxy, n, random.Random(n)) for n in range(CUSTOMERS)]
    stop = asyncio.Event()

    async def everyone_is_answered() -> float:
        begin, before = time.monotonic(), [len(customer.stored) for customer in customers]
        pairs = list(zip(customers, before, strict=True))
        await holds(
            lambda: all(len(customer.stored) > count + 2 for customer, count in pairs), within_s=30
        )
        return time.monotonic() - begin

    async with asyncio.TaskGroup() as load:
        for customer in customers:
            load.create_task(customer.run(stop))
        await everyone_is_answered()
        resumed = sum(customer.resumed for customer in customers)
        nodes[0].kill()
        took_s = await everyone_is_answered()
        stop.set()

    assert took_s < GOES_ON_WITHIN_S
    assert sum(customer.resumed for customer in customers) > resumed  # some were there
    for customer in customers:
        history = await customer.history()
        assert [message["seq"] for message in history] == list(range(1, len(history) + 1))
        assert len({message["text"] for message in history}) == len(history)  # nothing twice
        assert set(customer.stored.values()) <= {message["id"] for message in history}
