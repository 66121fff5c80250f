"""Answering: what leaves, what is refused, what survives a cut, what did not arrive."""

import asyncio
import re

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Delivery, Kind
from fanlight.features.tickets.received import Received
from tests.surfaces.widget.house import Customer, House, People
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff
from tests.ui.console.talk import drafts_of, follow_up, open_ticket, said, ticket_of

pytestmark = pytest.mark.browser


def test_an_input_method_is_never_disturbed(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    page.keyboard.press("r")
    client = page.context.new_cdp_session(page)
    client.send(
        "Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5}
    )
    field = page.get_by_role("textbox", name="Reply: Live chat")
    # The method takes Enter with whatever is held; the page hears it marked as composing.
    field.evaluate(
        """(it) => it.dispatchEvent(new KeyboardEvent("keydown",
           {key: "Enter", ctrlKey: true, isComposing: true, bubbles: true, cancelable: true}))"""
    )
    client.send("Input.insertText", {"text": "你好"})
    expect(field).to_have_value("你好")
    assert not any(message.kind is Kind.OUTBOUND for message in said(house, mei, story))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("你好")


def test_a_reply_that_overlooks_something_is_not_sent(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    for n in range(12):
        follow_up(house, story, f"And another thing, number {n}.\n" * 3)
    page = open_ticket(open_page, mei, story)
    expect(page.get_by_role("log")).to_contain_text("number 11")
    page.get_by_role("log").evaluate("(it) => it.scrollTo(0, it.scrollHeight)")
    page.wait_for_timeout(1200)  # long enough to count as looked at
    page.get_by_role("log").evaluate("(it) => it.scrollTo(0, 0)")
    page.wait_for_timeout(100)
    follow_up(house, story, "Wait, do not send it to the old address.")
    expect(page.get_by_text("1 new message below")).to_be_visible()

    page.keyboard.press("r")
    page.keyboard.type("Sending it to the old address.")
    page.keyboard.press("Control+Enter")
    warning = page.locator(".before")
    expect(warning).to_contain_text("1 newer message: read it, then send")
    expect(warning).to_contain_text("do not send it to the old address")
    assert not any(message.kind is Kind.OUTBOUND for message in said(house, mei, story))
    expect(page.get_by_role("textbox", name="Reply: Live chat")).to_have_value(
        "Sending it to the old address."
    )
    page.get_by_role("textbox", name="Reply: Live chat").fill("Understood, the new address then.")
    page.get_by_role("button", name="I have read them, send").click()
    expect(page.get_by_role("log")).to_contain_text("Understood, the new address then.")
    sent = [message.text for message in said(house, mei, story) if message.kind is Kind.OUTBOUND]
    assert sent == ["Understood, the new address then."]


def test_drafts_survive_and_never_mix(open_page: OpenPage, mei: Staff, story: Received) -> None:
    page = open_ticket(open_page, mei, story)
    page.keyboard.press("r")
    page.keyboard.type("For the customer")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.get_by_role("tab", name="Note").click()
    page.get_by_role("textbox", name="Note").fill("For the desk")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()

    page.reload()
    expect(page.get_by_role("textbox", name="Reply: Live chat")).to_have_value("For the customer")
    page.get_by_role("tab", name="Note").click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("For the desk")


def test_a_draft_of_a_cut_reaches_the_server_by_itself(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    field = page.get_by_role("textbox", name="Reply: Live chat")
    field.fill("Before the cut")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.context.set_offline(True)
    field.fill("During the cut")
    expect(page.get_by_text("Not on the server yet")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    assert drafts_of(house, mei, story) == ["During the cut"]

    # Also of a ticket that was left in the meantime.
    page.context.set_offline(True)
    field.fill("Left behind")
    expect(page.get_by_text("Not on the server yet")).to_be_visible()
    page.get_by_role("link", name="Unassigned").click()
    expect(field).to_have_count(0)
    page.context.set_offline(False)
    for _ in range(100):
        if drafts_of(house, mei, story) == ["Left behind"]:
            break
        page.wait_for_timeout(100)
    assert drafts_of(house, mei, story) == ["Left behind"]


def test_a_server_that_was_away_gets_the_draft_later(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    page.route("**/draft", lambda route: route.fulfill(status=502, body="bad gateway"))
    page.get_by_role("textbox", name="Reply: Live chat").fill("While it was away")
    expect(page.get_by_text("Not on the server yet")).to_be_visible()
    page.unroute("**/draft")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    assert drafts_of(house, mei, story) == ["While it was away"]


def test_a_draft_goes_with_a_page_that_goes(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    page.get_by_role("textbox", name="Reply: Live chat").fill("Closed at once")
    page.goto("about:blank")
    for _ in range(50):
        if drafts_of(house, mei, story):
            break
        page.wait_for_timeout(100)
    assert drafts_of(house, mei, story) == ["Closed at once"]


def test_a_secret_in_an_answer_stays_here(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    page.keyboard.press("r")
    page.keyboard.type(f"Is this it? {scene.SEED}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".trouble")).not_to_be_empty()
    assert not any(message.kind is Kind.OUTBOUND for message in said(house, mei, story))


def test_files_go_with_a_reply_and_say_what_becomes_of_them(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    page.keyboard.press("r")
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(
        [
            {"name": "proof.png", "mimeType": "image/png", "buffer": scene.png()},
            {"name": "tool.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ" * 400},
        ]
    )
    tiles = page.locator(".write .file")
    expect(tiles.filter(has_text="proof.png")).to_contain_text("Checked")
    refused = tiles.filter(has_text="tool.exe")
    expect(refused).to_have_class(re.compile("refused"))
    expect(refused).to_contain_text("this kind of file is not opened here")
    refused.get_by_role("button", name="Remove tool.exe").click()
    page.keyboard.press("r")
    page.keyboard.type("Here is the proof.")
    page.keyboard.press("Control+Enter")
    entry = page.locator(".entry.ours").filter(has_text="Here is the proof.")
    expect(entry.get_by_role("img", name="proof.png")).to_be_visible()
    expect(tiles).to_have_count(0)


def test_a_chat_goes_both_ways_at_once(open_page: OpenPage, house: House, mei: Staff) -> None:
    people = People(house)

    async def begin() -> tuple[Customer, str]:
        customer = await people.guest(language="en")
        begun = await customer.begin("Is somebody there?", name="Omar Reyes")
        return customer, begun["conversation"]["id"]

    customer, talk = house.run(begin())
    page = open_page("/console/inbox/all", mei)
    page.locator(".irow").filter(has_text="Is somebody there?").first.click()
    field = page.get_by_role("textbox", name="Reply: Live chat")
    expect(field).to_be_visible()

    async def at_the_other_end() -> list[str]:
        async with customer.line(talk, after=1) as line:
            await line.until("ready")
            await line.say(t="typing", on=True)
            heard = await line.until("typing", 20)
            answer = (await line.until("message", 20))[-1]["message"]
            await line.say(t="read", seq=answer["seq"])
            await asyncio.sleep(0.3)
            return [frame["t"] for frame in heard] + [answer["text"]]

    other = asyncio.run_coroutine_threadsafe(at_the_other_end(), house._loop)
    expect(page.get_by_text("is typing in Live chat")).to_be_visible()
    field.press_sequentially("Yes, I am here.")
    page.keyboard.press("Control+Enter")
    heard = other.result(30)
    assert heard[-2:] == ["typing", "Yes, I am here."]
    house.run(people.leave())
    expect(page.locator(".entry.ours")).to_contain_text("read")


def test_what_did_not_arrive_is_said_and_can_be_sent_again(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    house.run(scene.answers(house, mei, story, "This one is lost on the way."))
    lost = next(message for message in said(house, mei, story) if message.kind is Kind.OUTBOUND)

    async def lose() -> None:
        async with house.edge.work() as work:
            await conversations.set_delivery(work, lost.id, Delivery.FAILED, "recipient")

    house.run(lose())
    page = open_page("/console/deliveries", mei)
    row = page.get_by_role("row").filter(has_text=ticket_of(house, mei, story).reference)
    expect(row).to_contain_text("the customer cannot be reached there")
    row.get_by_role("link").click()
    entry = page.locator(".entry.ours")
    expect(entry).to_contain_text("Not sent")
    entry.get_by_role("button", name="Send again").click()
    expect(entry.get_by_role("button", name="Send again")).to_have_count(0)


def test_two_cuts_lose_nothing(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_page(f"/console/inbox/all/{story.ticket_id}", mei)
    expect(page.get_by_role("log")).to_be_visible()
    for n in range(2):
        page.context.set_offline(True)
        expect(page.get_by_text("No network.").first).to_be_visible()
        follow_up(house, story, f"Said during cut {n}")
        house.run(scene.writes(house, f"Other {n}", "Hello", subject=f"Opened during cut {n}"))
        page.get_by_role("textbox", name="Reply: Live chat").fill(f"Written during cut {n}")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".trouble")).to_contain_text("the line is cut")
        page.context.set_offline(False)
        expect(page.get_by_role("log")).to_contain_text(f"Said during cut {n}")
        # What the customer said in the meantime was unseen: the answer waits for the agent's word.
        page.get_by_role("button", name="I have read them, send").click()
        expect(page.locator(".entry.ours")).to_have_count(n + 1)
        expect(page.locator(".irow").filter(has_text=f"Opened during cut {n}")).to_be_visible()
    sent = [message.text for message in said(house, mei, story) if message.kind is Kind.OUTBOUND]
    assert sent == ["Written during cut 1", "Written during cut 0"]

    page.wait_for_timeout(300)
    kept = _rows(page)
    page.reload()
    expect(page.locator(".irow").first).to_be_visible()
    fresh = _rows(page)
    # Rows that came while one looked stand on top of the first page, so there may be more of them.
    assert kept[: len(fresh)] == fresh
    assert len(fresh) >= 3


def _rows(page: Page) -> list[str]:
    """What the list shows, without the minutes, which go on."""
    texts = page.locator(".inbox .irow").all_text_contents()
    return [re.sub(r"\d+\s(min|h)( \d\d)?", "", text) for text in texts]
