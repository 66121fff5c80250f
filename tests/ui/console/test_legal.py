"""Legal texts in a real browser: kept once, changed everywhere, never without a warning."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge import editing, placing
from fanlight.features.knowledge.models import Article, Text
from tests.surfaces.widget.house import House
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff
from tests.ui.console.test_editor import written

pytestmark = pytest.mark.browser


@pytest.fixture
def key(house: House, mei: Staff, furnished: Article) -> str:
    """Of a text that one published article shows."""
    name = f"terms-{uuid4().hex[:6]}"

    async def make() -> None:
        async with house.edge.work(mei.actor) as work:
            made = await placing.create(work, language="en", title=f"On {name}", category="fees")
            text = Text(title=f"On {name}", source=f"First.\n\n::: legal {name}\n:::\n")
            draft = await editing.keep(work, made.id, "en", text, version=0)
            await editing.publish(work, made.id, "en", version=draft.version, over=0)

    house.run(make())
    return name


def write(page: Page, key: str) -> None:
    page.get_by_label("Title").fill("The terms")
    page.get_by_label("Text", exact=True).fill("They **hold** with {brand}.")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Add the text").click()
    expect(page.get_by_role("heading", name="The terms", level=1)).to_be_visible()


def test_a_text_is_kept_once_and_changed_everywhere_after_a_warning(
    open_page: OpenPage, mei: Staff, house: House, key: str
) -> None:
    page = open_page("/console/articles/legal", mei)
    page.get_by_role("link", name="New legal text").click()
    page.get_by_role("button", name="Add the text").click()
    expect(page.get_by_label("Key")).to_be_focused()
    page.get_by_label("Key").fill("No Key")
    page.get_by_label("Text", exact=True).fill("Words")
    page.get_by_role("button", name="Add the text").click()
    expect(page.get_by_label("Key")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Add the text").click()
    expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    write(page, key)
    article = f"{house.url}/en/a/fees/on-{key}"
    assert "<strong>hold</strong> with Meridian" in page.request.get(article).text()
    used = page.get_by_role("region", name="In 1 article")
    expect(used.get_by_role("link", name=f"On {key}")).to_be_visible()
    expect(page.get_by_role("region", name="As readers see it")).to_contain_text("They hold")

    page.get_by_label("Text", exact=True).fill("They hold no longer.")
    page.get_by_role("button", name="Save").click()
    ask = page.get_by_role("dialog", name="Change it in 1 article?")
    expect(ask.get_by_role("link", name=f"On {key}")).to_be_visible()
    ask.get_by_role("button", name="Cancel").click()
    assert "no longer" not in page.request.get(article).text()
    page.get_by_role("button", name="Save").click()
    ask.get_by_role("button", name="Change it everywhere").click()
    expect(page.get_by_text("Saved; 1 article shows it.")).to_be_visible()
    assert "no longer" in page.request.get(article).text()

    page.get_by_role("button", name="Take it away").click()
    gone = page.get_by_role("dialog", name="Take this text away?")
    expect(gone).to_contain_text("will show nothing in its place")
    gone.get_by_role("button", name="Take it away").click()
    expect(page.get_by_role("heading", name="Legal texts", level=1)).to_be_visible()
    expect(page.locator(".lines li").filter(has_text=key)).to_have_count(0)
    assert "no longer" not in page.request.get(article).text()


def test_the_slower_of_two_lawyers_compares_and_chooses(
    open_page: OpenPage, mei: Staff, clara: Staff, key: str
) -> None:
    page = open_page("/console/articles/legal?key=", mei)
    write(page, key)
    other = open_page(f"/console/articles/legal?key={key}", clara)
    for each, words in ((other, "Said by Clara."), (page, "Said by Mei.")):
        each.get_by_label("Text", exact=True).fill(words)
        each.get_by_role("button", name="Save").click()
        each.get_by_role("button", name="Change it everywhere").click()
        if each is other:
            expect(other.get_by_text("Saved; 1 article shows it.")).to_be_visible()
    warning = page.get_by_role("alert").filter(has_text="Somebody saved this meanwhile")
    expect(warning.locator("del")).to_contain_text("Clara")
    warning.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Said by Clara.")


def test_a_text_that_is_not_there_is_said_to_be_gone(
    open_page: OpenPage, mei: Staff, furnished: Article
) -> None:
    page = open_page("/console/articles/legal?key=never-kept", mei)
    expect(page.get_by_role("heading", name="This text is not there")).to_be_visible()
    page.get_by_role("link", name="All legal texts").click()
    row = page.locator(".lines li").filter(has_text="risk-warning")
    row.get_by_role("link", name="Risk warning").click()
    page.get_by_role("button", name="繁體中文").click()
    expect(page.get_by_label("Title")).to_have_value("風險提示")


def test_the_block_in_an_article_offers_the_texts_there_are(
    open_page: OpenPage, house: House, mei: Staff, furnished: Article
) -> None:
    source = "::: legal\n:::\n\n::: figures\n:::\n"
    page = open_page(written(house, mei, "Chosen by name", source), mei)
    for kind, name, title in (
        ("Legal text", "risk-warning", "Risk warning"),
        ("Live figures", "withdrawal-fees", "Withdrawal fees"),
    ):
        block = page.locator(".rich-insert").filter(has_text=kind)
        block.get_by_role("combobox").focus()
        expect(block.locator(f'option[value="{name}"]')).to_have_attribute("label", title)
