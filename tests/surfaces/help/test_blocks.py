"""Blocks of articles in a real browser: with a script and without, by keyboard, on paper."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from fanlight.features.knowledge import legal
from fanlight.features.knowledge.legal import RISK
from fanlight.features.knowledge.models import LegalWords
from fanlight.features.knowledge.queries import entries
from tests.surfaces.help.test_browser import Open, axe, open_page
from tests.surfaces.widget.house import House

__all__ = ["open_page"]
pytestmark = pytest.mark.browser

TABS = "a/account-security/set-up-authenticator"
PLAIN = "a/basics/public-private-keys"
FEES = "a/deposits-withdrawals/withdrawal-fees-and-limits"
WALK = "a/deposits-withdrawals/deposit-not-arrived"
DIAGRAM = "a/deposits-withdrawals/withdrawal-pending"
CODE = "a/api/sign-requests"
LEGAL = "a/futures/futures-leverage"
PAGES = [TABS, f"{PLAIN}#plain", FEES, WALK, DIAGRAM, CODE, LEGAL]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_blocks_are_accessible_and_fit(open_page: Open, path: str, theme: str) -> None:
    for lang, width in (("zh-Hans", 1440), ("en", 360), ("zh-Hant", 320)):
        page = open_page(f"/{lang}/{path}", width=width, theme=theme)
        assert axe(page) == [], (lang, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (lang, width)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_shifts_when_a_script_takes_over(open_page: Open, path: str) -> None:
    page = open_page(f"/en/{path.partition('#')[0]}", width=360)
    shifted = page.evaluate(
        """new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => {
                for (const entry of list.getEntries()) sum += entry.value;
            }).observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 400);
        })"""
    )
    assert shifted < 0.01


def shown(page: Page, words: str) -> bool:
    return page.get_by_text(words).first.is_visible()


@pytest.mark.parametrize("has_script", [True, False])
def test_tabs_are_walked_by_arrows(open_page: Open, *, has_script: bool) -> None:
    page = open_page(f"/en/{TABS}", java_script_enabled=has_script)
    assert shown(page, "Scan the QR code with")
    assert not shown(page, "add an entry by key")
    page.get_by_role("radio", name="Web").focus()
    page.keyboard.press("ArrowRight")
    assert not shown(page, "Scan the QR code with")
    assert shown(page, "add an entry by key")


def test_a_chosen_tab_is_remembered_and_an_address_goes_before_it(open_page: Open) -> None:
    page = open_page(f"/en/{TABS}")
    page.locator("label", has_text="App").click()
    page.reload()
    assert shown(page, "add an entry by key")
    page.goto(page.url.partition("#")[0] + "#step-2")
    expect(page.locator("#step-2")).to_be_visible()


def test_paper_shows_every_tab_and_every_answer(open_page: Open) -> None:
    page = open_page(f"/en/{TABS}")
    page.emulate_media(media="print")
    assert shown(page, "Scan the QR code with")
    assert shown(page, "add an entry by key")
    page = open_page(f"/en/{FEES}")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown(page, "We pass on what the network costs")


@pytest.mark.parametrize("has_script", [True, False])
def test_plain_words_are_one_press_away(open_page: Open, *, has_script: bool) -> None:
    page = open_page(f"/zh-Hans/{PLAIN}", java_script_enabled=has_script)
    assert not shown(page, "墙上有一排信箱")
    page.get_by_role("link", name="通俗版").click()
    assert shown(page, "墙上有一排信箱")
    assert not shown(page, "区块链不认识姓名")
    # The house's own plain buttons are no part of it.
    assert page.locator("summary", has_text="简体中文").first.is_visible()
    page.get_by_role("link", name="准确版").click()
    assert shown(page, "区块链不认识姓名")


def test_a_term_is_told_where_it_stands(open_page: Open) -> None:
    page = open_page(f"/en/{WALK}")
    term = page.locator("a.term[data-said]").first
    term.hover()
    told = page.get_by_role("tooltip")
    expect(told).to_be_visible()
    expect(told).to_contain_text(str(term.get_attribute("data-said")))
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    term.focus()
    expect(told).to_be_visible()
    assert axe(page) == []


def test_a_finger_s_first_tap_tells_a_term_and_without_a_script_it_leads_on(
    open_page: Open,
) -> None:
    page = open_page(f"/en/{WALK}", width=360, has_touch=True)
    page.locator("a.term[data-said]").first.tap()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.get_by_role("tooltip").get_by_role("link").tap()
    page.wait_for_url("**/en/glossary#*")
    page = open_page(f"/en/{WALK}", java_script_enabled=False)
    page.locator("a.term").first.click()
    page.wait_for_url("**/en/glossary#*")


def test_code_is_copied_whole(open_page: Open) -> None:
    page = open_page(f"/en/{CODE}", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.get_by_role("button", name="Copied").first).to_be_visible()
    code = page.locator(".code pre").first.text_content()
    assert page.evaluate("navigator.clipboard.readText()") == code


def test_an_address_opens_the_question_it_leads_to(open_page: Open) -> None:
    page = open_page(f"/en/{FEES}#available")
    assert shown(page, "Open orders, margin used as security")
    assert not shown(page, "We pass on what the network costs")


def test_a_page_follows_at_once_when_a_legal_text_changes(open_page: Open, house: House) -> None:
    page = open_page(f"/en/{LEGAL}")
    expect(page.locator(".aside.risk")).to_have_count(2)  # the block, and the one at the foot

    async def say(words: str) -> str:
        async with house.edge.work() as work:
            (text,) = await entries.legal_texts(work, [RISK])
            before = text.texts["en"].source
            texts = text.texts | {"en": LegalWords(title="Risk warning", source=words)}
            await legal.save(work, replace(text, texts=texts))
        return before

    before = house.run(say("Prices of {brand} may fall."))
    try:
        page.wait_for_timeout(500)
        page.reload()
        assert shown(page, "Prices of Meridian may fall.")
    finally:
        house.run(say(before))
