"""Which table of figures answers a question: who asks for a fee wants the number first.

A table is told by its title and its columns, in every language, and by what stands at the head of
its rows. It answers where it covers most of a question, and no other table covers as much.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import msgspec

from fanlight.features.knowledge import analyzer
from fanlight.features.knowledge.models import Figure, FigureSet
from fanlight.features.knowledge.presenting.figures import figure_of
from fanlight.features.knowledge.queries import entries
from fanlight.features.knowledge.synonyms import Said
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.work import Work

_COVERED = 0.6  # of a question, at least: articles answer what is asked beyond
_LEAST = 2  # tokens about the table itself; one alone, such as "deposit", asks for no figure
# Who asks "how much" says nothing about of what.
_ASKING = "how much many cost current now today 多少钱 多少 几个 是多 现在 目前 今天 最新"


class Answer(msgspec.Struct, frozen=True):
    """A table, and the words of its rows that are meant, as ``::: figures NAME words`` has them."""

    name: str
    only: str


class _Table(msgspec.Struct, frozen=True):
    name: str
    about: frozenset[str]  # tokens of its title and its columns
    columns: frozenset[str]
    heads: dict[str, str]  # token -> the word as it stands in the rows
    rows: list[frozenset[str]]  # tokens at the head of each row


class FigureAnswers:
    """Every table, ready to be asked."""

    def __init__(self, tables: Iterable[tuple[FigureSet, Sequence[Figure]]]) -> None:
        self._tables = [_table(of, figures) for of, figures in tables]

    def answer(self, text: str, language: str, said: Sequence[Said] = ()) -> Answer | None:
        """The one table that answers, if any does.

        Args:
            said: words of the question that have synonyms.
        """
        tokens = _tokens(analyzer.tokens(text[: analyzer.MAX_QUERY_CHARACTERS], language))
        asked = tokens - _asking()
        if not asked:
            return None
        readings = [
            _read(table, asked, said, is_how_much=asked != tokens) for table in self._tables
        ]
        best = sorted((each for each in readings if each.part >= _COVERED), key=_by_part)[:2]
        if not best or (len(best) > 1 and best[0].part == best[1].part):
            return None
        return best[0].answer()


class _Reading(msgspec.Struct, frozen=True):
    """A question as one table would have it."""

    table: _Table
    heads: frozenset[str]  # of rows, as the table has them
    part: float  # of the question, that the table covers; 0 when it is not about the table

    def answer(self) -> Answer:
        """Only the rows that are meant; all of them, when no row is what was asked for."""
        is_there = any(self.heads <= row for row in self.table.rows)
        words = [self.table.heads[token] for token in self.heads] if is_there else []
        return Answer(self.table.name, " ".join(sorted(words)))


def _by_part(reading: _Reading) -> float:
    return -reading.part


def _read(
    table: _Table, asked: frozenset[str], said: Sequence[Said], *, is_how_much: bool
) -> _Reading:
    """A single token about the table is enough with a row, where it asks for a figure."""
    meant = _with_synonyms(table.about | table.heads.keys(), asked, said)
    about = {token for token in asked if meant.get(token, token) in table.about}
    heads = {token for token in asked if meant.get(token, token) in table.heads} - about
    part = len(about | heads) / len(asked)
    is_figure = is_how_much or any(meant.get(token, token) in table.columns for token in about)
    is_whole = bool(about and heads) and part == 1 and is_figure
    is_about = len(about) >= _LEAST or is_whole
    return _Reading(
        table,
        frozenset(meant.get(token, token) for token in heads),
        part if is_about else 0.0,
    )


def _with_synonyms(
    known: frozenset[str], asked: frozenset[str], said: Sequence[Said]
) -> dict[str, str]:
    """Tokens of the question that the table says otherwise -> one of the table's own."""
    found: dict[str, str] = {}
    for each in said:
        own = _tokens(each.own) & asked
        others = [_tokens(other) for other in each.others]
        if not own <= known and (fit := next((o for o in others if o and o <= known), None)):
            found |= dict.fromkeys(own - known, min(fit))
    return found


@cache
def _asking() -> frozenset[str]:
    return _tokens(analyzer.tokens(_ASKING))


def _tokens(tokens: analyzer.Tokens) -> frozenset[str]:
    """Latin words, and pairs of Chinese characters: its words depend on what stands around them."""
    return frozenset([*(word for word in tokens.words if word.isascii()), *tokens.pairs])


def _table(of: FigureSet, figures: Sequence[Figure]) -> _Table:
    columns = _all_tokens(column.names for column in of.columns)
    heads: dict[str, str] = {}
    rows: dict[tuple[str, ...], frozenset[str]] = {}
    for figure in figures:
        words = [word for value in figure.row_key for word in value.split()]
        told = [(token, word) for word in words for token in _tokens(analyzer.tokens(word))]
        heads |= dict(told)
        rows[tuple(figure.row_key)] = frozenset(token for token, _ in told)
    about = columns | _all_tokens([of.titles])
    return _Table(of.name, about, columns, heads, list(rows.values()))


def _all_tokens(names: Iterable[Mapping[str, str]]) -> frozenset[str]:
    return frozenset(
        token
        for each in names
        for language, said in each.items()
        for token in _tokens(analyzer.tokens(said, language))
    )


async def read_answers(work: Work) -> FigureAnswers:
    """Every table as it is kept now."""
    sets = await entries.figure_sets(work)
    return FigureAnswers([(each, await entries.figures(work, each.name)) for each in sets])


async def shown(work: Work, answer: Answer, *, language: str, brand: BrandSettings) -> str:
    """The figures as readers see them in articles, of this moment."""
    of = next((each for each in await entries.figure_sets(work) if each.name == answer.name), None)
    figures = await entries.figures(work, answer.name)
    return figure_of(of, figures, answer.only, language=language, now=work.now(), zone=brand.zone)
