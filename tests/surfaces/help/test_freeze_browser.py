"""The emergency lane in a real browser: every state sound, without a script, followed live."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from fanlight.surfaces.shared.reading.reader import COOKIE
from tests.surfaces.help.test_browser import axe
from tests.surfaces.help.test_freeze import (  # the fixtures too
    _afresh,
    _thawed,
    bank,
    frozen,
    hand_over,
    house,
    letters,
    token,
)
from tests.surfaces.widget.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["_afresh", "_thawed", "house"]

Enter = Callable[..., Page]


@pytest.fixture
def enter(house: House, browser: Browser) -> Iterator[Enter]:
    """A browser at the page, signed in or not; afterwards it found nothing to complain about."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(
        path: str = "/en/freeze", *, is_signed: bool = True, width: int = 1440, **more: Any
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        if is_signed:
            with httpx2.Client(base_url=house.url) as client:
                hand_over(house, client, token(house))
                context.add_cookies(
                    [{"name": COOKIE, "value": client.cookies[COOKIE], "url": house.url}]
                )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(10_000)
        page.goto(house.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_every_state_is_sound(
    enter: Enter, house: House, lang: str, width: int, theme: Any
) -> None:
    wanted = {"width": width, "color_scheme": theme, "bypass_csp": True}
    for path in (f"/{lang}/freeze", f"/{lang}/recover", f"/{lang}/freeze/code/{uuid4()}"):
        _is_sound(enter(path, is_signed=False, **wanted))
    page = enter(f"/{lang}/freeze", **wanted)
    _is_sound(page)
    bank(house).play("down")
    page.locator("main .btn.urgent").first.click()
    page.wait_for_url("**/freeze/state/*")
    _is_sound(page)  # not heard back
    bank(house).play("")
    letters(house)  # the worker asks again
    _ask_again(house)
    page.reload()
    expect(page.locator(".freeze.held")).to_be_visible()
    _is_sound(page)  # it holds


def _is_sound(page: Page) -> None:
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _ask_again(house: House) -> None:
    """The job that asks again is due now."""

    async def hurry() -> None:
        async with house.edge.work() as work:
            await work.run("UPDATE jobs SET run_at = now() WHERE kind = 'emergency.ask'")

    house.run(hurry())
    letters(house)


def test_the_whole_road_without_a_script(enter: Enter, house: House) -> None:
    page = enter(java_script_enabled=False)

    page.locator("main .btn.urgent").first.click()

    expect(page.get_by_role("heading", name="Frozen since")).to_be_visible()
    assert frozen(house)
    page.get_by_role("button", name="With my authenticator").click()
    page.get_by_label("Code").fill(dict(bank(house).codes("61724093"))["totp"])
    page.get_by_role("button", name="Lift the freeze").click()
    expect(page.get_by_role("heading", name="Lifted at")).to_be_visible()
    assert not frozen(house)


def test_one_press_by_keyboard_and_the_page_tells_by_itself(enter: Enter, house: House) -> None:
    bank(house).play("failing")
    page = enter()
    page.get_by_role("button", name="Freeze now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="We have not heard back yet")).to_be_visible()

    bank(house).play("")
    _ask_again(house)

    expect(page.get_by_role("heading", name="Frozen since")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Keep it frozen")).to_be_visible()
