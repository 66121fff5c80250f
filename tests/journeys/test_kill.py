"""Kill -9 under load: whoever was told "stored" finds it stored, once, and everyone resumes."""

import asyncio
import contextlib
import json
import os
import random
import signal
import smtplib
import sys
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import WebSocketException

from fanlight.kernel.db.pool import connect
from fanlight.kernel.db.private import PrivatePostgres
from tests.journeys.installation import ADDRESS, Desk

ROUNDS = int(os.environ.get("KILL_ROUNDS", "10"))  # in each of the two ways to run
CUSTOMERS, SENDERS = 6, 2
CUT = (OSError, WebSocketException, httpx2.HTTPError, TimeoutError, EOFError)

pytestmark = pytest.mark.slow


class Customer:
    """A chat client as ours is: keeps what is not acknowledged, comes back with its last seq."""

    def __init__(self, desk: Desk, number: int, chance: random.Random) -> None:
        self._desk, self._number, self._chance = desk, number, chance
        self._base = f"http://{desk.address}"
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
        path = f"{self._base}/api/widget/chats/{self.talk_id}/messages"
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
                    answer = await client.post(f"{self._base}/api/widget/{path}", json=body)
                if answer.status_code < 300:
                    found: dict[str, Any] = answer.json()
                    return found
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.05)

    async def _talk(self, stop: asyncio.Event) -> None:
        """One socket's life."""
        async with open_socket(f"ws://{self._desk.address}/api/widget/live") as socket:
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


class Sender:
    """A mail server in front of us: the same mail again until it is taken."""

    def __init__(self, desk: Desk, number: int) -> None:
        self._desk, self._number = desk, number
        self.taken: list[str] = []

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            mail = self._written(len(self.taken))
            if await asyncio.to_thread(self._hand_over, mail):
                self.taken.append(mail["Subject"])
            else:
                await asyncio.sleep(0.05)

    def _written(self, count: int) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"sender{self._number}@customer.example"
        mail["To"] = ADDRESS
        mail["Subject"] = f"Letter {self._number}-{count}"
        mail["Message-ID"] = f"<{self._number}.{count}@customer.example>"
        mail["Date"] = "Mon, 23 Nov 2026 12:00:00 +0000"
        mail.set_content(f"My deposit number {self._number}-{count} is missing.")
        return mail

    def _hand_over(self, mail: EmailMessage) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self._desk.mail_port, timeout=10) as door:
                return door.send_message(mail) == {}
        except (OSError, smtplib.SMTPException):
            return False


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    # Not in pytest's folder: that is closed to root's server whenever another run begins.
    with TemporaryDirectory(prefix="fanlight-") as folder:
        desk = Desk(Path(folder), request.param)
        try:
            desk.await_open()
            yield desk
        finally:
            desk.stop()


async def holds(condition: Callable[[], bool], *, within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - the world sets no event
            await asyncio.sleep(0.02)


async def goes_on(progress: Callable[[], tuple[int, int]]) -> None:
    """Both kinds of load are taken again after a kill."""
    words, letters = progress()
    await holds(lambda: progress()[0] > words + 20, within_s=30)
    await holds(lambda: progress()[1] > letters, within_s=30)


@pytest.mark.timeout(120 + 20 * ROUNDS)
@pytest.mark.parametrize("desk", [1, 2], indirect=True, ids=["alone", "apart"])
async def test_kill_9_at_any_moment_loses_and_doubles_nothing(desk: Desk) -> None:
    chance = random.Random(20261122 + desk.workers)
    customers = [Customer(desk, n, random.Random(n)) for n in range(CUSTOMERS)]
    senders = [Sender(desk, n) for n in range(SENDERS)]
    stop = asyncio.Event()

    def progress() -> tuple[int, int]:
        words = sum(len(customer.stored) for customer in customers)
        return words, sum(len(sender.taken) for sender in senders)

    async with asyncio.TaskGroup() as load:
        for party in (*customers, *senders):
            load.create_task(party.run(stop))
        await holds(lambda: min(progress()) >= CUSTOMERS, within_s=30)
        for _ in range(ROUNDS):
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            victim = chance.choice(desk.processes(chance.choice(["web", "worker"])))
            victim.send_signal(signal.SIGKILL)
            await goes_on(progress)
        stop.set()

    words, letters = progress()
    sys.stdout.write(f"\n{ROUNDS} kills, {words} words and {letters} letters acknowledged")
    assert sum(customer.resumed for customer in customers) > CUSTOMERS
    for customer in customers:
        await check_talk(customer)
    await check_mail(desk, senders)


async def check_talk(customer: Customer) -> None:
    history = await customer.history()
    assert [message["seq"] for message in history] == list(range(1, len(history) + 1))
    texts = [message["text"] for message in history]
    assert len(set(texts)) == len(texts)  # nothing twice
    ids = {message["id"] for message in history}
    assert set(customer.stored.values()) <= ids  # nothing lost
    assert customer.view == {each["seq"]: (each["id"], each["text"]) for each in history}


async def check_mail(desk: Desk, senders: list[Sender]) -> None:
    async with await connect(PrivatePostgres(desk.folder).url) as connection:
        cursor = await connection.execute(
            "SELECT subject, count(*) FROM messages WHERE kind = 'inbound' AND subject LIKE"
            " 'Letter %%' GROUP BY subject",
            {},
        )
        stored = dict(await cursor.fetchall())
        cursor = await connection.execute("SELECT kind, error FROM jobs WHERE state = 'dead'")
        assert await cursor.fetchall() == []
    assert {subject for sender in senders for subject in sender.taken} <= stored.keys()
    assert set(stored.values()) == {1}
