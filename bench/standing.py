"""How soon an installation stands, how soon again after kill -9, and what it weighs when idle.

Run: ``python bench/standing.py``. Budgets: serving within 3 s on a prepared
machine; idle 400 MB (PSS, PostgreSQL included) with one web process, 600 MB with two.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import psutil
from rich.console import Console
from rich.table import Table

from fanlight.kernel.db.private import PrivatePostgres
from fanlight.kernel.live.local_pg import PostgresBus
from fanlight.kernel.logs import LogSettings, set_up_logs

COMMAND = Path(sys.executable).with_name("fanlight")
IDLE_S = 8.0  # what started has settled by then
SIGNALS = 1000
SERVING_S, IDLE_MB = 3.0, {1: 400, 2: 600}

Row = tuple[str, str, str]


@contextlib.contextmanager
def serving(folder: Path, workers: int) -> Iterator[tuple[int, str, float]]:
    """A running installation: process id, address, and how long it took to answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--port", str(port), "--workers", str(workers), "--data", str(folder)]
    begun = time.monotonic()
    process = subprocess.Popen(
        [COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}/en/"
        await_answer(address)
        yield process.pid, address, time.monotonic() - begun
    finally:
        process.terminate()
        process.wait(30)


def await_answer(address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(address, timeout=30).status_code == 200:
                return
        time.sleep(0.01)
    raise TimeoutError(f"{address} does not answer")


def pss_mb(pid: int) -> float:
    """Proportional set size: each shared page counted once over those who share it."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    return float(sum(each.memory_full_info().pss for each in family)) / 1e6


def installation(folder: Path) -> Iterator[Row]:
    with serving(folder, 1) as (_, _, took_s):
        yield "first start, schema made", f"{took_s:.2f} s", ""
    for workers, budget in IDLE_MB.items():
        with serving(folder, workers) as (pid, address, took_s):
            yield (
                f"prepared start, {workers} web",
                f"{took_s:.2f} s",
                judged(took_s, SERVING_S, "s"),
            )
            time.sleep(IDLE_S)
            weight = pss_mb(pid)
            yield f"idle, {workers} web (PSS)", f"{weight:.0f} MB", judged(weight, budget, "MB")
            if workers == 1:
                yield "answers again after kill -9", f"{revived_s(pid, address):.2f} s", ""


def revived_s(pid: int, address: str) -> float:
    web = next(each for each in psutil.Process(pid).children() if "web" in each.name())
    begun = time.monotonic()
    web.send_signal(signal.SIGKILL)
    await_answer(address)
    return time.monotonic() - begun


def database(folder: Path) -> Iterator[Row]:
    server = PrivatePostgres(folder)
    for name in ("private PostgreSQL, data made", "private PostgreSQL, again"):
        begun = time.monotonic()
        server.start()
        yield name, f"{time.monotonic() - begun:.2f} s", ""
        if name.endswith("made"):
            server.stop()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    while server.is_running():
        time.sleep(0.001)
    begun = time.monotonic()
    server.start()
    yield "private PostgreSQL, after kill -9", f"{time.monotonic() - begun:.2f} s", ""
    first, last = asyncio.run(signals(server.url))
    yield "live signal to another process, p50", f"{first:.2f} ms", ""
    yield "live signal to another process, p99", f"{last:.2f} ms", ""
    server.stop()


async def signals(url: str) -> tuple[float, float]:
    """Milliseconds from publishing on one bus to hearing on another: p50 and p99."""
    here, there = PostgresBus(url), PostgresBus(url)
    await here.start()
    await there.start()
    took = []
    async with there.listen("bench") as heard:
        for _ in range(SIGNALS):
            begun = time.perf_counter()
            await here.publish("bench", b"x" * 200)
            await anext(heard)
            took.append((time.perf_counter() - begun) * 1000)
    await here.stop()
    await there.stop()
    took.sort()
    return took[len(took) // 2], took[len(took) * 99 // 100]


def judged(value: float, budget: float, unit: str) -> str:
    return f"{budget:g} {unit}: {'met' if value <= budget else 'NOT met'}"


def main() -> None:
    set_up_logs(LogSettings(level="error"))
    table = Table("what", "measured", "budget", title="Standing")
    with TemporaryDirectory(prefix="fanlight-") as folder:
        for row in database(Path(folder) / "database"):
            table.add_row(*row)
        for row in installation(Path(folder) / "installation"):
            table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
