"""One customer, one ticket: begun in the chat, gone on by mail, read by the agent as one story."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Enter, Visit
from tests.journeys.letters import answer_to, letter, words_of
from tests.journeys.people import Console
from tests.journeys.town import Town, until
from tests.ui.console.scene import Staff
from tests.ui.widget.scene import Widget

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AMARA, HER_UID = "amara@mail.example", "61724093"
ANSWER = "It reached us at 07:52 and needs a review; your balance is safe."


def at_the_exchange(town: Town, visit: Visit, uid: str) -> Widget:
    """A customer signs in at the exchange and looks at its page."""
    page = visit(town.exchange_url, locale="en-GB")
    page.locator("#who").select_option(uid)
    page.locator("header form button").click()
    return Widget(page, page.frame_locator("iframe"))


def test_a_chat_goes_on_by_mail_on_one_timeline(
    town: Town, visit: Visit, desk: Console, mei: Staff
) -> None:
    widget = at_the_exchange(town, visit, HER_UID).open()
    widget.begin("My 250 USDC are missing")
    reference = widget.frame.locator(".event .mono").inner_text()
    widget.page.context.close()  # she has to run

    # Mei answers somebody who is not there any more.
    page = visit("/console/inbox/all", mei)
    page.locator(".irow").filter(has_text="My 250 USDC are missing").click()
    flow = page.get_by_role("log")
    expect(flow).to_contain_text("My 250 USDC are missing")
    ticket = desk.ticket_with(reference)
    until(lambda: desk.has_read_all(ticket))
    page.get_by_role("textbox", name="Reply: Live chat").fill(ANSWER)
    page.get_by_role("button", name="Send").click()
    expect(flow).to_contain_text(ANSWER)

    # So it goes on by mail. She was signed in: the mail says that an answer waits, not which.
    (mail,) = until(lambda: town.post.mails_to(AMARA), within_s=40)
    assert ANSWER not in mail.as_string()
    assert "Mei has answered in your chat" in words_of(mail)
    expect(page.get_by_role("tab", name="Reply: Mail")).to_be_visible()
    done = [each["activity"]["code"] for each in desk.timeline(ticket) if each["activity"]]
    assert done[-1] == "continued_by_mail"

    # She answers from her mail program; what it quotes is folded away.
    travelling = answer_to(mail, f"Amara <{AMARA}>", "I am travelling, please tell me by mail.")
    town.hand_in(travelling)
    entry = page.locator(".entry").filter(has_text="I am travelling")
    expect(entry).to_be_visible()
    expect(entry).not_to_contain_text("has answered in your chat")
    expect(flow).to_contain_text(re.compile("My 250 USDC.*It reached us.*I am travelling", re.S))

    # One ticket, two conversations, and for each message how sure we were who spoke.
    talks = desk.get(f"tickets/{ticket}")["conversations"]
    assert [talk["channel"] for talk in talks] == ["chat.web", "email"]
    heard = [each for each in desk.timeline(ticket) if each["kind"] == "inbound"]
    assert [each["identity"]["method"] for each in heard] == ["signed_session", "none"]
    subjects = [row["subject"] for row in desk.get("tickets", view="all")["rows"]]
    assert subjects.count("My 250 USDC are missing") == 1

    # Mei answers the mail, and it threads in Amara's program.
    until(lambda: desk.has_read_all(ticket))
    page.get_by_role("tab", name="Reply: Mail").click()
    page.get_by_role("textbox", name="Reply: Mail").fill("Will do.")
    page.get_by_role("button", name="Send").click()
    second = until(lambda: town.post.mails_to(AMARA)[1:])[0]
    assert "Will do." in words_of(second)
    assert str(mail["Message-ID"]) in str(second["References"])
    assert second["In-Reply-To"] == travelling["Message-ID"]

    # Back at the exchange, the chat still holds the answer that no mail could carry.
    widget = at_the_exchange(town, visit, HER_UID).open()
    widget.frame.get_by_role("button", name="Continue the conversation").click()
    expect(widget.frame.get_by_role("log")).to_contain_text(ANSWER)


def test_a_guest_gets_the_words_and_a_stranger_no_thread(
    town: Town, enter: Enter, desk: Console
) -> None:
    guest = enter().begins("Which networks carry DOT?", name="Kim", email="kim@mail.example")
    ticket = until(lambda: desk.ticket_with(guest.reference))
    desk.answers(ticket, "Only its own one.")

    # A guest's chat holds no account facts, so the words themselves are in the mail.
    (mail,) = until(lambda: town.post.mails_to("kim@mail.example"), within_s=40)
    assert words_of(mail).startswith("Only its own one.")
    town.hand_in(answer_to(mail, "Kim <kim@mail.example>", "Thank you, Kim"))
    until(lambda: any("Thank you, Kim" in text for text in desk.said(ticket)))

    # Somebody it was forwarded to answers: heard, but as somebody else, and told nothing.
    town.hand_in(answer_to(mail, "Mal <mal@mail.example>", "Tell me all about Kim"))
    until(lambda: any("Tell me all about Kim" in text for text in desk.said(ticket)))
    mal = next(each for each in desk.timeline(ticket) if "all about Kim" in each["text"])
    assert mal["auth"]["third_party"] == "yes"
    assert mal["identity"]["level"] == 0
    desk.answers(ticket, "You are welcome, Kim.")
    until(lambda: len(town.post.mails_to("kim@mail.example")) == 2)
    assert town.post.mails_to("mal@mail.example") == []

    # And the same ids without the signed address open nothing of hers.
    forged = letter("Mal <mal@mail.example>", "Re: Your chat", "It is me, Kim")
    forged["References"] = mail["Message-ID"]
    town.hand_in(forged)
    until(lambda: desk.get("search", q="mal@mail.example")["rows"])
    assert not any("It is me, Kim" in text for text in desk.said(ticket))
