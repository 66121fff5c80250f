"""One key looks into what a ticket is about; the finding becomes the answer.

No exchange is connected to this desk: that is a finding too.
"""

import re

import pytest
from playwright.sync_api import expect

from fanlight.channels.contract import Author, Evidence
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
    taken = house.run(
        scene.writes(
            house,
            UID,
            "My deposit is missing",
            author=Author(native_id=UID, display="Jonas Weber", handle=UID, language="en"),
            identity_kind="exchange",
            evidence=Evidence(level=2, method="signed_session", subject=UID),
        )
    )
    house.run(scene.takes(house, mei, taken))
    page = open_ticket(open_page, mei, taken)
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()

    page.keyboard.press("d")

    card = page.locator("article[data-code]")
    expect(card).to_be_visible()
    expect(card).to_be_focused()
    assert axe(page) == []
    card.get_by_role("button", name="Insert as answer").click()
    expect(page.locator("textarea").first).to_have_value(re.compile("A person has to look at this"))
