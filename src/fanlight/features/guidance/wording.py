"""What a text is made of, as numbers: words, stems and pieces of words, the rarer the heavier."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from fanlight.features.knowledge import analyzer

VERSION = 3  # of what is taken from a text; raised, what was kept on disk is learned anew
_WORD = re.compile(r"[^\W_]+|[?!]")
_SAMPLE = 2_000  # characters of a text that are looked at: people say at once what it is about
_PIECES = range(2, 6)  # characters
Floats = NDArray[np.float64]
Vocabulary = dict[str, int]


def _stems(text: str, plain: str) -> list[str]:
    """Words as search sees them: stems of Latin ones, Chinese words and pairs; and neighbours."""
    tokens = analyzer.tokens(text)
    words = [word for word in _WORD.findall(plain) if word.isascii()]
    words += [f"~{word}" for word in tokens.words]
    words += [f"={pair}" for pair in tokens.pairs]
    return words + [f"{one} {two}" for one, two in pairwise(words)]


def _pieces(_: str, plain: str) -> list[str]:
    """Two to five characters in a row within each word, its borders as blanks."""
    found: list[str] = []
    for word in plain.split():
        padded, length = f" {word} ", len(word) + 2
        for size in _PIECES:
            if length <= size:
                found.append(padded)
                break
            found += [padded[start : start + size] for start in range(length - size + 1)]
    return found


_VIEWS = (_stems, _pieces)


def _views(text: str) -> Iterator[list[str]]:
    """What each view takes from a text, every time it is there."""
    text = text[:_SAMPLE]
    plain = analyzer.normalise(text).lower()
    return (view(text, plain) for view in _VIEWS)


class Seen(msgspec.Struct, frozen=True):
    """Features of a text: their places, and what each weighs."""

    places: NDArray[np.int64]
    weights: Floats


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """Every feature that was ever seen, with its place, and how rare it is."""

    vocabulary: tuple[Vocabulary, ...]  # of each view; places count through all of them
    rarity: Floats  # of each feature

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Wording":
        viewed = [list(_views(text)) for text in texts]
        vocabulary = _vocabulary(viewed)
        return cls(vocabulary=vocabulary, rarity=_rarity(viewed, vocabulary))

    def seen(self, text: str) -> Seen:
        """Features of a text; each view has the length 1, however much was written."""
        places, weights = [], []
        for words, known in zip(_views(text), self.vocabulary, strict=True):
            met = [place for place in map(known.get, words) if place is not None]
            where, counts = np.unique(np.array(met, dtype=np.int64), return_counts=True)
            weight = (1 + np.log(counts)) * self.rarity[where]
            places.append(where)
            weights.append(weight / (np.sqrt(weight @ weight) or 1.0))
        return Seen(np.concatenate(places), np.concatenate(weights))

    def knows_words_of(self, seen: Seen) -> bool:
        """Whether a whole word was ever seen, not only letters that stand in others too."""
        return bool((seen.places < len(self.vocabulary[0])).any())

    def matrix(self, seen: Iterable[Seen]) -> Any:
        """A row a text, for the library that teaches."""
        from scipy.sparse import csr_matrix

        rows = list(seen)
        ends = np.cumsum([0, *(len(each.places) for each in rows)])
        weights = np.concatenate([each.weights for each in rows])
        places = np.concatenate([each.places for each in rows])
        return csr_matrix((weights, places, ends), shape=(len(rows), len(self.rarity)))


def _vocabulary(viewed: Sequence[list[list[str]]]) -> tuple[Vocabulary, ...]:
    """A place for each feature that was ever seen, view after view."""
    found, first = [], 0
    for view in range(len(_VIEWS)):
        words = sorted(set(chain.from_iterable(each[view] for each in viewed)))
        found.append({word: first + n for n, word in enumerate(words)})
        first += len(words)
    return tuple(found)


def _rarity(viewed: Sequence[list[list[str]]], vocabulary: tuple[Vocabulary, ...]) -> Floats:
    """The fewer texts have a feature the more it says (inverse document frequency, smoothed)."""
    having = np.zeros(sum(map(len, vocabulary)))
    for each in viewed:
        for words, places in zip(each, vocabulary, strict=True):
            having[[places[word] for word in set(words)]] += 1
    return np.asarray(np.log((1 + len(viewed)) / (1 + having)) + 1)
