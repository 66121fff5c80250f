"""A desk as it is shipped, started by its own command; CPU and memory are read from outside."""

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import psutil

from fanlight.app.desk import open_desk, read_settings
from fanlight.features.people.service import make_agent
from fanlight.features.people.service.sessions import Where, open_session
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.db.private import PrivatePostgres
from fanlight.kernel.edge import Edge
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.sessions import COOKIE

COMMAND = Path(sys.executable).with_name("fanlight")
PASSWORD = "seven grey herons at the weir"
UP_WITHIN_S = 120


class Desk:
    """A running installation."""

    def __init__(self, process: psutil.Process, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self._process = process

    def family(self) -> list[psutil.Process]:
        """The desk's processes, PostgreSQL's among them."""
        return [self._process, *self._process.children(recursive=True)]

    def cpu_s(self) -> float:
        """CPU used so far, user and system, by all of them and by those that ended."""
        total = 0.0
        for each in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = each.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return total

    def weight_mb(self) -> float:
        """Proportional set size: a shared page is divided among those who share it."""
        return float(sum(each.memory_full_info().pss for each in self.family())) / 1e6


def cpu_of(pid: int) -> float:
    """CPU of one process so far, in seconds."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@contextlib.contextmanager
def running(
    folder: Path,
    *,
    workers: int = 1,
    demo: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Desk]:
    """Start a desk on its folder, wait until it answers, and end it."""
    port = free_port()
    words = ["serve", "--port", str(port), "--workers", str(workers), "--data", str(folder)]
    log = (folder.parent / f"{folder.name}.log").open("ab")
    process = subprocess.Popen(
        [COMMAND, *words, *(["--demo"] if demo else [])],
        stdout=log,
        stderr=log,
        env={**os.environ, "FANLIGHT_SIGN_IN__SECOND_FACTOR": "optional", **(environment or {})},
    )
    try:
        await_answer(port, process)
        yield Desk(psutil.Process(process.pid), port, folder)
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def await_answer(port: int, process: "subprocess.Popen[bytes]", path: str = "/readyz") -> None:
    until = time.monotonic() + UP_WITHIN_S
    ask = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode()
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(ask)
            if line.recv(64).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.01)
    raise RuntimeError(f"the desk on port {port} does not answer")


def free_port() -> int:
    """A port that is free together with the next two, which a demo takes for exchange and mail.

    Below those the system gives to outgoing connections: one that is free there now may be taken
    before the desk has come to it.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for each in range(port, port + 3):
                held.enter_context(socket.create_server(("127.0.0.1", each)))
            return port


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder for an installation, gone afterwards."""
    with TemporaryDirectory(prefix="fanlight-bench-") as made:
        yield Path(made) / "desk"


@contextlib.contextmanager
def hasty_postgres(folder: Path) -> Iterator[str]:
    """The desk's own database started by itself, writing nothing in earnest: for bulk loads."""
    server = PrivatePostgres(folder, durable=False)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@contextlib.asynccontextmanager
async def beside(folder: Path) -> AsyncIterator[Edge]:
    """An edge on a desk that is running, for what measurements have to put there."""
    async with open_desk(read_settings(folder), name="fanlight-bench") as edge:
        yield edge


async def sign_in(
    edge: Edge, name: str, *, roles: tuple[str, ...], teams: tuple[str, ...]
) -> tuple[UUID, str]:
    """An agent with a session: their id and the cookie they send."""
    async with edge.work() as work:
        agent = await make_agent(
            work,
            email=f"{uuid4().hex[:12]}@meridian.example",
            name=name,
            public_name=name,
            password=PASSWORD,
            roles=roles,
            teams=teams,
        )
    return agent.id, await enter(edge, agent.id)


async def enter(edge: Edge, agent_id: UUID) -> str:
    """A session of an agent who is there already: the cookie they send."""
    async with edge.work() as work:
        opened = await open_session(
            work,
            agent_id,
            work.of(Settings)[SignInSettings],
            state="full",
            method="password+totp",
            where=Where(ip="203.0.113.7", user_agent="bench"),
        )
    return f"{COOKIE}={opened.token}"
