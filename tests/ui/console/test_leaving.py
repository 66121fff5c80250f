"""Out of a block by keyboard: Enter on its empty last line, the arrow where nothing follows."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.console import scene
from tests.ui.console.test_articles import begin
from tests.ui.console.test_editor import bring, choose, desk, page_of, source_of

__all__ = ["desk"]  # a fixture
pytestmark = pytest.mark.browser

STEPS = "::: steps\n1. One\n2. Two\n:::\n"


@pytest.mark.parametrize(
    ("block", "words", "says"),
    [
        ("steps", "One\nTwo\n\nAfter", f"{STEPS}\nAfter\n"),
        ("risk", "Lost.\n\nAfter", "::: risk\nLost.\n:::\n\nAfter\n"),
        ("note", "- a\n\n\nAfter", "::: note\n- a\n:::\n\nAfter\n"),
        ("plain words", "Easy.\n\nAfter", ":::: plain\nEasy.\n::::\n\nAfter\n"),
        ("faq", "Why?\nSo.\n\nAfter", "::: faq\n### Why?\n\nSo.\n:::\n\nAfter\n"),
        (
            "tabs",
            "Web.\n\nApp.\n\nAfter",
            ":::: tabs\n::: tab Web\nWeb.\n:::\n\n::: tab App\nApp.\n:::\n::::\n\nAfter\n",
        ),
        ("warning", "\nAfter", "After\n"),  # nothing was written in it: it goes itself
        ("steps", "\nAfter", "After\n"),
    ],
)
def test_enter_on_an_empty_last_line_leaves_the_block(
    desk: Page, block: str, words: str, says: str
) -> None:
    begin(desk, f"Out of {block} {len(words)}")
    page_of(desk).click()
    desk.keyboard.type("/")
    choose(desk, block)
    desk.keyboard.type(words)
    assert source_of(desk) == says


def test_a_step_goes_on_after_its_note_and_the_arrow_leads_out(desk: Page) -> None:
    begin(desk, "Steps with a note")
    page_of(desk).click()
    desk.keyboard.type("/")
    choose(desk, "steps")
    desk.keyboard.type("One\n/")
    choose(desk, "note")
    desk.keyboard.type("Careful.\n\n")  # out of the note, still in the step
    desk.keyboard.type("\nTwo")
    inside = "1. One\n2. ::: note\n   Careful.\n   :::\n3. Two\n"
    assert source_of(desk) == f":::: steps\n{inside}::::\n"
    desk.keyboard.press("ArrowDown")
    desk.keyboard.type("/")
    choose(desk, "code")
    desk.keyboard.type("x = 1")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.type("After")
    assert source_of(desk).endswith("3. Two\n::::\n\n```\nx = 1\n```\n\nAfter\n")


def test_a_letter_beside_a_chosen_picture_does_not_take_it_away(desk: Page) -> None:
    begin(desk, "Words below a picture")
    page_of(desk).click()
    bring(desk, "paste", scene.png((320, 160)))
    page_of(desk).locator("figure img").click()
    desk.keyboard.type("Below it")
    expect(page_of(desk).locator("figure img")).to_be_visible()
    assert re.fullmatch(r"!\[\]\(/media/[\w-]+-320x160\.png\)\n\nBelow it\n*", source_of(desk))
