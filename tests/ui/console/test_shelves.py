"""Categories and old addresses in a real browser: made, ordered, renamed, refused."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from fanlight.features.knowledge.models import Article
from tests.surfaces.widget.house import House
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


@pytest.fixture
def shelves(open_page: OpenPage, mei: Staff, furnished: Article) -> Page:
    page = open_page("/console/articles/shelves", mei)
    expect(page.locator(".lines li").first).to_be_visible()
    return page


def shelf(page: Page, name: str) -> Locator:
    return page.locator(".lines li").filter(has=page.locator(".name", has_text=name))


def new(page: Page, name: str) -> Locator:
    page.get_by_role("button", name="New category").click()
    dialog = page.get_by_role("dialog", name="New category")
    dialog.get_by_role("group", name="English").get_by_label("Name").fill(name)
    return dialog


def made(page: Page, name: str) -> str:
    """A category of the test's own, at the end of the list; its address."""
    dialog = new(page, name)
    dialog.get_by_role("button", name="Add the category").click()
    expect(dialog).to_have_count(0)
    expect(shelf(page, name)).to_be_visible()
    return name.lower().replace(" ", "-")


def order(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".lines .name").all_inner_texts()]


def test_a_category_is_made_named_and_taken_away(shelves: Page, house: House) -> None:
    name = f"Cards {uuid4().hex[:6]}"
    dialog = new(shelves, name)
    chinese = dialog.get_by_role("group", name="简体中文")
    chinese.get_by_label("What is in it, in one sentence").fill("卡的问题")
    dialog.get_by_role("button", name="Add the category").click()
    refused = chinese.get_by_role("alert")
    expect(refused).to_contain_text("A name is missing")
    expect(chinese.get_by_label("Name")).to_have_attribute("aria-invalid", "true")

    chinese.get_by_label("Name").fill("银行卡")
    dialog.get_by_role("radio", name="Card", exact=True).check(force=True)
    dialog.get_by_role("button", name="Add the category").click()
    expect(dialog).to_have_count(0)
    row = shelf(shelves, name)
    expect(row).to_contain_text("Not in 繁體中文")
    expect(row).to_contain_text("no articles")

    row.get_by_role("button", name=f"Change {name}").click()
    dialog = shelves.get_by_role("dialog", name="Change the category")
    expect(dialog.get_by_role("radio", name="Card", exact=True)).to_be_checked()
    dialog.get_by_role("button", name="Take it away").click()
    dialog.get_by_role("button", name="Take it away").click()
    expect(row).to_have_count(0)


