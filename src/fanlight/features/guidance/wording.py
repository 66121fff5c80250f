"""What a text is made of, as numbers: words, stems and pieces of words, the rarer the heavier."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from fanlight.features.knowledge import analyzer
from fanlight.kernel.entities import assets

VERSION = 5  # of what is taken from a text; raised, what was kept on disk is learned anew
_WORD = re.compile(r"[^\W_]+|[?!]")
SAMPLE = 2_000  # characters of a text that are looked at: people say at once what it is about
_HASH = 20  # characters from which on what begins with a digit is no number
_NETWORKS = frozenset(
    word
    for line in (
        "trc20 erc20 bep20 bep2 bsc polygon arbitrum optimism base solana avalanche",
        "mainnet chain network 网络 主网",
    )
    for word in line.split()
)
_PIECES = range(2, 6)  # characters
WORDS_KEPT = 20_000  # a language has few words, and texts repeat them
Floats = NDArray[np.float64]
Vocabulary = dict[str, int]


class _Word(NamedTuple):
    """What a word between blanks gives, whatever stands around it."""

    latin: tuple[str, ...]  # small, with the marks that tell a question
    tokens: tuple[str, ...]  # as search sees it
    kinds: tuple[str, ...]  # coin, network, number


@lru_cache(WORDS_KEPT)
def _word(written: str) -> _Word:
    return _taken(written, analyzer.tokens_of(written, "en").words)


def _taken(written: str, tokens: Sequence[str]) -> _Word:
    latin = [word for word in _WORD.findall(written.lower()) if word.isascii()]
    kinds = tuple(kind for word in chain(latin, tokens) if (kind := _kind(word)))
    return _Word(tuple(latin), tuple(f"~{word}" for word in tokens), kinds)


def _stems(text: str) -> list[str]:
    """Words as search sees them: stems of Latin ones, Chinese words, pairs and characters; then
    neighbours, and of what kind the names and numbers are, whichever they are."""
    if analyzer.is_spaced(text):
        taken = list(map(_word, text.split()))
        words = [word for each in taken for word in each.latin]
        words += [word for each in taken for word in each.tokens]
        kinds = [kind for each in taken for kind in each.kinds]
    else:
        tokens = analyzer.tokens_of(text, "en")
        whole = _taken(text, tokens.words)
        words = [*whole.latin, *whole.tokens, *(f"={pair}" for pair in tokens.pairs)]
        kinds = [*whole.kinds, *(f"-{single}" for single in tokens.singles)]
    return [*words, *map(" ".join, pairwise(words)), *kinds]


def _kind(word: str) -> str | None:
    """Coins, networks and numbers are too many to meet each while learning."""
    if word[0].isdigit():
        return "#hash" if len(word) >= _HASH else "#number"
    if word in _NETWORKS:
        return "#network"
    return "#coin" if len(word) > 1 and word in assets.CODES else None


def _pieces(word: str) -> Iterator[str]:
    """Two to five characters in a row within a word, its borders as blanks."""
    padded, length = f" {word} ", len(word) + 2
    for size in _PIECES:
        if length <= size:
            yield padded
            break
        for start in range(length - size + 1):
            yield padded[start : start + size]


def _read(text: str) -> tuple[list[str], list[str]]:
    """Of each view what it takes: the stems, and the words that are cut into pieces."""
    text = analyzer.normalise(text[:SAMPLE])[:SAMPLE]
    return _stems(text), text.lower().split()


def _views(text: str) -> tuple[list[str], list[str]]:
    """What each view takes from a text, every time it is there."""
    stems, words = _read(text)
    return stems, [piece for word in words for piece in _pieces(word)]


class Seen(msgspec.Struct, frozen=True):
    """Features of a text: their places, and what each weighs."""

    places: NDArray[np.int64]
    weights: Floats


class Wording(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Every feature that was learned, with its place, and how rare it is."""

    vocabulary: tuple[Vocabulary, ...]  # of each view; places count through all of them
    rarity: Floats  # of each feature

    @classmethod
    def of(cls, texts: Sequence[str], least: int = 1) -> "Wording":
        """What stands in so many of these texts."""
        viewed = [_views(text) for text in texts]
        vocabulary = _vocabulary(viewed, least)
        return cls(vocabulary=vocabulary, rarity=_rarity(viewed, vocabulary))

    def seen(self, text: str) -> Seen:
        """Features of a text; each view has the length 1, however much was written."""
        counted, words = self.counted(text)
        first = len(counted)  # of the second view; the views share no place
        counted.update(chain.from_iterable(map(self.pieces_of, words)))
        places = np.fromiter(counted, np.int64, len(counted))
        counts = np.fromiter(counted.values(), np.float64, len(counted))
        weights = (1 + np.log(counts)) * self.rarity[places]
        for view in (weights[:first], weights[first:]):
            view /= math.sqrt(view @ view) or 1.0
        return Seen(places, weights)

    def counted(self, text: str) -> tuple[Counter[int], list[str]]:
        """How often each stem that was ever seen stands in a text, by place; and its words, whose
        pieces are the second view."""
        stems, words = _read(text)
        known = self.vocabulary[0]
        return Counter([known[stem] for stem in stems if stem in known]), words

    def pieces_of(self, word: str) -> tuple[int, ...]:
        """Where the pieces of a word stand that were ever seen."""
        known = self.vocabulary[1]
        return tuple([known[piece] for piece in _pieces(word) if piece in known])

    def knows_words(self, stems: Iterable[int]) -> bool:
        """Whether a whole word is among these places, not only a mark or a single character."""
        return max(stems, default=-1) >= self._first_word

    @cached_property
    def _first_word(self) -> int:
        """Marks, kinds and single characters stand before all words: views are sorted."""
        return sum(1 for feature in self.vocabulary[0] if feature < "0")

    def matrix(self, seen: Iterable[Seen]) -> Any:
        """A row a text, for the library that teaches."""
        from scipy.sparse import csr_matrix

        rows = list(seen)
        ends = np.cumsum([0, *(len(each.places) for each in rows)])
        weights = np.concatenate([each.weights for each in rows])
        places = np.concatenate([each.places for each in rows])
        return csr_matrix((weights, places, ends), shape=(len(rows), len(self.rarity)))


def _vocabulary(viewed: Sequence[Sequence[list[str]]], least: int) -> tuple[Vocabulary, ...]:
    """A place for each feature that stands in so many texts, view after view."""
    found, first = [], 0
    for view in range(len(viewed[0])):
        having = Counter(chain.from_iterable(set(each[view]) for each in viewed))
        words = sorted(word for word, texts in having.items() if texts >= least)
        found.append({word: first + n for n, word in enumerate(words)})
        first += len(words)
    return tuple(found)


def _rarity(viewed: Sequence[Sequence[list[str]]], vocabulary: tuple[Vocabulary, ...]) -> Floats:
    """The fewer texts have a feature the more it says (inverse document frequency, smoothed)."""
    having = np.zeros(sum(map(len, vocabulary)))
    for each in viewed:
        for words, places in zip(each, vocabulary, strict=True):
            having[[places[word] for word in set(words) if word in places]] += 1
    return np.asarray(np.log((1 + len(viewed)) / (1 + having)) + 1)
