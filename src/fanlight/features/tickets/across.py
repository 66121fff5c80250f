"""What is a secret only when several texts are read one after the other: found in each of them."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from fanlight.kernel.secrets import Finding, SecretKind, is_all_words, is_piece, marker, scan

_TAIL = 700  # code points of an earlier text: 24 words with numbers are shorter
_HEAD = 1_400  # and of the last one
# A key that was cut in two goes on without a blank; what needs words around it does not.
_CUT = (SecretKind.SEED_PHRASE, SecretKind.PRIVATE_KEY, SecretKind.EXTENDED_KEY)
# Half a phrase of a Chinese list looks like any short line.
_HAN_ALONE = re.compile(
    r"^[^\w\n]*[\u4e00-\u9fff](?:[^\w\n]*[\u4e00-\u9fff]){0,23}[^\w\n]*$", re.MULTILINE
)


class Piece(msgspec.Struct, frozen=True):
    """A stretch of one text: where it begins there, and what of it has to be hidden."""

    text: str
    start: int
    found: tuple[Finding, ...] = ()  # in places of the whole text

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({finding.kind.value for finding in self.found}))


def found_across(texts: Sequence[str]) -> list[Piece]:
    """What is a secret only when these are read together, in each of them.

    "Wait, I am looking for the paper" between two halves is left out when they are read again.
    """
    pieces = [Piece(text[-_TAIL:], max(0, len(text) - _TAIL)) for text in texts[:-1]]
    pieces.append(Piece(texts[-1][:_HEAD], 0))
    spans: list[list[Finding]] = [[] for _ in pieces]
    likely = [n for n, piece in enumerate(pieces) if is_piece(piece.text)]
    # Nearly nobody tells a secret in pieces, and scanning five messages takes long.
    if likely or sum(_HAN_ALONE.search(piece.text) is not None for piece in pieces) > 1:
        _look(pieces, spans, range(len(pieces)))
    bare = [n for n in likely if is_all_words(pieces[n].text)]
    for chosen in (likely, bare):
        if any(after - before > 1 for before, after in pairwise(chosen)):
            _look(pieces, spans, chosen)
    _more_of_a_phrase(texts, spans)
    return [
        Piece(piece.text, piece.start, tuple(_apart(found)))
        for piece, found in zip(pieces, spans, strict=True)
    ]


def _look(pieces: Sequence[Piece], spans: list[list[Finding]], chosen: Iterable[int]) -> None:
    """Scan the chosen ones as one text, and give each what is its own."""
    numbers = list(chosen)
    for joint, kinds in (("\n", tuple(SecretKind)), ("", _CUT)):
        for finding in scan(joint.join(pieces[n].text for n in numbers)):
            if finding.kind in kinds:
                _share_out(finding, pieces, numbers, len(joint), spans)


def _share_out(
    finding: Finding,
    pieces: Sequence[Piece],
    numbers: Sequence[int],
    joint: int,
    spans: list[list[Finding]],
) -> None:
    at = 0
    for n in numbers:
        piece = pieces[n]
        start, end = max(finding.start - at, 0), min(finding.end - at, len(piece.text))
        if start < end:
            spans[n].append(Finding(finding.kind, piece.start + start, piece.start + end))
        at += len(piece.text) + joint


def _more_of_a_phrase(texts: Sequence[str], spans: list[list[Finding]]) -> None:
    """The rest of a phrase whose beginning is hidden already: too few words to be seen alone."""
    kind = SecretKind.SEED_PHRASE
    is_begun = False
    for text, found in zip(texts, spans, strict=True):
        if is_begun and not found and is_all_words(text):
            found.append(Finding(kind, 0, len(text)))
        is_begun = text.rstrip().endswith(marker(kind)) or (
            any(f.kind is kind and f.end >= len(text.rstrip()) for f in found)
        )


def _apart(found: Sequence[Finding]) -> list[Finding]:
    """In order, what overlaps made one."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda each: each.start):
        if kept and finding.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = Finding(last.kind, last.start, max(last.end, finding.end))
        else:
            kept.append(finding)
    return kept
