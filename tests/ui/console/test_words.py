"""Glossary and synonyms in a real browser: written, found, refused, two editors at once."""

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from fanlight.features.knowledge.models import Article
from tests.surfaces.widget.house import House
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.browser


@pytest.fixture
def glossary(open_page: OpenPage, mei: Staff, furnished: Article) -> Page:
    page = open_page("/console/articles/glossary", mei)
    expect(page.locator(".lines li").first).to_be_visible()
    return page


@pytest.fixture
def synonyms(open_page: OpenPage, mei: Staff, furnished: Article) -> Page:
    page = open_page("/console/articles/synonyms", mei)
    expect(page.locator(".lines li").first).to_be_visible()
    return page


def term(page: Page, name: str) -> Locator:
    return page.locator(".lines li").filter(has=page.locator(".name", has_text=name))


def add_term(page: Page, name: str, definition: str) -> None:
    page.get_by_role("button", name="New term").click()
    dialog = page.get_by_role("dialog", name="New term")
    dialog.get_by_label("Term").fill(name)
    dialog.get_by_label("What it means").fill(definition)
    dialog.get_by_role("button", name="Add the term").click()


def test_a_term_is_written_in_languages_and_explained_to_readers(
    glossary: Page, house: House
) -> None:
    name = f"Nonce {uuid4().hex[:6]}"
    add_term(glossary, name, "")
    dialog = glossary.get_by_role("dialog", name="New term")
    expect(dialog.get_by_label("What it means")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert")).to_contain_text("Some words are missing")

    dialog.get_by_label("What it means").fill("A number used once.")
    dialog.get_by_role("button", name="简体中文").click()
    dialog.get_by_label("Term").fill("随机数")
    dialog.get_by_role("button", name="Add the term").click()
    expect(dialog.get_by_label("What it means")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("What it means").fill("只用一次的数。")
    dialog.get_by_label("Other words for it").fill("流水号，一次性数")
    dialog.get_by_role("button", name="Add the term").click()
    expect(dialog).to_have_count(0)
    expect(term(glossary, name)).to_contain_text("A number used once.")
    assert "只用一次的数。" in glossary.request.get(f"{house.url}/zh-Hans/glossary").text()
    # Traditional is made from it, and said to be.
    assert "一次性數" in glossary.request.get(f"{house.url}/zh-Hant/glossary").text()
    glossary.get_by_role("button", name=f"Change {name}").click()
    changing = glossary.get_by_role("dialog", name="Change the term")
    expect(changing).to_contain_text("繁體中文: made from Simplified")
    changing.get_by_role("button", name="Take it out").click()
    changing.get_by_role("button", name="Take it out").click()
    expect(term(glossary, name)).to_have_count(0)
    assert name not in glossary.request.get(f"{house.url}/en/glossary").text()


def test_a_term_is_found_by_any_of_its_words(glossary: Page) -> None:
    glossary.get_by_role("searchbox").fill("说明币")
    expect(term(glossary, "Memo")).to_be_visible()
    glossary.get_by_role("searchbox").fill("no such words at all")
    expect(glossary.get_by_text("Nothing here has these words.")).to_be_visible()


def test_a_term_somebody_changed_meanwhile_is_compared(
    glossary: Page, open_page: OpenPage, clara: Staff
) -> None:
    name = f"Gas {uuid4().hex[:6]}"
    add_term(glossary, name, "What the network takes.")
    expect(term(glossary, name)).to_be_visible()
    other = open_page("/console/articles/glossary", clara)
    for page in (glossary, other):
        page.get_by_role("button", name=f"Change {name}").click()
    other.get_by_label("What it means").fill("What miners take.")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("dialog")).to_have_count(0)
    glossary.get_by_label("What it means").fill("What validators take.")
    glossary.get_by_role("button", name="Save").click()
    warning = glossary.get_by_role("alert").filter(has_text="Somebody saved this meanwhile")
    expect(warning.locator("del")).to_contain_text("miners")
    warning.get_by_role("button", name="Take theirs").click()
    expect(glossary.get_by_label("What it means")).to_have_value("What miners take.")
    glossary.get_by_role("button", name="Save").click()
    expect(term(glossary, name)).to_contain_text("What miners take.")


def test_a_term_is_written_by_keys_alone(glossary: Page) -> None:
    name = f"Keys {uuid4().hex[:6]}"
    glossary.get_by_role("button", name="New term").focus()
    glossary.keyboard.press("Enter")
    glossary.get_by_label("Term", exact=True).focus()
    glossary.keyboard.type(name)
    glossary.keyboard.press("Tab")
    glossary.keyboard.type("By keys.")
    glossary.keyboard.press("Tab")
    glossary.keyboard.press("Enter")
    expect(term(glossary, name)).to_contain_text("By keys.")


def new_group(page: Page, words: str) -> Locator:
    page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog", name="New group")
    dialog.get_by_label("Words", exact=True).fill(words)
    dialog.get_by_role("button", name="Add the group").click()
    return dialog


def test_words_that_mean_the_same_are_grouped_and_refused_politely(synonyms: Page) -> None:
    first = f"payout {uuid4().hex[:6]}"
    dialog = new_group(synonyms, first)
    words = dialog.get_by_label("Words", exact=True)
    expect(words).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert")).to_contain_text("two different words")
    words.fill(f"{first}\nout\nout of here")
    dialog.get_by_label("The others lead to the first").check()
    dialog.get_by_role("button", name="Add the group").click()
    expect(dialog).to_have_count(0)

    synonyms.get_by_role("searchbox").fill(first)
    row = synonyms.locator(".lines li")
    expect(row).to_have_count(1)
    expect(row.locator(".badge")).to_have_text(["out", "out of here"])
    expect(row.get_by_role("img", name="is also found by")).to_be_visible()
    dialog = new_group(synonyms, f"{first}\nsomething else")
    expect(dialog.get_by_role("alert")).to_contain_text("begins with")
    dialog.get_by_role("button", name="Cancel").click()

    other = new_group(synonyms, f"second {first}\nthird")
    expect(other).to_have_count(0)
    synonyms.get_by_role("button", name=f"Change second {first}").click()
    changing = synonyms.get_by_role("dialog", name="Change the group")
    changing.get_by_label("Words", exact=True).fill(f"{first}\nthird")
    changing.get_by_role("button", name="Save").click()
    expect(changing.get_by_role("alert")).to_contain_text("begins with")
    changing.get_by_role("button", name="Take it away").click()
    changing.get_by_role("button", name="Take it away").click()
    expect(row).to_have_count(1)


def test_a_group_somebody_took_away_is_said_to_be_gone(
    synonyms: Page, open_page: OpenPage, clara: Staff
) -> None:
    first = f"gone {uuid4().hex[:6]}"
    expect(new_group(synonyms, f"{first}\naway")).to_have_count(0)
    other = open_page("/console/articles/synonyms", clara)
    for page in (synonyms, other):
        page.get_by_role("button", name=f"Change {first}").click()
    other.get_by_role("button", name="Take it away").click()
    other.get_by_role("button", name="Take it away").click()
    expect(other.get_by_role("dialog")).to_have_count(0)
    synonyms.get_by_label("Words", exact=True).fill(f"{first}\naway\nfar away")
    synonyms.get_by_role("button", name="Save").click()
    warning = synonyms.get_by_role("alert").filter(has_text="Somebody took this away")
    warning.get_by_role("button", name="Keep mine").click()
    row = synonyms.locator(".lines li").filter(has_text=first)
    expect(row.locator(".badge")).to_have_text(["away", "far away"])
