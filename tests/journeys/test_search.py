"""Somebody looks for help with the keyboard alone, finds an article that does not help, and writes;
the agent sees what they searched and read, so nobody asks for it again.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.people import Console
from tests.journeys.town import Town, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What is typed, and the words of the page in each language.
LANGUAGES = {
    "en": {
        "words": "deposit not arrived", "no": "No", "write": "Write to us",
        "text": "What happened", "email": "Your e-mail", "send": "Send message",
        "read": "You read", "searched": "You searched",
    },
    "zh-Hans": {
        "words": "充值未到账", "no": "没有", "write": "给我们留言",
        "text": "发生了什么", "email": "你的邮箱", "send": "提交留言",
        "read": "你看过", "searched": "你搜过",
    },
    "zh-Hant": {
        "words": "充值未到帳", "no": "沒有", "write": "留言給我們",
        "text": "發生了什麼", "email": "您的電子郵件", "send": "送出留言",
        "read": "您看過", "searched": "您搜尋過",
    },
}  # fmt: skip


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on with Tab until this has the focus."""
    for _ in range(120):
        if wanted.evaluate("(it) => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("no way there by keyboard")


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_search_to_a_person(town: Town, visit: Visit, desk: Console, language: str) -> None:
    say = LANGUAGES[language]
    page = visit(f"/{language}/", locale=language)

    # Searches; the words are typed as an input method would hand them over.
    tab_to(page, page.get_by_role("combobox"))
    page.keyboard.insert_text(say["words"])
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/search?q=*")
    hit = page.locator(".hit a").first
    expect(hit).to_be_visible()
    tab_to(page, hit)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/a/**")
    title = page.get_by_role("heading", level=1).inner_text()

    # Says that it did not help, and is offered a person.
    tab_to(page, page.get_by_role("button", name=say["no"], exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/feedback?no=*")
    tab_to(page, page.get_by_role("main").get_by_role("link", name=say["write"]))
    page.keyboard.press("Enter")

    # The form shows what goes along.
    page.wait_for_url(f"**/{language}/contact?*")
    main = page.get_by_role("main")
    expect(main).to_contain_text(say["read"])
    expect(main).to_contain_text(title)
    expect(main).to_contain_text(say["searched"])
    expect(main).to_contain_text(say["words"])
    story = f"250 USDT, {language}, 9f3c27"
    tab_to(page, page.get_by_label(say["text"]))
    page.keyboard.insert_text(story)
    tab_to(page, page.get_by_label(say["email"]))
    page.keyboard.insert_text(f"ada.{language.lower()}@mail.example")
    tab_to(page, page.get_by_role("button", name=say["send"]))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/t/**")
    expect(page.get_by_role("main")).to_contain_text(story)

    # The agent sees the customer's own words, and below them the road they took.
    reference = until(lambda: desk.ticket_with(f"ada.{language.lower()}@mail.example"))
    (first,) = [each for each in desk.timeline(reference) if each["kind"] == "inbound"]
    assert first["text"] == story
    assert title in first["full_text"]
    assert say["words"] in first["full_text"]

    # And the answer is read where the question was asked.
    desk.answers(reference, "It needs 20 confirmations.")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("It needs 20 confirmations.")
