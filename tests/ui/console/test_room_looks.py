"""The pages of what articles share: axe, both themes, two widths, three languages, no permission."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge.models import Article
from tests.conftest import ROOT
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.wire import strangers

pytestmark = pytest.mark.browser
WIRE = ROOT / "ui" / "console" / "src" / "furnishing" / "wire.ts"

# Path -> what shows that it is there, and what opens over it.
PAGES = {
    "shelves": (".lines li", "Change Fees"),
    "glossary": (".lines li", "Change Memo"),
    "synonyms": (".lines li", "Change withdrawal"),
    "legal": (".lines li", ""),
    "legal?key=risk-warning": (".segments", "Take it away"),
    "figures": (".grid-table", "Columns and title of Withdrawal fees"),
    "figures?name=withdrawal-fees": (".figures-form", "Columns and title"),
    "paths": (".lines li", "Change Wallets"),
    "paths?key=start": (".steps", "Take it away"),
    "addresses": (".lines li", "New redirect"),
}


def clean(page: Page) -> None:
    page.wait_for_timeout(250)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_clean(
    open_page: OpenPage, mei: Staff, furnished: Article, path: str, width: int, theme: Any
) -> None:
    shown, opens = PAGES[path]
    page = open_page(f"/console/articles/{path}", mei, width=width, height=800, theme=theme)
    expect(page.locator(shown).first).to_be_visible()
    clean(page)
    if opens:
        page.get_by_role("button", name=opens, exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        clean(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_menu_of_the_room_is_at_hand_on_a_phone(
    open_page: OpenPage, mei: Staff, furnished: Article
) -> None:
    page = open_page("/console/articles/glossary", mei, width=360, height=780)
    expect(page.locator(".lines li").first).to_be_visible()
    menu = page.locator("summary")
    menu.click()
    expect(page.get_by_role("link", name="Legal texts")).to_be_visible()
    clean(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Legal texts")).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Legal texts").click()
    expect(page.get_by_role("heading", name="Legal texts", level=1)).to_be_visible()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_sentence_is_there_in_chinese(
    open_page: OpenPage, house: House, furnished: Article, language: str
) -> None:
    who = house.run(scene.hire(house, "Lin Che", roles=("editor",), language=language))
    for path, (shown, _) in PAGES.items():
        page = open_page(f"/console/articles/{path}", who)
        expect(page.locator(shown).first).to_be_visible()
        text = page.locator("body").inner_text()
        assert not re.findall(r"\b(?:console|shared)\.[a-z_.]+", text)
        page.close()


def test_the_room_is_closed_to_whoever_writes_no_articles(
    open_page: OpenPage, house: House, furnished: Article
) -> None:
    rosa = house.run(scene.hire(house, "Rosa Blum", roles=("agent",)))
    for path in PAGES:
        page = open_page(f"/console/articles/{path}", rosa)
        expect(page.get_by_role("heading", name="This room is for editors")).to_be_visible()
        assert page.locator("main button").count() == 0
        page.close()


def test_our_picture_of_the_wire_is_the_servers(open_page: OpenPage, house: House) -> None:
    page = open_page("/console/sign-in")
    assert strangers(page, house, WIRE.read_text(), {"Figures": "FiguresOut"}) == []
