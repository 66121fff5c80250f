"""Words that are not saved: asked about before they are left, held back where they look like a secret."""

import pytest
from playwright.sync_api import Page, expect

from fanlight.features.knowledge.models import Article
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff
from tests.ui.console.test_articles import begin, kept

pytestmark = pytest.mark.browser
PHRASE = "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"


@pytest.fixture
def desk(open_page: OpenPage, mei: Staff, article: Article) -> Page:
    page = open_page("/console/articles", mei)
    expect(page.get_by_role("heading", name="Fees")).to_be_visible()
    return page


def test_a_secret_in_an_article_is_asked_about_and_then_kept(desk: Page) -> None:
    begin(desk, "What a phrase looks like")
    desk.get_by_label("Text", exact=True).click()
    desk.keyboard.type(f"It looks like this: {PHRASE}")
    asked = desk.get_by_role("alert").filter(has_text="This looks like a secret")
    expect(asked.locator("mark")).to_have_text("let…ove")
    desk.get_by_role("link", name="Back").or_(desk.locator("header a").first).first.click()
    question = desk.get_by_role("dialog", name="Leave without saving?")
    question.get_by_role("button", name="Go on writing").click()
    asked.get_by_role("button", name="It is a sample").click()
    kept(desk)
    expect(asked).to_have_count(0)


def test_a_secret_in_another_form_is_asked_about_in_a_dialog(desk: Page) -> None:
    desk.get_by_role("link", name="Glossary").click()
    desk.get_by_role("button", name="New term").click()
    term = desk.get_by_role("dialog", name="New term")
    term.get_by_label("Term", exact=True).fill("Mnemonic")
    term.get_by_label("What it means").fill(f"Such as: {PHRASE.replace('above', 'zoo')} {PHRASE}")
    term.get_by_label("Key", exact=True).fill("mnemonic")
    term.get_by_role("button", name="Add the term").click()
    asked = desk.get_by_role("dialog", name="This looks like a secret")
    asked.get_by_role("button", name="Take it out").click()
    expect(term.get_by_role("alert")).to_contain_text("Take it out")
    term.get_by_role("button", name="Add the term").click()
    asked.get_by_role("button", name="It is a sample").click()
    expect(desk.get_by_text("Mnemonic", exact=True)).to_be_visible()


@pytest.mark.parametrize("away", ["link", "back"])
def test_words_are_not_left_unasked(desk: Page, away: str) -> None:
    desk.get_by_role("link", name="Question lists").click()
    desk.get_by_role("link", name="Home page").click()
    opened = desk.url
    field = desk.get_by_role("combobox").or_(desk.get_by_role("button", name="Choose an article"))
    expect(field.first).to_be_visible()
    desk.get_by_role("button", name="Add").first.click()

    def leave() -> None:
        if away == "back":
            desk.go_back()
        else:
            desk.get_by_role("link", name="Glossary").click()

    leave()
    question = desk.get_by_role("dialog", name="Leave without saving?")
    question.get_by_role("button", name="Go on writing").click()
    expect(question).to_have_count(0)
    assert desk.url == opened
    leave()
    question.get_by_role("button", name="Let it go").click()
    expect(desk).not_to_have_url(opened)
