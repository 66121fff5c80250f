"""Many lists of phrases, looked for in one text: only those whose own word stands in it are tried.

Of each phrase the word that says most is its key: the longest whole Latin word, else the first
letters of one, else two characters of another script. A text is cut into its keys once, so that
two thousand phrases cost what the handful does that could be there at all.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from fanlight.features.knowledge import analyzer

_GAP = r"[^.!?。！？\n;；]{0,28}?"
_LATIN = re.compile(r"[a-z0-9]+")
_OTHER = re.compile(r"[^\x00-\x7f]{2,}")
_PREFIX = 4  # letters: of "withdraw*" the beginning is looked up


class Phrase:
    """One phrase: ``*`` is a gap, a Latin word begins and ends at its borders."""

    __slots__ = ("__dict__", "key", "plain")

    def __init__(self, written: str) -> None:
        self.plain = analyzer.normalise(written).lower()
        self.key = _key(self.plain)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Made when it is first needed: most never are."""
        return re.compile(_pattern(self.plain))


class Phrases:
    """Lists of phrases by number."""

    def __init__(self, lists: Sequence[Sequence[str]]) -> None:
        self._filled = [bool(each) for each in lists]
        self._by_key: dict[str, list[tuple[int, Phrase]]] = {}
        self._always: list[tuple[int, Phrase]] = []  # too short for a key
        for number, phrases in enumerate(lists):
            for written in phrases:
                phrase = Phrase(written)
                place = (
                    self._always if phrase.key is None else self._by_key.setdefault(phrase.key, [])
                )
                place.append((number, phrase))

    def here(self, text: str) -> "Here":
        """What of the lists could stand in a text, which is in the form of the phrases."""
        tried: dict[int, list[Phrase]] = {}
        known = self._by_key
        for key in set(_keys(text)):
            for number, phrase in known.get(key, ()):
                tried.setdefault(number, []).append(phrase)
        for number, phrase in self._always:
            tried.setdefault(number, []).append(phrase)
        return Here(tried, self._filled)


class Here:
    """The phrases that are worth a look in one text."""

    __slots__ = ("_filled", "_tried")

    def __init__(self, tried: dict[int, list[Phrase]], filled: list[bool]) -> None:
        self._tried, self._filled = tried, filled

    def may(self, number: int) -> bool:
        return number in self._tried

    def is_empty(self, number: int) -> bool:
        """Whether the list has no phrase at all."""
        return not self._filled[number]

    def found(self, number: int, sentence: str) -> str | None:
        """The first words of a sentence that a phrase of this list stands for, as many as do."""
        first: re.Match[str] | None = None
        for phrase in self._tried.get(number, ()):
            found = phrase.pattern.search(sentence)
            if found is not None and (first is None or _place(found) < _place(first)):
                first = found
        return first[0].strip() if first is not None else None


def _place(found: re.Match[str]) -> tuple[int, int]:
    return found.start(), -found.end()


def _keys(text: str) -> Iterator[str]:
    for word in _LATIN.findall(text):
        yield word
        yield f"{word[:_PREFIX]}*"
    for run in _OTHER.findall(text):
        for start in range(len(run) - 1):
            yield run[start : start + 2]


def _key(phrase: str) -> str | None:
    """What must stand in a text for this phrase to be there; None when that is too little."""
    whole: list[str] = []
    begun: list[str] = []
    for found in _LATIN.finditer(phrase):
        is_begun = phrase[found.end() : found.end() + 1] == "*"
        (begun if is_begun else whole).append(found[0])
    if whole:
        return max(whole, key=len)
    if (run := _OTHER.search(phrase)) is not None:
        return run[0][:2]
    long = [word for word in begun if len(word) >= _PREFIX]
    return f"{max(long, key=len)[:_PREFIX]}*" if long else None


def _pattern(phrase: str) -> str:
    """``*`` is a gap; between Latin words blanks may be many, and a word's ends are ends."""
    pieces = [re.escape(piece.strip()).replace(r"\ ", r"\s+") for piece in phrase.split("*")]
    starts = phrase[:1].isascii() and phrase[:1].isalnum()
    ends = phrase[-1:].isascii() and phrase[-1:].isalnum()
    glued = [piece for piece in pieces if piece]
    if phrase.endswith("*") and phrase[-2:-1] not in ("", " ") and phrase[0].isascii():
        glued[-1] += r"\w*"  # "withdraw*": the word and its forms
    body = glued[0]
    for before, piece in zip(phrase.split("*"), glued[1:], strict=False):
        is_form = before[-1:] not in ("", " ") and before.isascii()
        body += (r"\w*" if is_form else "") + _GAP + (r"\b" if piece[0].isascii() else "") + piece
    left = r"(?<![a-z0-9])" if starts else ""
    right = r"(?![a-z0-9])" if ends else ""
    return f"{left}{body}{right}"
