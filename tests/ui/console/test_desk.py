"""The desk in a real browser: lists, tickets, answers, and what happens when things go wrong."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Delivery, Kind, Message
from fanlight.features.tickets import service
from fanlight.features.tickets.intake import Received
from fanlight.features.tickets.models import Status, Ticket
from fanlight.features.tickets.queries import get_ticket
from fanlight.kernel import audit
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


@pytest.fixture
def story(house: House, mei: Staff) -> Received:
    """A ticket of the test's own, taken by Mei."""
    name = f"Customer {uuid4().hex[:6]}"
    found = house.run(scene.writes(house, name, "Where is my deposit?", subject=f"Of {name}"))
    house.run(scene.takes(house, mei, found))
    return found


def open_ticket(open_page: OpenPage, who: Staff, found: Received, **more: object) -> Page:
    page = open_page(f"/console/inbox/mine/{found.ticket_id}", who, **more)
    expect(page.get_by_role("log")).to_be_visible()
    return page


def said(house: House, who: Staff, found: Received) -> list[Message]:
    """The timeline as it stands in the database, the newest first."""

    async def read() -> list[Message]:
        assert found.ticket_id
        async with house.edge.work(who.actor) as work:
            return await service.timeline(work, found.ticket_id)

    return house.run(read())


def ticket_of(house: House, who: Staff, found: Received) -> Ticket:
    async def read() -> Ticket:
        assert found.ticket_id
        async with house.edge.work(who.actor) as work:
            return await get_ticket(work, found.ticket_id)

    return house.run(read())


def follow_up(house: House, found: Received, text: str) -> Received:
    """The same customer writes again in the same conversation."""

    async def thread() -> str:
        assert found.conversation_id
        async with house.edge.work() as work:
            talk = await conversations.get_conversation(work, found.conversation_id)
            return talk.thread_key or ""

    key = house.run(thread())
    name = key.replace(".", " ").title()
    return house.run(scene.writes(house, name, text, key=key))


def test_a_ticket_tells_its_whole_story(
    open_page: OpenPage, mei: Staff, afternoon: Received
) -> None:
    page = open_page("/console/", mei)
    page.get_by_role("link", name="USDT via TRON not credited").click()
    flow = page.get_by_role("log")
    expect(flow).to_contain_text("好的，我先去开会")
    expect(flow.get_by_text("Seed phrase, hidden")).to_be_visible()
    assert scene.SEED not in page.content()
    expect(flow.get_by_text("Mei took it")).to_be_visible()
    expect(flow.get_by_text("Private note, only the desk sees this")).to_be_visible()
    expect(flow.get_by_text("Assurance level 2 of 3: signed session")).to_be_attached()
    picture = flow.get_by_role("img", name="transfer.png")
    assert picture.evaluate("async (it) => (await it.decode(), it.naturalWidth)") == 360
    card = page.get_by_role("complementary", name="Customer")
    expect(card).to_contain_text("L2 account bound")
    expect(card).not_to_contain_text("48812217")


def test_new_tickets_and_messages_appear_by_themselves(
    open_page: OpenPage, house: House, mei: Staff, ravi: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    rows = page.locator(".inbox .irow")
    page.goto(page.url.replace("/mine/", "/all/"))
    fresh = house.run(scene.writes(house, "Newcomer", "Hello there", subject="Quite new"))
    expect(rows.first).to_contain_text("Quite new")

    follow_up(house, story, "Are you still there?")
    expect(page.get_by_role("log")).to_contain_text("Are you still there?")
    expect(rows.first).to_contain_text("Are you still there?")

    async def solve() -> None:
        assert fresh.ticket_id
        async with house.edge.work(ravi.actor) as work:
            ticket = await get_ticket(work, fresh.ticket_id)
            seen = {fresh.conversation_id: 1} if fresh.conversation_id else {}
            await service.turn(
                work, ticket.id, status=Status.SOLVED, version=ticket.version, seen=seen
            )

    house.run(solve())
    expect(page.locator(".inbox").get_by_text("Quite new")).to_have_count(0)


def test_everything_daily_works_without_a_mouse(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_page("/console/inbox/mine", mei)
    subject = ticket_of(house, mei, story).subject
    expect(page.locator(".irow").first).to_contain_text(subject)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Where is my deposit?")

    page.keyboard.press("r")
    page.keyboard.type("It is here, at 11:49.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("It is here, at 11:49.")
    expect(page.get_by_role("textbox", name="Reply: Live chat")).to_have_value("")
    page.keyboard.press("Escape")

    page.keyboard.press("n")
    page.keyboard.type("Ask Finance tomorrow.")
    page.keyboard.press("Control+Enter")  # the reply's key: nothing may leave
    expect(page.get_by_text("This is a note.")).to_be_visible()
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_role("log")).to_contain_text("Ask Finance tomorrow.")
    page.keyboard.press("Escape")

    page.keyboard.press("p")
    page.keyboard.type("high")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("set the priority to High")
    page.keyboard.press("t")
    page.keyboard.type("deposit")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("log")).to_contain_text("set the tags")
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Status: Solved")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Status: Open")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="All open")).to_be_visible()

    kinds = {message.text: message.kind for message in said(house, mei, story)}
    assert kinds["Ask Finance tomorrow."] is Kind.NOTE
    assert kinds["It is here, at 11:49."] is Kind.OUTBOUND


