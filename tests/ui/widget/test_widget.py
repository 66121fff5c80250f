"""The widget in a real browser, embedded across sites: keys, secrets, cuts, languages, axe."""

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from fanlight.features.conversations.signals import Typing, conversation_topic, encode
from tests.surfaces.widget.house import House
from tests.ui.widget.conftest import OpenWidget
from tests.ui.widget.scene import SEED, Widget

pytestmark = pytest.mark.browser


def talk_of(house: House, widget: Widget) -> UUID:
    """The talk in this widget, by the reference it shows."""
    reference = widget.frame.locator(".event .mono").inner_text()

    async def find() -> UUID:
        statement = """SELECT c.id FROM conversations c JOIN tickets t ON t.id = c.ticket_id
            WHERE t.reference = %(reference)s"""
        async with house.edge.work() as work:
            found = await work.one(UUID, statement, reference=reference)
            assert found is not None
            return found

    return house.run(find())


def test_search_comes_first_and_an_article_opens_inside(open_widget: OpenWidget) -> None:
    widget = open_widget().open()
    expect(widget.frame.get_by_role("searchbox")).to_be_focused()

    widget.page.keyboard.type("deposit not credited")
    hit = widget.frame.get_by_role("button", name="A deposit has not arrived")
    expect(hit).to_be_visible()
    hit.press("Enter")

    expect(widget.frame.get_by_role("heading", name="A deposit has not arrived")).to_be_visible()
    expect(widget.frame.get_by_text("Get the transaction hash")).to_be_visible()
    expect(widget.frame.get_by_role("button", name="Write to us")).to_be_visible()


def test_the_frame_is_fetched_only_when_it_is_needed(open_widget: OpenWidget) -> None:
    widget = open_widget(None)
    widget.page.wait_for_timeout(1800)
    assert widget.page.locator("iframe").count() == 0
    widget.open().begin("I was here before")

    widget.page.reload()

    widget.page.locator("iframe").wait_for(state="attached")
    assert widget.page.get_by_role("button", name="Support", exact=True).is_visible()


def test_keys_open_close_and_come_back_to_where_they_were(open_widget: OpenWidget) -> None:
    widget = open_widget()
    launcher = widget.page.get_by_role("button", name="Support", exact=True)
    launcher.focus()
    launcher.press("Enter")
    expect(widget.frame.get_by_role("searchbox")).to_be_focused()
    expect(launcher).to_be_hidden()

    widget.page.keyboard.press("Escape")

    expect(launcher).to_be_focused()
    expect(widget.page.locator("iframe")).to_be_hidden()


def test_a_talk_goes_both_ways_with_name_typing_and_read(
    open_widget: OpenWidget, house: House
) -> None:
    widget = open_widget("48812217", locale="zh-CN")
    widget.page.get_by_role("button", name="联系客服").click()
    widget.frame.get_by_role("button", name="写给我们").click()
    widget.frame.get_by_label("你的消息").fill("充值还没到账")
    expect(widget.frame.get_by_text("已绑定账户")).to_be_visible()
    widget.frame.get_by_role("button", name="发送").click()
    log = widget.frame.get_by_role("log")
    expect(log.get_by_text("充值还没到账")).to_be_visible()
    expect(log.get_by_text("已发出")).to_be_visible()

    talk = talk_of(house, widget)
    house.run(house.own(talk))
    expect(widget.frame.get_by_role("heading", name="林澈")).to_be_visible()
    signal = Typing(conversation_id=talk, by="agent", name="林澈", is_on=True)
    house.run(house.edge.live.publish(conversation_topic(talk), encode(signal)))
    expect(widget.frame.get_by_text("林澈正在输入")).to_be_visible()

    house.run(house.answer(talk, "钱没有丢，正在核对。"))
    expect(log.get_by_text("钱没有丢，正在核对。")).to_be_visible()
    expect(widget.frame.get_by_text("林澈正在输入")).to_have_count(0)
    expect(log.get_by_text("已读")).to_have_count(0)  # answering is not reading aloud
    assert read_seq(house, talk) == 2


