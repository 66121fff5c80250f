"""Runs every detector over a text in bounded pieces, and hides what they find."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from fanlight.kernel.secrets import (
    access,
    cards,
    codes,
    han,
    keys,
    logins,
    passwords,
    spare,
    told,
    vaults,
)
from fanlight.kernel.secrets.kinds import Finding, Redacted, SecretKind, marker
from fanlight.kernel.secrets.passage import Passage, read
from fanlight.kernel.secrets.talk import known_to

Hit = tuple[SecretKind, int, int]  # in places of the passage
Detector = Callable[[Passage], Iterator[Hit]]

# A new kind is a new module here. Where two find the same characters, the earlier one names them.
DETECTORS: tuple[Detector, ...] = (
    told.find,
    han.find,
    vaults.find,
    keys.find,
    access.find,
    cards.find,
    spare.find,
    codes.find,
    passwords.find,
    logins.find,
)

CORE = 8_000  # code points for which one pass is responsible
MARGIN = 1_000  # read on each side, so that words around a secret at the border are seen
_TELLING = 6  # code points of a secret with a digit in it: the same ones elsewhere are no chance
_WORD = re.compile(r"[^\W_]+")
_SHAPES = 32  # of secrets that begin alike; people have few
ROUNDS = 8  # hiding one secret can lay bare another; two rounds are usual, three seldom


def scan(text: str) -> tuple[Finding, ...]:
    """Every secret in the text, in order, none overlapping another. Never raises."""
    found = _pass(text)
    for _ in range(ROUNDS):
        if not found:
            break
        hidden, back = _hide(text, found)
        more = [
            Finding(finding.kind, back(finding.start)[0], back(finding.end - 1)[1])
            for finding in _pass(hidden)
        ]
        if not more:
            break
        found = _merged([*found, *more])
    return tuple(_merged([*found, *_again(text, found)]) if found else found)


def _again(text: str, found: Sequence[Finding]) -> Iterator[Finding]:
    """Where a secret is said once more: "the code is 220917 … so I told him 220917".

    A text may hold thousands of secrets, and one of them thousands of times, so it is gone through
    once: by the first word of each secret, and by how much stands before and behind that.
    """
    told: dict[str, SecretKind] = {}
    shapes: dict[str, set[tuple[int, int]]] = {}
    for finding in found:
        secret = text[finding.start : finding.end]
        if len(secret) >= _TELLING and any(map(str.isdigit, secret)):
            told.setdefault(secret, finding.kind)
    for secret in told:
        if (first := _WORD.search(secret)) is not None:
            known = shapes.setdefault(first[0], set())
            if len(known) < _SHAPES:
                known.add((first.start(), len(secret)))
    for word in _WORD.finditer(text) if shapes else ():
        for before, size in shapes.get(word[0], ()):
            at = max(0, word.start() - before)
            end = at + size
            if (kind := told.get(text[at:end])) is None:
                continue
            if not _is_piece(text, at, end):
                yield Finding(kind, at, end)


def _is_piece(text: str, start: int, end: int) -> bool:
    """Whether it stands inside a longer word or number: 0.220917 BTC tells no code."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (
        before[-1:].isalnum()
        or after[:1].isalnum()
        or (before[-1:] == "." and before[:-1].isdigit())
        or (after[:1] == "." and after[1:].isdigit())
    )


def redact(text: str) -> Redacted:
    """The text with each secret replaced by its marker; doing it again changes nothing."""
    findings = scan(text)
    return Redacted(_hide(text, list(findings))[0] if findings else text, findings)


def hide(text: str, findings: Sequence[Finding]) -> str:
    """The text with these findings, in order and apart, replaced by their markers."""
    return _hide(text, list(findings))[0] if findings else text


def _pass(text: str) -> list[Finding]:
    """What the detectors see at first sight, piece by piece."""
    if len(text) <= CORE + 2 * MARGIN:
        return _merged(list(_piece(text, 0)))
    found: list[Finding] = []
    for core in range(0, len(text), CORE):
        start = max(0, core - MARGIN)
        for finding in _piece(text[start : core + CORE + MARGIN], start):
            # One that starts in a margin belongs to the neighbour, who sees more around it.
            if core <= finding.start < core + CORE:
                found.append(finding)
    return _merged(found)


def _piece(text: str, offset: int) -> Iterator[Finding]:
    passage = read(text)
    known, told_of = known_to(passage.low)
    passage = passage._replace(known=known, talk=told_of)
    for detector in DETECTORS:
        for kind, start, end in detector(passage):
            first, last = passage.span(start, end)
            yield Finding(kind, offset + first, offset + last)


def _merged(found: list[Finding]) -> list[Finding]:
    merged: list[Finding] = []
    for finding in sorted(found, key=lambda one: one.start):  # stable: detectors keep their order
        if merged and finding.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Finding(last.kind, last.start, max(last.end, finding.end))
        else:
            merged.append(finding)
    return merged


def _hide(text: str, found: list[Finding]) -> tuple[str, Callable[[int], tuple[int, int]]]:
    """The text with markers, and from a place in it back to the stretch it stands for."""
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []  # place here, place there, length there if a marker
    here = there = 0
    for finding in found:
        parts.append(text[there : finding.start])
        pieces.append((here, there, 0))
        here += finding.start - there
        sign = marker(finding.kind)
        parts.append(sign)
        pieces.append((here, finding.start, finding.end - finding.start))
        here += len(sign)
        there = finding.end
    parts.append(text[there:])
    pieces.append((here, there, 0))
    starts = [piece[0] for piece in pieces]

    def back(place: int) -> tuple[int, int]:
        start, origin, length = pieces[bisect_right(starts, place) - 1]
        if length:
            return origin, origin + length
        return origin + place - start, origin + place - start + 1

    return "".join(parts), back
