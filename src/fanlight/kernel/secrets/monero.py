"""Monero's seed phrases, in whatever language: 25 (or 13) words that prove themselves.

The last word repeats one of the others, and which one the first letters of all of them say
(CRC-32). No list is needed to see that, so all of Monero's languages are known at once; what no
phrase holds are the short words that every sentence is full of.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from zlib import crc32

from fanlight.kernel.secrets.kinds import SecretKind

_SIZES = (25, 13)
_LEAST = _SIZES[-1]
_TWICE = 3  # words of a phrase that stand in it twice by chance, beside the check
_SHORTEST, _LONGEST = 3, 16  # letters; other alphabets write a word in two
_HEADS = (3, 4)  # letters by which the words of a list are told apart: English ones by three
_GAP = re.compile(r"[\s\d.,;:|)+*，、。-]{1,16}")  # programs have other marks between their words
_LETTERS = re.compile(r"[^\W\d_]")
_COMMON_TEXT = """
    about again all and any are been before but can could did for from get had
    has have her here him his how into its just like more most need not now off only other our
    out please should some such than that the their them then there these they this those too use
    very was way what where which who why will with would yes yet you your
"""
COMMON = frozenset(_COMMON_TEXT.split())


def is_common(word: str) -> bool:
    """Whether a word stands in sentences and in no phrase."""
    size = len(word)
    return word in COMMON or size > _LONGEST or size < _SHORTEST - (not word.isascii())


def find(
    text: str, low: str, spans: Sequence[tuple[int, int]], is_said: Callable[[int, int], bool]
) -> Iterator[tuple[SecretKind, int, int]]:
    """``spans``: where the words stand; ``is_said``: whether somebody announces a phrase there."""
    words = [low[start:end] for start, end in spans]
    written = [text[start:end] for start, end in spans]  # a German list has its capitals
    has_capitals = text != low
    for first, last in _rows(low, words, spans):
        if len(set(words[first:last])) < _LEAST - 1 - _TWICE:
            continue  # a word or two again and again
        for size in _SIZES:
            for begin in range(first, last - size + 1):
                end = begin + size
                if not (
                    _is_checked(words[begin:end])
                    or (has_capitals and _is_checked(written[begin:end]))
                ):
                    continue
                # Thirteen words prove less: they stand alone, or somebody says what they are.
                start, stop = spans[begin][0], spans[end - 1][1]
                if size == _SIZES[0] or _is_alone(low, start, stop) or is_said(start, stop):
                    yield SecretKind.SEED_PHRASE, start, stop


def _rows(
    low: str, words: Sequence[str], spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Ranges of words that a phrase may stand in: none of them common, only marks between."""
    first = 0
    for n, (word, (one, other)) in enumerate(zip(words, pairwise([*spans, (-1, -1)]), strict=True)):
        is_end = other[0] < 0 or (
            low[one[1] : other[0]] != " " and _GAP.fullmatch(low, one[1], other[0]) is None
        )
        if is_common(word):
            if n - first >= _LEAST:
                yield first, n
            first = n + 1
        elif is_end:
            if n + 1 - first >= _LEAST:
                yield first, n + 1
            first = n + 1


def _is_checked(words: Sequence[str]) -> bool:
    *phrase, check = words
    if not 1 <= phrase.count(check) <= 1 + _TWICE or len(set(phrase)) < len(phrase) - _TWICE:
        return False
    return any(
        phrase[crc32("".join(word[:head] for word in phrase).encode()) % len(phrase)] == check
        for head in _HEADS
    )


def _is_alone(low: str, start: int, end: int) -> bool:
    before, after = low[:start].rpartition("\n")[2], low[end:].partition("\n")[0]
    return _LETTERS.search(before) is None and _LETTERS.search(after) is None
