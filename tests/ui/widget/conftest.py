"""A desk with its articles, an exchange that embeds the chat, a browser that must not complain."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.builders.databases import Databases
from fanlight.features.knowledge import importing
from tests.surfaces.widget.house import House, open_house
from tests.ui.widget.scene import ARTICLES, Widget

OpenWidget = Callable[..., Widget]


@pytest.fixture(scope="session")
def house(
    built: None, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with open_house(databases, tmp_path_factory.mktemp("widget")) as house:
        house.run(_articles(house))
        house.run(house.presence("online"))
        yield house


async def _articles(house: House) -> None:
    async with house.edge.work() as work:
        await importing.carry_out(work, importing.plan(ARTICLES), publish=True)




@pytest.fixture
def open_widget(house: House, browser: Browser) -> Iterator[OpenWidget]:
    """Open the exchange's page as one of its customers, or as nobody."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # A refusal or a cut that we provoke is written there by the browser itself.
        provoked = ("Failed to load resource", "ERR_INTERNET_DISCONNECTED", "WebSocket connection")
        is_ours = not any(words in message.text for words in provoked)
        if message.type in {"error", "warning"} and is_ours:
            complaints.append(message.text)

    def open_(
        uid: str | None = "61724093", *, width: int = 1440, height: int = 900,
        theme: Any = "light", locale: str = "en-GB",
    ) -> Widget:  # fmt: skip
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, locale=locale
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(8000)
        page.goto(house.exchange_url)
        if uid is not None:
            page.locator("#who").select_option(uid)
            page.locator("header form button").click()
        return Widget(page, page.frame_locator("iframe"))

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