def test_an_address_is_refused_at_its_field_and_moves_with_its_articles(
    shelves: Page, house: House
) -> None:
    name = f"Basics {uuid4().hex[:6]}"
    dialog = new(shelves, name)
    address = dialog.get_by_label("Address")
    for wrong, said in (("No Key", "small Latin letters"), ("fees", "Another article stands")):
        address.fill(wrong)
        dialog.get_by_role("button", name="Add the category").click()
        expect(address).to_have_attribute("aria-invalid", "true")
        expect(dialog.get_by_role("alert")).to_contain_text(said)
    address.fill("")
    dialog.get_by_role("button", name="Add the category").click()
    expect(dialog).to_have_count(0)

    key = name.lower().replace(" ", "-")
    shelves.get_by_role("button", name=f"Change {name}").click()
    dialog = shelves.get_by_role("dialog", name="Change the category")
    dialog.get_by_label("Address").fill(f"{key}-x")
    expect(dialog.get_by_text("The old address leads on")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(shelf(shelves, name).locator(".mono")).to_have_text(f"/{key}-x")
    assert shelves.request.get(f"{house.url}/en/c/{key}").url.endswith(f"/en/c/{key}-x")


def test_a_full_category_stays(shelves: Page) -> None:
    shelves.get_by_role("button", name="Change Fees").click()
    dialog = shelves.get_by_role("dialog", name="Change the category")
    dialog.get_by_role("button", name="Take it away").click()
    expect(dialog).to_contain_text(re.compile(r"\d+ articles stand in this category"))
    expect(dialog.get_by_role("button", name="Take it away")).to_have_count(0)


def test_the_order_changes_by_buttons_and_by_keys(shelves: Page, house: House) -> None:
    names = [f"Order {letter} {uuid4().hex[:4]}" for letter in "AB"]
    for name in names:
        made(shelves, name)
    shelves.get_by_role("button", name=f"Move {names[1]} up").focus()
    shelves.keyboard.press("Enter")
    told = shelves.locator("main").get_by_role("status")
    expect(told).to_contain_text(f"{names[1]} is now")
    assert [each for each in order(shelves) if each in names] == names[::-1]
    expect(shelves.get_by_role("button", name=f"Move {names[1]} up")).to_be_focused()

    with shelves.expect_response("**/shelves/order"):
        shelves.keyboard.press("Alt+ArrowDown")
    assert [each for each in order(shelves) if each in names] == names
    expect(shelf(shelves, names[1]).locator(".down")).to_be_disabled()
    shelves.reload()
    expect(shelf(shelves, names[1])).to_be_visible()
    assert [each for each in order(shelves) if each in names] == names


def test_the_slower_of_two_editors_compares_and_chooses(
    shelves: Page, open_page: OpenPage, clara: Staff
) -> None:
    name = f"Two {uuid4().hex[:6]}"
    made(shelves, name)
    other = open_page("/console/articles/shelves", clara)
    for page in (shelves, other):
        page.get_by_role("button", name=f"Change {name}").click()
    about = "What is in it, in one sentence"
    theirs = other.get_by_role("group", name="English").get_by_label(about)
    theirs.fill("Said by Clara")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("dialog")).to_have_count(0)

    mine = shelves.get_by_role("group", name="English").get_by_label(about)
    mine.fill("Said by Mei")
    shelves.get_by_role("button", name="Save").click()
    warning = shelves.get_by_role("alert").filter(has_text="Somebody saved this meanwhile")
    expect(warning.locator("del")).to_contain_text("Clara")
    expect(warning.locator("ins")).to_contain_text("Mei")
    expect(mine).to_have_value("Said by Mei")
    warning.get_by_role("button", name="Keep mine").click()
    expect(shelf(shelves, name)).to_contain_text("Said by Mei")


def test_an_old_address_leads_on_until_it_is_stopped(
    open_page: OpenPage, mei: Staff, house: House, furnished: Article
) -> None:
    page = open_page("/console/articles/addresses", mei)
    old = f"/hc/articles/{uuid4().hex[:8]}"
    page.get_by_role("button", name="New redirect").click()
    dialog = page.get_by_role("dialog", name="New redirect")
    dialog.get_by_label("Old address").fill("/en/a/fees/withdrawal-fees")
    dialog.get_by_role("button", name="Lead it there").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose the article")
    dialog.get_by_role("button", name="Leads to").click()
    page.keyboard.type("withdrawal fees")
    expect(page.get_by_role("option", name="Withdrawal fees")).to_be_visible()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Lead it there").click()
    expect(dialog.get_by_role("alert")).to_contain_text("An article stands at")
    dialog.get_by_label("Old address").fill(f"https://help.old.example{old}?x=1")
    dialog.get_by_role("button", name="Lead it there").click()
    expect(dialog).to_have_count(0)
    assert page.request.get(house.url + old).url.endswith("/a/fees/withdrawal-fees")

    page.get_by_role("searchbox").fill(old[-8:])
    expect(page.locator(".lines li")).to_have_count(1)
    page.get_by_role("button", name=f"Stop leading {old}").click()
    expect(page.locator(".lines li")).to_have_count(0)
    assert page.request.get(house.url + old).status == 404
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".lines li")).to_have_count(1)
    assert page.request.get(house.url + old).url.endswith("/a/fees/withdrawal-fees")


def test_who_may_not_publish_looks_and_changes_nothing(
    open_page: OpenPage, ravi: Staff, furnished: Article
) -> None:
    for path in ("shelves", "addresses", "legal"):
        page = open_page(f"/console/articles/{path}", ravi)
        expect(page.locator(".lines li").first).to_be_visible()
        expect(page.get_by_text("Whoever may publish articles changes this")).to_be_visible()
        assert page.get_by_role("button", name=re.compile("^(New|Change|Stop)")).count() == 0
