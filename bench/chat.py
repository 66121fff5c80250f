"""What a chat message costs, from one socket to the other, durable before it is shown.

Run: ``python bench/chat.py [SOCKETS] [MESSAGES_PER_SECOND]``. Budgets: p50
5 ms, p99 50 ms at 500 messages/s with 5,000 sockets open; an idle socket at 24 KiB or less.
The installation runs as shipped, in processes of its own; the speakers share the machine with it.
"""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx2
import psutil
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

COMMAND = Path(sys.executable).with_name("fanlight")
TALKS = 50  # who speaks; the other sockets listen to the same talks
LASTS_S = 6.0  # each measurement
P50_MS, P99_MS, SOCKET_KIB = 5.0, 50.0, 24.0
# One speaker here stands for many people, so the limits of one person are out of the way.
LIMITS = {
    "FANLIGHT_WIDGET__SESSIONS_PER_MINUTE": "100000",
    "FANLIGHT_WIDGET__MESSAGES_PER_MINUTE": "100000",
    "FANLIGHT_WIDGET__SOCKETS_PER_SESSION": "100",
    "FANLIGHT_WIDGET__TALKS_PER_HOUR": "100000",
}


@contextlib.contextmanager
def serving(folder: str) -> Iterator[tuple[int, str]]:
    """A running installation: process id and address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--port", str(port), "--data", folder]
    process = subprocess.Popen(
        [COMMAND, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **LIMITS},
    )
    try:
        url = f"http://localhost:{port}"
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"{url}/readyz", timeout=5).status_code == 200:
                    break
            if time.monotonic() > until or process.poll() is not None:
                sys.exit("the installation did not start")
            time.sleep(0.05)
        yield process.pid, url
    finally:
        process.terminate()
        process.wait(30)


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def cpu_s(pid: int) -> tuple[float, float]:
    """User and system time of all our processes, and PostgreSQL's part of it."""
    total = database = 0.0
    for each in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            spent = each.cpu_times()
            mine = spent.user + spent.system + spent.children_user + spent.children_system
            total += mine
            database += mine if "postgres" in each.name() else 0.0
    return total, database


def web_rss_kib(pid: int) -> float:
    web = [each for each in family(pid) if "web" in each.name()]
    return sum(each.memory_full_info().uss for each in web) / 1024


class Talk:
    """One customer with two tabs: what is said in the first is timed at the second."""

    def __init__(self, url: str, token: str, talk_id: str, last_seq: int) -> None:
        self.url, self.token, self.talk_id, self.last_seq = url, token, talk_id, last_seq
        self.sent: dict[str, float] = {}
        self.acked_ms: list[float] = []
        self.heard_ms: list[float] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.socket: ClientConnection

    async def open(self, stack: contextlib.AsyncExitStack) -> None:
        self.socket = await self.join(stack)
        other = await self.join(stack)
        self.tasks.append(asyncio.create_task(self._hear(self.socket, "ack", self.acked_ms)))
        self.tasks.append(asyncio.create_task(self._hear(other, "message", self.heard_ms)))

    async def join(self, stack: contextlib.AsyncExitStack) -> ClientConnection:
        address = self.url.replace("http", "ws") + "/api/widget/live"
        origin = Origin(self.url)
        line = await stack.enter_async_context(
            connect(address, origin=origin, compression=None, ping_interval=None)
        )
        hello = {"t": "hello", "token": self.token, "chat_id": self.talk_id, "after": self.last_seq}
        await line.send(json.dumps(hello))
        while json.loads(await line.recv())["t"] != "state":
            pass
        return line

    async def say(self) -> None:
        key = str(uuid4())
        self.sent[key] = time.perf_counter()
        words = "The deposit of 2,400 USDT on TRON has 12 of 20 confirmations by now."
        await self.socket.send(
            json.dumps({"t": "send", "client_key": key, "text": words, "file_ids": []})
        )

    async def _hear(self, line: ClientConnection, kind: str, took: list[float]) -> None:
        async for said in line:
            now = time.perf_counter()
            frame = json.loads(said)
            if frame["t"] == "refused":
                sys.exit(f"refused: {frame}")
            if frame["t"] == kind and frame["message"]["client_key"] in self.sent:
                took.append((now - self.sent[frame["message"]["client_key"]]) * 1000)


