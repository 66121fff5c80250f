"""A house where two persons look before readers do: asking, sending back with words, approving."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge.models import Article
from fanlight.features.knowledge.settings import KnowledgeSettings
from tests.builders.databases import Databases
from tests.surfaces.widget.house import House
from tests.ui.console import library, scene
from tests.ui.console.conftest import OpenPage, axe, strict_house
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(
    built: None, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("two-persons")
    with strict_house(databases, folder, KnowledgeSettings(two_persons=True)) as house:
        house.run(scene.open_teams(house))
        yield house


@pytest.fixture(scope="module")
def mei(house: House) -> Staff:
    return house.run(scene.hire(house, "Mei Tan", roles=("lead", "admin")))


@pytest.fixture(scope="module")
def ravi(house: House) -> Staff:
    return house.run(scene.hire(house, "Ravi Menon", roles=("editor",)))


@pytest.fixture(scope="module")
def article(house: House) -> Article:
    return house.run(library.shelf(house))


def begun(open_page: OpenPage, who: Staff, **look: Any) -> Page:
    page = open_page("/console/articles", who, **look)
    page.evaluate("localStorage.setItem('fanlight.articles.writing', 'markdown')")
    return page


def test_a_text_goes_back_and_forth_until_a_second_person_approves(
    open_page: OpenPage, house: House, mei: Staff, ravi: Staff, article: Article
) -> None:
    page = begun(open_page, mei)
    path = f"/console/articles/{article.id}/en"
    page.goto(house.url + path)
    page.get_by_label("Title", exact=True).fill("Memo")
    page.get_by_label("Text", exact=True).fill("Tells whose coins they are.")
    expect(page.get_by_text("You wrote this alone")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Ask for review").click()
    expect(page.get_by_text("Mei Tan asked for a review")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    expect(page.get_by_role("button", name="Send back")).to_have_count(0)

    other = begun(open_page, ravi)
    other.goto(house.url + path)
    other.get_by_role("button", name="Send back").click()
    dialog = other.get_by_role("dialog", name="Send back")
    dialog.get_by_label("What is not right yet").fill("  ")
    dialog.get_by_role("button", name="Send back").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say why")
    assert axe(other) == []
    dialog.get_by_label("What is not right yet").fill("Say which networks want one.")
    dialog.get_by_role("button", name="Send back").click()
    expect(dialog).to_have_count(0)

    page.reload()
    expect(page.get_by_text("Ravi Menon sent it back:")).to_be_visible()
    expect(page.get_by_text("Say which networks want one.")).to_be_visible()
    page.get_by_label("Text", exact=True).fill("XRP and TON want one.")
    page.get_by_role("button", name="Ask for review").click()
    expect(page.get_by_text("Mei Tan asked for a review")).to_be_visible()

    other.reload()
    expect(other.get_by_text("sent it back")).to_have_count(0)
    assert axe(other) == []
    other.get_by_role("button", name="Approve and publish").click()
    expect(other.locator("header .pills .pill")).to_have_text("Published")
    read = other.request.get(f"{house.url}/en/a/{article.category}/{article.slug}")
    assert "XRP and TON" in read.text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_review_fits_a_phone(
    open_page: OpenPage, house: House, mei: Staff, article: Article, theme: Any
) -> None:
    page = begun(open_page, mei, width=360, height=800, theme=theme)
    page.goto(f"{house.url}/console/articles/{article.id}/zh-Hans")
    page.get_by_label("Title", exact=True).fill("备注")
    page.get_by_label("Text", exact=True).fill(f"说明这些币是谁的，{theme}。")
    page.get_by_role("button", name="Ask for review").click()
    expect(page.get_by_text("asked for a review")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
