"""Learns labels of short texts from examples, says how sure it is, and abstains below that.

Words, stems and pieces of words by TF-IDF, one linear separator a label (Joachims 1998; measured on
77 intents of customers: 0.92 right, at 3 s of training for 8,500 examples). The distance between
the best label and the next becomes a probability by what it was worth on examples held back.
Training needs scikit-learn, which takes seconds to load; asking needs what was learned alone.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from fanlight.features.guidance.models import Urgency
from fanlight.features.guidance.wording import Floats, Seen, Wording

_FOLDS = 5
_TOO_FEW = "examples of two labels or more are needed"
_LEAST_FOR_FOLDS = 10  # examples: with fewer nothing can be held back
# Where labels are urgencies: of the held back examples that are in trouble at most so many may be
# told as low, and to reach that the border of "low" is moved in steps, so far at most.
_MISSED = 0.015
_STEPS = np.arange(0, 0.31, 0.02)
_TROUBLE = frozenset({Urgency.URGENT.value, Urgency.HIGH.value})


class Guess(msgspec.Struct, frozen=True):
    """A label, and how often such a guess is right: 0 to 1."""

    label: str
    confidence: float


class TooFewExamples(ValueError):
    """There are not two labels to tell apart."""


class Tried(msgspec.Struct, frozen=True):
    """A guess about an example that was held back while learning, and what it should have been."""

    wanted: str
    guess: Guess


class Labels(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What is known of one set of labels, in plain arrays: asked without the library."""

    names: list[str]
    borders: NDArray[np.float32]  # a row a feature, a column a label
    offsets: Floats  # of each label
    margins: Floats
    worth: Floats  # how often a guess with such a margin is right

    def guess(self, seen: Seen) -> Guess:
        """The likeliest label of a text."""
        scores = seen.weights @ self.borders[seen.places] + self.offsets
        return self.guessed(np.asarray(scores))

    def guessed(self, scores: Floats) -> Guess:
        """The same from a score for each label."""
        given = scores.tolist()  # a handful: sorted sooner than an array of them is looked through
        second, first = sorted(given)[-2:]
        return Guess(self.names[given.index(first)], round(self._sure(first - second), 4))

    def _sure(self, margin: float) -> float:
        """What a margin is worth, between two that were measured."""
        margins, worth = self._measured
        above = bisect_right(margins, margin)
        if above in (0, len(margins)):
            return worth[min(above, len(margins) - 1)]
        low, high = margins[above - 1], margins[above]
        return worth[above - 1] + (worth[above] - worth[above - 1]) * (margin - low) / (high - low)

    @cached_property
    def _measured(self) -> tuple[list[float], list[float]]:
        return self.margins.tolist(), self.worth.tolist()


class Learned(msgspec.Struct, frozen=True):
    """Labels learned, and how each example was guessed by those who had not seen it."""

    labels: Labels
    tried: list[Tried]

    def beside(self, features: Any) -> Any:
        """The features, and one more for each label: 1 where it was guessed unseen."""
        from scipy.sparse import csr_matrix, hstack

        names = self.labels.names
        places = [names.index(each.guess.label) for each in self.tried]
        given = (np.ones(len(places)), (range(len(places)), places))
        return hstack([features, csr_matrix(given, shape=(features.shape[0], len(names)))]).tocsr()


def learn(features: Any, labels: Sequence[str]) -> Learned:
    """Separators for labels of texts whose features are known.

    Raises:
        TooFewExamples: fewer than two different labels.
    """
    names = sorted(set(labels))
    if len(names) < 2:
        raise TooFewExamples(_TOO_FEW)
    place = {label: n for n, label in enumerate(names)}
    wanted = np.array([place[label] for label in labels])
    held = _held_back(features, wanted, len(names))
    shift = _caution(held, wanted, names)
    separator = _separator().fit(features, wanted)
    borders, offsets = separator.coef_.T, separator.intercept_
    if len(names) == 2:  # the library gives one column
        borders, offsets = np.hstack([-borders, borders]), np.hstack([-offsets, offsets])
    margins, worth = _worth(None if held is None else held + shift, wanted)
    known = Labels(
        names=names,
        borders=np.ascontiguousarray(borders, dtype=np.float32),
        offsets=offsets + shift,
        margins=margins,
        worth=worth,
    )
    if held is None:
        return Learned(known, [])
    guessed = [known.guessed(row + shift) for row in held]
    return Learned(known, [Tried(*pair) for pair in zip(labels, guessed, strict=True)])


