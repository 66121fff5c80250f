"""The page people write articles on: blocks, input methods, pasting, pictures, no network."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from fanlight.features.knowledge import editing, placing
from fanlight.features.knowledge.models import Article, Text
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage, axe
from tests.ui.console.scene import Staff
from tests.ui.console.test_articles import WORD, begin, kept, paste

pytestmark = pytest.mark.browser

ODD = """Intro with  two blanks and *stars*.

* A list
* with stars

<Card title="x">

Foreign words

</Card>

Last __line__
"""
EVERYTHING = """The fee depends on the network, see [fees](article:fees/withdrawal-fees).

## By network {#networks}

| Network | Fee |
| --- | ---: |
| TRON | 1 USDT |

:::: steps
1. **Open Withdraw.** Choose the coin.

   ::: note Inside
   A note in a step.
   :::

2. **Choose the network.** The fee stands beside it.
::::

::: risk
A wrong network can cost the coins.
:::

:::: tabs
::: tab Web
On the web.
:::

::: tab App
In the app.
:::
::::

::: legal risk-warning
:::

::: faq
### Why?

Because.
:::

```diagram
A[Coin] --> B[Network]
```

<div class="x">raw</div>
"""


@pytest.fixture
def desk(open_page: OpenPage, mei: Staff, article: Article) -> Page:
    page = open_page("/console/articles", mei)
    expect(page.get_by_role("heading", name="Fees")).to_be_visible()
    return page


def written(house: House, mei: Staff, title: str, source: str) -> str:
    """A draft of these words; its address in the console."""

    async def write() -> str:
        async with house.edge.work(mei.actor) as work:
            made = await placing.create(work, language="en", title=title, category="fees")
            await editing.keep(work, made.id, "en", Text(title=title, source=source), version=0)
            return f"/console/articles/{made.id}/en"

    return house.run(write())


def page_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text", exact=True)


def source_of(page: Page) -> str:
    """What the server has by now."""
    kept(page)
    answer = page.request.get(page.url.replace("/console/", "/api/console/"))
    source: str = answer.json()["words"]["source"]
    return source


def choose(page: Page, words: str) -> None:
    expect(page.get_by_role("dialog", name="Insert a block")).to_be_visible()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_article_is_written_as_a_page(desk: Page) -> None:
    begin(desk, "As a page")
    page_of(desk).click()
    desk.keyboard.type("Fees follow the ")
    desk.keyboard.press("Control+b")
    desk.keyboard.type("network")
    desk.keyboard.press("Control+b")
    desk.keyboard.type(".\n## Before you send\nFirst:\n- check\nthe coin\n\n/")
    choose(desk, "risk")
    desk.keyboard.type("Coins may be lost.")
    shown = desk.frame_locator("iframe")
    expect(shown.locator(".aside.risk")).to_contain_text("Coins may be lost.")
    assert source_of(desk) == (
        "Fees follow the **network**.\n\n## Before you send\n\nFirst:\n\n- check\n- the coin\n\n"
        "::: risk\nCoins may be lost.\n:::\n"
    )
    desk.get_by_role("button", name="Markdown", exact=True).click()
    area = desk.get_by_label("Text", exact=True)
    expect(area).to_have_value(re.compile("## Before you send"))
    area.fill("Only this.\n")
    desk.get_by_role("button", name="As a page").click()
    expect(page_of(desk)).to_have_text("Only this.")


@pytest.mark.parametrize("sign", ["/", "／", "、"])
def test_every_slash_asks_for_a_block(desk: Page, sign: str) -> None:
    begin(desk, f"Slash {ord(sign)}")
    page_of(desk).click()
    desk.keyboard.insert_text(sign)
    choose(desk, "buzhou")
    desk.keyboard.type("One")
    desk.keyboard.press("Enter")
    desk.keyboard.type("Two")
    assert source_of(desk) == "::: steps\n1. One\n2. Two\n:::\n"
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    desk.keyboard.type("a、b／c/")
    expect(desk.get_by_role("dialog")).to_have_count(0)  # within words they are only signs


def test_an_input_method_writes_undisturbed(desk: Page) -> None:
    begin(desk, "Composed")
    page_of(desk).click()
    session = desk.context.new_cdp_session(desk)

    def compose(*stages: str, done: str) -> None:
        for text in stages:
            at = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
            session.send("Input.imeSetComposition", at)
        session.send("Input.insertText", {"text": done})

    compose("t", "ti", "tixian", done="提现")
    compose("s", "sh", "shou", done="手续费")
    expect(page_of(desk)).to_have_text("提现手续费")
    desk.keyboard.press("Control+b")
    compose("k", "kan", done="看网络")
    desk.keyboard.press("Control+b")
    compose("。", done="。")
    assert source_of(desk) == "提现手续费**看网络**。\n"
    desk.keyboard.press("Enter")
    compose("、", done="、")
    choose(desk, "shuoming")
    compose("h", "hao", done="好")
    assert source_of(desk).endswith("::: note\n好\n:::\n")
    title = desk.locator(".rich-box").get_by_role("textbox")
    title.click()
    compose("xian", done="先看")
    assert "::: note 先看\n好\n" in source_of(desk)


def test_what_nobody_touched_stays_letter_for_letter(
    open_page: OpenPage, house: House, mei: Staff, article: Article
) -> None:
    page = open_page(written(house, mei, "Odd", ODD), mei)
    page_of(page).get_by_text("Last").click()
    page.keyboard.press("End")
    page.keyboard.type(" more")
    expect(page.locator("iframe")).to_be_visible()
    assert source_of(page) == ODD.replace("Last __line__", "Last **line more**")


def test_links_lead_to_articles_terms_and_out(desk: Page) -> None:
    begin(desk, "Links")
    page_of(desk).click()
    desk.keyboard.type("See ")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("withdrawal")
    expect(desk.get_by_role("option", name="Withdrawal fees")).to_be_visible()
    desk.keyboard.press("Enter")
    desk.keyboard.type(" or ")
    for words, choice in (("gas", "gas"), ("https://a.example/x", "https://a.example/x")):
        desk.get_by_role("button", name="Link", exact=True).click()
        desk.keyboard.type(words)
        expect(desk.get_by_role("option", name=choice)).to_be_visible()
        desk.get_by_role("option", name=choice).click()
        desk.keyboard.type(". ")
    assert source_of(desk) == (
        "See [Withdrawal fees](article:fees/withdrawal-fees) or [gas](term:gas). "
        "[https://a.example/x](https://a.example/x).\n"
    )
    desk.get_by_text("Withdrawal fees", exact=True).last.click()
    desk.get_by_role("button", name="Link", exact=True).click()
    desk.get_by_role("option", name="Take the link away").click()
    assert source_of(desk).startswith("See Withdrawal fees or")


def test_what_is_pasted_becomes_blocks(desk: Page) -> None:
    begin(desk, "Pasted as blocks")
    page_of(desk).click()
    paste(desk, WORD)
    text = page_of(desk)
    expect(text.locator("h2")).to_have_text("Before you send")
    expect(text.locator("strong")).to_have_text("network")
    expect(text.locator("td").last).to_have_text("0|2")
    assert text.locator("[style], script, img").count() == 0
    source = source_of(desk)
    assert "- First\n- Second *\n" in source
    assert "1. Open\n   1. Coin\n2. Copy\n" in source
    assert "| XRP | 0\\|2 |" in source
    desk.keyboard.press("Control+z")
    expect(text.locator("h2")).to_have_count(0)


def bring(page: Page, how: str, file: bytes, name: str = "a.png", kind: str = "image/png") -> None:
    page.evaluate(
        """([how, bytes, name, type]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name, { type }));
            const more = { bubbles: true, cancelable: true, clientX: 300, clientY: 500 };
            document.querySelector(".rich-text").dispatchEvent(how === "drop"
                ? new DragEvent("drop", { dataTransfer: data, ...more })
                : new ClipboardEvent("paste", { clipboardData: data, ...more }));
        }""",
        [how, list(file), name, kind],
    )


def test_pictures_come_in_and_ask_for_their_words(desk: Page) -> None:
    begin(desk, "Pictures on the page")
    page_of(desk).click()
    bring(desk, "paste", scene.png((320, 160)))
    picture = page_of(desk).locator("figure").first
    expect(picture.locator("img")).to_be_visible()
    assert picture.locator("img").evaluate("(it) => it.clientWidth") == 320  # as readers see it
    amiss = desk.get_by_role("list", name="What readers would stumble over")
    expect(amiss.get_by_role("listitem")).to_have_count(1)
    picture.get_by_label("What the picture shows").fill("The form, with the network marked")
    picture.get_by_label("Caption").fill("The form")
    expect(amiss).to_have_count(0)
    assert re.fullmatch(
        r'!\[The form, with the network marked\]\(/media/[\w-]+-320x160\.png "The form"\)\n',
        source_of(desk),
    )
    bring(desk, "drop", scene.png((90, 70)))
    expect(page_of(desk).locator("figure")).to_have_count(2)
    bring(desk, "drop", b"no picture")
    expect(desk.get_by_role("alert")).to_be_visible()


def test_a_link_that_leads_nowhere_is_marked(desk: Page) -> None:
    begin(desk, "Dead link")
    page_of(desk).click()
    desk.keyboard.press("Control+k")
    desk.keyboard.type("article:fees/gone")
    desk.get_by_role("option", name="article:fees/gone").click()
    expect(page_of(desk).locator(".problem-link")).to_have_text("article:fees/gone")
    desk.get_by_role("button", name="This link leads nowhere").click()
    expect(page_of(desk)).to_be_focused()
    desk.keyboard.type("No link")
    expect(page_of(desk).locator(".problem-link")).to_have_count(0)


def test_tables_and_moving_by_keyboard(desk: Page) -> None:
    begin(desk, "Tables")
    page_of(desk).click()
    desk.keyboard.type("Below\n/")
    choose(desk, "table")
    for words in ("Coin", "Fee", "XRP", "0.2", "TRX", "1"):
        desk.keyboard.type(words)
        desk.keyboard.press("Tab")
    desk.keyboard.type("ADA")
    tools = desk.get_by_role("toolbar", name="Table")
    tools.get_by_role("button", name="Delete column").click()
    tools.get_by_role("button", name="Right").click()
    assert source_of(desk) == "Below\n\n| Fee |\n| ---: |\n| 0.2 |\n| 1 |\n| |\n"
    tools.get_by_role("button", name="Delete row").click()
    desk.keyboard.press("Alt+ArrowUp")
    assert source_of(desk) == "| Fee |\n| ---: |\n| 0.2 |\n| 1 |\n\nBelow\n"
    desk.keyboard.press("Control+z")
    assert source_of(desk).startswith("Below")


def test_a_block_moves_whatever_is_selected(desk: Page) -> None:
    faults: list[str] = []
    desk.on("pageerror", lambda fault: faults.append(str(fault)))
    begin(desk, "Selected")
    page_of(desk).click()
    desk.keyboard.type("One\nTwo\nThree is the last of them")
    desk.keyboard.press("Shift+ArrowUp")
    desk.keyboard.press("Shift+ArrowUp")
    desk.keyboard.press("Shift+Home")
    desk.keyboard.press("Alt+ArrowDown")

    assert source_of(desk) == "Two\n\nOne\n\nThree is the last of them\n"
    assert faults == []


def test_keys_are_told_and_tools_are_walked(desk: Page) -> None:
    begin(desk, "Keys")
    desk.get_by_role("button", name="As a page").focus()
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog", name="Keys of the editor")
    expect(dialog.get_by_text("Move the block up")).to_be_visible()
    assert axe(desk) == []
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="All blocks").focus()
    desk.keyboard.press("ArrowRight")
    expect(desk.get_by_role("button", name="Bold")).to_be_focused()
    page_of(desk).click()
    desk.keyboard.type("Why?")
    expect(page_of(desk)).to_have_text("Why?")


def test_two_blocks_with_the_same_fault_and_the_chord_of_other_editors(desk: Page) -> None:
    begin(desk, "Twice")
    desk.get_by_role("button", name="Markdown", exact=True).click()
    desk.get_by_role("textbox", name="Text").fill("::: video\na\n:::\n\n::: video\nb\n:::\n")
    desk.get_by_role("button", name="As a page", exact=True).click()
    expect(desk.locator(".amiss li").filter(has_text="The video has no address")).to_have_count(2)
    page_of(desk).click()
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("button", name="Publish", exact=True)).to_be_focused()
    expect(desk.get_by_text("Published", exact=True)).to_have_count(0)


def test_words_outlive_a_network_that_is_away(desk: Page, open_page: OpenPage, mei: Staff) -> None:
    begin(desk, "Tunnel")
    page_of(desk).click()
    desk.keyboard.type("Before.")
    kept(desk)
    desk.context.set_offline(True)
    desk.keyboard.type(" In the tunnel.")
    expect(desk.get_by_text("What you write is kept in this browser")).to_be_visible()
    other = desk.context.new_page()  # the lid was closed, the tunnel is over
    desk.close()
    other.context.set_offline(False)
    other.goto(desk.url)
    expect(page_of(other)).to_have_text("Before. In the tunnel.")
    assert source_of(other) == "Before. In the tunnel.\n"
    other.close()


def test_colleagues_on_one_text_see_each_other(
    desk: Page, open_page: OpenPage, ravi: Staff
) -> None:
    begin(desk, "Together")
    other = open_page(desk.url.removeprefix(desk.url.split("/console")[0]), ravi)
    expect(other.get_by_text("Mei has this open")).to_be_visible()
    page_of(desk).click()
    desk.keyboard.type("From Mei.")
    kept(desk)
    expect(page_of(other)).to_have_text("From Mei.", timeout=20_000)
    expect(desk.get_by_text("Ravi has this open")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_block_is_clean(
    open_page: OpenPage, house: House, mei: Staff, article: Article, width: int, theme: Any
) -> None:
    where = written(house, mei, f"Everything {width} {theme}", EVERYTHING)
    page = open_page(where, mei, width=width, height=900, theme=theme)
    for words in ("By network", "A note in a step", "On the web", "A[Coin]", "raw"):
        expect(page_of(page)).to_contain_text(words)
    expect(page_of(page).locator(".rich-drawing svg")).to_contain_text("Network")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page_of(page).get_by_text("1 USDT").click()
    expect(page.get_by_role("toolbar", name="Table")).to_be_visible()
    assert axe(page) == []
    assert source_of(page) == EVERYTHING  # looking changes nothing
