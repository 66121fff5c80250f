"""A real desk, a real browser, agents who are signed in; a page that complains fails its test."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
)

from tests.kernel.peers import free_port
from tests.builders.databases import Databases
from fanlight.app.desk import read_settings
from fanlight.app.migrate import migrate
from fanlight.features.knowledge.models import Article
from fanlight.features.people.settings import SignInSettings
from fanlight.features.tickets.received import Received
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.settings import Section
from tests.conftest import ROOT
from tests.surfaces.widget.house import House
from tests.ui.console import furniture, library, scene
from tests.ui.console.scene import Staff

# Patience for a machine that does other things as well, in milliseconds.
expect.set_options(timeout=15_000)
AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"

# A refusal we provoke (401, 409, 422, a socket without a session) the browser writes down itself.
PROVOKED = (
    "Failed to load resource",
    "Unexpected response code: 403",
    "closed before the connection is established",
)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def house(
    built: None, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with strict_house(databases, tmp_path_factory.mktemp("console")) as house:
        house.run(scene.open_teams(house))
        yield house


@contextmanager
def strict_house(databases: Databases, folder: Path, *sections: Section) -> Iterator[House]:
    """A desk as an exchange runs it: nobody gets in by a password alone."""
    url = databases.copy("console")
    port, exchange_port = free_port(), free_port()
    settings = read_settings(folder)
    settings = settings.with_section(replace(settings[DatabaseSettings], url=url))
    settings = settings.with_section(
        replace(settings[BrandSettings], help_url=f"http://localhost:{port}", name="Meridian")
    )
    for section in sections:
        settings = settings.with_section(section)
    assert settings[SignInSettings].second_factor == "required"
    with House(settings, port, exchange_port) as house:
        yield house


@pytest.fixture(scope="session")
def mei(house: House) -> Staff:
    return house.run(scene.hire(house, "Mei Tan", roles=("lead", "admin")))


@pytest.fixture(scope="session")
def ravi(house: House) -> Staff:
    return house.run(scene.hire(house, "Ravi Menon", roles=("lead",)))


@pytest.fixture(scope="session")
def afternoon(house: House, mei: Staff, ravi: Staff) -> Received:
    return house.run(scene.busy_afternoon(house, mei, ravi))


@pytest.fixture(scope="session")
def article(house: House, mei: Staff) -> Article:
    return house.run(library.fees(house, mei))


@pytest.fixture(scope="session")
def furnished(house: House, mei: Staff, article: Article) -> Article:
    house.run(furniture.furnish(house, mei))
    return article


@pytest.fixture(scope="session")
def clara(house: House) -> Staff:
    """A second editor."""
    return house.run(scene.hire(house, "Clara Osei", roles=("editor",)))


@pytest.fixture
def story(house: House, mei: Staff) -> Received:
    """A ticket of the test's own, taken by Mei."""
    name = f"Customer {uuid4().hex[:6]}"
    found = house.run(scene.writes(house, name, "Where is my deposit?", subject=f"Of {name}"))
    house.run(scene.takes(house, mei, found))
    return found




@pytest.fixture
def open_page(house: House, browser: Browser) -> Iterator[OpenPage]:
    """Open an address as an agent; what the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(
            known in message.text for known in PROVOKED
        ):
            complaints.append(message.text)

    def open_(
        path: str, who: Staff | None = None, *, width: int = 1440, height: int = 900,
        theme: Any = "light",
        has_old_proof: bool = False, **more: Any,
    ) -> Page:  # fmt: skip
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, **more
        )
        contexts.append(context)
        if who is not None:
            if not has_old_proof:
                house.run(scene.prove(house, who))
            cookie = {"name": "fanlight_session", "value": who.token, "url": house.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(15_000)
        page.goto(house.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def axe(page: Page) -> list[str]:
    """What axe finds wrong, in one line each."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['target'][0]} {node['failureSummary'].splitlines()[-1].strip()}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
