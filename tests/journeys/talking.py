"""A customer's chat client that never gives up, for journeys that hurt the desk under it."""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable
from typing import Any, Protocol

import httpx2
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import WebSocketException

CUT = (OSError, WebSocketException, httpx2.HTTPError, TimeoutError, EOFError)


class Front(Protocol):
    """Where a client knocks; behind several nodes it may be another one each time."""

    @property
    def address(self) -> str: ...


class Customer:
    """A chat client as ours is: keeps what is not acknowledged, comes back with its last seq."""

    def __init__(self, front: Front, number: int, chance: random.Random) -> None:
        self._front, self._number, self._chance = front, number, chance
        self.token = self.talk_id = ""
        self.unsaid: dict[str, str] = {}  # client key -> text, until acknowledged
        self.stored: dict[str, str] = {}  # client key -> message id, as acknowledged
        self.view: dict[int, tuple[str, str]] = {}  # seq -> message id and text
        self.resumed = 0

    async def run(self, stop: asyncio.Event) -> None:
        await self._begin()
        while not stop.is_set() or self.unsaid:
            with contextlib.suppress(*CUT):
                await self._talk(stop)
            self.resumed += 1
            await asyncio.sleep(self._chance.uniform(0.02, 0.1))

    async def history(self) -> list[dict[str, Any]]:
        """What stands in the database, as a fresh device would get it."""
        found: list[dict[str, Any]] = []
        headers = {"authorization": f"Bearer {self.token}"}
        path = f"http://{self._front.address}/api/widget/chats/{self.talk_id}/messages"
        async with httpx2.AsyncClient(headers=headers, timeout=20) as client:
            while True:
                after = found[-1]["seq"] if found else 0
                page = (await client.get(path, params={"after": after})).json()["messages"]
                found += page
                if not page:
                    return found

    async def _begin(self) -> None:
        self.token = (await self._ask("session", {"language": "en"}))["token"]
        first = {"text": f"Hello from {self._number}", "client_key": f"hello-{self._number:04}"}
        begun = await self._ask("chats", first)
        self.talk_id = begun["conversation"]["id"]
        self.stored[first["client_key"]] = begun["message"]["id"]
        self._see(begun["message"])

    async def _ask(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        while True:
            with contextlib.suppress(*CUT):
                async with httpx2.AsyncClient(headers=headers, timeout=5) as client:
                    answer = await client.post(
                        f"http://{self._front.address}/api/widget/{path}", json=body
                    )
                if answer.status_code < 300:
                    found: dict[str, Any] = answer.json()
                    return found
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.05)

    async def _talk(self, stop: asyncio.Event) -> None:
        """One socket's life."""
        async with open_socket(f"ws://{self._front.address}/api/widget/live") as socket:
            seen = len(self.view)
            assert sorted(self.view) == list(range(1, seen + 1))  # there never was a gap
            hello = {"t": "hello", "token": self.token, "chat_id": self.talk_id, "after": seen}
            await socket.send(json.dumps(hello))
            hearing = asyncio.ensure_future(self._hear(socket))
            try:
                for key in list(self.unsaid):
                    await self._say(socket, key)
                while not hearing.done() and not (stop.is_set() and not self.unsaid):
                    if not stop.is_set() and len(self.unsaid) < 3:
                        key = f"k{self._number:03}-{len(self.stored) + len(self.unsaid):06}"
                        self.unsaid[key] = f"Word {key}"
                        await self._say(socket, key)
                    await asyncio.sleep(self._chance.uniform(0.005, 0.04))
            finally:
                hearing.cancel()
                await asyncio.gather(hearing, return_exceptions=True)

    async def _say(self, socket: Any, key: str) -> None:
        if key in self.unsaid:
            said = {"t": "send", "client_key": key, "text": self.unsaid[key]}
            await socket.send(json.dumps(said))

    async def _hear(self, socket: Any) -> None:
        async for frame in socket:
            heard = json.loads(frame)
            assert heard["t"] in {"ready", "message", "ack", "receipt", "state", "bye"}, heard
            if heard["t"] in {"message", "ack"}:
                self._see(heard["message"])
            if heard["t"] == "ack":
                self.stored[heard["client_key"]] = heard["message"]["id"]
                self.unsaid.pop(heard["client_key"], None)

    def _see(self, message: dict[str, Any]) -> None:
        """A seq is one message for ever."""
        seen = self.view.setdefault(message["seq"], (message["id"], message["text"]))
        assert seen == (message["id"], message["text"])


async def holds(condition: Callable[[], bool], *, within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - the world sets no event
            await asyncio.sleep(0.02)
