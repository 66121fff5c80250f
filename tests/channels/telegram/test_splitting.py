"""Long answers: every piece fits, no sign is torn, nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.channels.adapters.telegram.splitting import is_border, split, units

# Each is one sign to the eye: accents, flags, families, skin, keycaps, Hangul, Devanagari, tags.
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
HEART = "\u2764\ufe0f\u200d\U0001f525"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
SIGNS = [
    *("a", "。", "é", "e\u0301", "🇹🇼", FAMILY, "👍\U0001f3fd", "1\ufe0f\u20e3", HEART, ENGLAND),
    *("각", "\u1100\u1161\u11a8", "क\u094dष\u093f", "ก\u0e33", "م\u064e", "\r\n", "漢"),
]


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("sign", ["字", "a", "م", "👍\U0001f3fd", FAMILY, "e\u0301"])
def test_at_the_limit(sign: str, over: int) -> None:
    count = (4096 + over) // units(sign) + (over > 0)
    text = sign * count
    pieces = split(text, 4096)

    assert "".join(pieces) == text
    assert len(pieces) == (1 if units(text) <= 4096 else 2)
    assert all(units(piece) <= 4096 and units(piece) % units(sign) == 0 for piece in pieces)


@given(
    st.lists(st.sampled_from([*SIGNS, " ", "\n", ". ", "，"]), max_size=120), st.integers(30, 60)
)
def test_no_sign_is_torn_and_nothing_lost(signs: list[str], limit: int) -> None:
    text = "".join(signs)
    pieces = split(text, limit)

    assert bare("".join(pieces)) == bare(text)
    assert all(0 < units(piece) <= limit for piece in pieces)
    borders, at = {0}, 0
    for sign in signs:
        at += len(sign)
        borders.add(at)
    at = 0
    for piece in pieces:
        start = text.index(piece[0], at) if piece[0] != text[at] else at
        at = start + len(piece)
        assert is_border(text, at)


@pytest.mark.parametrize("sign", SIGNS)
def test_inside_a_sign_is_no_border(sign: str) -> None:
    assert is_border(f"x{sign}x", 1)
    assert is_border(f"x{sign}x", 1 + len(sign))
    assert not any(is_border(sign, place) for place in range(1, len(sign)))


def test_flags_in_a_row_are_cut_between_flags() -> None:
    flags = "🇹🇼🇯🇵🇸🇬"

    assert [place for place in range(1, 6) if is_border(flags, place)] == [2, 4]


def test_cuts_fall_between_paragraphs_then_sentences_then_words() -> None:
    assert split("Aa bb cc dd. Ee.\n\nFf gg hh.", 24) == ["Aa bb cc dd. Ee.", "Ff gg hh."]
    assert split("aaaa bbbb. cccc dddd", 16) == ["aaaa bbbb.", "cccc dddd"]
    assert split("今天天气好。我们走吧，好", 8) == ["今天天气好。", "我们走吧，好"]
    assert split("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]


def test_a_border_in_the_first_half_does_not_tear_the_text() -> None:
    assert split("A. " + "b" * 20, 16) == ["A. " + "b" * 13, "b" * 7]
