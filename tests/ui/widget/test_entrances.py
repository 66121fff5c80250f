"""The exchange's page across sites: what opens the chat, and the way over to "my cases"."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.surfaces.widget.house import House
from tests.ui.widget.conftest import OpenWidget

pytestmark = pytest.mark.browser
SHIFTED = """() => new Promise((done) => {
    let shift = 0;
    const watch = new PerformanceObserver((list) => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) shift += each.value;
    });
    watch.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(shift), 300);
})"""


@pytest.mark.parametrize("width", [1440, 360])
def test_nothing_moves_when_button_marks_and_links_come(
    open_widget: OpenWidget, width: int
) -> None:
    page = open_widget(width=width).page
    page.reload()
    expect(page.locator("[data-help-links] li")).to_have_count(4)
    expect(page.get_by_role("button", name="Help: Network")).to_be_visible()
    assert page.evaluate(SHIFTED) < 0.02
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_loader_brings_the_marks_under_a_strict_policy(open_widget: OpenWidget) -> None:
    """The page demands trusted types and names no script but the loader."""
    page = open_widget(None).page  # signed out, this page has no marks
    assert page.locator("script[src$='/widget/help.js']").count() == 0
    page.evaluate("""() => {
        const field = document.createElement("label");
        field.textContent = "Fee";
        field.dataset.help = "withdrawal.fee";
        document.querySelector("main").prepend(field);
    }""")
    page.get_by_role("button", name="Help: Fee").click()
    panel = page.get_by_role("dialog", name="Withdrawal fees and limits")
    # The figures of this moment stand beside the field they are about.
    expect(panel.get_by_role("row").filter(has_text="TRON")).to_contain_text("1.00")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Help: Fee")).to_be_focused()


def test_without_a_script_plain_links_stay(house: House, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    try:
        page = context.new_page()
        page.goto(house.exchange_url)
        page.locator("#who").select_option("61724093")
        page.locator("header form button").click()
        plain = page.locator("[data-help-links] > a")
        expect(plain).to_have_attribute("href", f"{house.url}/en/")
        expect(plain).to_be_visible()
    finally:
        context.close()


def test_any_element_opens_the_chat_where_it_says(open_widget: OpenWidget) -> None:
    widget = open_widget()
    page = widget.page
    page.evaluate("""() => {
        for (const place of ["search:withdrawal fee", "withdrawal.network", "contact"]) {
            const link = document.createElement("a");
            Object.assign(link, { href: "/elsewhere", textContent: place });
            link.dataset.helpOpen = place;
            document.querySelector("main").prepend(link);
        }
    }""")
    page.get_by_text("search:withdrawal fee").click()
    expect(widget.frame.get_by_role("searchbox")).to_have_value("withdrawal fee")
    found = widget.frame.get_by_role("button", name="Withdrawal fees and limits")
    expect(found).to_be_visible()
    page.get_by_text("withdrawal.network").click()
    expect(widget.frame.get_by_role("heading", name="Networks compared")).to_be_visible()
    page.evaluate("Fanlight.open({ article: 'futures/liquidation' })")
    expect(widget.frame.get_by_role("heading", name="liquidation").first).to_be_visible()
    page.get_by_text("contact", exact=True).click()
    # A first message, or the talk that this customer has had already.
    expect(widget.frame.locator("#text, .composer textarea")).to_be_visible()
    page.evaluate("Fanlight.close()")
    expect(page.locator("iframe")).to_be_hidden()


def test_the_keyboard_is_back_at_whatever_opened_the_chat(open_widget: OpenWidget) -> None:
    widget = open_widget()
    opener = widget.page.get_by_role("button", name="Ask support")
    opener.click()
    widget.frame.get_by_role("button", name="Minimise").click()
    expect(opener).to_be_focused()
