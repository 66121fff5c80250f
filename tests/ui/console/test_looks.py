"""How it looks and reads to everyone: axe, both themes, two widths, three languages, weight."""

import gzip
import re

import pytest
from playwright.sync_api import Page, Response, expect

from fanlight.features.tickets.received import Received
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser

WEIGHT = 250_000  # bytes of the first load, gzip
PAGES = {
    "list": ("/console/inbox/all", ".irow"),
    "ticket": ("/console/inbox/mine/{ticket}", ".entry"),
    "empty": ("/console/inbox/team:night", ".inbox .empty"),
    "search": ("/console/inbox/search?q=deposit", ".irow"),
    "account": ("/console/settings/me", "h1"),
    "security": ("/console/settings/security", "h1"),
    "sessions": ("/console/settings/sessions", "tbody tr"),
    "people": ("/console/people", "tbody tr"),
    "audit": ("/console/audit", "tbody tr"),
    "deliveries": ("/console/deliveries", "h1"),
    "work": ("/console/deliveries?show=work", "h1"),
    "missing": ("/console/nowhere", ".empty"),
}


def shown(page: Page, name: str) -> None:
    expect(page.locator(PAGES[name][1]).first).to_be_visible()
    page.wait_for_timeout(250)  # the fade of a row, the count in a badge


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(
    open_page: OpenPage, mei: Staff, afternoon: Received, name: str, width: int, theme: str
) -> None:
    address = PAGES[name][0].format(ticket=afternoon.ticket_id)
    page = open_page(address, mei, width=width, height=800, theme=theme)
    shown(page, name)
    assert axe(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_door_is_clean(open_page: OpenPage, theme: str) -> None:
    page = open_page("/console/sign-in", width=360, height=780, theme=theme)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_opens_over_the_desk_is_clean(
    open_page: OpenPage, mei: Staff, afternoon: Received, theme: str
) -> None:
    page = open_page(f"/console/inbox/mine/{afternoon.ticket_id}", mei, theme=theme)
    expect(page.locator(".entry").first).to_be_visible()
    for key, dialog in (
        ("Control+k", "Find or do"),
        ("?", "Keys"),
        ("a", "Assign"),
        ("t", "Set tags"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=dialog)).to_be_visible()
        page.wait_for_timeout(200)
        assert axe(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("n")
    assert axe(page) == []


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_sentence_is_there_in_chinese(
    open_page: OpenPage, house: House, afternoon: Received, language: str
) -> None:
    who = house.run(scene.hire(house, "Lin Che", roles=("lead", "admin"), language=language))
    for name, (address, _) in PAGES.items():
        page = open_page(address.format(ticket=afternoon.ticket_id), who)
        shown(page, name)
        expect(page.locator("html")).to_have_attribute("lang", language)
        text = page.locator("body").inner_text()
        assert re.findall(r"\b(?:console|shared)\.[a-z_.]+", text) == []
        page.close()


def test_one_hand_is_enough_at_360_px(open_page: OpenPage, mei: Staff, afternoon: Received) -> None:
    page = open_page("/console/inbox/mine", mei, width=360, height=780, has_touch=True)
    row = page.get_by_role("link", name="USDT via TRON not credited")
    row.tap()
    expect(page.get_by_role("log")).to_be_visible()
    expect(row).to_be_hidden()  # one pane
    page.get_by_role("button", name="Customer").tap()
    card = page.get_by_role("complementary", name="Customer")
    expect(card).to_be_visible()
    card.get_by_role("button", name="Close").tap()
    expect(card).to_be_hidden()
    page.get_by_role("link", name="Back to the list").tap()
    expect(row).to_be_visible()
    page.get_by_role("button", name="Views").tap()
    expect(page.get_by_role("link", name="Unassigned")).to_be_visible()
    page.touchscreen.tap(350, 400)  # beside it
    expect(page.get_by_role("link", name="Unassigned")).to_be_hidden()
    page.get_by_role("button", name="Views").tap()
    page.get_by_role("link", name="Unassigned").tap()
    expect(page.get_by_role("heading", name="Unassigned")).to_be_visible()


def test_tab_alone_reaches_everything(open_page: OpenPage, mei: Staff, afternoon: Received) -> None:
    page = open_page(f"/console/inbox/mine/{afternoon.ticket_id}", mei)
    expect(page.locator(".entry").first).to_be_visible()
    seen: list[str] = []
    for _ in range(70):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const it = document.activeElement;
                   return it.getAttribute("aria-label") || it.innerText || it.id || it.tagName; }"""
            )
        )
        if "Reveal Browser" in seen:
            break
    text = "\n".join(seen)
    for stop in (
        "Skip to the page",
        "Inbox",
        "Mine",
        "Copy the reference",
        "Solve",
        "Reveal Browser",
    ):
        assert stop in text, f"{stop} was not reached"
    assert seen.index("Skip to the page") == 0


def test_the_first_load_is_light(open_page: OpenPage, house: House, mei: Staff) -> None:
    page = open_page("/console/sign-in")
    weights: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if "/api/" not in response.url:
            weights[response.url] = len(gzip.compress(response.body(), 6))

    cookie = {"name": "fanlight_session", "value": mei.token, "url": house.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.on("requestfinished", lambda request: weigh(request.response()))
    page.goto(f"{house.url}/console/inbox/all")
    expect(page.locator(".pane-head h1")).to_have_text("All open")
    page.wait_for_load_state("networkidle")
    assert 20_000 < sum(weights.values()) <= WEIGHT


def test_the_policy_allows_no_inline_script(open_page: OpenPage) -> None:
    page = open_page("/console/sign-in")
    response = page.request.get(page.url)
    policy = response.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)", response.text())
    assert not re.search(r"\bstyle=", page.content())