class Classifier:
    """One label learned from examples. Training and guessing block: run them in a thread."""

    def __init__(self, wording: Wording, labels: Labels) -> None:
        self._wording, self._labels = wording, labels

    @classmethod
    def trained(cls, texts: Sequence[str], labels: Sequence[str]) -> "Classifier":
        """A classifier of these labels.

        Raises:
            TooFewExamples: fewer than two different labels.
        """
        if not texts:
            raise TooFewExamples(_TOO_FEW)
        wording = Wording.of(texts)
        features = wording.matrix(wording.seen(text) for text in texts)
        return cls(wording, learn(features, labels).labels)

    def guess(self, texts: Sequence[str]) -> list[Guess]:
        """The likeliest label of each text."""
        return [self._labels.guess(self._wording.seen(text)) for text in texts]


def _held_back(features: Any, wanted: NDArray[np.int64], labels: int) -> Floats | None:
    """Scores of each example, given by a separator that had not seen it; None with too few."""
    folds = min(_FOLDS, int(np.bincount(wanted).min()))
    if folds < 2 or len(wanted) < _LEAST_FOR_FOLDS:
        return None
    from sklearn.model_selection import StratifiedKFold

    held = np.empty((len(wanted), labels))
    split = StratifiedKFold(folds, shuffle=True, random_state=0).split(features, wanted)
    for taught, left in split:
        separator = _separator().fit(features[taught], wanted[taught])
        held[left] = _scores(separator, features[left], labels)
    return held


def _caution(held: Floats | None, wanted: NDArray[np.int64], names: list[str]) -> Floats:
    """What is added to each label's score, so that hardly anybody in trouble is sent to read.

    Zero for labels that are no urgencies. A wrong "low" costs more than a wrong "high".
    """
    shift = np.zeros(len(names))
    trouble = [n for n, name in enumerate(names) if name in _TROUBLE]
    is_urgency = Urgency.LOW.value in names and set(names) <= {each.value for each in Urgency}
    if held is None or not trouble or not is_urgency:
        return shift
    low, troubled = names.index(Urgency.LOW.value), held[np.isin(wanted, trouble)].copy()
    for step in _STEPS:
        shift[low] = -step
        missed = ((troubled + shift).argmax(axis=1) == low).mean()
        if missed <= _MISSED:
            break
    return shift


def _worth(held: Floats | None, wanted: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """How often a guess is right, by its margin: from examples the separator had not seen."""
    if held is None:
        # Too little to hold anything back: unsure until somebody labels more.
        return np.array([0.0, 2.0]), np.array([0.34, 0.9])
    from sklearn.isotonic import IsotonicRegression

    best = np.partition(held, -2, axis=1)
    margins = best[:, -1] - best[:, -2]
    hits = held.argmax(axis=1) == wanted
    worth = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(margins, hits)
    steps = np.quantile(margins, np.linspace(0, 1, 101))
    # Without a margin a guess is a throw of dice, and no count of examples proves certainty.
    most = 1 - 1 / (len(wanted) + 2)
    sure = np.minimum(np.append(1 / held.shape[1], worth.predict(steps)), most)
    return np.concatenate([[0.0], steps]), np.asarray(sure)


def _separator() -> Any:
    from sklearn.svm import LinearSVC

    # A label of few examples is as likely as one of many: how often it is asked, nobody knows.
    return LinearSVC(C=1.0, class_weight="balanced", random_state=0)


def _scores(separator: Any, features: Any, labels: int) -> Floats:
    """Distance from each label's border; of two labels the library gives one column."""
    scores = np.asarray(separator.decision_function(features))
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    if scores.shape[1] == labels:
        return scores
    whole = np.full((scores.shape[0], labels), -np.inf)  # a fold that lacked a rare label
    whole[:, separator.classes_] = scores
    return whole
