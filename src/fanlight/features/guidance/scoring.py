"""What the features of a text say for each label, word by word.

A piece of a word that stands n times in a text weighs 1 + log n times its rarity. Nearly all stand
in it once, so what a word's pieces say is added up when the word is first met, and of a text only
the pieces that come again are looked up: a tenth of the memory that all of them lie in.
"""

import math
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fanlight.features.guidance.wording import SAMPLE, WORDS_KEPT, Wording

_COUNTS = SAMPLE + 2  # nothing stands more often in what is looked at
Numbers = NDArray[np.float32]


class _Word(NamedTuple):
    pieces: tuple[int, ...]  # by place
    says: Numbers


class Said(NamedTuple):
    """What a text says for each label, and whether it has a word that anybody ever used."""

    scores: Numbers
    has_words: bool


class Scorer:
    """Borders of all labels over one wording: a row a feature, a column a label."""

    def __init__(self, wording: Wording, borders: Numbers) -> None:
        self._wording = wording
        rarity = wording.rarity[:, np.newaxis]
        # The last column adds up to the square of a view's length.
        self._says = np.hstack([borders * rarity, rarity**2]).astype(np.float32)
        self._word = lru_cache(WORDS_KEPT)(self._added_up)

    def said(self, text: str) -> Said:
        """Each view counts as if it had the length 1, however much was written."""
        stems, words = self._wording.counted(text)
        known = list(map(self._word, words))
        pieces = Counter(chain.from_iterable([each.pieces for each in known]))
        again = [place for place, count in pieces.items() if count > 1]
        counts = [*stems.values(), *(_COUNTS + pieces[place] for place in again)]
        weights = _WEIGHTS.take(counts, 0, mode="clip")
        added = weights.T @ self._says.take([*stems, *again], 0)
        scores = _of_length_one(added[0], added[1, -1])
        if known:
            whole = np.concatenate([each.says for each in known]).reshape(len(known), -1).sum(0)
            scores += _of_length_one(added[2] + whole, added[3, -1] + whole[-1])
        return Said(scores[:-1], self._wording.knows_words(stems))

    def _added_up(self, word: str) -> _Word:
        pieces = self._wording.pieces_of(word)
        return _Word(pieces, self._says.take(pieces, 0).sum(0))


def _of_length_one(says: Numbers, square: float) -> Numbers:
    return says / math.sqrt(square) if square > 0 else says


def _weights() -> Numbers:
    """By count, first of a stem, then of a piece that was added up as often as it stands: what it
    weighs, what it adds to the square of its view's length, and the same of the second view."""
    counts = np.arange(1, _COUNTS)
    weight = 1 + np.log(counts)
    none = np.zeros_like(weight)
    stems = np.column_stack([weight, weight**2, none, none])
    pieces = np.column_stack([none, none, weight - counts, weight**2 - counts])
    never = np.zeros((1, 4))
    return np.vstack([never, stems, never, pieces]).astype(np.float32)


_WEIGHTS = _weights()