def test_the_palette_finds_and_does(open_page: OpenPage, mei: Staff, afternoon: Received) -> None:
    page = open_page("/console/inbox/all", mei)
    expect(page.locator(".irow").first).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("Northgate")
    option = page.get_by_role("option", name="Deposit from Northgate, wrong network?")
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Deposit from Northgate")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Take it yourself")


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
    warning = page.locator(".newer")
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
    refused.get_by_role("button", name="Remove tool.exe").click()
    page.keyboard.press("r")
    page.keyboard.type("Here is the proof.")
    page.keyboard.press("Control+Enter")
    entry = page.locator(".entry.ours").filter(has_text="Here is the proof.")
    expect(entry.get_by_role("img", name="proof.png")).to_be_visible()
    expect(tiles).to_have_count(0)


def test_a_reveal_needs_a_reason_and_leaves_a_trace(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    card = page.get_by_role("complementary", name="Customer")
    hidden = card.locator("dd").first.inner_text()
    card.get_by_role("button", name="Reveal Browser").click()
    dialog = page.get_by_role("dialog", name="Reveal Browser?")
    dialog.get_by_label("Reason").select_option("other")
    dialog.get_by_role("button", name="Reveal", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say why")
    dialog.get_by_label("In your words").fill("They asked which device it was")
    dialog.get_by_role("button", name="Reveal", exact=True).click()
    expect(card.get_by_role("button", name="Hide")).to_be_visible()
    assert card.locator("dd").first.inner_text() != hidden

    async def log() -> list[audit.Entry]:
        async with house.edge.work() as work:
            return await audit.page(work, below=audit.TOP, limit=20)

    reasons = [entry.detail.get("reason") for entry in house.run(log())]
    assert "They asked which device it was" in reasons


def test_colleagues_see_each_other(
    open_page: OpenPage, mei: Staff, ravi: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    other = open_ticket(open_page, ravi, story)
    expect(page.get_by_text("Ravi is reading")).to_be_visible()
    other.keyboard.press("r")
    other.keyboard.type("I am on it")
    expect(page.get_by_text("Ravi writes a reply")).to_be_visible()
    other.close()
    expect(page.get_by_text(re.compile("Ravi (is|writes)"))).to_have_count(0)


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
    assert kept == _rows(page)


def _rows(page: Page) -> list[str]:
    """What the list shows, without the minutes, which go on."""
    texts = page.locator(".inbox .irow").all_inner_texts()
    return [re.sub(r"\d+\s(min|h)( \d\d)?", "", text) for text in texts]


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


def test_a_ticket_one_may_not_see_says_so(open_page: OpenPage, mei: Staff) -> None:
    page = open_page(f"/console/inbox/all/{uuid4()}", mei)
    expect(page.get_by_role("alert")).to_contain_text("No such ticket for you")


def test_a_session_that_ended_leads_to_the_door_and_back(
    open_page: OpenPage, house: House, story: Received
) -> None:
    jo = house.run(scene.hire(house, "Jo Park"))
    page = open_page(f"/console/inbox/all/{story.ticket_id}", jo)
    expect(page.get_by_role("log")).to_be_visible()

    async def end() -> None:
        from fanlight.features.people.service.sessions import sign_out

        async with house.edge.work() as work:
            await sign_out(work, jo.token)

    house.run(end())
    page.get_by_role("link", name="Unassigned").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "to=%2Fconsole%2Finbox" in page.url
