"""A passage made ready once for all recognisers: its words, and the tokens that hold digits.

Nearly everything recognised has a digit or one of a few words in it, and most text has neither.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fanlight.kernel.secrets.passage import Passage

_BLANKS = bytes(n if n < 128 and chr(n).isalnum() else 32 for n in range(256))
_LATIN = re.compile(r"[a-z0-9]+")
_RUN = re.compile(r"[0-9][0-9A-Za-z_]*(?:[-.:/][0-9A-Za-z_]+|,[0-9]+)*")
# Read backwards, from the first digit: the letters of a token, and where it is joined.
_HEAD = re.compile(r"[-.]?[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*", re.ASCII)
_BACK = 24  # code points in which a token may have begun before its first digit
_LONGEST = 64  # what is longer is an address, a hash or noise


class Figure(NamedTuple):
    """A token with a digit in it: ``WD-88213``, ``-1021``, ``20240501123``, ``0.5``."""

    start: int  # of the whole token, its letters before the first digit included
    digit: int  # of the first digit
    end: int


class Reading(NamedTuple):
    """What every recogniser looks at."""

    text: str
    low: str  # as long as text, place for place
    words: frozenset[str]  # the Latin words and numbers of it, small; for quick looks only
    has_han: bool  # or any other letters beyond ASCII
    figures: list[Figure]
    stretches: Sequence[tuple[int, int]]  # without a space: where addresses and hashes may stand


def reading(passage: Passage) -> Reading:
    low = passage.low
    return Reading(
        text=passage.text,
        low=low,
        words=frozenset(_words(low)),
        has_han=not low.isascii(),
        figures=list(_figures(low)),
        stretches=passage.stretches,
    )


def _words(low: str) -> list[str]:
    if low.isascii():
        return low.encode().translate(_BLANKS).decode().split()
    return _LATIN.findall(low)


def _figures(low: str) -> Iterator[Figure]:
    end = 0
    for found in _RUN.finditer(low):
        start = digit = found.start()
        if digit > end and not low[digit - 1].isspace():
            head = _HEAD.match(low[max(end, digit - _BACK) : digit][::-1])
            start = digit if head is None else digit - head.end()
        end = found.end()
        if end - start <= _LONGEST:
            yield Figure(start, digit, end)
