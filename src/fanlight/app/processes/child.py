"""One process of the desk, from its fork to its last request."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

import structlog
import uvicorn
import uvloop

from fanlight.app.processes.parts import AsgiApp, Parts, Role
from fanlight.app.processes.protocol import Protocol
from fanlight.app.processes.settings import ServeSettings
from fanlight.kernel.db.launch import call_ourselves, die_with_parent
from fanlight.kernel.settings import Settings

log = structlog.get_logger(__name__)

KEEP_ALIVE_S = 65  # longer than the usual reverse proxy holds a connection


class Doors(NamedTuple):
    """The listening sockets, bound once and shared by every process that needs them."""

    desk: socket.socket
    exchange: socket.socket | None

    def close(self) -> None:
        for door in self:
            if door is not None:
                door.close()


def fork(body: Callable[[], int]) -> int:
    """Run ``body`` in a child of its own session that dies with us; the child's process id.

    A fork rather than a fresh interpreter: what is imported is shared instead of loaded again,
    and a process that died is back before its callers notice. The caller has one thread.
    """
    parent_pid = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _live(parent_pid, body)
    return pid


def _live(parent_pid: int, body: Callable[[], int]) -> NoReturn:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for word in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(word, signal.SIG_DFL)
        os.setsid()  # Ctrl-C is for the supervisor, which then tells us
        die_with_parent(parent_pid, signal.SIGKILL)
        code = body()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def run(role: Role, settings: Settings, parts: Parts, doors: Doors, announce: int) -> int:
    """Run a role until SIGTERM. 0 when it was asked to end, 1 when a part ended by itself.

    ``announce`` is a descriptor that gets one byte when everything is up.
    """
    call_ourselves(f"fanlight {role.name}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(role, settings, parts, doors, announce))


async def _run(role: Role, settings: Settings, parts: Parts, doors: Doors, announce: int) -> int:
    stop = asyncio.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(word, stop.set)
    serve = settings[ServeSettings]
    servers, tasks = [], []
    if role.has_desk:
        servers.append(_Server(parts.desk(settings), doors.desk, serve))
    if role.has_exchange and doors.exchange is not None:
        servers.append(_Server(parts.exchange(settings), doors.exchange, serve))
    if role.has_worker:
        tasks.append(asyncio.ensure_future(parts.worker(settings, stop)))
    tasks += [asyncio.ensure_future(server.serve([server.door])) for server in servers]
    asked = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(_all_up(servers, announce))
    await asyncio.wait([asked, *tasks], return_when=asyncio.FIRST_COMPLETED)

    was_asked = stop.is_set()
    stop.set()
    for server in servers:
        server.should_exit = True
    ready.cancel()
    late = (await asyncio.wait(tasks, timeout=serve.drain_s + 1))[1]
    for task in late:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    for result in ended:
        if isinstance(result, Exception):
            log.error("process.part_failed", role=role.name, exc_info=result)
    return 0 if was_asked else 1


async def _all_up(servers: list["_Server"], announce: int) -> None:
    for server in servers:
        await server.up.wait()
    os.write(announce, b"+")
    os.close(announce)


class _Server(uvicorn.Server):
    """Uvicorn told when to stop by us instead of by signals, and able to say that it is up."""

    def __init__(self, app: AsgiApp, door: socket.socket, settings: ServeSettings) -> None:
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="websockets-sansio",
            ws_max_size=settings.largest_frame_bytes,
            # Compression costs some 100 kB a socket; our frames are a few hundred bytes.
            ws_per_message_deflate=False,
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=settings.drain_s,
        )
        super().__init__(config)
        self.door = door
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
