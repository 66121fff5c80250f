"""Announcements in a real browser: written, translated, scheduled, published, withdrawn."""

import pytest
from playwright.sync_api import Page, expect

from tests.surfaces.widget.house import House
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


def begin(page: Page, title: str) -> None:
    page.get_by_role("button", name="New announcement").click()
    dialog = page.get_by_role("dialog", name="New announcement")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_label("Kind").select_option("maintenance")
    dialog.get_by_role("button", name="Begin writing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def address_of(page: Page, house: House) -> str:
    return f"{house.url}/en/news/{page.get_by_label('Address').input_value()}"


def publish(page: Page) -> None:
    """Press, read the question, and say yes."""
    page.get_by_role("button", name="Publish now").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish now").click()


def test_an_announcement_is_written_published_and_withdrawn(
    open_page: OpenPage, mei: Staff, house: House
) -> None:
    page = open_page("/console/announcements", mei)
    begin(page, "Wallets pause on Wednesday")
    page.get_by_role("button", name="Publish now").click()
    dialog = page.get_by_role("dialog", name="Publish this announcement?")
    expect(dialog).to_contain_text("简体中文, 繁體中文")
    dialog.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("alert")).to_contain_text("Readers need a title and a text")
    page.get_by_label("Text", exact=True).fill("From **03:00** to 05:00.")
    address = address_of(page, house)
    assert page.request.get(address).status == 404

    publish(page)
    expect(page.locator(".pill", has_text="Published")).to_be_visible()
    assert "<strong>03:00</strong>" in page.request.get(address).text()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Wallets pause on Wednesday")

    page.get_by_role("button", name="Withdraw", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".pill", has_text="Withdrawn")).to_be_visible()
    assert page.request.get(address).status == 404


def test_words_of_another_language_stay_while_one_looks_elsewhere(
    open_page: OpenPage, mei: Staff, house: House
) -> None:
    page = open_page("/console/announcements", mei)
    begin(page, "Two tongues")
    page.get_by_label("Text", exact=True).fill("In English.")
    page.get_by_role("link", name="简体中文").click()
    page.get_by_label("Title").fill("两种语言")
    page.get_by_label("Text", exact=True).fill("中文。")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("In English.")

    publish(page)
    expect(page.locator(".pill", has_text="Published")).to_be_visible()
    told = page.request.get(address_of(page, house).replace("/en/", "/zh-Hans/")).text()
    assert "两种语言" in told
    page.goto(f"{house.url}/console/announcements")
    row = page.get_by_role("listitem").filter(has_text="Two tongues")
    expect(row).to_contain_text("Not in 繁體中文")


def test_a_time_ahead_is_a_schedule_and_can_be_taken_back(
    open_page: OpenPage, mei: Staff, house: House
) -> None:
    page = open_page("/console/announcements", mei)
    begin(page, "Later")
    page.get_by_label("Text", exact=True).fill("Soon.")
    page.get_by_role("button", name="Publish at a time").click()
    page.get_by_role("dialog").get_by_role("button", name="Schedule").click()
    expect(page.locator(".pill", has_text="Scheduled")).to_be_visible()
    assert page.request.get(address_of(page, house)).status == 404
    page.get_by_role("button", name="Back to draft").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(page.locator(".pill", has_text="Draft")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_its_pages_are_clean(open_page: OpenPage, mei: Staff, width: int, theme: str) -> None:
    page = open_page("/console/announcements", mei, width=width, height=800, theme=theme)
    if page.get_by_text("No announcements yet").count():
        begin(page, "The first one")
        page.get_by_label("Text", exact=True).fill("It is here.")
        page.get_by_role("button", name="Save the draft").click()
        expect(page.locator("iframe")).to_be_visible()
        assert axe(page) == []
        page.goto(page.url.partition("/announcements")[0] + "/announcements")
    expect(page.locator(".box li").first).to_be_visible()
    page.wait_for_timeout(250)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(".box li a").first.click()
    expect(page.get_by_label("Text", exact=True)).to_be_visible()
    page.wait_for_timeout(250)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
