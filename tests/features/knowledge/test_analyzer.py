"""Words, character pairs, codes: what a text becomes before it is searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.features.knowledge.analyzer import normalise, same, tokens


def test_one_thing_written_in_many_ways_is_one_token() -> None:
    for written in ("ERC20", "ERC-20", "erc_20", "ＥＲＣ２０"):
        assert "erc20" in tokens(written).words
    assert "erc20" not in tokens("ERC721").words


def test_a_code_keeps_its_sign() -> None:
    assert "-1021" in tokens("报错 -1021 怎么办", "zh-Hans").words
    assert "-1021" not in tokens("1021").words
    assert "-8" not in tokens("UTC-8").words


def test_chinese_becomes_words_and_pairs_of_characters() -> None:
    found = tokens("提现手续费", "zh-Hans")

    assert "手续费" in found.words
    assert found.pairs == ["提现", "现手", "手续", "续费"]


def test_particles_make_no_pairs() -> None:
    assert tokens("我的币", "zh-Hans").pairs == []
    assert tokens("提币", "zh-Hans").pairs == ["提币"]


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("提幣未到帳", "提币未到账"), ("乙太坊錢包", "以太坊钱包"), ("網路手續費", "网络手续费")],
)
def test_traditional_and_simplified_are_one(traditional: str, simplified: str) -> None:
    assert tokens(traditional) == tokens(simplified)


def test_english_words_meet_in_their_stem() -> None:
    assert tokens("withdrawals pending").words == tokens("Withdrawal PENDING").words
    assert tokens("withdrawal").words != tokens("deposit").words


def test_other_scripts_are_not_lost() -> None:
    assert tokens("入金が反映されない").pairs
    assert tokens("출금 지연").pairs
    assert tokens("вывод средств", "ru").words


def test_a_title_typed_otherwise_is_the_same_title() -> None:
    assert same("漏填或填错 Memo（Tag）") == same("漏填或填錯memo(tag)")
    assert same("漏填 Memo") != same("漏填 Tag")


@given(st.text(max_size=300))
def test_any_text_has_tokens_without_spaces(text: str) -> None:
    """Tokens are handed to the engine joined by spaces, so none may hold one."""
    found = tokens(text)

    for token in (*found.words, *found.pairs, *found.singles):
        assert token
        assert token == token.strip()
        assert len(token.split()) == 1


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert same(once) == same(text)
