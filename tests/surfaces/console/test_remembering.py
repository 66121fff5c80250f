"""Agents are remembered for seconds, and whoever is shut out is out at once: here, on other nodes,
and on the sockets they hold."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from fanlight.features.people.access import CHANGED
from fanlight.features.people.service import sessions
from fanlight.kernel.db.pool import Database
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.local_pg import PostgresBus
from fanlight.kernel.work import Actor
from fanlight.surfaces.console.live import SIGNED_OUT
from fanlight.surfaces.shared.remembering import KEPT, Remembered
from fanlight.surfaces.shared.sessions import COOKIE
from tests.builders.door import Door

ME, VIEWS, AGENTS = "/api/console/me", "/api/console/views", "/api/console/agents"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_rights_count_for_the_next_request(admin: Any, join: Callable[..., Any]) -> None:
    mei, key = join("agent"), f"t{uuid4().hex[:8]}"

    def lists() -> set[str]:
        return {view["key"] for view in mei.browser.json(VIEWS)["views"]}

    assert f"team:{key}" not in lists()
    admin.post("/api/console/teams", json={"key": key, "name": "Night", "members": [mei.id]})
    assert f"team:{key}" in lists()
    admin.patch(f"/api/console/teams/{key}", json={"members": []})
    assert f"team:{key}" not in lists()
    assert mei.browser.get(AGENTS).status_code == 403
    admin.patch(f"{AGENTS}/{mei.id}", json={"roles": ["lead"]})
    assert mei.browser.get(AGENTS).status_code == 200
    admin.patch(f"{AGENTS}/{mei.id}", json={"state": "suspended"})
    assert mei.browser.get(VIEWS).status_code == 401


async def _shut_out(database: str, agent_id: UUID) -> None:
    """End their sessions on another node."""
    pool, bus = Database(database, size=1), PostgresBus(database)
    await pool.open()
    await bus.start()
    async with Edge(pool, bus).work() as work:
        await sessions.end_all(work, agent_id)
    await bus.stop()
    await pool.close()


def test_another_nodes_word_ends_requests_and_sockets(door: Door, join: Callable[..., Any]) -> None:
    mei = join("agent")
    assert mei.browser.get(ME).status_code == 200
    url = door.url.replace("http", "ws") + "/api/console/live"
    cookie = {"cookie": f"{COOKIE}={mei.browser.cookies[COOKIE]}"}

    async def watch() -> list[str]:
        async with connect(url, origin=Origin(door.url), additional_headers=cookie) as socket:
            await socket.send(json.dumps({"t": "ping"}))
            said = [json.loads(await socket.recv())["t"]]
            await _shut_out(door.database, UUID(mei.id))
            begun = time.monotonic()
            async with asyncio.timeout(5):
                said.append(json.loads(await socket.recv())["t"])
                await socket.wait_closed()
            assert socket.close_code == SIGNED_OUT
            assert time.monotonic() - begun < KEPT.total_seconds()
            return said

    assert asyncio.run(watch()) == ["pong", "signed_out"]
    assert mei.browser.get(ME).status_code == 401


class Bus:
    """A live bus whose far end comes and goes as told."""

    def __init__(self, database: str) -> None:
        self._bus = PostgresBus(database)  # never started: our own words arrive all the same
        self.is_up = True
        self.publish, self.listen = self._bus.publish, self._bus.listen
        self.start, self.stop = self._bus.start, self._bus.stop


@pytest.fixture
async def memory() -> Any:
    bus, remembered = Bus("postgresql://nowhere"), Remembered()
    task = asyncio.create_task(remembered.follow(bus))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    yield bus, remembered
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_lost_word_lets_nobody_stay_longer_than_seconds(memory: Any) -> None:
    bus, remembered = memory
    mei = Actor(kind="agent", id=uuid4())
    remembered.keep("token", mei, NOW, generation=remembered.generation)
    assert remembered.find("token", NOW + KEPT / 2) is mei
    assert remembered.find("token", NOW + KEPT) is None
    assert remembered.find("token", NOW - timedelta(hours=1)) is None
    assert remembered.find("other", NOW) is None
    bus.is_up = False
    assert remembered.find("token", NOW) is None


async def test_whom_the_database_named_before_a_word_is_not_kept_after_it(memory: Any) -> None:
    bus, remembered = memory
    mei, asked = Actor(kind="agent", id=uuid4()), remembered.generation
    remembered.keep("token", mei, NOW, generation=asked)
    await bus.publish(CHANGED)
    await asyncio.sleep(0)
    assert remembered.find("token", NOW) is None
    remembered.keep("token", mei, NOW, generation=asked)
    assert remembered.find("token", NOW) is None
    remembered.keep("token", mei, NOW, generation=remembered.generation)
    assert remembered.find("token", NOW) is mei
