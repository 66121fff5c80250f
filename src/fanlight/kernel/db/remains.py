"""What is left of an earlier server in a data folder, told from what only looks like one."""

import os
import signal
import time
from pathlib import Path

_PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """Whether the process still works; a zombie, which only waits to be buried, does not."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except FileNotFoundError:
        if _PROC.joinpath("self").exists():
            return False
    except (PermissionError, ProcessLookupError):
        return False
    else:
        return stat.rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    try:  # no /proc here, as on macOS
        os.kill(pid, 0)
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    return True


def read_postmaster(cluster: Path) -> tuple[int, str] | None:
    """Process id and state word ("starting", "ready", "stopping") from the server's own note."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (FileNotFoundError, NotADirectoryError, PermissionError, IndexError, ValueError):
        return None


def servers_in(cluster: Path) -> list[int]:
    """Live processes of any server on this data folder, the orphans of a killed one included.

    They are known by their working directory, which is always the data folder, because the id in
    ``postmaster.pid`` may meanwhile belong to a stranger: in a container it usually does.
    """
    if not _PROC.joinpath("self").exists():
        noted = read_postmaster(cluster)
        return [noted[0]] if noted and is_alive(noted[0]) else []
    home = os.path.realpath(cluster)
    found = []
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            try:
                if os.readlink(f"/proc/{entry.name}/cwd") == home and is_alive(int(entry.name)):
                    found.append(int(entry.name))
            except OSError:  # gone meanwhile, or a stranger's
                continue
    return [pid for pid in found if _is_postgres(pid)]


def _is_postgres(pid: int) -> bool:
    try:
        return (_PROC / str(pid) / "comm").read_text().startswith("postgres")
    except OSError:
        return False


def clear(cluster: Path, sockets: Path, *, patience_s: float = 30.0) -> None:
    """End every server still on the folder and remove its notes. Only the owner of the lock may.

    After kill -9 of the process above, the server is usually just finishing its own shutdown, so
    it gets a moment before it is asked again and more firmly.
    """
    noted = read_postmaster(cluster)
    if noted is None and not (cluster / "postmaster.pid").exists():
        return
    started = time.monotonic()
    steps = [(0.0, signal.SIGINT), (patience_s / 2, signal.SIGQUIT), (patience_s, signal.SIGKILL)]
    while alive := servers_in(cluster):
        if time.monotonic() - started > 2 * patience_s:
            raise TimeoutError(f"processes {alive} on {cluster} cannot be ended")
        if steps and time.monotonic() - started >= steps[0][0]:
            _, word = steps.pop(0)
            for pid in alive:
                _signal(pid, word)
        time.sleep(0.01)
    for name in ("postmaster.pid", "postmaster.opts"):
        (cluster / name).unlink(missing_ok=True)
    for path in sockets.glob(".s.PGSQL.*"):
        path.unlink(missing_ok=True)


def _signal(pid: int, word: signal.Signals) -> None:
    try:
        os.kill(pid, word)
    except ProcessLookupError:
        return
