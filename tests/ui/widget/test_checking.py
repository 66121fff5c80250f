"""Whoever waits in the chat is told what we see; a guest is offered to look."""

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from fanlight.exchange.connectors.sandbox.connect import opened
from tests.surfaces.widget.house import House
from tests.ui.widget.scene import Widget

pytestmark = pytest.mark.browser

OpenWidget = Callable[..., Widget]
UID = "61724093"


def test_the_card_says_what_is_seen_and_leads_to_all_of_it(
    house: House, open_widget: OpenWidget
) -> None:
    house.run(house.end_talks())
    opened(house.settings).plant(UID, "withdrawal.held_limit")
    widget = open_widget(UID, width=360, height=780, theme="dark").open()

    widget.begin("My withdrawal is pending since yesterday")

    card = widget.frame.locator(".card.check")
    expect(card).to_contain_text("wait for your limit", timeout=15_000)
    expect(card.get_by_role("link")).to_have_attribute("href", _is_result(house))
    if shot := os.environ.get("SHOT"):
        widget.page.screenshot(path=shot)
    assert widget.axe() == []


def _is_result(house: House) -> re.Pattern[str]:
    return re.compile(re.escape(house.url.rsplit(":", 1)[0]) + r".*/check/result/")


def test_a_guest_is_offered_to_look(house: House, open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()

    widget.begin("My withdrawal is pending since yesterday")

    card = widget.frame.locator(".card.check")
    expect(card).to_contain_text("Withdrawal pending or failed", timeout=15_000)
    expect(card.get_by_role("link")).to_have_text("Check")
