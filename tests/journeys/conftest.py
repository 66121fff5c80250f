"""The town that journeys share, a browser whose pages must not complain, and its people."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
)

from fanlight.features.knowledge import importing
from tests.conftest import ROOT
from tests.journeys.people import Console, Guest
from tests.journeys.town import Town, open_town
from tests.ui.console import scene
from tests.ui.console.scene import Staff

ARTICLES = ROOT / "content" / "articles"
# What the browser itself writes there about cuts and refusals that we provoke.
PROVOKED = ("Failed to load resource", "ERR_INTERNET_DISCONNECTED", "WebSocket connection")

expect.set_options(timeout=20_000)  # a whole installation and two browsers share the machine

Visit = Callable[..., Page]
Enter = Callable[..., Guest]


@pytest.fixture(scope="session")
def town(built: None) -> Iterator[Town]:
    """An installation with the starter articles."""
    with open_town() as town:
        town.run(put_up_articles(town))
        yield town


async def put_up_articles(town: Town) -> None:
    async with town.edge.work() as work:
        await importing.carry_out(work, importing.plan(ARTICLES), publish=True)


@pytest.fixture(scope="session")
def mei(town: Town) -> Staff:
    return town.run(scene.hire(town, "Mei Tan", roles=("lead", "admin")))


@pytest.fixture(scope="session")
def ravi(town: Town) -> Staff:
    return town.run(scene.hire(town, "Ravi Menon", roles=("lead",)))


@pytest.fixture
def enter(town: Town) -> Iterator[Enter]:
    """Somebody opens the chat."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(Guest(town, **given))


@pytest.fixture
def desk(town: Town, mei: Staff) -> Iterator[Console]:
    """Mei's console without its screen."""
    with Console(town, mei) as desk:
        yield desk


@pytest.fixture
def visit(town: Town, browser: Browser) -> Iterator[Visit]:
    """Open a page in a browser of one's own, as an agent or as anybody; it must not complain."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        is_provoked = any(words in message.text for words in PROVOKED)
        if message.type in {"error", "warning"} and not is_provoked:
            complaints.append(message.text)

    def open_(address: str, who: Staff | None = None, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, **more)
        contexts.append(context)
        if who is not None:
            cookie = {"name": "fanlight_session", "value": who.token, "url": town.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(15_000)
        page.goto(address if "://" in address else town.url + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
