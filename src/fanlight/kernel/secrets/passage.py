"""A stretch of text in the form the detectors read, and the way back to the text as given."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from fanlight.kernel.secrets.wordlists import spelt

# Everything NFKC leaves alone, or changes only in punctuation the detectors know in both widths.
# A text with nothing else in it is read as it is: that is nearly every text.
_UNUSUAL = re.compile(
    "[^\x00-\x7f\u00b0-\u00b1\u00b7\u00bf-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    "\u0300-\u033f\u0400-\u052f\u2010\u2012-\u2015\u2018-\u201e\u2020-\u2022\u2030\u20ac\u2190-\u21ff"
    "\u25a0-\u27bf\u27e6\u27e7\u3001-\u3029\u3041-\u309a\u309d\u309e\u30a0-\u30fe\u3400-\u9fff"
    "\uac00-\ud7a3\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1d\uff1f\U0001f300-\U0001faff]"
)
_MARKER = re.compile("⟦hidden:[a-z_]{1,24}⟧")
_BORDER = re.compile(r"[\n\r⟦⟧]|[。！？!?;；](?![)）\"'”’」』])|(?<!\bno)\.(?=\s|$)")
_WORDLESS = re.compile(r"[\W\d_]*(?:(?:0x)?[0-9a-f]{64})?[\W\d_]*")
_CYRILLIC = re.compile("[\u0430-\u045f\u0501\u0455\u0458\u04bb\u0475]")
_DIGIT = re.compile("[0-9]")
# What begins behind a letter is a piece of a hash or a name.
_NUMBER = re.compile(
    "[0-9](?=[0-9 .\u2010-\u2015-])(?<![A-Za-z0-9_][0-9])[0-9 .\u2010-\u2015-]{2,}[0-9]"
)
# Digits beside one of these are a piece of a hash or a name.
_WORDY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
AHEAD = 8  # code points a pattern may look beyond what it matches
LONG = 14
_STRETCH = re.compile(rf"[\x21-\x7e]{{{LONG},}}")
# In an ASCII text's shadow what may be of a key is "x" and the rest a blank: quick to look through.
_FULL = b"x" * LONG
_SHADOW = bytes(120 if 33 <= n <= 126 else 32 for n in range(256))
REACH = 160  # code points in which a word still speaks about what follows it
_ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"


class Passage(NamedTuple):
    """``text`` is NFKC without invisible characters, ``low`` the same in small letters."""

    text: str
    low: str  # as long as text, place for place
    places: Sequence[int] | None  # of each character in the text as given; None: the same place
    stretches: Sequence[tuple[int, int]]  # of LONG or more in ASCII without a space: for keys
    numbers: Sequence[tuple[int, int]]  # digits in a row, in groups or not
    known: bytes = b""  # of each word of a to z its class: see ``talk``
    talk: int = -1  # signs that are told; -1: all may be

    def may_tell(self, of: int) -> bool:
        """Whether looking for what has this sign is worth its time."""
        return bool(self.talk & of)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The places in the text as given of what stands here from ``start`` to ``end``."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def read(text: str, *, numbers: bool = True) -> Passage:
    """Fold a text; markers of earlier findings become walls no detector looks through.

    Without ``numbers`` they are not looked for: who needs none saves the time.
    """
    numbered = _numbers if numbers else _no_numbers
    if "⟦" in text:
        text = _MARKER.sub(lambda found: "⟦" * len(found[0]), text)
    if text.isascii() or _UNUSUAL.search(text) is None:
        return Passage(text, _lowered(text), None, _stretches(text), numbered(text))
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = _folded(character)
        parts.append(folded)
        places.extend([place] * len(folded))
    plain = "".join(parts)
    return Passage(plain, _lowered(plain), places, _stretches(plain), numbered(plain))


def _no_numbers(_: str) -> list[tuple[int, int]]:
    return []


# Cyrillic letters that look like Latin ones, in words that have both: a row of words in disguise.
_TWO_SCRIPTS = re.compile("(?=[\u0400-\u04ff]*[a-z])(?=[a-z]*[\u0400-\u04ff])[a-z\u0400-\u04ff]+")
_LOOKS_LIKE = str.maketrans("аеорсухіѕјһԁѵкмтвн", "aeopcyxisjhdvkmtbh")


def _unmasked(low: str) -> str:
    if low.isascii() or _CYRILLIC.search(low) is None:
        return low
    return _TWO_SCRIPTS.sub(_unmasked_word, low)


def _unmasked_word(found: re.Match[str]) -> str:
    word = found[0].translate(_LOOKS_LIKE)
    return word if word.isascii() else found[0]


def _stretches(text: str) -> list[tuple[int, int]]:
    if not text.isascii():
        return [found.span() for found in _STRETCH.finditer(text)]
    found, shadow = [], text.encode().translate(_SHADOW)
    start = shadow.find(_FULL)
    while start >= 0:
        end = shadow.find(b" ", start)
        found.append((start, end if end >= 0 else len(text)))
        start = shadow.find(_FULL, found[-1][1])
    return found


def _numbers(text: str) -> list[tuple[int, int]]:
    if _DIGIT.search(text) is None:
        return []
    spans = [found.span() for found in _NUMBER.finditer(text)]
    return [
        (start, end)
        for start, end in spans
        if not text[start:end].isdigit()
        or (text[start - 1 : start] not in _WORDY and text[end : end + 1] not in _WORDY)
    ]


def within(
    pattern: re.Pattern[str], text: str, spans: Sequence[tuple[int, int]], least: int
) -> Iterator[re.Match[str]]:
    """Matches inside the spans of at least this length: most of a text need not be looked at."""
    for start, end in spans:
        if end - start >= least:
            yield from pattern.finditer(text, start, end + AHEAD)


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if character in _ZERO_WIDTH:
        return ""
    return unicodedata.normalize("NFKC", character)


def _lowered(text: str) -> str:
    low = text.lower()
    if len(low) == len(text):
        return _unmasked(low)
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)  # "İ" becomes two


def sentence_before(low: str, at: int) -> str:
    """What was said before this place in the same sentence, as far as it matters."""
    piece = low[max(0, at - REACH) : at]
    start = 0
    for border in _BORDER.finditer(piece):
        # "key.0x…" and "is: 1. abandon" end no sentence; the pattern sees to the first.
        start = border.end()
    return piece[start:]


def sentence_after(low: str, at: int) -> str:
    """What follows this place in the same sentence, as far as it matters."""
    piece = low[at : at + REACH]
    border = _BORDER.search(piece)
    return piece if border is None else piece[: border.start()]


def line_before(low: str, at: int) -> str:
    """The last line with a word on it above this place; under one heading may stand many keys."""
    above = low[max(0, at - 4 * REACH) : at].rpartition("\n")[0]
    while above:
        above, _, line = above.rpartition("\n")
        if _WORDLESS.fullmatch(line) is None:
            return line[-REACH:]
    return ""


def nearest(words: re.Pattern[str], low: str, at: int) -> str | None:
    """Name of the group of the last of ``words`` in the sentence before, else the line before."""
    for piece in (sentence_before(low, at), line_before(low, at)):
        name = None
        for found in words.finditer(spelt(piece)):
            name = found.lastgroup
        if name is not None:
            return name
    return None
