"""`fanlight serve`: starts an installation's processes, brings back what dies, ends them all."""

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from fanlight.app.loading import loading
from fanlight.app.processes.child import Doors, fork, run
from fanlight.app.processes.parts import Parts, Role, roles, shipped
from fanlight.app.processes.settings import ServeSettings
from fanlight.app.serving import Serving, as_asked, noted
from fanlight.kernel.db.private import PostgresDidNotStart, PrivatePostgres, connect_or_start
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.logs import LogSettings, set_up_logs
from fanlight.kernel.settings import Settings

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 10.0
STEADY_S = 1.0  # a process that was up for so long was no false start: the next one is at once
GIVE_UP = 3  # so many deaths before the first life mean that it will not get better
_GRACE_S = 2.0  # beyond the drain, for closing what is open


class Addresses(NamedTuple):
    """Where people find what was started."""

    desk: str
    exchange: str | None


def serve(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    demo: bool = False,
    ready: Callable[[Addresses], None] | None = None,
    parts: Parts | None = None,
) -> int:
    """Run the installation until SIGINT or SIGTERM; the exit code.

    Args:
        port: of the desk; the demo exchange listens on the next one. 0 takes any free ones.
        workers: web processes. One also does the background work, more have a process for it.
        demo: load the demo data into an empty database and serve the demo exchange.
        ready: called once everything answers, to tell people where.
    """
    set_up_logs(settings[LogSettings])
    try:
        doors = open_doors(host, port, demo=demo)
    except OSError as error:
        next_step = "another one with --port N; the demo also takes the two after it"
        log.error("serve.port_taken", host=host, port=port, reason=error.strerror, next=next_step)
        return 1
    addresses = _addresses(doors)
    said = _said(doors, addresses, workers=workers, demo=demo)
    settings = as_asked(settings, said)
    supervisor = Supervisor(settings, parts or shipped(), roles(workers, demo=demo), demo=demo)
    with noted(settings.data_dir, said):
        return supervisor.run(doors, lambda: ready(addresses) if ready is not None else None)


def _addresses(doors: Doors) -> Addresses:
    """By name rather than by number: passkeys need one, and files come from the number."""

    def address(door: socket.socket) -> str:
        host, port = door.getsockname()[:2]
        host = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host  # noqa: S104
        return f"http://{host}:{port}"

    return Addresses(address(doors.desk), address(doors.exchange) if doors.exchange else None)


def _said(doors: Doors, addresses: Addresses, *, workers: int, demo: bool) -> Serving:
    host, port = doors.desk.getsockname()[:2]
    return Serving(
        host=host,
        port=port,
        workers=workers,
        is_demo=demo,
        exchange_port=doors.exchange.getsockname()[1] if doors.exchange else None,
        address=addresses.desk,
    )


def open_doors(host: str, port: int, *, demo: bool) -> Doors:
    """Bind before anything starts. Our copy stays open, so that callers wait out a restart."""
    desk = _listen(host, port)
    try:
        return Doors(desk, _listen(host, port + 1 if port else 0) if demo else None)
    except OSError:
        desk.close()
        raise


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


@contextmanager
def settled(settings: Settings) -> Iterator[Settings]:
    """Settings with a database to connect to, for a command beside the desk or without it.

    The given one, or the private one: joined where it runs, else started for the while.
    """
    database = settings[DatabaseSettings]
    if database.url:
        yield settings
        return
    with connect_or_start(settings.data_dir, version=database.version) as url:
        yield settings.with_section(replace(database, url=url))


