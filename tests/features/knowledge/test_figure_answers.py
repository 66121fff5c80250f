"""A question for a fee or a minimum is answered by its table; other questions by articles alone."""

import pytest

from fanlight.features.knowledge import figures, synonyms
from fanlight.features.knowledge.figure_answers import Answer, FigureAnswers
from fanlight.features.knowledge.synonyms import Thesaurus
from tests.conftest import ROOT

CONTENT = ROOT / "content"


@pytest.fixture(scope="module")
def starter() -> tuple[FigureAnswers, Thesaurus]:
    refused: list[str] = []

    def refuse(*why: object) -> None:
        refused.append(repr(why))

    tables = FigureAnswers(figures.read(CONTENT, refuse))
    thesaurus = Thesaurus(synonyms.read(CONTENT, refuse))
    assert refused == []
    return tables, thesaurus


def ask(starter: tuple[FigureAnswers, Thesaurus], text: str) -> Answer | None:
    answers, thesaurus = starter
    language = "en" if text.isascii() else "zh-Hans"
    return answers.answer(text, language, thesaurus.said(text, language))


@pytest.mark.parametrize(
    ("asked", "table", "only"),
    [
        ("提现手续费", "withdrawal-fees", ""),
        ("提領手續費", "withdrawal-fees", ""),  # as in Taiwan
        ("出金手续费", "withdrawal-fees", ""),  # a synonym
        ("USDT提币手续费多少", "withdrawal-fees", "USDT"),
        ("withdrawal fee", "withdrawal-fees", ""),
        ("how much does it cost to withdraw USDT", "withdrawal-fees", "USDT"),
        ("USDT withdrawal fees on TRON", "withdrawal-fees", "TRON USDT"),
        ("BTC minimum deposit", "deposit-minimums", "BTC"),
        ("最低充值", "deposit-minimums", ""),
        ("how many confirmations for bitcoin", "confirmations", "Bitcoin"),
        ("maker taker fees", "trading-fees", ""),
        ("USDT BTC 提现手续费", "withdrawal-fees", ""),  # no row is both
    ],
)
def test_a_figure_is_asked_for(
    starter: tuple[FigureAnswers, Thesaurus], asked: str, table: str, only: str
) -> None:
    assert ask(starter, asked) == Answer(table, only)


@pytest.mark.parametrize(
    "asked",
    [
        "手续费",  # of what? two tables have one
        "充值",
        "USDT withdrawal",  # no figure is asked for
        "提现未到账",
        "why is my withdrawal pending",
        "I paid the withdrawal fee but the coins have not arrived at my wallet",
        "重置密码",
        "how much",
        "🙂",
        "",
    ],
)
def test_no_figure_is_asked_for(starter: tuple[FigureAnswers, Thesaurus], asked: str) -> None:
    assert ask(starter, asked) is None


def test_without_tables_nothing_answers() -> None:
    assert FigureAnswers([]).answer("withdrawal fee", "en") is None
