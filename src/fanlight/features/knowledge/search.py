"""Finds articles: asks both halves of the index, and makes one ranking of the answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
import tantivy

from fanlight.features.knowledge import analyzer
from fanlight.features.knowledge.documents import ordinal, seen_by
from fanlight.features.knowledge.index import HEAD_SCHEMA, PASSAGE_SCHEMA, Index, Snapshot
from fanlight.features.knowledge.mending import Heard, Mender
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.plan import CALLED, Clauses, Plan
from fanlight.features.knowledge.spelling import Vocabulary
from fanlight.features.knowledge.synonyms import Thesaurus

_HEAD = 1.6  # of an article's head beside its best passage
_BESIDE = 0.35  # of what an article's further passages add to its best one
_MOST_BESIDE = 4  # passages of an article that count
_LOOKED_AT = 200  # of each half, before they are gathered into articles
_MOST_LINKED = 40  # articles found by what their translations say
_FEW = 3  # fewer articles than this, and the second pass begins
_FAINT = 0.25  # of the best score: what is fainter is no answer
_NAMED = _HEAD * CALLED  # the score of a whole name alone

_Occur = tantivy.Occur
_Query = tantivy.Query


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A search as a door asks for it."""

    text: str
    language: str  # of the reader: each article is found in it, or in what stands in for it
    audiences: tuple[str, ...] = ("public",)
    category: str | None = None
    # Articles written in just this language, whoever reads: for judging a collection.
    only_language: str | None = None
    is_typing: bool = False  # the last word may be unfinished
    is_exact: bool = False  # slips are not mended: the reader insists
    limit: int = 10


