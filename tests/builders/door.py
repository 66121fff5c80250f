"""The whole web side on a free port, for tests that knock as a browser does."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pyotp
import uvicorn
from msgspec.structs import replace

from fanlight.app.build import create_app
from fanlight.app.desk import read_settings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.settings import Settings

STARTS_WITHIN_S = 30


class Door:
    """A running desk: its address, its settings, and its database for what no door offers."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.url, self.settings = url, settings
        self.database = settings[DatabaseSettings].url
        self._browsers: list[Browser] = []

    def run(self, statement: str, **values: object) -> None:
        """Change the database behind the desk's back, e.g. to let time pass."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(statement.encode(), values)

    def browser(self) -> "Browser":
        """Somebody's own browser, closed when the desk is."""
        browser = Browser(self.url)
        self._browsers.append(browser)
        return browser

    def close_browsers(self) -> None:
        for browser in self._browsers:
            browser.close()


class Browser(httpx2.Client):
    """Somebody's browser: keeps cookies, says which page asks, sends our pages' header."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=20, headers={"origin": url, "x-fanlight": "1"})

    def sign_in(self, email: str, password: str, app: pyotp.TOTP | None = None) -> None:
        """Through the door with what is needed; fails the test when it stays closed."""
        answer = self.post("/api/console/sign-in", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        if app is not None:
            # The code of the next half minute: the present one may have been used already.
            code = {"code": app.at(time.time() + 30)}
            answer = self.post("/api/console/sign-in/totp", json=code)
            assert answer.status_code == 200, answer.text
        assert answer.json()["next"] == "done"

    def enrol(self) -> pyotp.TOTP:
        """Set up an authenticator app; a half session becomes a full one."""
        begun = self.post("/api/console/me/totp")
        assert begun.status_code == 200, begun.text
        app = pyotp.TOTP(begun.json()["secret"])
        confirmed = self.post("/api/console/me/totp/confirm", json={"code": app.now()})
        assert confirmed.status_code == 200, confirmed.text
        return app

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def open_door(database: str, folder: Path, *more: Any) -> Iterator[Door]:
    """Serve a desk on this database; ``more`` are settings sections to replace."""
    port = _free_port()
    url = f"http://localhost:{port}"
    settings = read_settings(folder)
    settings = settings.with_section(replace(settings[DatabaseSettings], url=database))
    settings = settings.with_section(replace(settings[BrandSettings], help_url=url))
    for section in more:
        settings = settings.with_section(section)
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=port, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run, name="door", daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not server.started:
            assert thread.is_alive(), "the desk did not start"
            assert time.monotonic() < deadline, "the desk did not start in time"
            time.sleep(0.02)
        door = Door(url, settings)
        yield door
        door.close_browsers()
    finally:
        server.should_exit = True
        thread.join(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
