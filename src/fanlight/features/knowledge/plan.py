"""What the engine is asked for one question: clauses for heads and for passages, with weights."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import tantivy

from fanlight.features.knowledge import analyzer
from fanlight.features.knowledge.documents import exact
from fanlight.features.knowledge.index import COUNTED, HEAD_SCHEMA, PASSAGE_SCHEMA, Snapshot
from fanlight.features.knowledge.mending import Heard
from fanlight.features.knowledge.spelling import Vocabulary
from fanlight.features.knowledge.synonyms import Said

# A token that is a word and a pair of characters counts as both.
_WORDS, _PAIRS = 0.8, 0.5
_SINGLES = 0.1  # weak, or long articles win with their many characters
# A title typed as it is goes before everything, then what an article is also asked as, then a
# whole name by its sound.
_TITLED, CALLED, _SOUNDED = 50.0, 35.0, 30.0
_GUESSES = 8  # ways in which an unfinished last word may go on
_MOST_TOKENS = 48
_TELLING = 6  # tokens of each kind that are looked for
_SLIPS_FROM = 4  # letters: everything is one slip away from a shorter word

_SOUND, _INITIALS = 2.0, 1.5  # pairs of syllables, pieces of first letters
_SYNONYM = 0.7  # what means the same says a little less than the word itself
_MOST_SAID, _MOST_OTHERS = 4, 6  # words of a question with synonyms, and of these

_Occur = tantivy.Occur
_Query = tantivy.Query
Clauses = list[tuple[tantivy.Occur, tantivy.Query]]


class Half(msgspec.Struct, frozen=True):
    """One half of the index: its fields with what a token in each of them weighs."""

    schema: tantivy.Schema
    fields: tuple[tuple[str, float], ...]
    # A word that no article has may be a slip. The engine gives its neighbours no weight of their
    # own rarity, so these stand for that of a middling word.
    slips: tuple[tuple[str, float], ...]
    # What of its weight a word of talk keeps: all of it where names are as people ask.
    talk: Mapping[str, float]


HEADS = Half(
    HEAD_SCHEMA,
    # "other" are titles of the linked translations: the answer in the other language.
    (("title", 3.0), ("alias", 3.0), ("other", 2.0)),
    (("title", 6.0), ("alias", 6.0)),
    talk={"title": 0.4, "alias": 1.0, "other": 0.4},
)
PASSAGES = Half(
    PASSAGE_SCHEMA,
    (("heading", 1.5), ("body", 1.0)),
    (("heading", 3.0), ("body", 2.0)),
    talk={"heading": 0.5, "body": 0.5},
)


class Plan:
    """The passes over one question, each asked of the same snapshot of the index."""

    def __init__(
        self,
        snapshot: Snapshot,
        text: str,
        terms: analyzer.Tokens,
        said: Sequence[Said],
        heard: Heard,
        vocabulary: Vocabulary,
        *,
        is_typing: bool,
    ) -> None:
        self._snapshot = snapshot
        self._text = text
        self._terms = terms
        self._said = said[:_MOST_SAID]
        self._heard = heard
        self._is_typing = is_typing
        self._weights = self._weighed()
        self.slips = tuple(self._unknown_words())
        self._near = [vocabulary.neighbours(slip) for slip in self.slips]

    def heads(self, *, has_singles: bool = False) -> Clauses:
        """Names as wholes, words and pairs, sounds, and how the last word may go on."""
        clauses = self._told(HEADS)
        clauses += self._whole()
        clauses += self._spoken()
        if self._is_typing:
            clauses += self._unfinished()
        if has_singles:  # when there is little
            singles = dict.fromkeys(self._terms.singles[:_MOST_TOKENS])
            clauses += [_should(HEADS, "singles", single, _SINGLES) for single in singles]
        return clauses

    def passages(self) -> Clauses:
        return self._told(PASSAGES)

    def _weighed(self) -> dict[str, float]:
        """The tokens that are looked for; said twice, one counts twice."""
        shared = {token for said in self._said for token in (*said.own.words, *said.own.pairs)}
        weights = Counter[str]()
        for tokens, weight in ((self._terms.words, _WORDS), (self._terms.pairs, _PAIRS)):
            for token in self._telling(tokens[:_MOST_TOKENS]):
                if token not in shared:
                    weights[token] += weight  # type: ignore[assignment]
        return weights  # type: ignore[return-value]

    def _telling(self, tokens: list[str]) -> list[str]:
        """Of a long question the rarest tokens, those of talk last: others cost most, say least."""
        if len(tokens) <= _TELLING:
            return tokens
        talk = analyzer.talk()
        return sorted(tokens, key=lambda token: (token in talk, self._snapshot.frequency(token)))[
            :_TELLING
        ]

    def _told(self, half: Half) -> Clauses:
        """Words and pairs with their synonyms, and what slips may have been meant as."""
        clauses = list(_everywhere(half, self._weights))
        clauses += [(_Occur.Should, _any_of(half, said)) for said in self._said]
        clauses += [_any_near(half, near) for near in self._near if near]
        return clauses

    def _whole(self) -> Clauses:
        same = analyzer.same(self._text)
        names = [(token, _SOUNDED) for token in self._heard.whole]
        if same:
            names += [(exact("title", same), _TITLED), (exact("called", same), CALLED)]
        return [
            (
                _Occur.Should,
                _Query.const_score_query(
                    _Query.term_query(HEAD_SCHEMA, "exact", token, "basic"), score
                ),
            )
            for token, score in names
        ]

    def _unknown_words(self) -> Iterator[str]:
        """Words that stand in no article and are long enough to be one slip away from one."""
        for word in dict.fromkeys(self._terms.words[:_MOST_TOKENS]):
            is_word = word.isascii() and word.isalpha() and len(word) >= _SLIPS_FROM
            if is_word and not self._heard.words and not self._snapshot.says(word):
                yield word

    def _spoken(self) -> Clauses:
        """Titles and aliases by their sound, for what can be pinyin or first letters."""
        heard = self._heard
        return [
            *(_should(HEADS, "sound", pair, _SOUND) for pair in heard.pairs),
            *(_should(HEADS, "initials", piece, _INITIALS) for piece in heard.pieces),
        ]

    def _unfinished(self) -> Clauses:
        """Words of titles and aliases that begin with the last Latin word typed."""
        last = self._text.split(" ")[-1].lower()
        if not last.isascii() or len(last) < 2 or self._heard.pairs:
            return []  # what follows syllables is the next of them
        guesses = [
            _should(HEADS, field, guess, _WORDS * weight)[1]
            for field, weight in (("title", 3.0), ("alias", 3.0))
            for guess, _ in self._snapshot.heads.terms_with_prefix(field, last, limit=_GUESSES)
        ]
        # It will be one of them, not all.
        return [(_Occur.Should, _Query.disjunction_max_query(guesses))] if guesses else []


def _should(half: Half, field: str, token: str, weight: float) -> tuple[tantivy.Occur, _Query]:
    term = _Query.term_query(half.schema, field, token, "freq" if field in COUNTED else "basic")
    return (_Occur.Should, _Query.boost_query(term, weight))


def _everywhere(half: Half, tokens: dict[str, float]) -> Iterable[tuple[tantivy.Occur, _Query]]:
    """Tokens in every field of a half, each by its weight."""
    talk = analyzer.talk()
    for token, weight in tokens.items():
        of_talk = half.talk if token in talk else {}
        for field, of_field in half.fields:
            yield _should(half, field, token, weight * of_field * of_talk.get(field, 1.0))


def _any_near(half: Half, words: Sequence[str]) -> tuple[tantivy.Occur, _Query]:
    """Any of the words that a slip may have been meant as, weighed by where it stands."""
    return (
        _Occur.Should,
        _Query.boolean_query(
            [
                (
                    _Occur.Should,
                    _Query.const_score_query(
                        _Query.term_set_query(half.schema, field, list(words)), weight
                    ),
                )
                for field, weight in half.slips
            ]
        ),
    )


def _any_of(half: Half, said: Said) -> tantivy.Query:
    """A word of the question or what means the same: the better of them counts, not both."""
    others = [
        _Query.boost_query(_all_of(half, other), _SYNONYM) for other in said.others[:_MOST_OTHERS]
    ]
    return _Query.disjunction_max_query([_all_of(half, said.own), *others])


def _all_of(half: Half, tokens: analyzer.Tokens) -> tantivy.Query:
    weights = dict.fromkeys(tokens.words, _WORDS)
    for pair in dict.fromkeys(tokens.pairs):
        weights[pair] = weights.get(pair, 0.0) + _PAIRS
    return _Query.boolean_query(list(_everywhere(half, weights)))
