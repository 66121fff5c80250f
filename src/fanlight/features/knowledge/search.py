"""Finds articles: turns a question into a query plan, and the engine's answer into a ranking."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import msgspec
import tantivy

from fanlight.features.knowledge import analyzer
from fanlight.features.knowledge.index import SCHEMA, ordinal
from fanlight.features.knowledge.mending import Heard, Mender
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.spelling import Vocabulary
from fanlight.features.knowledge.synonyms import Said, Thesaurus

# Weights; words and character pairs share each field evenly.
_FIELDS = (("title", 3.0), ("alias", 3.0), ("heading", 1.5), ("body", 1.0))
_WORDS, _PAIRS = 0.5, 0.5
_SINGLES = 0.1  # weak, or long articles win with their many characters
_OTHER = 1.5  # titles of the linked translations: the answer in the other language
# A title typed as it is goes before everything, then what an article is also asked as.
_EXACT = (("titled", 50.0), ("called", 35.0))
_BESIDE = 0.25  # of what an article's further passages add to its best one
_PASSAGES = 200  # looked at before they are gathered into articles
_FEW = 3  # fewer articles than this, and the second pass begins
_FAINT = 0.25  # of the best score: what is fainter is no answer
_GUESSES = 8  # ways in which an unfinished last word may go on
_MOST_TOKENS = 48
_TELLING = 6  # tokens of each kind that are looked for
# A word that no article has may be a slip. The engine gives its neighbours no weight of their own
# rarity, so these stand for that of a middling word.
_SLIPS = (("title", 6.0), ("alias", 6.0), ("heading", 3.0), ("body", 2.0))
_SLIPS_FROM = 4  # letters: everything is one slip away from a shorter word

_SOUND, _INITIALS = 2.0, 1.5  # pairs of syllables, pieces of first letters
_SYNONYM = 0.7  # what means the same says a little less than the word itself
_MOST_SAID, _MOST_OTHERS = 4, 6  # words of a question with synonyms, and of these
_SOUNDED = 30.0  # a whole title or alias by its sound: below the same in characters

_TONGUES = {ordinal(tag): tag for tag in LANGUAGES}

_Occur = tantivy.Occur
_Query = tantivy.Query
_Clauses = list[tuple[tantivy.Occur, tantivy.Query]]


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
    index: tantivy.Index,
    wanted: Wanted,
    vocabulary: Vocabulary | None = None,
    thesaurus: Thesaurus | None = None,
) -> Found:
    """Search one index. Blocks for about a millisecond; ties are broken by article number.

    ``vocabulary`` is of this index; it is read anew where none is given.
    """
    text = wanted.text[: analyzer.MAX_QUERY_CHARACTERS]
    searcher = index.searcher()
    corrected = None
    if not wanted.is_exact:
        mender = Mender(searcher, vocabulary or Vocabulary(index))
        corrected = mender.mended(text, wanted.only_language or wanted.language)
    terms = analyzer.tokens(corrected or text, wanted.only_language or wanted.language)
    language = wanted.only_language or wanted.language
    said = thesaurus.said(corrected or text, language) if thesaurus is not None else []
    plan = _Plan(searcher, wanted, corrected or text, terms, said)
    hits = plan.run(plan.first())
    if len(hits) < _FEW:
        hits = plan.run(plan.second()) or hits
    return Found(
        hits=hits[: wanted.limit],
        total=len(hits),
        categories=plan.categories,
        terms=terms,
        slips=plan.slips,
        corrected=corrected,
    )


class _Plan:
    """The passes over one question, each asked of the same snapshot of the index."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        wanted: Wanted,
        text: str,
        terms: analyzer.Tokens,
        said: Sequence[Said],
    ) -> None:
        self._searcher = searcher
        self._wanted = wanted
        self._same = analyzer.same(text)
        self._terms = terms
        self._text = text
        self.categories: dict[int, int] = {}
        self._said = said[:_MOST_SAID]
        self._heard = Heard(searcher, text)
        self.slips = tuple(self._unknown_words())

    def first(self) -> _Clauses:
        """Exact alias, words and character pairs, and how the last word may go on."""
        shared = {token for said in self._said for token in (*said.own.words, *said.own.pairs)}
        clauses = [
            (_Occur.Should, _everywhere(kind, token, weight))
            for kind, tokens, weight in self._kinds()
            for token, weight in _weighted(tokens, weight)
            if token not in shared
        ]
        clauses += [(_Occur.Should, _any_of(said)) for said in self._said]
        for field, score in _EXACT if self._same else ():
            exact = _Query.term_query(SCHEMA, field, self._same, "basic")
            clauses.append((_Occur.Should, _Query.const_score_query(exact, score)))
        clauses += self._misspelled()
        clauses += self._spoken()
        if self._wanted.is_typing:
            clauses += self._unfinished()
        return clauses

    def second(self) -> _Clauses:
        """When there is little: single characters as well."""
        clauses = self.first()
        for single in dict.fromkeys(self._terms.singles[:_MOST_TOKENS]):
            term = _Query.term_query(SCHEMA, "singles", single, "freq")
            clauses.append((_Occur.Should, _Query.boost_query(term, _SINGLES)))
        return clauses

    def _unknown_words(self) -> Iterator[str]:
        """Words that stand in no article and are long enough to be one slip away from one."""
        for word in dict.fromkeys(self._terms.words[:_MOST_TOKENS]):
            is_word = word.isascii() and word.isalpha() and len(word) >= _SLIPS_FROM
            if (
                is_word
                and not self._heard.words
                and not any(self._searcher.doc_freq(f"{field}_words", word) for field, _ in _FIELDS)
            ):
                yield word

    def _misspelled(self) -> _Clauses:
        """Words one slip away from the unknown ones."""
        return [
            (
                _Occur.Should,
                _Query.boost_query(
                    _Query.fuzzy_term_query(SCHEMA, f"{field}_words", word, 1), weight
                ),
            )
            for word in self.slips
            for field, weight in _SLIPS
        ]

    def _spoken(self) -> _Clauses:
        """Titles and aliases by their sound, for what can be pinyin or first letters."""
        heard = self._heard
        weighed = (
            *(("sound", pair, _SOUND) for pair in heard.pairs),
            *(("initials", piece, _INITIALS) for piece in heard.pieces),
        )
        clauses = [
            (_Occur.Should, _Query.boost_query(_Query.term_query(SCHEMA, field, term, "basic"), by))
            for field, term, by in weighed
        ]
        for field, term in heard.whole:
            whole = _Query.term_query(SCHEMA, field, term, "basic")
            clauses.append((_Occur.Should, _Query.const_score_query(whole, _SOUNDED)))
        return clauses

    def _kinds(self) -> Iterable[tuple[str, list[str], float]]:
        yield "words", self._telling("body_words", self._terms.words[:_MOST_TOKENS]), _WORDS
        yield "pairs", self._telling("body_pairs", self._terms.pairs[:_MOST_TOKENS]), _PAIRS

    def _telling(self, field: str, tokens: list[str]) -> list[str]:
        """Of a long question the rarest tokens: the common ones cost most and say least."""
        if len(tokens) <= _TELLING:
            return tokens
        return sorted(tokens, key=lambda token: self._searcher.doc_freq(field, token))[:_TELLING]

    def _unfinished(self) -> _Clauses:
        """Words of titles and aliases that begin with the last Latin word typed."""
        last = self._text.split(" ")[-1].lower()
        if not last.isascii() or len(last) < 2:
            return []
        clauses: _Clauses = []
        for field in ("title", "alias"):
            guesses = self._searcher.terms_with_prefix(f"{field}_words", last, limit=_GUESSES)
            for guess, _ in guesses:
                term = _Query.term_query(SCHEMA, f"{field}_words", guess, "freq")
                clauses.append((_Occur.Should, _Query.boost_query(term, _WORDS)))
        return clauses

    def run(self, clauses: _Clauses) -> list[Hit]:
        if not clauses:
            return []
        query = _Query.boolean_query(
            [(_Occur.Must, _Query.boolean_query(clauses)), *self._filters()]
        )
        found = self._searcher.search(query, _PASSAGES, count=False).hits
        return self._gather(found)

    def _filters(self) -> _Clauses:
        """Who may see it is asked of the engine, never taken out afterwards."""
        wanted = self._wanted
        if wanted.only_language:
            spoken = _Query.term_query(SCHEMA, "language", wanted.only_language, "basic")
        else:
            spoken = _Query.term_query(SCHEMA, "reader", wanted.language, "basic")
        seen = _Query.boolean_query(
            [
                (_Occur.Should, _Query.term_query(SCHEMA, "audience", audience, "basic"))
                for audience in wanted.audiences
            ]
        )
        return [(_Occur.Must, _Query.const_score_query(each, 0.0)) for each in (spoken, seen)]

    def _column(self, name: str, places: list[tantivy.DocAddress]) -> list[int]:
        """One number of each document: the schema gives it to all of them."""
        return cast("list[int]", self._searcher.fast_field_values(name, places))

    def _gather(self, found: Sequence[tuple[float, tantivy.DocAddress]]) -> list[Hit]:
        """Articles out of passages: the best one counts, the next three a little."""
        if not found:
            return []
        column = self._column
        scores: dict[int, list[float]] = {}
        best: dict[int, tantivy.DocAddress] = {}
        articles = column("article", [place for _, place in found])
        for (score, place), article in zip(found, articles, strict=True):
            if article in scores:
                scores[article].append(score)
            else:
                scores[article], best[article] = [score], place
        total = {article: each[0] + _BESIDE * sum(each[1:4]) for article, each in scores.items()}
        faintest = max(total.values()) * _FAINT
        ranked = sorted((-score, article) for article, score in total.items() if score >= faintest)
        places = [best[article] for _, article in ranked]
        shelves = column("shelf", places)
        self.categories = dict(Counter(shelves))
        wanted = None if self._wanted.category is None else ordinal(self._wanted.category)
        rest = zip(
            ranked, shelves, column("tongue", places), column("passage", places), strict=True
        )
        return [
            Hit(article, _TONGUES[tongue], passage, -score)
            for (score, article), shelf, tongue, passage in rest
            if wanted in (None, shelf)
        ]


