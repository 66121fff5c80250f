"""Becomes another program that dies with its parent; run as a script, so it imports little.

Usage: python -I -S launch.py PARENT_PID UID GID PROGRAM [ARGUMENT ...], UID -1 to stay who we are.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15  # linux/prctl.h


def die_with_parent(parent_pid: int, with_signal: int) -> None:
    """Ask the kernel to signal this process when the thread that started it is gone.

    The request is forgotten when the user changes, so it comes after that. A parent that died
    before we asked will never be reported, hence the second look. Elsewhere than on Linux nothing
    is asked: there the next start clears away what was left.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent_pid:
        sys.exit(1)


def call_ourselves(name: str) -> None:
    """The name that ps and top show for this process: 15 bytes of it, and on Linux only."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def main(arguments: list[str]) -> None:
    parent_pid, uid, gid = (int(word) for word in arguments[:3])
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    os.chdir("/")  # the folder we were called in may be closed to the new user
    die_with_parent(parent_pid, signal.SIGINT)
    os.execv(arguments[3], arguments[3:])  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main(sys.argv[1:])
