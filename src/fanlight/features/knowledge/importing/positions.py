"""JSON whose objects know where they began, so that a report can lead to the line."""

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Any

# A string as a whole, or a brace outside of any.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}]', re.DOTALL)


class Placed(dict[str, Any]):
    """An object of a file, and where it stands."""

    place = ""  # its line, "40"; with the column, "40:7", where something stands before it in there


class Source:
    """One text of JSON."""

    def __init__(self, text: str, *, first: int = 1) -> None:
        self._text, self._first = text, first  # number of its first line in the file

    @cached_property
    def _ends(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self._text)]

    def whole(self) -> object:
        """All of it. Raises JSONDecodeError and RecursionError, as ``json`` does."""
        closed: list[Placed] = []
        read = _decoder(closed).decode(self._text)
        self._place(closed, 0, len(self._text))
        return read

    def one(self, start: int) -> tuple[object, int]:
        """The value that begins there, and where it ends. Raises as ``whole``."""
        closed: list[Placed] = []
        read, end = _decoder(closed).raw_decode(self._text, start)
        self._place(closed, start, end)
        return read, end

    def _place(self, closed: Sequence[Placed], start: int, end: int) -> None:
        """The reader hands objects over as they close: so do the braces of the text."""
        opened: list[int] = []
        waiting = iter(closed)
        for token in _TOKEN.finditer(self._text, start, end):
            if token[0] == "{":
                opened.append(token.start())
            elif token[0] == "}":
                next(waiting).place = self._said(opened.pop())

    def _said(self, offset: int) -> str:
        row = bisect_left(self._ends, offset)
        begin = self._ends[row - 1] + 1 if row else 0
        said = f"{self._first + row}"
        is_first = not self._text[begin:offset].strip(" \t[,")
        return said if is_first else f"{said}:{offset - begin + 1}"


def _decoder(closed: list[Placed]) -> json.JSONDecoder:
    def close(pairs: list[tuple[str, Any]]) -> Placed:
        made = Placed(pairs)
        closed.append(made)
        return made

    return json.JSONDecoder(object_pairs_hook=close)