class Hit(msgspec.Struct, frozen=True):
    """An article found, by its best passage."""

    article: int
    language: str
    passage: int
    score: float


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one search."""

    hits: list[Hit]
    total: int
    categories: dict[int, int]  # ordinal of the category -> articles, before the category filter
    terms: analyzer.Tokens  # what was looked for, to be marked in the results
    slips: tuple[str, ...]  # words that no article has; their neighbours were looked for instead
    corrected: str | None = None  # what was looked for instead, when slips were mended


def find(
    index: Index,
    wanted: Wanted,
    vocabulary: Vocabulary | None = None,
    thesaurus: Thesaurus | None = None,
) -> Found:
    """Search one index. Blocks for about a millisecond; ties are broken by article number.

    ``vocabulary`` is of this index; it is read anew where none is given.
    """
    text = wanted.text[: analyzer.MAX_QUERY_CHARACTERS]
    language = wanted.only_language or wanted.language
    snapshot, words = Snapshot(index), vocabulary or Vocabulary(index)
    heard, corrected = Heard(snapshot, text), None
    if not wanted.is_exact:
        corrected = Mender(snapshot, words).mended(text, language, heard)
    if corrected is not None:
        text, heard = corrected, Heard(snapshot, corrected)
    terms = analyzer.tokens(text, language)
    said = thesaurus.said(text, language) if thesaurus is not None else []
    plan = Plan(snapshot, text, terms, said, heard, words, is_typing=wanted.is_typing)
    clauses = plan.heads(), plan.passages()
    heads, passages = _halves(snapshot, clauses, wanted)
    if len({*heads.articles, *passages.articles}) < _FEW:
        heads = _Met(snapshot.heads, HEAD_SCHEMA, plan.heads(has_singles=True), wanted)
    total = _totals(heads, passages)
    there = dict[int, tuple[int, ...]]()
    if others := _tongues_of(text, language, heard):
        linked = _linked(snapshot, clauses, wanted, others)
        there = _served(snapshot, wanted, [article for article in linked if article not in total])
        for article in {*total, *there} & {*linked}:
            total[article] = max(total.get(article, 0.0), linked[article])
    ranked = _best(total)
    articles = [article for _, article in ranked]
    by_passage = passages.of(articles, "tongue", "shelf", "passage")
    rest = [article for article in articles if article not in by_passage]
    places = there | heads.of(rest, "tongue", "shelf") | by_passage
    shelf = None if wanted.category is None else ordinal(wanted.category)
    hits = [
        Hit(article, LANGUAGES[tongue], passage[0] if passage else 0, score)
        for score, article in ranked
        for tongue, on, *passage in (places[article],)
        if shelf in (None, on)
    ]
    return Found(
        hits=hits[: wanted.limit],
        total=len(hits),
        categories=dict(Counter(on for _, on, *_ in places.values())),
        terms=terms,
        slips=plan.slips,
        corrected=corrected,
    )


class _Met:
    """What one half of the index has found: scores, and the columns of numbers beside them."""

    def __init__(
        self, half: tantivy.Searcher, schema: tantivy.Schema, clauses: Clauses, wanted: Wanted
    ) -> None:
        self._half = half
        found: Sequence[tuple[float, tantivy.DocAddress]] = ()
        if clauses:
            query = _Query.boolean_query(
                [(_Occur.Must, _Query.boolean_query(clauses)), *_filters(schema, wanted)]
            )
            found = half.search(query, _LOOKED_AT, count=False).hits
        self.scores = [score for score, _ in found]
        self._places = [place for _, place in found]
        self.articles = self._column("article", self._places)

    def _column(self, name: str, places: list[tantivy.DocAddress]) -> list[int]:
        return cast("list[int]", self._half.fast_field_values(name, places))

    def of(self, articles: Sequence[int], *columns: str) -> dict[int, tuple[int, ...]]:
        """The numbers of these articles, where they were found here, each at its best."""
        first = dict(zip(reversed(self.articles), reversed(self._places), strict=True))
        there = [article for article in articles if article in first]
        places = [first[article] for article in there]
        rows = zip(*(self._column(name, places) for name in columns), strict=True)
        return dict(zip(there, rows, strict=True))


def _totals(heads: _Met, passages: _Met) -> dict[int, float]:
    """The score of each article: the head, the best passage, a little of the next."""
    total: dict[int, float] = {}
    times: dict[int, int] = {}
    for score, article in zip(passages.scores, passages.articles, strict=True):
        before = times.get(article, 0)
        if before == 0:
            total[article] = score
        elif before < _MOST_BESIDE:
            total[article] += _BESIDE * score
        times[article] = before + 1
    for score, article in zip(heads.scores, heads.articles, strict=True):
        total[article] = total.get(article, 0.0) + _HEAD * score
    return total


def _best(total: Mapping[int, float]) -> list[tuple[float, int]]:
    """Articles with their scores, best first, without the faint ones."""
    # What was asked for by its very name says nothing about how faint the others are.
    unnamed = [score for score in total.values() if score < _NAMED] or list(total.values())
    faintest = max(unnamed, default=0.0) * _FAINT
    ranked = sorted([(-score, article) for article, score in total.items() if score >= faintest])
    return [(-score, article) for score, article in ranked]


def _tongues_of(text: str, language: str, heard: Heard) -> list[str]:
    """The languages a question is written in, where that is not the one it is answered in."""
    is_han, reads_han = analyzer.has_han(text), language.startswith("zh")
    is_said = is_han or any(len(word) > 2 and word.isalpha() for word in text.split())
    if is_han == reads_han or not is_said or heard.words:
        return []
    return [tag for tag in LANGUAGES if tag.startswith("zh") == is_han]


def _halves(
    snapshot: Snapshot, clauses: tuple[Clauses, Clauses], wanted: Wanted
) -> tuple[_Met, _Met]:
    """What heads and passages have found."""
    return (
        _Met(snapshot.heads, HEAD_SCHEMA, clauses[0], wanted),
        _Met(snapshot.passages, PASSAGE_SCHEMA, clauses[1], wanted),
    )


def _linked(
    snapshot: Snapshot, clauses: tuple[Clauses, Clauses], wanted: Wanted, tongues: Sequence[str]
) -> dict[int, float]:
    """Scores of articles by their translations into the language that the question is in.

    The first language that says something is enough: of Chinese ones, one is made of the other.
    """
    found: dict[int, float] = {}
    for tongue in tongues:
        there = msgspec.structs.replace(wanted, only_language=tongue)
        for score, article in _best(_totals(*_halves(snapshot, clauses, there)))[:_MOST_LINKED]:
            found[article] = max(found.get(article, 0.0), score)
        if len(found) >= _FEW:
            break
    return found


def _served(
    snapshot: Snapshot, wanted: Wanted, articles: Sequence[int]
) -> dict[int, tuple[int, ...]]:
    """In which language, and where, the reader gets these; without those the reader does not."""
    numbers = [
        (_Occur.Should, _Query.term_query(HEAD_SCHEMA, "article", number)) for number in articles
    ]
    found = _Met(snapshot.heads, HEAD_SCHEMA, numbers, wanted)
    return found.of(found.articles, "tongue", "shelf")


def _filters(schema: tantivy.Schema, wanted: Wanted) -> Clauses:
    """Who may see it is asked of the engine, never taken out afterwards."""
    if wanted.only_language:
        spoken = [seen_by("written", wanted.only_language)]
    else:
        spoken = [seen_by("reader", wanted.language)]
    seen = [seen_by("audience", audience) for audience in wanted.audiences]
    return [
        (_Occur.Must, _Query.const_score_query(_one_of(schema, keys), 0.0))
        for keys in (spoken, seen)
    ]


def _one_of(schema: tantivy.Schema, keys: Sequence[str]) -> tantivy.Query:
    return _Query.boolean_query(
        [(_Occur.Should, _Query.term_query(schema, "seen_by", key, "basic")) for key in keys]
    )
