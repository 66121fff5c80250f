"""The desk in a real browser: lists, tickets, keys, colleagues, and doors that closed."""

import contextlib
import re
from uuid import uuid4

import pytest
from playwright.sync_api import Error, expect

from fanlight.features.conversations.models import Kind
from fanlight.features.people.service.sessions import sign_out
from fanlight.features.tickets import continuation, service
from fanlight.features.tickets.received import Received
from fanlight.features.tickets.models import Status
from fanlight.features.tickets.queries import get_ticket
from fanlight.kernel import audit
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.talk import follow_up, open_ticket, said, ticket_of

pytestmark = pytest.mark.browser


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
    page.keyboard.press("Escape")

    page.goto(page.url.split("/inbox")[0] + "/deliveries")
    expect(page.get_by_role("heading", name="Deliveries")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("audit")
    page.get_by_role("option", name="Audit log").click()
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()


def test_a_telephone_reaches_every_room(open_page: OpenPage, mei: Staff) -> None:
    page = open_page("/console/inbox/mine", mei, width=360, height=780)
    bar = page.get_by_role("navigation", name="Desk")
    places = bar.locator("a:visible, button:visible")
    expect(places).to_have_count(5)
    for place in places.all():
        box = place.bounding_box()
        assert box is not None
        assert box["width"] >= 44
        assert box["height"] >= 44
    bar.get_by_role("button", name="More").click()
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_search_finds_as_one_types(open_page: OpenPage, mei: Staff, afternoon: Received) -> None:
    page = open_page("/console/inbox/all", mei)
    expect(page.locator(".irow").first).to_be_visible()
    page.locator(".irow").first.click()  # what is typed next must never reach a ticket
    expect(page.get_by_role("log")).to_be_visible()
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search")
    expect(field).to_be_focused()
    page.keyboard.type("SEPA ")
    expect(page.locator(".irow")).to_have_count(1)
    expect(page.locator(".irow")).to_contain_text("SEPA transfer returned")
    expect(field).to_be_focused()
    page.keyboard.type("trans")
    expect(page).to_have_url(re.compile(r"q=SEPA%20trans$"))
    expect(field).to_have_value("SEPA trans")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()


def test_a_guests_mail_and_the_way_of_an_answer_are_said(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    page = open_ticket(open_page, mei, story)
    expect(page.get_by_text("To the customer, in the chat")).to_be_visible()

    async def leave() -> None:
        assert story.conversation_id
        async with house.edge.work() as work:
            await continuation.note_contact(
                work, story.conversation_id, email="guest1@example.com", language="en",
                is_signed=False, mail_after_s=3600, mail_while_open_s=3600,
            )  # fmt: skip

    house.run(leave())
    page.reload()
    expect(page.get_by_text("To the chat; by mail to g")).to_be_visible()
    card = page.get_by_role("complementary", name="Customer")
    expect(card).to_contain_text("Mail they left")
    expect(card).not_to_contain_text("guest1")
    assert axe(page) == []

    page.keyboard.press("n")
    page.keyboard.type("Writing on")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    toast = page.locator(".toast").bounding_box()
    field = page.locator(".write").bounding_box()
    assert toast
    assert field
    assert toast["y"] + toast["height"] <= field["y"]


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

    reasons = [entry.detail.get("words") for entry in house.run(log())]
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
        async with house.edge.work() as work:
            await sign_out(work, jo.token)

    house.run(end())
    # The next thing the page says to the server leads out; it may have said something already.
    with contextlib.suppress(Error):
        page.get_by_role("link", name="Unassigned").click(timeout=1500)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "to=%2Fconsole%2Finbox" in page.url


def test_a_mail_shows_what_it_proves_and_how_it_looked(
    open_page: OpenPage, house: House, mei: Staff
) -> None:
    found = house.run(
        scene.mails(
            house,
            "nia@mail.example",
            "Nia Cole",
            "The fee is too high.\n\nOn Sunday Mei wrote:\n> It is 1 USDT",
            subject="About a fee",
            visible_text="The fee is too high.",
            html="<p>The <b>fee</b> is too high.</p>",
            auth={"spf": "pass", "dkim": "fail", "dmarc": "fail"},
        )
    )
    page = open_page(f"/console/inbox/all/{found.ticket_id}", mei)
    entry = page.locator(".entry").first
    expect(entry).to_contain_text("DKIM fail, DMARC fail")
    expect(entry).not_to_contain_text("It is 1 USDT")
    entry.get_by_role("button", name="Show what was quoted").click()
    expect(entry).to_contain_text("It is 1 USDT")
    entry.get_by_role("button", name="Original mail").click()
    frame = page.frame_locator("iframe[title='Original mail']")
    expect(frame.locator("b")).to_have_text("fee")
    address = page.locator("iframe").get_attribute("src") or ""
    assert not address.startswith(house.url)  # another site: it cannot reach the console


def test_a_long_list_comes_in_pages(open_page: OpenPage, house: House, mei: Staff) -> None:
    async def many() -> None:
        for n in range(60):
            await scene.writes(house, f"Many {n}", "Hello", subject=f"One of many, {n}")

    house.run(many())
    page = open_page("/console/inbox/unassigned", mei)
    rows = page.locator(".inbox .irow")
    expect(rows).to_have_count(50)
    page.locator(".inbox .list").evaluate("(it) => it.scrollTo(0, it.scrollHeight)")
    expect(rows.filter(has_text="One of many, 0")).to_have_count(1)
    house.run(scene.writes(house, "Late", "Hello", subject="Came while reading below"))
    expect(page.get_by_role("button", name="new on top")).to_be_visible()


def test_a_long_talk_comes_in_pages(
    open_page: OpenPage, house: House, mei: Staff, story: Received
) -> None:
    async def many() -> None:
        for n in range(110):
            await scene.notes(house, mei, story, f"Step {n} of a long day.")

    house.run(many())
    page = open_ticket(open_page, mei, story)
    flow = page.get_by_role("log")
    expect(flow).to_contain_text("Step 109 of a long day.")
    expect(flow).not_to_contain_text("Where is my deposit?")
    place = flow.get_by_text("Step 30 of a long day.")
    flow.evaluate("(it) => it.scrollTo(0, 0)")
    expect(flow).to_contain_text("Where is my deposit?")
    expect(place).to_have_count(1)
    texts = flow.locator(".entry.private .say").all_text_contents()
    assert [text.strip() for text in texts] == [f"Step {n} of a long day." for n in range(110)]


def test_a_list_that_does_not_load_says_so_and_tries_again(
    open_page: OpenPage, mei: Staff, afternoon: Received
) -> None:
    page = open_page("/console/inbox/mine", mei)
    expect(page.locator(".irow").first).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("link", name="Account security").click()
    failed = page.get_by_role("alert").filter(has_text="The list did not load")
    expect(failed).to_contain_text("You are not connected.")
    page.context.set_offline(False)
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator(".irow").filter(has_text="Stolen account")).to_be_visible()
