"""Help on the exchange's own page: beside a field, as a list of links, and in the chat it opens."""

import httpx2
import pytest
from playwright.sync_api import expect

from tests.surfaces.widget.house import House
from tests.ui.widget.conftest import OpenWidget
from tests.ui.widget.scene import AXE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "theme"), [(375, "dark"), (1440, "light")])
def test_a_mark_opens_the_beginning_of_its_article(
    open_widget: OpenWidget, width: int, theme: str
) -> None:
    page = open_widget(width=width, theme=theme).page
    network = page.get_by_role("button", name="Help: Network")
    network.focus()
    page.keyboard.press("Enter")
    said = page.get_by_role("dialog", name="Networks compared, which one to choose")
    expect(said).to_be_focused()
    assert network.get_attribute("aria-expanded") == "true"
    whole = said.get_by_role("link", name="Read it all")
    address = whole.get_attribute("href") or ""
    assert address.endswith("/en/a/deposits-withdrawals/networks-compared")
    assert whole.get_attribute("rel") == "noopener"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.keyboard.press("Escape")
    expect(said).to_have_count(0)
    expect(network).to_be_focused()
    assert network.get_attribute("aria-expanded") == "false"


def test_it_speaks_the_language_of_the_page(open_widget: OpenWidget) -> None:
    page = open_widget("50317746").page  # a reader of Traditional Chinese
    page.get_by_role("button", name="說明：網路").click()
    expect(page.get_by_role("dialog").get_by_role("link", name="查看全文")).to_be_visible()
    expect(page.get_by_role("dialog")).not_to_contain_text("Networks")


def test_a_press_beside_it_closes_it_and_a_second_on_the_mark_too(open_widget: OpenWidget) -> None:
    page = open_widget().page
    network = page.get_by_role("button", name="Help: Network")
    network.click()
    expect(page.get_by_role("dialog")).to_contain_text("Read it all")
    network.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    network.click()
    expect(page.get_by_role("dialog")).to_contain_text("Read it all")
    page.get_by_role("heading", name="Total value").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_it_leads_to_a_person_who_knows_what_was_read(open_widget: OpenWidget) -> None:
    widget = open_widget()
    widget.page.get_by_role("button", name="Help: Network").click()
    widget.page.get_by_role("button", name="Ask a person").click()
    expect(widget.frame.get_by_label("Your message")).to_be_visible()


def test_the_page_points_the_chat_at_an_article_or_a_search(open_widget: OpenWidget) -> None:
    widget = open_widget()
    widget.page.evaluate("Fanlight('open', {article: 'withdrawal.fee'})")
    title = widget.frame.get_by_role("heading", name="Withdrawal fees and limits")
    expect(title.first).to_be_visible()
    widget.page.evaluate("Fanlight('open', {search: 'memo'})")
    expect(widget.frame.get_by_role("searchbox")).to_have_value("memo")
    widget.page.evaluate("Fanlight('open', {article: 'no.such', search: 7})")  # nothing breaks
    expect(widget.frame.get_by_role("searchbox")).to_have_value("memo")


def test_a_list_fills_itself_and_an_unknown_one_keeps_its_own_words(
    open_widget: OpenWidget, house: House
) -> None:
    page = open_widget().page
    links = page.locator("[data-help-links] a")
    expect(links).to_have_count(4)
    for link in links.all():
        assert httpx2.get(link.get_attribute("href") or "").status_code == 200

    # Node by node: the page demands trusted types.
    page.evaluate("""() => {
        const list = document.body.appendChild(document.createElement("p"));
        list.dataset.helpLinks = "nothing.here";
        const own = list.appendChild(document.createElement("a"));
        Object.assign(own, { href: "/own", textContent: "Own words" });
    }""")
    expect(page.get_by_role("link", name="Own words")).to_be_visible()


def test_what_comes_later_is_marked_and_a_name_without_article_says_so(
    open_widget: OpenWidget,
) -> None:
    page = open_widget().page
    page.evaluate("""() => {
        const word = document.body.appendChild(document.createElement("b"));
        word.dataset.help = "no.such";
        word.textContent = "Strange";
    }""")
    page.get_by_role("button", name="Help: Strange").click()
    said = page.get_by_role("dialog", name="This help cannot be shown right now.")
    expect(said.get_by_role("link", name="Open the help center")).to_be_visible()


def test_markup_in_a_title_stays_text(open_widget: OpenWidget) -> None:
    page = open_widget().page
    page.get_by_role("button", name="Help: Network").wait_for()  # it has settled
    evil = {
        "id": "x", "title": "<img src=x onerror=alert(1)>", "description": "<b>no</b>",
        "lang": "en", "url": "javascript:alert(1)", "more_steps": 0,
        "steps": [{"name": "<i>step</i>", "url": "https://evil.example/"}],
    }  # fmt: skip
    page.route("**/api/app/v1/en/help/*", lambda route: route.fulfill(json=evil))
    # A name that nobody has asked for: browsers keep what they know for a minute.
    page.evaluate("""() => {
        const word = document.body.appendChild(document.createElement("b"));
        word.dataset.help = "evil.name";
        word.textContent = "Evil";
    }""")
    page.get_by_role("button", name="Help: Evil").click()
    said = page.get_by_role("dialog")
    expect(said).to_contain_text("<img src=x onerror=alert(1)>")
    assert said.locator("img, b, i").count() == 0
    assert [each.get_attribute("href") for each in said.locator("a").all()] == [None, None]


def test_it_is_clean_for_axe(open_widget: OpenWidget, house: House) -> None:
    page = open_widget().page
    page.get_by_role("button", name="Help: Network").click()
    expect(page.get_by_role("dialog")).to_contain_text("Read it all")
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [each["id"] for each in found["violations"]] == []


def test_other_sites_may_read_it_and_it_carries_no_session(house: House) -> None:
    answer = httpx2.get(
        f"{house.url}/api/app/v1/zh-CN/help/withdrawal.network",
        headers={"origin": "https://other.example"},
    )
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.json()["lang"] == "zh-Hans"
    again = httpx2.get(
        f"{house.url}/api/app/v1/zh-CN/help/withdrawal.network",
        headers={"if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304

    refused = httpx2.get(f"{house.url}/api/app/v1/en/help/no.such")
    assert (refused.status_code, refused.json()["code"]) == (404, "article_not_found")
    assert refused.headers["access-control-allow-origin"] == "*"
    for strange in ("%00", "..%2f", "a" * 300, "%F0%9F%AB%A0"):
        assert httpx2.get(f"{house.url}/api/app/v1/en/help/{strange}").status_code == 404
        links = httpx2.get(f"{house.url}/api/app/v1/en/links/{strange},withdrawal")
        assert links.status_code in {200, 404}
