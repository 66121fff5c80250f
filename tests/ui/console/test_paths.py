"""Paths and teams in a real browser: written, followed by readers, refused at the step they fail at."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge.models import Article
from tests.surfaces.widget.house import House
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


def choose(page: Page, step: int) -> None:
    page.get_by_role("button", name="Article").nth(step).click()
    page.keyboard.type("withdrawal fees")
    expect(page.get_by_role("option", name="Withdrawal fees")).to_be_visible()
    page.keyboard.press("Enter")


def write(page: Page, key: str, name: str) -> None:
    page.get_by_role("group", name="English").first.get_by_label("Name").fill(name)
    page.get_by_label("Key").fill(key)


def test_a_path_is_written_and_followed(
    open_page: OpenPage, mei: Staff, house: House, furnished: Article
) -> None:
    page = open_page("/console/articles/paths", mei)
    key, name = f"way-{uuid4().hex[:6]}", f"First fees {uuid4().hex[:4]}"
    page.get_by_role("link", name="New path").click()
    write(page, key, name)
    choose(page, 0)
    page.get_by_role("button", name="Add a step").click()
    page.get_by_role("button", name="Add the path").click()
    second = page.locator(".steps > li").nth(1)
    expect(second.get_by_role("alert")).to_contain_text("Choose an article")
    choose(page, 1)
    second.get_by_label("One part of it").fill("by-network")
    second.get_by_text("Own words for this step").click()
    second.get_by_role("group", name="English").get_by_label("Name").fill("The networks")
    page.get_by_role("button", name="Move step 2 up").click()
    page.get_by_role("button", name="Add the path").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    told = page.request.get(f"{house.url}/en/path/{key}").text()
    assert "withdrawal-fees#by-network" in told
    assert told.index("The networks") < told.index("Withdrawal fees</")

    page.get_by_role("button", name="Take it away").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it away").click()
    expect(page.get_by_role("heading", name="Paths and teams")).to_be_visible()
    assert page.request.get(f"{house.url}/en/path/{key}").status == 404


def test_the_slower_of_two_editors_of_a_path_compares(
    open_page: OpenPage, mei: Staff, clara: Staff, furnished: Article
) -> None:
    page = open_page("/console/articles/paths?key=", mei)
    key = f"two-{uuid4().hex[:6]}"
    write(page, key, "Two at once")
    choose(page, 0)
    page.get_by_role("button", name="Add the path").click()
    expect(page.get_by_role("heading", name="Two at once", level=1)).to_be_visible()
    other = open_page(f"/console/articles/paths?key={key}", clara)
    for each, name in ((other, "By Clara"), (page, "By Mei")):
        each.get_by_role("group", name="English").first.get_by_label("Name").fill(name)
        each.get_by_role("button", name="Save").click()
        if each is other:
            expect(other.get_by_text("The path is saved.")).to_be_visible()
    warning = page.get_by_role("alert").filter(has_text="Somebody saved this meanwhile")
    expect(warning.locator("del")).to_contain_text("Clara")
    warning.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_role("heading", name="By Mei", level=1)).to_be_visible()


def test_a_team_answers_for_a_category(
    open_page: OpenPage, mei: Staff, house: House, furnished: Article
) -> None:
    page = open_page("/console/articles/paths", mei)
    name = f"Fee desk {uuid4().hex[:4]}"
    page.get_by_role("button", name="New team").click()
    dialog = page.get_by_role("dialog", name="New team")
    dialog.get_by_label("Name in English").fill(name)
    dialog.get_by_label("Key").fill("No Key")
    dialog.get_by_role("button", name="Add the team").click()
    expect(dialog.get_by_label("Key")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Key").fill(f"a-{uuid4().hex[:6]}")
    dialog.get_by_label("Fees").check()
    dialog.get_by_role("button", name="Add the team").click()
    expect(dialog).to_have_count(0)
    article = f"{house.url}/en/a/fees/withdrawal-fees"
    assert name in page.request.get(article).text()
    page.get_by_role("button", name=f"Change {name}").click()
    changing = page.get_by_role("dialog", name="Change the team")
    changing.get_by_role("button", name="Take it away").click()
    changing.get_by_role("button", name="Take it away").click()
    expect(page.get_by_role("button", name=f"Change {name}")).to_have_count(0)
    assert name not in page.request.get(article).text()


def test_editors_order_the_questions_of_a_category(
    open_page: OpenPage, mei: Staff, house: House, furnished: Article
) -> None:
    page = open_page("/console/articles/questions", mei)
    page.get_by_role("link", name="Home page").click()
    page.get_by_role("button", name="question 1").first.click()
    page.keyboard.type("withdrawal fees")
    expect(page.get_by_role("option", name="Withdrawal fees")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add a question").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("li").nth(-1).get_by_role("alert")).to_contain_text("Choose an article")
    page.get_by_role("button", name="Take question 2 out").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The list is saved.")).to_be_visible()
    told = page.request.get(f"{house.url}/en/").text()
    assert "withdrawal-fees" in told[told.index('id="asked"') :]

    page.get_by_role("button", name="Give the list up").click()
    page.get_by_role("dialog").get_by_role("button", name="Give the list up").click()
    expect(page.get_by_role("heading", name="Question lists")).to_be_visible()


def test_a_dialog_asks_before_it_drops_what_was_typed(
    open_page: OpenPage, mei: Staff, furnished: Article
) -> None:
    page = open_page("/console/articles/paths", mei)
    page.get_by_role("button", name="New team").click()
    dialog = page.get_by_role("dialog")
    page.mouse.click(5, 5)
    expect(dialog).to_have_count(0)  # nothing was typed

    page.get_by_role("button", name="New team").click()
    dialog.get_by_role("textbox").first.fill("Wallets")
    page.mouse.click(5, 5)
    expect(dialog.get_by_text("What you wrote here is not saved yet.")).to_be_visible()
    page.keyboard.press("Enter")  # goes on writing
    expect(dialog.get_by_role("textbox").first).to_have_value("Wallets")
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Let it go").click()
    expect(dialog).to_have_count(0)
