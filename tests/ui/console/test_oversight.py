"""The pages of oversight and of the lane, an export by two persons, the watermark, rail cards."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.guidance.emergency import drills
from fanlight.features.guidance.emergency.models import Freeze
from fanlight.features.oversight import carrying
from fanlight.features.oversight.alerts import raise_alert
from fanlight.features.oversight.models import Kind
from fanlight.features.people.service.sessions import actor_for
from fanlight.features.tickets.intake import Received
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.talk import open_ticket

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "alerts": ("/console/oversight", "ul.box li"),
    "figures": ("/console/oversight?show=agents", "section, table, .empty"),
    "exports": ("/console/oversight?show=exports", ".empty, ul.box li"),
    "bait": ("/console/oversight?show=bait", "form"),
    "lane": ("/console/emergency", "tbody tr"),
    "audit": ("/console/audit", "tbody tr"),
}


@pytest.fixture(scope="module", autouse=True)
def _afternoon(house: House, mei: Staff, ravi: Staff) -> Iterator[None]:
    async def happen() -> Freeze:
        async with house.edge.work() as work:
            told = {"measure": "opened", "n": 64, "usual": 11.2}
            await raise_alert(work, Kind.RATE, uuid4().hex, agent_id=ravi.agent.id, **told)
            await raise_alert(work, Kind.CHAIN, uuid4().hex, link=18_422, why="hash")
            await raise_alert(work, Kind.OTHER_ACCOUNT, uuid4().hex, question="deposits")
            lead = await actor_for(work, mei.token)
        return await drills.start(house.edge, lead)

    async def end(drill: Freeze) -> None:
        """Else it stands above every list of the tests that come after."""
        async with house.edge.work() as work:
            solved = "UPDATE tickets SET status = 'solved', solved_at = now() WHERE id = %(id)s"
            await work.run(solved, id=drill.ticket_id)

    drill = house.run(happen())
    yield
    house.run(end(drill))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(
    open_page: OpenPage, mei: Staff, name: str, width: int, theme: str
) -> None:
    page = open_page(PAGES[name][0], mei, width=width, height=800, theme=theme)
    expect(page.locator("main").locator(PAGES[name][1]).first).to_be_visible()
    page.wait_for_timeout(250)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_sentence_is_there_in_chinese(
    open_page: OpenPage, house: House, language: str
) -> None:
    who = house.run(scene.hire(house, "Lin Che", roles=("lead", "admin"), language=language))
    for address, shown in PAGES.values():
        page = open_page(address, who)
        expect(page.locator("main").locator(shown).first).to_be_visible()
        text = page.locator("body").inner_text()
        assert re.findall(r"\b(?:console|shared)\.[a-z_.]+", text) == []
        page.close()


def test_the_gravest_is_told_apart_by_more_than_colour(open_page: OpenPage, mei: Staff) -> None:
    page = open_page("/console/oversight", mei)
    grave = page.get_by_role("listitem").filter(has_text="The audit log does not hold")
    usual = page.get_by_role("listitem").filter(has_text="reads far more than usual")
    expect(grave).to_be_visible()
    signs = [each.locator("svg").first.inner_html() for each in (grave, usual)]
    assert signs[0] != signs[1]


def test_nobody_settles_what_is_about_themselves(open_page: OpenPage, ravi: Staff) -> None:
    page = open_page("/console/oversight", ravi)
    about = page.get_by_role("listitem").filter(has_text="Ravi")
    expect(about).to_be_visible()
    expect(about.get_by_role("button", name="Settle")).to_have_count(0)


def test_an_export_takes_two_persons_and_is_taken_once(
    house: House, open_page: OpenPage, mei: Staff, afternoon: Received
) -> None:
    other = house.run(scene.hire(house, "Noor Haddad", roles=("lead", "admin")))
    page = open_page("/console/oversight?show=exports", mei)
    page.get_by_role("button", name="Ask for an export").click()
    dialog = page.get_by_role("dialog", name="Ask for an export")
    page.wait_for_timeout(250)
    assert axe(page) == []
    dialog.get_by_label("From").fill("2026-01-01")
    dialog.get_by_label("To", exact=True).fill("2026-12-31")
    dialog.get_by_label("What for").fill("The regulator asks for last week")
    dialog.get_by_role("button", name="Ask for an export").click()
    mine = page.get_by_role("listitem").filter(has_text="The regulator asks")
    expect(mine).to_contain_text("Waits for a second person")
    expect(mine.get_by_role("button", name="Confirm")).to_have_count(0)

    second = open_page("/console/oversight?show=exports", other)
    theirs = second.get_by_role("listitem").filter(has_text="The regulator asks")
    expect(theirs).to_be_visible()
    assert axe(second) == []
    theirs.get_by_role("button", name="Confirm").click()
    expect(theirs.get_by_role("button", name="Confirm")).to_have_count(0)
    expect(theirs.get_by_role("button", name="Stop it")).to_be_visible()
    house.run(_carry(house))

    page.reload()
    expect(mine).to_contain_text("Ready to be taken")
    with page.expect_download() as download:
        mine.get_by_role("button", name="Take it").click()
    assert download.value.suggested_filename.startswith("tickets-")
    expect(mine).to_contain_text("Taken")
    for gone in ("Take it", "Stop it"):
        expect(mine.get_by_role("button", name=gone)).to_have_count(0)
    page.goto(page.url.split("/oversight")[0] + "/audit")
    expect(page.get_by_role("row").filter(has_text="Asked for an export of facts")).to_be_visible()


async def _carry(house: House) -> None:
    async with house.edge.reading() as work:
        waiting = "SELECT id FROM export_requests WHERE state = 'writing'"
        found = await (await work.connection.execute(waiting.encode())).fetchall()
    for (export_id,) in found:
        await carrying.carry(house.edge.shelf, export_id)


def test_the_watermark_says_who_looks_and_stands_in_no_way(
    house: House, open_page: OpenPage, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    mark = page.locator(".watermark")
    expect(mark).to_have_count(1)
    assert mark.get_attribute("aria-hidden") == "true"
    assert page.evaluate("getComputedStyle(document.querySelector('.watermark')).pointerEvents") == (
        "none"
    )
    assert axe(page) == []


HASH = "0x" + "ab12" * 16


def test_a_named_hash_stands_whole_beside_its_copy_sign(
    house: House, open_page: OpenPage, mei: Staff
) -> None:
    found = house.run(scene.writes(house, f"Lin {uuid4().hex[:6]}", f"TxID {HASH} on Ethereum"))
    house.run(scene.takes(house, mei, found))
    page = open_ticket(open_page, mei, found)
    card = page.locator("[data-object=transaction]")
    expect(card).to_be_visible()
    assert not _overlap(page, ".named .hash button, .named .hash .copy", ".named .badge")
    assert axe(page) == []


def _overlap(page: Page, one: str, other: str) -> bool:
    return bool(
        page.evaluate(
            """([one, other]) => {
            const a = document.querySelector(one)?.getBoundingClientRect();
            const b = document.querySelector(other)?.getBoundingClientRect();
            return !!a && !!b && a.left < b.right && b.left < a.right
              && a.top < b.bottom && b.top < a.bottom; }""",
            [one, other],
        )
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_case_of_a_freeze_is_clean(
    open_page: OpenPage, mei: Staff, width: int, theme: str
) -> None:
    page = open_page("/console/emergency", mei, width=width, height=800, theme=theme)
    page.locator("tbody tr a").first.click()
    if width < 860:
        page.get_by_role("button", name="Customer").click()
    step = page.get_by_role("checkbox", name="The customer is in the talk")
    expect(step).to_be_visible()
    page.wait_for_timeout(250)
    assert axe(page) == []
    step.check()
    expect(page.get_by_role("log")).to_contain_text("Step ticked")