def read_seq(house: House, talk: UUID) -> int:
    """How far the customer has read, as the desk knows it."""

    async def ask() -> int:
        statement = "SELECT customer_read_seq FROM conversations WHERE id = %(id)s"
        async with house.edge.work() as work:
            return await work.one(int, statement, id=talk) or 0

    return house.run(ask())


def test_an_unread_answer_is_counted_on_the_launcher(open_widget: OpenWidget, house: House) -> None:
    widget = open_widget("73105528").open()
    widget.begin("How long does a withdrawal take?")
    talk = talk_of(house, widget)
    widget.frame.get_by_role("button", name="Minimise").click()

    house.run(house.answer(talk, "About ten minutes."))

    launcher = widget.page.get_by_role("button", name="Support, 1 new")
    expect(launcher).to_be_visible()
    launcher.click()
    expect(widget.frame.get_by_text("About ten minutes.")).to_be_visible()
    widget.frame.get_by_role("button", name="Minimise").click()
    expect(widget.page.get_by_role("button", name="Support", exact=True)).to_be_visible()


def kept_by(widget: Widget) -> str:
    """What the widget has written down: with the page, where its own frame may store nothing."""
    return str(widget.page.evaluate("JSON.stringify({...localStorage})"))


def test_a_secret_is_asked_about_before_anything_leaves(
    open_widget: OpenWidget, house: House
) -> None:
    widget = open_widget(None).open()
    sent: list[str] = []
    widget.page.on("request", lambda request: sent.append(request.post_data or ""))
    widget.frame.get_by_role("button", name="Write to us").click()
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url))
    widget.frame.get_by_label("Your message").fill(f"My words are {SEED}.")
    widget.page.wait_for_timeout(900)  # suggestions come after a pause
    widget.frame.get_by_role("button", name="Send").click()

    warning = widget.frame.get_by_role("dialog", name="This looks like a seed phrase")
    expect(warning.get_by_role("button", name="Take it out")).to_be_focused()
    assert not any("sausage" in each for each in sent if "client_key" in each)
    assert "fanlight" in kept_by(widget)
    assert "sausage" not in kept_by(widget)
    assert not any("sausage" in each for each in asked)  # nor is it looked for while one types
    text = widget.frame.get_by_label("Your message")

    widget.page.keyboard.press("Escape")  # back to the text as it is
    expect(text).to_have_value(f"My words are {SEED}.")
    widget.frame.get_by_role("button", name="Send").click()
    warning.get_by_role("button", name="Take it out").click()
    expect(text).to_be_focused()
    expect(text).to_have_value("My words are [seed phrase taken out].")

    text.fill(f"My words are {SEED}")
    widget.frame.get_by_role("button", name="Send").click()
    warning.get_by_role("button", name="It is something else, send").click()
    log = widget.frame.get_by_role("log")
    expect(log.get_by_text("Seed phrase, hidden", exact=False)).to_be_visible()
    expect(widget.frame.get_by_text("Make a new wallet and move them now.")).to_be_visible()
    assert "sausage" not in log.inner_text()


