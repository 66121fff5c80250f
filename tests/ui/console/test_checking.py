"""One key looks into what a ticket is about; the finding becomes the answer."""

import re

import pytest
from playwright.sync_api import expect

from fanlight.channels.contract import Author, Evidence
from fanlight.exchange.connectors.sandbox.connect import opened
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.talk import open_ticket

pytestmark = pytest.mark.browser

UID = "73105528"


def test_the_key_runs_the_check_and_its_words_are_inserted(
    house: House, mei: Staff, open_page: OpenPage
) -> None:
    planted = opened(house.settings).plant(UID, "deposit.memo_missing")
    taken = house.run(
        scene.writes(
            house,
            UID,
            f"My deposit is missing {planted.tx_hash}",
            author=Author(native_id=UID, display="Jonas Weber", handle=UID, language="en"),
            identity_kind="exchange",
            evidence=Evidence(level=2, method="signed_session", subject=UID),
        )
    )
    house.run(scene.takes(house, mei, taken))
    page = open_ticket(open_page, mei, taken)
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()

    page.keyboard.press("d")

    card = page.locator('[data-code="memo_missing"]')
    expect(card).to_be_visible()
    expect(card).to_be_focused()
    assert axe(page) == []
    card.get_by_role("button", name="Insert as answer").click()
    expect(page.locator("textarea").first).to_have_value(re.compile("without a Tag"))
