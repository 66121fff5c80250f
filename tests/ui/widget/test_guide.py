"""The widget's step "Get help", in a real browser: words in, ways out, words carried on."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.widget.conftest import OpenWidget
from tests.ui.widget.scene import SEED

pytestmark = pytest.mark.browser
STUCK = "I dispute this P2P order, I paid and have the bank receipt as evidence"


def test_words_lead_to_ways_and_along_into_a_talk(open_widget: OpenWidget, tmp_path: Path) -> None:
    widget = open_widget(None).open()
    widget.frame.get_by_role("button", name="Get help").click()
    widget.frame.get_by_label("What happened?").fill(STUCK)
    widget.frame.get_by_role("button", name="Show me what to do").click()

    first = widget.frame.locator(".offers > li").first
    expect(first).to_contain_text("Web ticket")
    expect(first).to_contain_text("Answer by")
    expect(widget.frame.get_by_label("We read this as")).to_have_value("p2p")
    assert widget.axe() == []
    widget.page.screenshot(path=tmp_path / "guide.png")
    widget.frame.get_by_label("We read this as").select_option("fiat")
    expect(widget.frame.get_by_label("We read this as")).to_have_value("fiat")
    widget.frame.get_by_role("button", name="Start chat").click()

    expect(widget.frame.get_by_label("Your message")).to_have_value(STUCK)


def test_the_way_to_a_form_takes_the_words_behind_the_mark(open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()
    widget.frame.get_by_role("button", name="Get help").click()
    widget.frame.get_by_label("What happened?").fill(STUCK)
    widget.frame.get_by_role("button", name="Show me what to do").click()

    link = widget.frame.get_by_role("link", name="Write", exact=True)
    expect(link).to_be_visible()
    address = link.get_attribute("href") or ""
    assert "/en/contact#words=I%20dispute" in address


def test_a_secret_stays_here(open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url))
    widget.frame.get_by_role("button", name="Get help").click()
    widget.frame.get_by_label("What happened?").fill(f"is this ok {SEED}")
    widget.frame.get_by_role("button", name="Show me what to do").click()

    widget.frame.get_by_role("button", name="Take it out").click()

    expect(widget.frame.get_by_label("What happened?")).not_to_have_value(f"is this ok {SEED}")
    assert [url for url in asked if "guide" in url] == []
