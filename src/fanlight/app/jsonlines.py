"""JSON lines in and out of commands: bounded, line by line, a bad line named and passed over."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")
_LONGEST = 8 * 2**20  # bytes of one line; nobody writes a message of more
_BOM = b"\xef\xbb\xbf"


class Reader:
    """Reads a file or the standard input; ``bad`` counts the lines that were none of this kind."""

    def __init__(self, source: Path | None) -> None:
        self._source = source
        self.bad = 0

    def __call__(self, kind: type[T]) -> Iterator[T]:
        """Each line as a ``kind``; what is wrong with others is told on the error stream.

        Raises:
            OSError: the file cannot be read.
        """
        decode = msgspec.json.Decoder(kind).decode
        is_file = self._source is not None and str(self._source) != "-"
        opened = (
            self._source.open("rb") if is_file and self._source else nullcontext(sys.stdin.buffer)
        )
        with opened as stream:
            number = 0
            while line := stream.readline(_LONGEST):
                number += 1
                if number == 1:
                    line = line.removeprefix(_BOM)
                if not line.strip():
                    continue
                try:
                    yield decode(line)
                except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
                    self.bad += 1
                    sys.stderr.write(f"line {number}: {error}\n")


def write(answer: object) -> None:
    """One answer on the standard output, to be piped."""
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