def _weighted(tokens: Sequence[str], weight: float) -> Iterable[tuple[str, float]]:
    """Each token once; said twice, it counts twice."""
    for token, times in Counter(tokens).items():
        yield token, weight * times


def _everywhere(kind: str, token: str, weight: float) -> tantivy.Query:
    """One token in every field, each by its weight."""
    clauses = [
        (
            _Occur.Should,
            _Query.boost_query(
                _Query.term_query(SCHEMA, f"{field}_{kind}", token, "freq"), weight * of_field
            ),
        )
        for field, of_field in _FIELDS
    ]
    other = _Query.term_query(SCHEMA, "other", token, "freq")
    clauses.append((_Occur.Should, _Query.boost_query(other, weight * _OTHER)))
    return _Query.boolean_query(clauses)


def _any_of(said: Said) -> tantivy.Query:
    """A word of the question or what means the same: the better of them counts, not both."""
    others = [_Query.boost_query(_all_of(other), _SYNONYM) for other in said.others[:_MOST_OTHERS]]
    return _Query.disjunction_max_query([_all_of(said.own), *others])


def _all_of(tokens: analyzer.Tokens) -> tantivy.Query:
    return _Query.boolean_query(
        [
            (_Occur.Should, _everywhere(kind, token, weight))
            for kind, listed, weight in (
                ("words", tokens.words, _WORDS),
                ("pairs", tokens.pairs, _PAIRS),
            )
            for token in dict.fromkeys(listed)
        ]
    )
