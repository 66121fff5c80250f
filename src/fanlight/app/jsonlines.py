"""JSON lines in and out of commands: bounded, line by line, a bad line named and passed over."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Annotated, TypeVar

import msgspec
from cyclopts import Parameter

T = TypeVar("T")
Texts = Annotated[
    Path | None,
    Parameter(
        help='JSON lines of {"id","text"}. Default, or "-": the standard input',
        allow_leading_hyphen=True,  # for "-"
    ),
]
_LONGEST = 8 * 2**20  # bytes of one line; nobody writes a message of more
_BOM = b"\xef\xbb\xbf"
_TRUER = {"Input data was truncated": "the line ends too early, or a surrogate stands alone"}


class Reader:
    """Reads a file or the standard input; ``bad`` counts the lines that were none of this kind."""

    def __init__(self, source: Path | None) -> None:
        self._source = None if source is None or str(source) == "-" else source
        self.bad = 0

    def __call__(self, kind: type[T]) -> Iterator[T]:
        """Each line as a ``kind``; what is wrong with others is told on the error stream.

        Raises:
            OSError: the file cannot be read.
        """
        decode = msgspec.json.Decoder(kind).decode
        opened = self._source.open("rb") if self._source else nullcontext(sys.stdin.buffer)
        with opened as stream:
            for number, line in enumerate(_lines(stream), 1):
                if line is None:
                    self._pass_over(number, f"longer than {_LONGEST // 2**20} MB")
                    continue
                if number == 1:
                    line = line.removeprefix(_BOM)
                if not line.strip():
                    continue
                try:
                    yield decode(line)
                except UnicodeDecodeError as error:
                    self._pass_over(number, f"not UTF-8: {error.reason}")
                except (msgspec.MsgspecError, RecursionError) as error:
                    self._pass_over(number, _TRUER.get(str(error), str(error)))

    def _pass_over(self, number: int, why: str) -> None:
        self.bad += 1
        file = f"{self._source}, " if self._source else ""
        sys.stderr.write(f"{file}line {number}: {why}\n")


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Line after line; None for one that is too long, of which no more than that is kept."""
    while line := stream.readline(_LONGEST):
        is_whole = len(line) < _LONGEST or line.endswith(b"\n")
        yield line if is_whole else None
        while not is_whole:
            rest = stream.readline(_LONGEST)
            is_whole = len(rest) < _LONGEST or rest.endswith(b"\n")


def write(answer: object) -> None:
    """One answer on the standard output, at once: whoever pipes a line in may wait for it."""
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