class Child:
    """One process and its luck so far."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.pid: int | None = None
        self.is_up = False
        self.was_up = False
        self.failures = 0
        self.up_at = 0.0
        self.due_at = 0.0  # when to start it (again), on the monotonic clock
        self.announce = -1


class Supervisor:
    """The parent of all. One thread, no event loop: it only waits for signals and deaths."""

    def __init__(self, settings: Settings, parts: Parts, wanted: list[Role], *, demo: bool) -> None:
        self._settings = settings
        self._parts = parts
        self._demo = demo
        self._children = [Child(role) for role in wanted]
        self._server: PrivatePostgres | None = None
        self._server_due_at = 0.0
        self._stops = 0
        self._wakeup = -1

    def run(self, doors: Doors, ready: Callable[[], None]) -> int:
        with self._signals():
            try:
                self._start()
                if self._prepare(doors):
                    return self._watch(doors, ready)
            except PostgresDidNotStart as error:
                log.error("serve.no_database", reason=str(error))
            except Exception:  # a room that cannot be imported: still end what was started
                log.exception("serve.broken")
            finally:
                self._end(doors)
                if self._server is not None:
                    self._server.stop()
        return 0 if self._stops else 1

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Every signal wakes the wait; the ones that ask for the end are counted."""
        awake, wakeup = os.pipe()
        for end in (awake, wakeup):
            os.set_blocking(end, False)
        words = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
        before = {word: signal.signal(word, self._on_signal) for word in words}
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        self._wakeup = awake
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for word, handler in before.items():
                signal.signal(word, handler)
            os.close(awake)
            os.close(wakeup)

    def _on_signal(self, word: int, _: FrameType | None) -> None:
        if word != signal.SIGCHLD:
            self._stops += 1

    def _start(self) -> None:
        """The database, and everything its children share while it comes up."""
        database = self._settings[DatabaseSettings]
        if not database.url:
            server = PrivatePostgres(self._settings.data_dir, version=database.version)
            self._server = server
            server.launch()
            self._settings = self._settings.with_section(replace(database, url=server.url))
        with loading():
            self._parts = self._parts.made(self._settings)
        if self._server is not None:
            self._server.await_ready()

    def _prepare(self, doors: Doors) -> bool:
        """Bring schema and demo data up to date, in a process that takes its memory with it."""

        def body() -> int:
            doors.close()
            self._leave_server()
            self._parts.prepare(self._settings, self._demo)
            return 0

        pid = fork(body)
        while (code := _ended(pid)) is None:
            if self._stops:
                os.kill(pid, signal.SIGKILL)
            self._wait(1.0)
        if code != 0 and not self._stops:
            log.error("serve.not_prepared", status=code)
        return code == 0 and not self._stops

    def _watch(self, doors: Doors, ready: Callable[[], None]) -> int:
        """Keep everything alive until told to stop; 1 when it never came to life."""
        greeter: int | None = None
        while not self._stops:
            self._bury()
            if any(child.failures >= GIVE_UP and not child.was_up for child in self._children):
                log.error("serve.gave_up")
                return 1
            self._revive_database()
            now = time.monotonic()
            for child in self._children:
                if child.pid is None and child.due_at <= now:
                    self._bear(child, doors)
            if greeter is None and all(child.is_up for child in self._children):
                greeter = self._greet(doors, ready)
            elif greeter and (code := _ended(greeter)) is not None:
                greeter = 0  # said, once and for all
                if code != 0:
                    log.warning("serve.not_greeted", status=code)
            self._wait(self._until_next())
        return 0

    def _greet(self, doors: Doors, ready: Callable[[], None]) -> int:
        """Say that everything answers, from a process of its own: it may ask the database, and
        whatever becomes of that must not hold up whoever keeps the rest alive."""

        def body() -> int:
            doors.close()
            self._leave_server()
            ready()
            return 0

        return fork(body)

    def _bear(self, child: Child, doors: Doors) -> None:
        hears, says = os.pipe()

        def body() -> int:
            os.close(hears)
            self._leave_server()
            return run(child.role, self._settings, self._parts, doors, says)

        child.pid = fork(body)
        os.close(says)
        child.announce, child.is_up = hears, False

    def _bury(self) -> None:
        """Note who has died or come up, and when the dead are due again."""
        for child in self._children:
            if child.announce >= 0 and select.select([child.announce], [], [], 0)[0]:
                child.is_up = os.read(child.announce, 1) == b"+"
                child.was_up, child.up_at = child.was_up or child.is_up, time.monotonic()
                os.close(child.announce)
                child.announce = -1
            if child.pid is None or (code := _ended(child.pid)) is None:
                continue
            now = time.monotonic()
            is_steady = child.is_up and now - child.up_at > STEADY_S
            child.failures = 1 if is_steady else child.failures + 1
            pause_s = round(min(FIRST_PAUSE_S * 3 ** (child.failures - 1), LONGEST_PAUSE_S), 2)
            child.pid, child.is_up, child.due_at = None, False, now + pause_s
            log.error("serve.process_died", role=child.role.name, status=code, again_in_s=pause_s)

    def _revive_database(self) -> None:
        server, now = self._server, time.monotonic()
        if server is None or not server.has_died or self._server_due_at > now:
            return
        log.error("serve.database_died")
        self._server_due_at = now + 1.0
        try:
            server.start()
        except PostgresDidNotStart as error:
            log.error("serve.no_database", reason=str(error))
            self._server_due_at = time.monotonic() + LONGEST_PAUSE_S

    def _until_next(self) -> float:
        now = time.monotonic()
        dues = [child.due_at for child in self._children if child.pid is None]
        if self._server is not None and self._server.has_died:
            dues.append(self._server_due_at)
        return max(0.0, min([5.0, *(due - now for due in dues)]))

    def _wait(self, seconds: float) -> None:
        """Until a signal, a word from a child, or so long."""
        ends = [child.announce for child in self._children if child.announce >= 0]
        select.select([self._wakeup, *ends], [], [], seconds)
        try:
            while os.read(self._wakeup, 512):
                pass
        except BlockingIOError:
            return

    def _end(self, doors: Doors) -> None:
        """Let the processes finish, then make them; a second signal makes them at once."""
        doors.close()
        alive = [child for child in self._children if child.pid is not None]
        for child in alive:
            _tell(child.pid, signal.SIGTERM)
        until = time.monotonic() + self._settings[ServeSettings].drain_s + _GRACE_S
        asked = self._stops
        while alive := [child for child in alive if child.pid and _ended(child.pid) is None]:
            if time.monotonic() > until or self._stops > asked:
                for child in alive:
                    _tell(child.pid, signal.SIGKILL)
            self._wait(0.2)
        for child in self._children:
            child.pid = None

    def _leave_server(self) -> None:
        if self._server is not None:
            self._server.leave_to_parent()


def _ended(pid: int) -> int | None:
    """The exit code of a child that has ended, negative for a signal; None while it lives."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found == pid else None


def _tell(pid: int | None, word: signal.Signals) -> None:
    if pid is not None:
        os.kill(pid, word)
