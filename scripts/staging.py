"""What scripts need that look at a desk from outside: a demo, a browser, people signed in."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Playwright

from fanlight.app.demo import AGENTS, CUSTOMERS, PASSWORD

COMMAND = Path(sys.executable).with_name("fanlight")
UP_WITHIN_S = 180
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def desk_at(address: str | None) -> Iterator[str]:
    """The desk at an address, or, without one, a demo in a folder of its own, ended afterwards."""
    if address is not None:
        yield address.rstrip("/")
        return
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="fanlight-staged-") as folder:
        words = ["serve", "--demo", "--port", str(port), "--data", str(Path(folder) / "desk")]
        process = subprocess.Popen(
            [COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            desk = f"http://localhost:{port}"
            _await(desk)
            yield desk
        finally:
            process.terminate()
            process.wait(60)


def _free_port() -> int:
    """One with the next two free as well: the demo exchange and its mail stand there."""
    while True:
        with socket.socket() as one, socket.socket() as two, socket.socket() as three:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            with suppress(OSError, OverflowError):
                two.bind(("127.0.0.1", port + 1))
                three.bind(("127.0.0.1", port + 2))
                return port


def _await(desk: str) -> None:
    until = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < until:
        with (
            suppress(URLError, OSError),
            urlopen(  # noqa: S310 - our own address
                f"{desk}/en/search?q=deposit"
            ) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise SystemExit("the demo did not start")


def exchange_of(desk: str) -> str:
    """Where the demo exchange of a desk stands."""
    front, _, port = desk.rpartition(":")
    return f"{front}:{int(port) + 1}"


def chromium(playwright: Playwright) -> Browser:
    """The system's Chromium, asking the world for nothing."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("Chromium is not installed")
    return playwright.chromium.launch(executable_path=found, args=QUIET)


def sign_in(context: BrowserContext, desk: str, login: str) -> None:
    """An agent of the demo, at the console."""
    agent = next(each for each in AGENTS if each.login == login)
    context.request.post(
        f"{desk}/api/console/sign-in",
        data={"email": agent.email, "password": PASSWORD},
        headers={"X-Fanlight": "1", "Origin": desk},
        fail_on_status_code=True,
    )


def play(context: BrowserContext, desk: str, language: str) -> None:
    """A customer of the demo exchange, of this language where one speaks it, signed in there."""
    customer = next((each for each in CUSTOMERS if each.language == language), CUSTOMERS[0])
    context.request.post(f"{exchange_of(desk)}/session", form={"uid": customer.uid})
