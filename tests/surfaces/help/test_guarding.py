"""The forms of the help site ask about secrets before anything leaves the browser."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.surfaces.help.test_browser import Open, open_page

pytestmark = pytest.mark.browser
__all__ = ["open_page"]

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
KEY = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


def sent_from(page: Page) -> list[str]:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    return sent


def is_posted(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/en/get-help")


@pytest.mark.parametrize(
    "path", ["/en/contact", "/en/get-help", "/en/report-weakness", "/en/report"]
)
def test_a_secret_is_asked_about_before_it_is_sent(open_page: Open, path: str) -> None:
    page = open_page(path)
    sent = sent_from(page)
    words = page.locator("main textarea").first
    words.fill(f"Is my wallet safe? {SEED}")
    page.locator("main form .btn.primary").first.click()

    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("This looks like a secret: seed phrase")
    expect(asked).to_contain_text("Make a new wallet")
    expect(asked.get_by_role("button", name="Take it out")).to_be_focused()
    assert not any(sent)

    asked.get_by_role("button", name="Take it out").click()
    expect(words).to_have_value("Is my wallet safe? [seed phrase taken out]")
    expect(words).to_be_focused()
    assert not any(sent)


def test_a_hash_that_may_be_a_key_goes_when_its_writer_says_so(open_page: Open) -> None:
    page = open_page("/en/get-help", width=360, theme="dark")
    page.locator("#words").fill(f"what happened to {KEY}")
    page.get_by_role("button", name="Show me what to do").click()

    asked = page.get_by_role("dialog", name="A transaction, or a private key?")
    expect(asked).to_be_visible()
    box = asked.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    with page.expect_request(is_posted):
        asked.get_by_role("button", name="It is something else, send").click(no_wait_after=True)


def test_ordinary_words_go_at_once(open_page: Open) -> None:
    page = open_page("/en/get-help")
    page.locator("#words").fill("My withdrawal of 2,400 USDT is pending, txid " + KEY)
    with page.expect_request(is_posted):
        page.get_by_role("button", name="Show me what to do").click(no_wait_after=True)
