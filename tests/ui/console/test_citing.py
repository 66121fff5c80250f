"""Articles beside a reply: suggested, looked for by keyboard, put where the cursor stands."""

import re
import time
from uuid import UUID

import httpx2
import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge import service as knowledge
from fanlight.features.knowledge.models import (
    Category,
    CategoryName,
    Placing,
    State,
    Text,
)
from fanlight.features.tickets.received import Received
from fanlight.kernel.work import Actor
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.talk import open_ticket

pytestmark = pytest.mark.browser

EDITOR = Actor(
    kind="agent", id=UUID(int=7), permissions=frozenset({"article.edit", "article.publish"})
)
ARTICLES = {
    "memo-forgotten": ("A deposit without its memo", "A memo names your account at the exchange."),
    "bongo-fees": ("Fees of the bongo network", "Sending on bongo costs two of them."),
}


@pytest.fixture(scope="session")
def articles(house: House) -> None:
    """Two articles, as soon as the search has them."""

    async def write() -> None:
        async with house.edge.work(EDITOR) as work:
            names = {"en": CategoryName(name="Deposits")}
            await knowledge.save_category(
                work, Category(key="deposits", position=1, icon="coins", names=names)
            )
            for slug, (title, source) in ARTICLES.items():
                place = Placing(path=f"deposits/{slug}", category="deposits", slug=slug)
                text = Text(title=title, source=f"{source}\n")
                await knowledge.save(work, place, "en", text, state=State.PUBLISHED)

    house.run(write())
    for _ in range(200):
        answer = httpx2.get(f"{house.url}/api/help/search", params={"q": "bongo"})
        if answer.status_code == 200 and answer.json()["total"]:
            return
        time.sleep(0.05)
    pytest.fail("the search index did not follow")


@pytest.fixture
def asking(house: House, mei: Staff, articles: None) -> Received:
    """A customer who forgot the memo; the ticket is Mei's."""
    found = house.run(
        scene.writes(house, f"Ling {time.monotonic_ns()}", "I forgot the memo of my deposit")
    )
    house.run(scene.takes(house, mei, found))
    return found


def panel(page: Page) -> None:
    page.keyboard.press("h")
    expect(page.get_by_role("searchbox", name="Find an article")).to_be_focused()


def test_what_fits_is_offered_and_inserted_at_the_cursor(
    open_page: OpenPage, mei: Staff, asking: Received
) -> None:
    page = open_ticket(open_page, mei, asking)
    field = page.get_by_role("textbox", name="Reply: Live chat")
    page.keyboard.press("r")
    page.keyboard.type("Hello Ling,")
    page.keyboard.press("Escape")

    panel(page)
    expect(page.get_by_text("Fits what they wrote")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Insert link: A deposit without its memo").click()

    expect(field).to_be_focused()
    expect(field).to_have_value(
        re.compile(r"^Hello Ling,\nA deposit without its memo\nhttp\S+/memo-forgotten\n$")
    )
    expect(page.get_by_role("searchbox", name="Find an article")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("/en/a/deposits/memo-forgotten")


def test_another_article_is_looked_for_and_quoted(
    open_page: OpenPage, mei: Staff, asking: Received
) -> None:
    page = open_ticket(open_page, mei, asking)
    panel(page)
    page.keyboard.type("bongo fe")  # the last word is not finished
    page.get_by_role("button", name="Insert excerpt: Fees of the bongo network").click()

    field = page.get_by_role("textbox", name="Reply: Live chat")
    expect(field).to_have_value(re.compile(r"^Sending on bongo costs two of them\.\nhttp"))


def test_what_is_not_there_is_said_and_escape_leads_back(
    open_page: OpenPage, mei: Staff, asking: Received
) -> None:
    page = open_ticket(open_page, mei, asking, width=360, height=740, theme="dark")
    panel(page)
    page.keyboard.type("qqxxzz wwyy")
    expect(page.get_by_text("No article has these words.")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")

    expect(page.get_by_role("searchbox", name="Find an article")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Reply: Live chat")).to_be_focused()
