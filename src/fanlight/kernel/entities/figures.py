"""Where digits stand in a passage: nearly all that is recognised has some, most text has none."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from fanlight.kernel.secrets.passage import Passage

_RUN = re.compile(r"[0-9][0-9A-Za-z_]*(?:[-.:/][0-9A-Za-z_]+|,[0-9]+)*")
_TAIL = re.compile(r"[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*[-.]?\Z", re.ASCII)
_BACK = 24  # code points in which a token may have begun before its first digit
_LONGEST = 64  # what is longer is an address, a hash or noise


class Figure(NamedTuple):
    """A token with a digit in it: ``WD-88213``, ``-1021``, ``20240501123``, ``0.5``."""

    start: int  # of the whole token, its letters before the first digit included
    digit: int  # of the first digit
    end: int


def figures(passage: Passage) -> list[Figure]:
    """Every token with a digit, from left to right."""
    return list(_figures(passage.low))


def _figures(low: str) -> Iterator[Figure]:
    end = 0
    for found in _RUN.finditer(low):
        digit = found.start()
        head = _TAIL.search(low, max(end, digit - _BACK), digit)
        start = digit if head is None else head.start()
        end = found.end()
        if end - start <= _LONGEST:
            yield Figure(start, digit, end)
