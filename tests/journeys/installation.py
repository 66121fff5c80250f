"""A whole installation, run by the command itself, for journeys to use and to hurt."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import psutil

from fanlight.kernel.db import remains
from tests.kernel.peers import free_port

COMMAND = Path(sys.executable).with_name("fanlight")
ADDRESS = "support@desk.example"


class Desk:
    """``fanlight serve`` in a folder, with a mailbox behind LMTP and no limits on load."""

    def __init__(
        self,
        folder: Path,
        workers: int = 1,
        *,
        port: int = 0,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.folder, self.workers = folder, workers
        port, self.mail_port = port or free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        self.help_url = f"http://localhost:{port}"  # by number it is the site of files alone
        mailbox = [{"id": "support", "address": ADDRESS, "name": "Desk"}]
        self.settings = {
            "FANLIGHT_EMAIL__MAILBOXES": json.dumps(mailbox),
            "FANLIGHT_EMAIL__LISTEN": "lmtp",
            "FANLIGHT_EMAIL__LISTEN_PORT": str(self.mail_port),
            "FANLIGHT_WIDGET__MESSAGES_PER_MINUTE": "1000000",
            "FANLIGHT_WIDGET__TALKS_PER_HOUR": "1000000",
            "FANLIGHT_WIDGET__SESSIONS_PER_MINUTE": "1000000",
            **(settings or {}),
        }
        words = ["serve", "--port", str(port), "--workers", str(workers), "--data", str(folder)]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [COMMAND, *words],
                env=os.environ | self.settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def await_open(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"http://{self.address}/healthz").status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text()[-4000:])

    def processes(self, kind: str) -> list[psutil.Process]:
        """Those of a kind, by the name they give themselves: ``web`` or ``worker``."""
        found = psutil.Process(self.process.pid).children()
        named = [each for each in found if _name(each).startswith(f"fanlight {kind}")]
        return named or self.processes("web") if kind == "worker" else named

    def kill(self) -> None:
        """As when the power goes: nobody says goodbye."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            assert self.process.wait(20) == 0
        finally:
            self.process.kill()
            self.process.wait()
        assert not remains.servers_in(self.folder / "postgres")


def _name(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return process.name()
    return ""
