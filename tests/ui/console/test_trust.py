"""Official sources and scam reports on their pages; an answer is asked about before it leaves."""

import time

import pytest
from playwright.sync_api import expect

from fanlight.features.trust import loading
from fanlight.features.trust.service import scams
from fanlight.features.trust.service.scams import Evidence
from tests.conftest import ROOT
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.talk import open_ticket

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _sources(house: House) -> None:
    async def load() -> None:
        async with house.edge.work() as work:
            await loading.load(work, loading.read(ROOT / "content" / "demo" / "official.toml"))

    house.run(load())


def test_a_link_that_imitates_us_is_named_and_an_answer_looked_at_again(
    house: House, open_page: OpenPage, mei: Staff
) -> None:
    found = house.run(
        scene.writes(house, f"Ling {time.monotonic_ns()}", "Is meridian-login.example yours?")
    )
    house.run(scene.takes(house, mei, found))
    page = open_ticket(open_page, mei, found)
    names = page.get_by_role("list", name="Links and addresses in it")
    expect(names).to_contain_text("is not ours and imitates meridian.example")

    page.keyboard.press("r")
    page.keyboard.type("See https://chain.example and tell me.")
    page.keyboard.press("Control+Enter")
    look = page.get_by_role("alertdialog", name="Look once more, then send")
    expect(look).to_contain_text("https://chain.example")
    assert axe(page) == []
    look.get_by_role("button", name="Go on writing").click()
    expect(look).to_have_count(0)
    page.keyboard.press("Control+Enter")
    look.get_by_role("button", name="I am sure, send").click()
    expect(page.get_by_role("log")).to_contain_text("See https://chain.example and tell me.")
    expect(look).to_have_count(0)


def test_a_link_that_imitates_us_opens_after_a_warning_only(
    house: House, open_page: OpenPage, mei: Staff
) -> None:
    words = "https://meridian-login.example/in?a=1 or https://meridian.example/help"
    found = house.run(scene.writes(house, f"Jun {time.monotonic_ns()}", words))
    house.run(scene.takes(house, mei, found))
    page = open_ticket(open_page, mei, found)
    talk = page.get_by_role("log")
    expect(talk.get_by_role("link", name="https://meridian.example/help")).to_be_visible()
    expect(talk.locator("a[href*=meridian-login]")).to_have_count(0)

    talk.get_by_role("button", name="https://meridian-login.example/in?a=1").click()
    warning = page.get_by_role("dialog", name="This link is not ours")
    expect(warning).to_contain_text("It imitates meridian.example.")
    assert axe(page) == []
    on = warning.get_by_role("link", name="Open it all the same")
    expect(on).to_have_attribute("href", "https://meridian-login.example/in?a=1")
    warning.get_by_role("button", name="Leave it closed").click()
    expect(warning).to_have_count(0)


def test_the_digits_are_shown(house: House, open_page: OpenPage, mei: Staff) -> None:
    found = house.run(scene.writes(house, f"Wei {time.monotonic_ns()}", "Are you real?"))
    house.run(scene.takes(house, mei, found))
    page = open_ticket(open_page, mei, found)
    page.get_by_role("button", name="Show six digits").click()
    expect(page.get_by_text("The customer has not looked yet.")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("showed the customer six digits")


def test_both_pages_say_what_is_known(house: House, open_page: OpenPage, mei: Staff) -> None:
    found = house.run(scene.writes(house, f"Lin {time.monotonic_ns()}", "a scam"))

    async def report() -> None:
        async with house.edge.work() as work:
            assert found.ticket_id is not None
            evidence = Evidence(values=["meridian-refund.example"])
            await scams.take(work, evidence, ticket_id=found.ticket_id)

    house.run(report())
    page = open_page("/console/scams", mei)
    page.get_by_role("link", name="meridian-refund.example").click()
    expect(page.get_by_text("Imitates meridian.example")).to_be_visible()
    expect(page.get_by_role("link", name="Takedown pack")).to_be_visible()
    assert axe(page) == []
    page = open_page("/console/official", mei)
    expect(page.get_by_role("button", name="Retire MeridianHelpBot")).to_be_visible()
    expect(page.get_by_role("button", name="Propose a source")).to_be_visible()
    assert axe(page) == []
