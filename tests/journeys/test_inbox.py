"""Two agents work the inbox while lines are cut, the desk is killed and customers go on writing.

What they have on screen in the end is what a fresh look shows: stale state plus frames equals a
fresh fetch.
"""

import re
import signal

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter, Visit
from tests.journeys.people import Console, Guest
from tests.journeys.town import Town, until
from tests.ui.console.scene import Staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_ticket(page: Page, guest: Guest) -> None:
    """Open a ticket from the list, by its first words."""
    page.locator(".irow").filter(has_text=guest.subject).click()
    expect(page.get_by_role("heading", name=guest.subject)).to_be_visible()
    expect(page.get_by_role("log")).to_be_visible()


def answer(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Reply: Live chat").fill(text)
    page.get_by_role("button", name="Send").click()


def kill_the_desk(town: Town) -> None:
    """Kill -9 of the process that both browsers are connected to."""
    (web,) = town.desk.processes("web")
    web.send_signal(signal.SIGKILL)
    until(lambda: [each.pid for each in town.desk.processes("web")] not in ([], [web.pid]))


def test_an_afternoon_of_two_agents(
    town: Town, visit: Visit, enter: Enter, desk: Console, mei: Staff, ravi: Staff
) -> None:
    ada, bo, cy, dee = (
        enter().begins(words)
        for words in (
            "Ada asks about a deposit", "Bo asks about a fee",
            "Cy asks about a code", "Dee asks about a limit",
        )
    )  # fmt: skip
    hers, his = visit("/console/inbox/all", mei), visit("/console/inbox/all", ravi)

    # Both see who wrote; one takes a ticket, the other sees whose it is.
    open_ticket(hers, ada)
    hers.keyboard.press("m")
    expect(hers.get_by_role("log")).to_contain_text("Mei took it")
    open_ticket(his, ada)
    expect(his.get_by_role("log")).to_contain_text("Mei took it")
    until(lambda: desk.has_read_all(desk.ticket_with(ada.reference)))
    answer(hers, "Which network was it?")
    until(lambda: "Which network was it?" in ada.hears())
    expect(his.get_by_role("log")).to_contain_text("Which network was it?")
    his.keyboard.press("n")
    his.keyboard.type("Ask for the hash too.")
    his.keyboard.press("Control+Shift+Enter")
    expect(hers.get_by_role("log")).to_contain_text("Ask for the hash too.")

    # Her line is cut: she goes on writing, he goes on working, customers go on asking.
    hers.context.set_offline(True)
    expect(hers.get_by_text("No network.").first).to_be_visible()
    ada.says("It was Tron, and please not to the old address.")
    eve = enter().begins("Eve asks while a line is cut")
    open_ticket(his, bo)
    his.keyboard.press("e")
    expect(his.get_by_role("button", name="Status: Solved")).to_be_visible()
    answer(hers, "Then send it to the old address.")
    expect(hers.locator(".trouble")).to_contain_text("the line is cut")
    hers.context.set_offline(False)

    # What she had not seen stops her answer, and she reads it there.
    newer = hers.locator(".before")
    expect(newer).to_contain_text("please not to the old address")
    assert ada.hears() == ["Which network was it?"]
    expect(hers.locator(".irow").filter(has_text=eve.subject)).to_be_visible()
    expect(hers.locator(".irow").filter(has_text=bo.subject)).to_have_count(0)
    hers.get_by_role("textbox", name="Reply: Live chat").fill("Understood, to the new one.")
    newer.get_by_role("button", name="I have read them, send").click()
    until(lambda: ada.hears()[-1] == "Understood, to the new one.")

    # The desk itself is killed under both.
    kill_the_desk(town)
    cy.says("Hello, are you there?")
    expect(hers.locator(".irow").filter(has_text="Hello, are you there?")).to_be_visible()
    expect(his.locator(".irow").filter(has_text="Hello, are you there?")).to_be_visible()

    # A draft outlives its page.
    open_ticket(hers, dee)
    hers.get_by_role("textbox", name="Reply: Live chat").fill("Your limit is")
    expect(hers.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    hers.reload()
    field = hers.get_by_role("textbox", name="Reply: Live chat")
    expect(field).to_have_value("Your limit is")
    until(lambda: desk.has_read_all(desk.ticket_with(dee.reference)))
    field.fill("Your limit is 5 BTC a day.")
    hers.get_by_role("button", name="Send").click()
    until(lambda: dee.hears() == ["Your limit is 5 BTC a day."])

    # Now his line is cut, on a ticket that she solves meanwhile and its customer reopens.
    open_ticket(his, dee)
    his.context.set_offline(True)
    expect(his.get_by_text("No network.").first).to_be_visible()
    hers.keyboard.press("Escape")
    hers.keyboard.press("e")
    expect(hers.get_by_role("button", name="Status: Solved")).to_be_visible()
    dee.says("And a month?")
    his.context.set_offline(False)
    expect(his.get_by_role("log")).to_contain_text("And a month?")
    expect(his.get_by_role("button", name="Status: Open")).to_be_visible()

    open_ticket(hers, ada)
    open_ticket(his, ada)
    for page, staff in ((hers, mei), (his, ravi)):
        with Console(town, staff) as fresh:
            same_as_fresh(page, fresh, desk.ticket_with(ada.reference))


def same_as_fresh(page: Page, desk: Console, ticket_id: str) -> None:
    """What grew on this screen is what the API has, and what a reload shows."""
    marks = {0: "Urgent ", 1: "High "}  # said beside the subject
    rows = desk.get("tickets", view="all")["rows"]
    subjects = [marks.get(row["priority"], "") + row["subject"] for row in rows]
    until(lambda: page.locator(".inbox .irow .subj").all_inner_texts() == subjects)
    said = [each["text"] for each in desk.timeline(ticket_id) if each["kind"] != "activity"]
    expect(page.locator(".entry")).to_have_count(len(said))
    for n, words in enumerate(said):
        expect(page.locator(".entry").nth(n)).to_contain_text(words)
    grown = shown(page)
    page.reload()
    expect(page.locator(".entry")).to_have_count(len(said))
    until(lambda: shown(page) == grown)


def shown(page: Page) -> list[str]:
    """Every word of the list and of the timeline, without the minutes, which go on."""
    texts = page.locator(".inbox .irow, .entry").all_inner_texts()
    return [re.sub(r"\d+\s(s|min|h)( \d\d)?|now", "", text) for text in texts]