def test_ordinary_words_are_not_asked_about(open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()
    hash_ = "4f2a" * 16
    widget.begin(f"My transaction {hash_} was sent from my wallet and has not arrived yet today")
    expect(widget.frame.get_by_role("dialog")).to_have_count(0)


def test_words_written_during_a_cut_leave_on_return_once(
    open_widget: OpenWidget, house: House
) -> None:
    widget = open_widget("50317746", locale="en-GB")
    widget.page.get_by_role("button", name="聯絡客服").click()
    widget.frame.get_by_role("combobox", name="語言").select_option("en")
    widget.begin("First words")
    talk = talk_of(house, widget)

    for cut in range(2):
        widget.page.context.set_offline(True)
        expect(widget.frame.get_by_text("No connection.", exact=False)).to_be_visible()
        widget.say(f"Said in cut {cut}")
        expect(widget.frame.get_by_text("not sent yet", exact=False).last).to_be_visible()
        house.run(house.answer(talk, f"Answered in cut {cut}"))
        widget.page.context.set_offline(False)
        expect(widget.frame.get_by_text("not sent yet", exact=False)).to_have_count(0)
        expect(widget.frame.get_by_text(f"Answered in cut {cut}")).to_be_visible()
        expect(widget.frame.get_by_role("log").locator(".spin")).to_have_count(0)

    shown = widget.bubbles()
    assert sorted(shown) == sorted(
        [
            "First words", "Said in cut 0", "Answered in cut 0", "Said in cut 1",
            "Answered in cut 1",
        ]
    )  # fmt: skip
    widget.page.reload()
    widget.page.get_by_role("button", name="聯絡客服").click()
    widget.frame.get_by_role("button", name="Continue the conversation").click()
    expect(widget.frame.get_by_text("Answered in cut 1")).to_be_visible()
    assert widget.bubbles() == shown  # a fresh fetch is the same as what was held


def test_a_first_message_waits_for_the_line_and_begins_one_talk(open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()
    widget.frame.get_by_role("button", name="Write to us").click()
    widget.frame.get_by_label("Your message").fill("Written on a train")
    widget.page.context.set_offline(True)
    widget.frame.get_by_role("button", name="Send").click()
    expect(widget.frame.get_by_text("Not sent yet", exact=False)).to_be_visible()
    expect(widget.frame.get_by_label("Your message")).to_have_value("Written on a train")

    widget.page.context.set_offline(False)

    expect(widget.frame.get_by_role("log").get_by_text("Written on a train")).to_be_visible()
    assert widget.bubbles() == ["Written on a train"]


def test_words_in_the_first_form_outlive_a_reload(open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()
    widget.frame.get_by_role("button", name="Write to us").click()
    widget.frame.get_by_label("Your message").fill("A long story, half told")
    widget.frame.get_by_label("Your name").fill("Mei")
    widget.page.reload()
    widget.open()
    widget.frame.get_by_role("button", name="Write to us").click()
    expect(widget.frame.get_by_label("Your message")).to_have_value("A long story, half told")
    expect(widget.frame.get_by_label("Your name")).to_have_value("Mei")


def test_a_file_is_sent_with_progress_and_shown_as_checked(open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()
    widget.begin("A file is coming")
    note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"hash 4f2a"}
    widget.frame.locator("footer input[type=file]").set_input_files([note])  # type: ignore[list-item]
    expect(widget.frame.locator("footer").get_by_text("Checked, 9")).to_be_visible()
    widget.frame.get_by_role("button", name="Send").click()
    link = widget.frame.get_by_role("log").get_by_role("link", name="note.txt")
    expect(link).to_have_attribute("href", re.compile(r"^http://127\.0\.0\.1:\d+/files/"))

    widget.frame.locator("footer input[type=file]").set_input_files(
        [{"name": "wallet.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ" * 99}]  # type: ignore[list-item]
    )
    refused = widget.frame.locator("footer .file.refused")
    expect(refused).to_contain_text("Not taken: this kind of file is not opened here.")


def test_signing_out_leaves_nothing_for_the_next_person(open_widget: OpenWidget) -> None:
    widget = open_widget("61724093").open()
    widget.begin("Something only I may read")
    widget.page.locator("#who").select_option("")
    widget.page.locator("header form button").click()
    widget.page.get_by_role("button", name="Ask support").click()
    expect(widget.frame.get_by_role("button", name="Write to us")).to_be_visible()
    expect(widget.frame.get_by_text("Something only I may read")).to_have_count(0)

    widget.page.locator("#who").select_option("73105528", force=True)
    widget.page.locator("form").evaluate("form => form.submit()")
    widget.page.get_by_role("button", name="Ask support").click()
    expect(widget.frame.get_by_role("searchbox")).to_be_visible()
    expect(widget.frame.get_by_text("Something only I may read")).to_have_count(0)


def test_a_draft_is_not_kept_for_who_signs_in_next(open_widget: OpenWidget) -> None:
    widget = open_widget(None).open()
    widget.frame.get_by_role("button", name="Write to us").click()
    widget.frame.get_by_label("Your message").fill("A worry of my own")
    assert "A worry of my own" in everything_kept(widget)

    widget.page.locator("#who").select_option("73105528")
    widget.page.locator("header form button").click()
    widget.open()
    expect(widget.frame.locator("footer .primary")).to_be_visible()  # they are let in

    assert "A worry of my own" not in everything_kept(widget)


def everything_kept(widget: Widget) -> str:
    """What this browser stores for the widget, in its frame or, lent, in the page around it."""
    inside = next(each for each in widget.page.frames if "/widget/app/" in each.url)
    own = "(() => { try { return JSON.stringify(localStorage) } catch { return '' } })()"
    return str(inside.evaluate(own)) + str(widget.page.evaluate(own))


def test_nobody_on_duty_is_said(open_widget: OpenWidget, house: House) -> None:
    house.run(house.presence("off"))
    try:
        widget = open_widget(None).open()
        expect(widget.frame.get_by_text("Nobody on duty now")).to_be_visible()
        widget.frame.get_by_role("button", name="Write to us").click()
        said = "a person reads it first thing"
        expect(widget.frame.get_by_text(said, exact=False)).to_be_visible()
    finally:
        house.run(house.presence("online"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_view_is_clean_for_axe(
    open_widget: OpenWidget, house: House, theme: Any, width: int
) -> None:
    widget = open_widget(None, theme=theme, width=width, height=800).open()
    found = {"home": widget.axe()}
    widget.frame.get_by_role("button", name="Deposit not credited").click()
    widget.frame.get_by_role("button", name="A deposit has not arrived").wait_for()
    found["hits"] = widget.axe()
    widget.frame.get_by_role("button", name="A deposit has not arrived").click()
    widget.frame.get_by_text("Get the transaction hash").wait_for()
    found["article"] = widget.axe()
    widget.frame.get_by_role("button", name="Write to us").click()
    widget.frame.get_by_label("Your message").fill(f"Here: {SEED}")
    found["start"] = widget.axe()
    widget.frame.get_by_role("button", name="Send").click()
    widget.frame.get_by_role("dialog").wait_for()
    widget.page.wait_for_timeout(300)
    found["warning"] = widget.axe()
    widget.frame.get_by_role("button", name="It is something else, send").click()
    widget.frame.get_by_text("Make a new wallet").wait_for()
    house.run(house.answer(talk_of(house, widget), "We see it."))
    widget.frame.get_by_text("We see it.").wait_for()
    found["talk"] = widget.axe()
    assert {view: wrong for view, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN", "zh-TW"])
def test_nothing_is_cut_off_at_360(open_widget: OpenWidget, locale: str) -> None:
    widget = open_widget(None, width=360, height=740, locale=locale)
    widget.page.locator("[data-help-open]").click()
    widget.frame.locator("#q").wait_for()
    inside = next(each for each in widget.page.frames if "/widget/app/" in each.url)
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert inside.evaluate(wide)
    assert inside.evaluate("document.documentElement.lang") == {
        "en-GB": "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant",
    }[locale]  # fmt: skip
    widget.frame.locator("footer .primary").click()
    widget.frame.locator("#words").wait_for()
    assert inside.evaluate(wide)
    widget.frame.locator("footer .btn").last.click()
    widget.frame.locator("#text").wait_for()
    assert inside.evaluate(wide)
    assert inside.evaluate("innerWidth") == 360  # full screen on a phone
