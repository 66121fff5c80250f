"""A customer searches, writes, is answered by an agent at the desk; the line is cut on the way."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    expect,
)

from fanlight.features.knowledge import importing
from tests.builders.databases import Databases
from tests.surfaces.widget.house import House, open_house
from tests.ui.console import scene as desk
from tests.ui.console.scene import Staff
from tests.ui.widget.scene import ARTICLES, Widget

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(
    built: None, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with open_house(databases, tmp_path_factory.mktemp("chat")) as house:
        house.run(_articles(house))
        house.run(desk.open_teams(house))
        house.run(house.presence("online"))
        yield house


async def _articles(house: House) -> None:
    async with house.edge.work() as work:
        await importing.carry_out(work, importing.plan(ARTICLES), publish=True)


@pytest.fixture
def mei(house: House) -> Staff:
    return house.run(desk.hire(house, "Mei Tan", roles=("lead",)))


@pytest.fixture
def at_the_exchange(house: House, browser: Browser) -> Iterator[Widget]:
    """Amara, signed in at the exchange, with the chat on its page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = _quick(context.new_page())
    page.goto(house.exchange_url)
    page.locator("#who").select_option("61724093")
    page.locator("header form button").click()
    yield Widget(page, page.frame_locator("iframe"))
    context.close()


@pytest.fixture
def at_the_desk(house: House, browser: Browser, mei: Staff) -> Iterator[Page]:
    """Mei, at the inbox."""
    context: BrowserContext = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB"
    )
    cookie = {"name": "fanlight_session", "value": mei.token, "url": house.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = _quick(context.new_page())
    page.goto(f"{house.url}/console/inbox/all")
    expect(page.get_by_role("navigation").first).to_be_visible()
    yield page
    context.close()


def _quick(page: Page) -> Page:
    page.set_default_timeout(10_000)
    return page


def answer(page: Page, text: str) -> None:
    """Mei answers by keyboard."""
    field = page.get_by_role("textbox", name="Reply: Live chat")
    field.fill(text)
    field.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text(text)


def test_search_then_a_chat_with_an_agent_over_a_cut_line(
    at_the_exchange: Widget, at_the_desk: Page
) -> None:
    customer, agent = at_the_exchange, at_the_desk
    customer.open()
    customer.frame.get_by_role("searchbox").fill("usdt deposit not credited")
    customer.frame.locator(".hits button").first.click()
    expect(customer.frame.locator("article h2").first).to_be_visible()

    customer.begin("My 2,400 USDT on TRON have not arrived.")
    row = agent.locator(".inbox .irow").filter(has_text="2,400 USDT on TRON").first
    expect(row).to_be_visible()
    row.click()
    expect(agent.get_by_role("log")).to_contain_text("My 2,400 USDT on TRON have not arrived.")
    expect(agent.get_by_role("log")).to_contain_text("usdt deposit not credited")

    answer(agent, "Your money is safe. I look into it.")
    expect(customer.frame.get_by_text("Your money is safe. I look into it.")).to_be_visible()

    customer.page.context.set_offline(True)
    expect(customer.frame.get_by_text("No connection.", exact=False)).to_be_visible()
    customer.say("Here is the hash: 4f2a9c")
    answer(agent, "It has 12 of 20 confirmations.")
    customer.page.context.set_offline(False)

    expect(customer.frame.get_by_text("It has 12 of 20 confirmations.")).to_be_visible()
    expect(agent.get_by_role("log")).to_contain_text("Here is the hash: 4f2a9c")
    shown = customer.bubbles()
    assert shown == [
        "My 2,400 USDT on TRON have not arrived.",
        "Your money is safe. I look into it.",
        "It has 12 of 20 confirmations.",
        "Here is the hash: 4f2a9c",
    ]

    customer.page.reload()
    customer.open()
    customer.frame.get_by_role("button", name="Continue the conversation").click()
    expect(customer.frame.get_by_text("Here is the hash: 4f2a9c")).to_be_visible()
    assert customer.bubbles() == shown


def test_each_side_sees_the_other_write(at_the_exchange: Widget, at_the_desk: Page) -> None:
    customer, agent = at_the_exchange, at_the_desk
    customer.page.locator("#who").select_option("73105528")
    customer.page.locator("header form button").click()
    customer.open()
    customer.begin("Who is there?")
    agent.locator(".inbox .irow").filter(has_text="Who is there?").first.click()
    expect(agent.get_by_role("log")).to_contain_text("Who is there?")

    field = customer.frame.locator(".composer textarea")
    goes_on_typing(field, until=agent.get_by_text("is typing in Live chat"))
    reply = agent.get_by_role("textbox", name="Reply: Live chat")
    goes_on_typing(reply, until=customer.frame.get_by_text("is typing", exact=False))


def goes_on_typing(field: Locator, *, until: Locator) -> None:
    """A sign of writing is fleeting and never repeated, so one writes until it is seen."""
    for _ in range(40):
        field.press_sequentially("more ", delay=60)
        if until.is_visible():
            return
    raise AssertionError("nobody saw it")
