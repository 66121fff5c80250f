"""A walk is taken apart into cards, and a way through it is believed only where it makes sense."""

from hypothesis import given
from hypothesis import strategies as st

from fanlight.features.knowledge import walks
from fanlight.features.knowledge.render import render

SOURCE = """
Before.

:::: walk
### Do you have the *hash*? {#hash}

Look there.

::: note
A box inside.
:::

- [Yes, & more](#explorer)
- [Write to us](contact:)

### What does the explorer say? {#explorer}

- [Success](#end)

### It is done {#end}

Nothing more.
::::
"""


def made() -> dict[str, walks.Card]:
    resolve = {"#explorer": "#explorer", "#end": "#end"}.get
    return walks.cards(render(SOURCE, language="en", title="t", resolve=resolve).html)


def test_cards_have_their_question_text_and_choices() -> None:
    cards = made()

    assert list(cards) == ["hash", "explorer", "end"]
    assert cards["hash"].question == "Do you have the hash?"
    assert "A box inside" in cards["hash"].body
    assert "choices" not in cards["hash"].body
    yes, write = cards["hash"].choices
    assert (yes.words, yes.card, yes.url) == ("Yes, & more", "explorer", "")
    assert (write.card, write.url) == ("", "/en/contact")
    assert cards["end"].choices == []
    assert walks.cards("<p>No walk.</p>") == {}


def test_a_way_is_believed_as_far_as_it_goes() -> None:
    taken = walks.way(made(), ["hash", "explorer", "end"])
    assert [(step.card, step.answer) for step in taken] == [
        ("hash", "Yes, & more"),
        ("explorer", "Success"),
    ]
    assert walks.way(made(), ["hash", "end"]) == []
    assert len(walks.way(made(), ["hash", "explorer", "hash"])) == 1


@given(st.lists(st.text(max_size=20), max_size=60))
def test_any_way_is_bounded(steps: list[str]) -> None:
    assert len(walks.way(made(), steps)) <= walks.MOST_STEPS
