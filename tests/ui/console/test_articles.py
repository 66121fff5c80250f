"""The editors' room in a real browser: writing, two at once, translating, going back."""

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge import editing, placing, service
from fanlight.features.knowledge.models import Article, Category, CategoryName, Text
from tests.conftest import ROOT
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.wire import strangers

SOURCES = ROOT / "ui" / "console" / "src"
WIRES = [SOURCES / room / "wire.ts" for room in ("articles", "upkeep", "transfers")]
pytestmark = pytest.mark.browser

@pytest.fixture
def desk(open_page: OpenPage, mei: Staff, article: Article) -> Page:
    page = open_page("/console/articles", mei)
    expect(page.get_by_role("heading", name="Fees")).to_be_visible()
    page.evaluate("localStorage.setItem('fanlight.articles.writing', 'markdown')")
    return page


def as_markdown(page: Page) -> Page:
    """The text as its signs; test_editor.py has the page that most people write on."""
    page.get_by_role("button", name="Markdown", exact=True).click()
    return page


def kept(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Draft saved")).to_be_visible()


def begin(page: Page, title: str) -> None:
    page.get_by_role("button", name="New article").click()
    dialog = page.get_by_role("dialog", name="New article")
    dialog.get_by_label("Title", exact=True).fill(title)
    dialog.get_by_label("Category").select_option("fees")
    dialog.get_by_role("button", name="Begin writing").click()
    expect(page.get_by_label("Text", exact=True)).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value(title)


def test_an_article_is_written_previewed_and_published(desk: Page, house: House) -> None:
    begin(desk, "What a memo is")
    body = desk.get_by_label("Text", exact=True)
    body.click()
    desk.keyboard.type("/")
    palette = desk.get_by_role("dialog", name="Insert a block")
    expect(palette).to_be_visible()
    desk.keyboard.type("risk")
    desk.keyboard.press("Enter")
    desk.keyboard.type("Without it, coins arrive nowhere.")
    expect(body).to_have_value(re.compile(r"::: risk\nWithout it, coins arrive nowhere\.\n:::"))
    desk.get_by_label("The answer in one sentence").fill("A second address behind the first.")
    kept(desk)
    shown = desk.frame_locator("iframe")
    expect(shown.locator(".aside.risk")).to_contain_text("coins arrive nowhere")
    expect(shown.locator(".lead")).to_have_text("A second address behind the first.")
    desk.get_by_role("button", name="Dark").click()
    expect(shown.locator("html")).to_have_attribute("data-theme", "dark")
    address = f"{house.url}/en/a/fees/what-a-memo-is"
    assert desk.request.get(address).status == 404

    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.locator("header .pill")).to_have_text("Published")
    said = desk.locator(".toast").filter(has_text="Published: readers see it now")
    with desk.context.expect_page() as opened:
        said.get_by_role("button", name="Open on the help site").click()
    assert opened.value.url == address
    assert "coins arrive nowhere" in desk.request.get(address).text()
    body.fill("Words that readers do not have yet.")
    kept(desk)
    assert "do not have yet" not in desk.request.get(address).text()
    expect(desk.get_by_role("button", name="Publish changes")).to_be_visible()


def test_two_editors_are_warned_and_choose(desk: Page, open_page: OpenPage, ravi: Staff) -> None:
    begin(desk, "Two at once")
    other = as_markdown(open_page(desk.url.removeprefix(desk.url.split("/console")[0]), ravi))
    other.get_by_label("Text", exact=True).fill("Ravi was here.")
    kept(other)
    desk.get_by_label("Text", exact=True).fill("Mei was here.")
    warning = desk.get_by_role("alert").filter(has_text="Ravi Menon saved this text")
    expect(warning).to_be_visible()
    warning.get_by_role("button", name="Compare").click()
    dialog = desk.get_by_role("dialog", name="Theirs and yours")
    expect(dialog.locator("del")).to_have_text("Ravi")
    expect(dialog.locator("ins")).to_have_text("Mei")
    dialog.get_by_role("button", name="Close").click()
    warning.get_by_role("button", name="Keep mine").click()
    kept(desk)
    expect(warning).to_have_count(0)
    other.get_by_label("Text", exact=True).fill("Ravi again.")
    other.get_by_role("button", name="Take theirs").click()
    expect(other.get_by_label("Text", exact=True)).to_have_value("Mei was here.")


WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><style>p{color:red}</style><body>"
    "<!--StartFragment--><h1 style='mso-style:x'>Before you send</h1><p class=MsoNormal>Check the "
    "<b>network</b> and <a href='https://status.meridian.example/a(b)'>its state</a>.</p>"
    "<p class=MsoListParagraph><span style='mso-list:Ignore'>·&nbsp;</span>First</p>"
    "<p class=MsoListParagraph><span style='mso-list:Ignore'>·&nbsp;</span>Second *</p>"
    "<p class=MsoListParagraphCxSpFirst style='mso-list:l1 level1 lfo2'>"
    "<span style='mso-list:Ignore'>1.&nbsp; </span>Open</p>"
    "<p class=MsoListParagraph style='mso-list:l1 level2 lfo2'>"
    "<span style='mso-list:Ignore'>a.&nbsp; </span>Coin</p>"
    "<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'>"
    "<span style='mso-list:Ignore'>2.&nbsp; </span>Copy</p>"
    "<table><tr><td>Coin</td><td>Fee</td></tr><tr><td>XRP</td><td>0|2</td></tr></table>"
    "<script>alert(1)</script><img src=x onerror=alert(1)></body></html>"
)


def paste(page: Page, html: str) -> None:
    page.evaluate(
        """([html]) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "plain");
            const how = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        [html],
    )


def test_what_is_pasted_from_word_becomes_clean_markdown(desk: Page) -> None:
    begin(desk, "Pasted")
    body = desk.get_by_label("Text", exact=True)
    body.click()
    paste(desk, WORD)
    text = body.input_value()
    assert "## Before you send\n" in text
    assert "Check the **network** and [its state](https://status.meridian.example/a(b%29)." in text
    assert "- First\n" in text
    assert "- Second \\*\n" in text
    assert "| Coin | Fee |\n| --- | --- |\n| XRP | 0\\|2 |" in text
    assert not re.search(r"[<>]|mso|alert", text)
    desk.keyboard.press("Control+z")
    assert body.input_value() == ""


def bring(page: Page, how: str, picture: bytes) -> None:
    """Paste a picture where the cursor is, or drop it there."""
    page.evaluate(
        """([how, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "shot.png", { type: "image/png" }));
            const more = { bubbles: true, cancelable: true };
            document.querySelector("textarea[id$=body]").dispatchEvent(how === "drop"
                ? new DragEvent("drop", { dataTransfer: data, ...more })
                : new ClipboardEvent("paste", { clipboardData: data, ...more }));
        }""",
        [how, list(picture)],
    )


def test_pictures_and_links_come_by_the_toolbar(desk: Page) -> None:
    begin(desk, "With a picture")
    body = desk.get_by_label("Text", exact=True)
    body.click()
    with desk.expect_file_chooser() as chosen:
        desk.get_by_role("button", name="Picture", exact=True).click()
    chosen.value.set_files(
        {"name": "form.png", "mimeType": "image/png", "buffer": scene.png((640, 320))}
    )
    expect(body).to_have_value(re.compile(r"!\[what the picture shows\]\(/media/[\w-]+-640x320"))
    shown = desk.frame_locator("iframe").locator("figure img")
    expect(shown).to_be_visible()
    assert shown.evaluate("it => it.naturalWidth") == 640
    body.press("Control+End")
    desk.get_by_role("button", name="Link to an article").click()
    desk.keyboard.type("withdrawal")
    expect(desk.get_by_role("option", name="Withdrawal fees")).to_be_visible()
    desk.keyboard.press("Enter")
    expect(body).to_have_value(re.compile(r"\[Withdrawal fees\]\(article:fees/withdrawal-fees\)"))
    link = desk.frame_locator("iframe").locator(".body a", has_text="Withdrawal fees")
    expect(link).to_have_attribute("href", "/en/a/fees/withdrawal-fees")
    bring(desk, "paste", scene.png((80, 60)))
    expect(body).to_have_value(re.compile(r"-640x320.*-80x60\.png\)", re.DOTALL))
    bring(desk, "drop", scene.png((90, 70)))
    expect(body).to_have_value(re.compile(r"-90x70\.png\)"))
    with desk.expect_file_chooser() as chosen:
        desk.get_by_role("button", name="Picture", exact=True).click()
    chosen.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(desk.get_by_role("alert")).to_be_visible()
    lines = [line for line in body.input_value().split("\n") if line]
    assert [line[:2] for line in lines] == ["![", "[W", "![", "!["]


def test_a_translation_shows_what_changed_in_its_source(
    open_page: OpenPage, mei: Staff, article: Article
) -> None:
    page = open_page("/console/articles?mark=stale", mei)
    expect(page.locator(".article")).to_have_count(1)
    page.get_by_role("link", name="Withdrawal fees, in 简体中文").click()
    page.get_by_role("tab", name="Source").click()
    panel = page.get_by_role("tabpanel")
    expect(panel.locator("del")).to_have_text("4")
    expect(panel.locator("ins")).to_have_text("3")
    assert axe(page) == []
    panel.get_by_role("button", name="It is still right").click()
    expect(panel.locator(".banner")).to_have_count(0)


def test_an_older_version_comes_back(open_page: OpenPage, mei: Staff, article: Article) -> None:
    page = as_markdown(open_page(f"/console/articles/{article.id}/en", mei))
    page.get_by_role("tab", name="Versions").click()
    page.locator(".version").last.click()
    expect(page.locator("ins")).to_have_text("3")
    page.get_by_role("button", name="Make this the draft").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("4 USDT"))
    page.get_by_role("button", name="More to do").click()
    page.get_by_role("option", name="Drop the draft").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("3 USDT"))


def test_moving_scheduling_and_archiving(desk: Page, house: House) -> None:
    begin(desk, "To be moved")
    desk.get_by_label("Text", exact=True).fill("Some words.")
    kept(desk)

    def act(name: str) -> None:
        desk.get_by_role("button", name="More to do").click()
        desk.get_by_role("option", name=name).click()

    act("Schedule")
    desk.get_by_role("dialog").get_by_role("button", name="Schedule").click()
    expect(desk.locator("header .pill")).to_have_text("Scheduled")
    act("Take back to draft")
    expect(desk.locator("header .pill")).to_have_text("Draft")
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.locator("header .pill")).to_have_text("Published")
    act("Category, address, review")
    dialog = desk.get_by_role("dialog", name="Category, address, review")
    dialog.get_by_label("Address").fill("was-moved")
    expect(dialog.get_by_text("The old address will lead here.")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    answer = desk.request.get(f"{house.url}/en/a/fees/to-be-moved")
    assert answer.url.endswith("/en/a/fees/was-moved")
    act("Archive")
    expect(desk.locator("header .pill")).to_have_text("Archived")
    assert desk.request.get(f"{house.url}/en/a/fees/was-moved").status == 404


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_room_is_clean(
    open_page: OpenPage, mei: Staff, article: Article, width: int, theme: Any
) -> None:
    page = open_page("/console/articles", mei, width=width, height=860, theme=theme)
    expect(page.locator(".article").first).to_be_visible()
    assert axe(page) == []
    page.goto(page.url + f"/{article.id}/en")
    expect(page.get_by_label("Text", exact=True)).to_contain_text("By network")
    assert axe(page) == []
    as_markdown(page)
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("By network"))
    assert axe(page) == []
    if width == 360:
        page.get_by_role("button", name="Look").click()
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("Withdrawal fees")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_sentence_is_there_in_chinese(
    open_page: OpenPage, house: House, article: Article, language: str
) -> None:
    who = house.run(scene.hire(house, "Lin Che", roles=("lead", "admin"), language=language))
    for path in ("", f"/{article.id}/zh-Hans"):
        page = open_page(f"/console/articles{path}", who)
        expect(page.locator("main a").first).to_be_visible()
        assert not re.findall(r"\b(?:console|shared)\.[a-z_.]+", page.locator("body").inner_text())


def test_the_room_is_not_shown_to_others(
    open_page: OpenPage, house: House, article: Article
) -> None:
    rosa = house.run(scene.hire(house, "Rosa Blum", roles=("agent",)))
    page = open_page("/console/inbox/mine", rosa)
    expect(page.get_by_role("link", name="Inbox")).to_be_visible()
    expect(page.get_by_role("link", name="Articles")).to_have_count(0)
    page.goto(f"{house.url}/console/articles")
    expect(page.get_by_role("heading", name="This room is for editors")).to_be_visible()


# Our name -> the server's wire struct, where they differ.
PAIRS = {
    "Lines": "LinesOut", "Shelf": "ShelfOut", "Words": "WordsOut", "DraftStanding": "DraftOut",
    "Theirs": "TheirsOut", "Edited": "EditedOut", "Report": "AmissOut", "Drawn": "DiagramOut",
    "Here": "HereOut", "Version": "VersionOut", "Picture": "PictureOut", "Stewards":
    "StewardsOut", "Clip": "ClipOut", "StillTrue": "StillTrueOut", "Flaw": "FlawLine", "Wish": "WishLine", "Step":
    "FailingStep", "Team": "TeamName", "Verdicts": "SaidOut", "MoveReport": "Report", "Transfer": "TransferOut",
}  # fmt: skip


def test_our_picture_of_the_wire_is_the_servers(open_page: OpenPage, house: House) -> None:
    page = open_page("/console/sign-in")
    written = "\n".join(wire.read_text() for wire in WIRES)
    assert strangers(page, house, written, PAIRS) == []


def test_the_order_of_a_category_is_made_by_keys_and_by_hand(desk: Page, house: House) -> None:
    for name in ("Order one", "Order two"):
        begin(desk, name)
        desk.get_by_role("link", name="Back to the articles").click()
    desk.goto(f"{house.url}/console/articles?category=fees")
    rows = desk.locator("li.article .title")
    expect(desk.get_by_role("button", name="Move Order two up")).to_be_visible()
    before = rows.all_inner_texts()
    assert before[-2:] == ["Order one", "Order two"]

    desk.get_by_role("button", name="Move Order two up").click()
    expect(rows.nth(len(before) - 2)).to_have_text("Order two")
    expect(desk.get_by_role("button", name="Move Order two up")).to_be_focused()
    desk.keyboard.press("Alt+ArrowDown")
    expect(rows.last).to_have_text("Order two")
    line = desk.locator("li.article").filter(has_text="Order two")
    line.locator(".grip").drag_to(desk.locator("li.article").nth(len(before) - 3))
    moved = rows.nth(len(before) - 3)  # over two rows, all in sight
    expect(moved).to_have_text("Order two")
    assert axe(desk) == []
    desk.wait_for_load_state("networkidle")  # the moves go out one after the other
    desk.reload()
    expect(moved).to_have_text("Order two")


def test_who_may_read_is_chosen_and_not_typed(desk: Page) -> None:
    begin(desk, "For some")
    place = desk.get_by_role("dialog", name="Category, address, review")

    def open_place() -> None:
        desk.get_by_role("button", name="More to do").click()
        desk.get_by_role("option", name="Category, address, review").click()
        expect(place.get_by_role("group", name="Who may read it")).to_be_visible()

    open_place()
    place.get_by_role("button", name="Some customers").click()
    place.get_by_label("Country").select_option(label="Singapore")
    place.get_by_role("button", name="Add it").click()
    place.get_by_label("Chosen by").select_option("Tier")
    place.get_by_label("Tier", exact=True).fill("vip-2")
    desk.keyboard.press("Enter")
    expect(place.get_by_text("Singapore", exact=True)).to_be_visible()
    assert axe(desk) == []
    place.get_by_role("button", name="Save").click()
    expect(place).to_have_count(0)
    open_place()
    expect(place.get_by_role("list", name="Some customers")).to_contain_text("Tier vip-2")
