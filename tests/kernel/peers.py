"""Real far ends on loopback, brought along by wheels, for tests to stop and start again."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from fanlight.kernel.db.launch import __file__ as launcher

# The program itself: the wheel puts it beside the interpreter and offers no import.
NATS_SERVER = Path(sys.executable).parent / "nats-server"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class NatsServer:
    """A NATS server on a port of its own, which it keeps over restarts. Dies with us."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        self._log = folder / "nats.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [str(NATS_SERVER), "-a", "127.0.0.1", "-p", str(self.port), "-l", str(self._log)]
        launched = [sys.executable, "-I", "-S", launcher, str(os.getpid()), "-1", "-1", *words]
        self._process = subprocess.Popen(launched)
        for _ in range(1000):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        raise TimeoutError("nats-server does not listen")

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
