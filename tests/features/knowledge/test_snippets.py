"""What was searched for is marked in the article's own words."""

from hypothesis import given
from hypothesis import strategies as st

from fanlight.features.knowledge.analyzer import tokens
from fanlight.features.knowledge.snippets import Marker, Piece


def marks(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.is_found]


def test_stems_and_neighbouring_words_are_marked_as_one() -> None:
    pieces = Marker(tokens("withdrawals fee"), "en").marked("How withdrawal fees are set")

    assert marks(pieces) == ["withdrawal fees"]
    assert "".join(piece.text for piece in pieces) == "How withdrawal fees are set"


def test_traditional_text_is_marked_by_a_simplified_question() -> None:
    assert marks(Marker(tokens("未到账"), "zh-Hant").marked("充幣未到帳怎麼辦")) == ["未到帳"]


def test_a_slip_is_marked_where_it_was_meant() -> None:
    asked = tokens("depsoit")
    knowing = Marker(asked, "en", ("depsoit",))
    assert marks(knowing.marked("A deposit")) == ["deposit"]
    assert marks(Marker(asked, "en").marked("A deposit")) == []
    assert marks(knowing.marked("A design")) == []


def test_the_excerpt_shows_where_most_was_found() -> None:
    text = "Nothing here. " * 30 + "The memo is missing, claim it. " + "More text. " * 30
    shown = "".join(piece.text for piece in Marker(tokens("missing memo"), "en").excerpt(text))

    assert "The memo is missing" in shown
    assert shown.startswith("… ")
    assert len(shown) < 260


def test_the_answer_in_short_is_preferred_when_it_says_as_much() -> None:
    shown = Marker(tokens("fee"), "en").excerpt("fee fee", instead="The fee is fixed.")
    assert "".join(piece.text for piece in shown) == "The fee is fixed."
    shown = Marker(tokens("fee memo"), "en").excerpt("fee of a memo", instead="The fee is fixed.")
    assert "memo" in "".join(piece.text for piece in shown)


@given(st.text(max_size=400), st.text(max_size=40))
def test_marking_loses_no_character(text: str, asked: str) -> None:
    pieces = Marker(tokens(asked), "zh-Hans").marked(text)
    assert "".join(piece.text for piece in pieces) == text
