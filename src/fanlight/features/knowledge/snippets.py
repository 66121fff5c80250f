"""Marks what was searched for in an article's own words, and cuts the piece worth showing."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import msgspec

from fanlight.features.knowledge import analyzer
from fanlight.features.knowledge.analyzer import Tokens

_ROOM = 190  # of an excerpt, in Latin characters; a Chinese one counts as three
_BEFORE = 45  # of the room may stand before the first mark
_WORD = re.compile(r"[^\W_\u3400-\u9fff]+(?:['’_./+-][^\W_\u3400-\u9fff]+)*|(?<!\w)-\d+")
_STOP = re.compile(r"[。！？；.!?;]\s*|\s·\s")


class Piece(msgspec.Struct, frozen=True):
    """A stretch of text; ``is_found`` when the reader looked for it."""

    text: str
    is_found: bool = False


class Marker:
    """Finds what was looked for in texts of one language; the texts of a page share their words."""

    def __init__(self, terms: Tokens, language: str, slips: Sequence[str] = ()) -> None:
        self._words, self._slips, self._language = frozenset(terms.words), slips, language
        self._known: dict[str, bool] = {}  # words met so far, and whether they were looked for
        self._han = _any_of(terms.pairs or terms.singles)

    def marked(self, text: str) -> list[Piece]:
        """The whole text, with what was looked for marked."""
        return _pieces(text, self._spans(text), 0, len(text))

    def excerpt(self, text: str, *, instead: str = "") -> list[Piece]:
        """The part of a passage with the most of what was looked for.

        ``instead`` (the article's one-sentence answer) is taken when it says at least as much.
        """
        spans = self._spans(text)
        start, end, told = _window(text, spans)
        if instead:
            of_instead = self._spans(instead)
            if len(_distinct(instead, of_instead)) >= told:
                return _pieces(instead, of_instead, 0, len(instead))
        pieces = _pieces(text, spans, start, end)
        if start > 0:
            pieces.insert(0, Piece("… "))
        if end < len(text):
            pieces.append(Piece(" …"))
        return pieces

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where the terms stand, in order, touching ones joined."""
        found = [run.span() for run in _WORD.finditer(text) if self._is_wanted(run.group())]
        if self._han is not None and not text.isascii():
            found += [run.span(1) for run in self._han.finditer(text.translate(_SIMPLE))]
        return _joined(text, sorted(found))

    def _is_wanted(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            stems = _stems(word, self._language)
            known = self._known[word] = not self._words.isdisjoint(stems) or any(
                _is_one_slip(slip, stem) for slip in self._slips for stem in stems
            )
        return known


@lru_cache(maxsize=20_000)
def _stems(word: str, language: str) -> frozenset[str]:
    return frozenset(analyzer.tokens(word, language).words)


def _any_of(characters: Sequence[str]) -> re.Pattern[str] | None:
    """Where any of them begins; one may begin inside another."""
    if not characters:
        return None
    return re.compile(f"(?=({'|'.join(re.escape(each) for each in dict.fromkeys(characters))}))")


def _is_one_slip(wrong: str, right: str) -> bool:
    """One letter more, less, other, or two changed places: as the engine counts."""
    if wrong == right or abs(len(wrong) - len(right)) > 1:
        return wrong == right
    start = 0
    while start < min(len(wrong), len(right)) and wrong[start] == right[start]:
        start += 1
    a, b = wrong[start:], right[start:]
    swapped = len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


class _Simple(dict[int, int]):
    """Each character in its simple form, worked out when it is first met.

    One character for one, or places would shift; Taiwan's own words are then not marked.
    """

    def __missing__(self, code: int) -> int:
        simple = analyzer.normalise(chr(code)) if code > 0x2E80 else chr(code)
        self[code] = ord(simple) if len(simple) == 1 else code
        return self[code]


_SIMPLE = _Simple()


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and text[joined[-1][1] : start].strip(" -/") == "":
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _distinct(text: str, spans: list[tuple[int, int]]) -> set[str]:
    return {text[start:end].lower() for start, end in spans}


def _window(text: str, spans: list[tuple[int, int]]) -> tuple[int, int, int]:
    """Start, end and how many different terms the best window has."""
    ruler = _Ruler(text)
    best = (0, ruler.end_from(0), 0)
    for first, (start, _) in enumerate(spans):
        begin = ruler.sentence_before(start)
        end = ruler.end_from(begin)
        inside = [span for span in spans[first:] if span[1] <= end]
        told = len(_distinct(text, inside))
        if told > best[2]:
            best = (begin, end, told)
    return best


class _Ruler:
    """Measures stretches of one text: a Chinese character is as wide as three Latin ones."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._widths: Sequence[int] = (
            range(1, len(text) + 1)
            if text.isascii()
            else list(accumulate(3 if one >= "\u2e80" else 1 for one in text))
        )

    def end_from(self, start: int) -> int:
        """How far the room reaches, to the end of a word."""
        before = self._widths[start - 1] if start else 0
        end = min(bisect_left(self._widths, before + _ROOM) + 1, len(self._text))
        while end < len(self._text) and self._text[end].isascii() and self._text[end].isalnum():
            end += 1
        return end

    def sentence_before(self, place: int) -> int:
        """Where the sentence begins, unless that is too far back: then a word's begin."""
        if place == 0:
            return 0
        earliest = bisect_left(self._widths, self._widths[place - 1] - _BEFORE)
        stops = [stop.end() for stop in _STOP.finditer(self._text, earliest, place)]
        if earliest == 0 or stops:
            return stops[0] if stops else 0
        space = self._text.find(" ", earliest, place)
        return space + 1 if space >= 0 else earliest


def _pieces(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for left, right in spans:
        if left < start or right > end:
            continue
        if left > at:
            pieces.append(Piece(text[at:left]))
        pieces.append(Piece(text[left:right], is_found=True))
        at = right
    if at < end:
        pieces.append(Piece(text[at:end]))
    return pieces
