"""Finds articles: asks both halves of the index, and makes one ranking of the answers."""

import re
from bisect import bisect_right
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
_FOREIGN = 0.3  # of what the English translation has of a question that mixes English in
_FAINT = 0.25  # of the best score: what is fainter is no answer
_NAMED = _HEAD * CALLED  # the score of a whole name alone
_TONGUES = len(LANGUAGES)
_WEIGHTS = tuple(1.0 if tag.startswith("zh") else _FOREIGN for tag in LANGUAGES)  # of a mixed one

_WORD = re.compile(r"[a-z]{3,}")
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
    # Language and passage that have the words, where those are of a translation.
    by: tuple[str, int] | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one search."""

    hits: list[Hit]
    total: int
    categories: dict[int, int]  # ordinal of the category -> articles, before the category filter
    terms: analyzer.Tokens  # what was looked for, to be marked in the results
    slips: tuple[str, ...]  # words that no article has; their neighbours were looked for instead
    corrected: str | None = None  # what was looked for instead, when slips were mended
    is_heard: bool = False  # it was written by its sound: pinyin, first letters


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
    is_mixed = _is_mixed(text, language)
    others = ["en"] if is_mixed else _tongues_of(text, language, heard)
    passages = _Met(snapshot.passages, PASSAGE_SCHEMA, plan.passages(), wanted, others)
    heads = _Met(snapshot.heads, HEAD_SCHEMA, plan.heads(), wanted, others)
    if len({*heads.keys, *passages.keys}) < _FEW:
        singles = plan.heads(has_singles=True)
        heads = _Met(snapshot.heads, HEAD_SCHEMA, singles, wanted, others)
    total = _totals(heads, passages)
    if others and is_mixed:
        total = _together(total)
    ranked = _best(total)
    linked = _linked(snapshot, wanted, others, ranked) if others else None
    articles = ranked if linked is None else list(linked)
    shelves = {**heads.shelves(), **passages.shelves()}
    if linked is not None:
        shelves = {article: shelves[each.key] for article, each in linked.items()}
    shelf = None if wanted.category is None else ordinal(wanted.category)
    if shelf is None:
        there = articles
    else:
        there = [article for article in articles if shelves[article] == shelf]
    top = there[: wanted.limit]
    found_as = top if linked is None else [linked[article].key for article in top]
    places = passages.of(found_as, "tongue", "passage")
    rest = [key for key in found_as if key not in places]
    places |= {key: (tongue, 0) for key, (tongue,) in heads.of(rest, "tongue").items()}
    hits = [
        _hit(article, places[key], total[key], None if linked is None else linked[article].tongue)
        for article, key in zip(top, found_as, strict=True)
    ]
    return Found(
        hits=hits,
        total=len(there),
        categories=dict(Counter(map(shelves.__getitem__, articles))),
        terms=terms,
        slips=plan.slips,
        corrected=corrected,
        is_heard=bool(heard.words),
    )


def _hit(article: int, found: tuple[int, ...], score: float, served: int | None) -> Hit:
    tongue, passage = found
    if served is None or served == tongue:
        return Hit(article, LANGUAGES[tongue], passage, score)
    return Hit(article, LANGUAGES[served], 0, score, (LANGUAGES[tongue], passage))


class _Met:
    """What one half of the index has found: scores, and the columns of numbers beside them.

    A key is an article's number; where other languages are asked as well, one of article and
    language, so that its translations are not taken for one text.
    """

    def __init__(
        self,
        half: tantivy.Searcher,
        schema: tantivy.Schema,
        clauses: Clauses,
        wanted: Wanted,
        others: Sequence[str] = (),
    ) -> None:
        self._half = half
        found: Sequence[tuple[float, tantivy.DocAddress]] = ()
        if clauses:
            query = _Query.boolean_query(
                [(_Occur.Must, _Query.boolean_query(clauses)), *_filters(schema, wanted, others)]
            )
            most = _LOOKED_AT * 2 if others else _LOOKED_AT
            found = half.search(query, most, count=False).hits
        self.scores = [score for score, _ in found]
        self._places = [place for _, place in found]
        self.keys = self._column("article", self._places)
        if others:
            tongues = self._column("tongue", self._places)
            both = zip(self.keys, tongues, strict=True)
            self.keys = [article * _TONGUES + tongue for article, tongue in both]

    def _column(self, name: str, places: list[tantivy.DocAddress]) -> list[int]:
        return cast("list[int]", self._half.fast_field_values(name, places))

    def shelves(self) -> dict[int, int]:
        """The categories of everything found."""
        return dict(zip(self.keys, self._column("shelf", self._places), strict=True))

    def of(self, keys: Sequence[int], *columns: str) -> dict[int, tuple[int, ...]]:
        """The numbers of these, where they were found here, each at its best."""
        first = dict(zip(reversed(self.keys), reversed(self._places), strict=True))
        there = [key for key in keys if key in first]
        places = [first[key] for key in there]
        rows = zip(*(self._column(name, places) for name in columns), strict=True)
        return dict(zip(there, rows, strict=True))


def _totals(heads: _Met, passages: _Met) -> dict[int, float]:
    """The score of each article: the head, the best passage, a little of the next."""
    total: dict[int, float] = {}
    further: dict[int, int] = {}
    for score, key in zip(passages.scores, passages.keys, strict=True):
        before = total.get(key)
        if before is None:
            total[key] = score
            continue
        times = further.get(key, 1)
        if times < _MOST_BESIDE:
            total[key] = before + _BESIDE * score
            further[key] = times + 1
    said = total.get
    for score, key in zip(heads.scores, heads.keys, strict=True):
        total[key] = said(key, 0.0) + _HEAD * score
    return total


def _is_mixed(text: str, language: str) -> bool:
    """Whether a Chinese reader mixes English words into a question; codes such as USDT are none."""
    return language.startswith("zh") and analyzer.has_han(text) and bool(_WORD.search(text))


def _together(total: Mapping[int, float]) -> dict[int, float]:
    """Each part of a mixed question is answered by another translation of the same article.

    Most of it is in the reader's own words, so the other translation adds to what those found.
    """
    sums: dict[int, float] = {}
    articles = [key // _TONGUES for key in total]
    for article, (key, score) in zip(articles, total.items(), strict=True):
        sums[article] = sums.get(article, 0.0) + _WEIGHTS[key % _TONGUES] * score
    return dict(zip(total, map(sums.__getitem__, articles), strict=True))


def _best(total: Mapping[int, float]) -> list[int]:
    """Keys, best first, without the faint ones."""
    ranked = sorted(sorted(total), key=total.__getitem__, reverse=True)
    if not ranked:
        return ranked
    # What was asked for by its very name says nothing about how faint the others are.
    best = next((score for key in ranked if (score := total[key]) < _NAMED), total[ranked[0]])
    faintest = best * _FAINT
    return ranked[: bisect_right(ranked, -faintest, key=lambda key: -total[key])]


def _tongues_of(text: str, language: str, heard: Heard) -> list[str]:
    """The languages a question is written in, where that is not the one it is answered in."""
    is_han, reads_han = analyzer.has_han(text), language.startswith("zh")
    is_said = is_han or any(len(word) > 2 and word.isalpha() for word in text.split())
    if is_han == reads_han or not is_said or heard.words:
        return []
    return [tag for tag in LANGUAGES if tag.startswith("zh") == is_han]


class _Linked(msgspec.Struct, frozen=True):
    """An article by the translation that says most of the question."""

    key: int
    tongue: int  # of the translation that the reader gets


def _linked(
    snapshot: Snapshot, wanted: Wanted, others: Sequence[str], ranked: Sequence[int]
) -> dict[int, _Linked]:
    """Articles, best first: found in the reader's language, or by a translation of what they get.

    Those that the reader does not get are left out.
    """
    tongues = {LANGUAGES.index(tag) for tag in others}
    best: dict[int, int] = {}
    own: dict[int, int] = {}
    for key in ranked:
        article, tongue = divmod(key, _TONGUES)
        best.setdefault(article, key)
        if tongue not in tongues:
            own.setdefault(article, tongue)
    asked = [article for article in best if article not in own][:_MOST_LINKED]
    own |= _served(snapshot, wanted, asked)
    return {article: _Linked(key, own[article]) for article, key in best.items() if article in own}


def _served(snapshot: Snapshot, wanted: Wanted, articles: Sequence[int]) -> dict[int, int]:
    """In which language the reader gets these; without those the reader does not."""
    numbers = [
        (_Occur.Should, _Query.term_query(HEAD_SCHEMA, "article", number)) for number in articles
    ]
    found = _Met(snapshot.heads, HEAD_SCHEMA, numbers, wanted)
    return {article: tongue for article, (tongue,) in found.of(found.keys, "tongue").items()}


def _filters(schema: tantivy.Schema, wanted: Wanted, others: Sequence[str]) -> Clauses:
    """Who may see it is asked of the engine, never taken out afterwards."""
    if wanted.only_language:
        spoken = [seen_by("written", wanted.only_language)]
    else:
        spoken = [seen_by("reader", wanted.language)]
    spoken += [seen_by("written", tag) for tag in others]
    seen = [seen_by("audience", audience) for audience in wanted.audiences]
    return [
        (_Occur.Must, _Query.const_score_query(_one_of(schema, keys), 0.0))
        for keys in (spoken, seen)
    ]


def _one_of(schema: tantivy.Schema, keys: Sequence[str]) -> tantivy.Query:
    return _Query.boolean_query(
        [(_Occur.Should, _Query.term_query(schema, "seen_by", key, "basic")) for key in keys]
    )