async def begin(url: str) -> Talk:
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        session: dict[str, Any] = (await client.post("/api/widget/session", json={})).json()
        client.headers["authorization"] = f"Bearer {session['token']}"
        body = {"text": "Hello", "client_key": str(uuid4())}
        begun = (await client.post("/api/widget/chats", json=body)).json()["conversation"]
        return Talk(url, session["token"], begun["id"], begun["last_seq"])


async def speak(talks: list[Talk], rate: int) -> int:
    """Say so many messages a second, evenly over the talks, whatever the answers take."""
    began, number = time.perf_counter(), 0
    while (due := began + number / rate) < began + LASTS_S:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await talks[number % len(talks)].say()
        number += 1
    for _ in range(100):
        if sum(len(each.heard_ms) for each in talks) >= number:
            break
        await asyncio.sleep(0.1)
    return number


def of_all(taken: list[float], part: float) -> float:
    return sorted(taken)[min(int(len(taken) * part), len(taken) - 1)] if taken else float("inf")


def judged(value: float, budget: float, unit: str) -> str:
    return f"{budget:g} {unit}: {'met' if value <= budget else 'NOT met'}"


async def measure(pid: int, url: str, sockets: int, rate: int, table: Table) -> None:
    async with contextlib.AsyncExitStack() as stack:
        talks = [await begin(url) for _ in range(TALKS)]
        for talk in talks:
            await talk.open(stack)
        before_kib, idle = web_rss_kib(pid), max(sockets - 2 * TALKS, 0)
        for number in range(idle):
            await talks[number % TALKS].join(stack)
        if idle:
            each = (web_rss_kib(pid) - before_kib) / idle
            table.add_row("an idle socket", f"{each:.1f} KiB", judged(each, SOCKET_KIB, "KiB"))
        for wanted in sorted({max(rate // 4, 1), rate}):
            for talk in talks:
                talk.acked_ms.clear()
                talk.heard_ms.clear()
                talk.sent.clear()
            spent, began = cpu_s(pid), time.perf_counter()
            said = await speak(talks, wanted)
            took_s = time.perf_counter() - began
            all_ms, database_ms = (
                (now - then) / said * 1000 for now, then in zip(cpu_s(pid), spent, strict=True)
            )
            heard = [ms for talk in talks for ms in talk.heard_ms]
            acked = [ms for talk in talks for ms in talk.acked_ms]
            name = f"{said / took_s:.0f} of {wanted} messages/s, {sockets:,} sockets"
            p50, p99 = of_all(heard, 0.5), of_all(heard, 0.99)
            lost = said - len(heard)
            table.add_row(f"{name}: shown, p50", f"{p50:.1f} ms", judged(p50, P50_MS, "ms"))
            table.add_row("shown, p99", f"{p99:.1f} ms", judged(p99, P99_MS, "ms"))
            table.add_row("acknowledged, p50", f"{of_all(acked, 0.5):.1f} ms", "")
            table.add_row("CPU a message, all processes", f"{all_ms:.2f} ms", "")
            table.add_row("of it PostgreSQL", f"{database_ms:.2f} ms", "")
            table.add_row("not shown after 10 s", f"{lost}", "0: " + ("NOT met" if lost else "met"))
        for talk in talks:
            for task in talk.tasks:
                task.cancel()


def main() -> None:
    sockets = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    table = Table("what", "measured", "budget", title="Chat")
    with TemporaryDirectory(prefix="fanlight-") as folder, serving(folder) as (pid, url):
        asyncio.run(measure(pid, url, sockets, rate, table))
    Console().print(table)


if __name__ == "__main__":
    main()
