"""How good the classifier is on one's own labels: accuracy, macro-F1, answers at 95 % right."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from fanlight.features.guidance.classifier import Guess, Tried

PRECISION = 0.95


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One label judged. Shares are 0 to 1."""

    examples: int
    accuracy: float
    macro_f1: float  # over the labels of the test
    answered: float  # the largest share that can be answered, surest first, with 95 % right
    threshold: float | None  # the confidence from which on it answers then; None: never so sure
    worst: list[tuple[str, str, int]]  # wanted, guessed, how often: the commonest mistakes


def judge(wanted: Sequence[str], guessed: Sequence[Guess]) -> Verdict:
    """Compare guesses with the truth."""
    pairs = [(label, guess.label) for label, guess in zip(wanted, guessed, strict=True)]
    hits = sum(label == said for label, said in pairs)
    answered, threshold = _coverage(wanted, guessed)
    mistakes = Counter(pair for pair in pairs if pair[0] != pair[1])
    return Verdict(
        examples=len(pairs),
        accuracy=hits / len(pairs) if pairs else 0.0,
        macro_f1=_macro_f1(pairs),
        answered=answered,
        threshold=threshold,
        worst=[(*pair, count) for pair, count in mistakes.most_common(10)],
    )


def judge_tried(tried: Sequence[Tried]) -> Verdict:
    """The same for guesses about examples that were held back while learning."""
    return judge([each.wanted for each in tried], [each.guess for each in tried])


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    labels = sorted({label for label, _ in pairs})
    if not labels:
        return 0.0
    right = Counter(label for label, said in pairs if label == said)
    wanted = Counter(label for label, _ in pairs)
    said = Counter(said for _, said in pairs)
    return sum(2 * right[one] / (wanted[one] + said[one]) for one in labels) / len(labels)


def _coverage(wanted: Sequence[str], guessed: Sequence[Guess]) -> tuple[float, float | None]:
    """Answering the surest first, how far one gets before 5 in 100 are wrong."""
    order = sorted(
        zip(wanted, guessed, strict=True), key=lambda pair: pair[1].confidence, reverse=True
    )
    hits, best, threshold = 0, 0, None
    for count, (label, guess) in enumerate(order, 1):
        hits += label == guess.label
        is_last_of_its_kind = count == len(order) or order[count][1].confidence < guess.confidence
        if is_last_of_its_kind and hits >= PRECISION * count:
            best, threshold = count, guess.confidence
    return (best / len(order) if order else 0.0), threshold
