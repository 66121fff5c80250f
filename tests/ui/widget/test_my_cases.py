"""From the exchange's page over to one's own cases, signed in on the way."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.builders.databases import Databases
from tests.surfaces.widget.house import House, open_house
from tests.ui.widget.conftest import OpenWidget

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk of its own: whoever wrote here has a talk, which other tests begin themselves."""
    with open_house(databases, tmp_path_factory.mktemp("cases")) as house:
        house.run(house.presence("online"))
        yield house


@pytest.fixture
def written(open_widget: OpenWidget, house: House) -> Iterator[Page]:
    """The exchange's page of somebody who has written to us."""
    widget = open_widget("50317746", locale="zh-TW")
    widget.page.get_by_role("button", name="聯絡客服").click()
    widget.frame.get_by_role("button", name="寫給我們").click()
    widget.frame.get_by_label("您的訊息").fill("我的提領還沒到")
    widget.frame.get_by_role("button", name="送出").click()
    widget.frame.get_by_role("log").get_by_text("我的提領還沒到").wait_for()
    widget.page.goto(house.exchange_url)
    yield widget.page


def test_my_cases_open_signed_in_and_the_code_stays_nowhere(written: Page, house: House) -> None:
    written.get_by_role("link", name="我的案件").click()

    expect(written).to_have_url(f"{house.url}/zh-Hant/cases")
    expect(written.get_by_text("我的提領還沒到").first).to_be_visible()
    assert "code=" not in written.evaluate("document.referrer")
    written.go_back()
    expect(written).to_have_url(f"{house.exchange_url}/")
