"""Many lists of phrases, looked for in one text: only those whose own words stand in it are tried.

The keys of a phrase are its whole Latin words, the first letters of those that go on, and the first
two characters of each row in another script. By the one that says most it is found, the longest
whole word before all, and tried where the others are there too. A text is cut into its keys once,
so that two thousand phrases cost what the handful does that could be there at all.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from fanlight.features.knowledge import analyzer

_GAP = r"[^.!?。！？\n;；]{0,28}?"
_LATIN = re.compile(r"[a-z0-9]+")
_OTHER = re.compile(r"[^\x00-\x7f]+")
_BEFORE_GAP = re.compile(r"([a-z0-9]+) +\*")
_PREFIX = 4  # letters: of "withdraw*" the beginning is looked up


class Phrase:
    """One phrase: ``*`` is a gap, a Latin word begins and ends at its borders."""

    __slots__ = ("__dict__", "key", "keys", "plain")

    def __init__(self, written: str) -> None:
        self.plain = analyzer.normalise(written).lower()
        keys = _keys_of(self.plain)
        self.key = keys[0] if keys else None
        self.keys = frozenset(keys)

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
        self._known = frozenset(self._by_key)

    def here(self, text: str) -> "Here":
        """What of the lists could stand in a text, which is in the form of the phrases."""
        tried: dict[int, list[Phrase]] = {}
        keys = _keys(text)
        for key in self._known & keys:
            for number, phrase in self._by_key[key]:
                if phrase.keys <= keys:
                    tried.setdefault(number, []).append(phrase)
        for number, phrase in self._always:
            tried.setdefault(number, []).append(phrase)
        return Here(tried, self._filled)


class Here:
    """The phrases that are worth a look in one text."""

    __slots__ = ("_filled", "_tried")

    def __init__(self, tried: dict[int, list[Phrase]], filled: list[bool]) -> None:
        self._tried, self._filled = tried, filled

    def numbers(self) -> list[int]:
        """The lists that have such a phrase, in their order."""
        return sorted(self._tried)

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


def _keys(text: str) -> set[str]:
    words = set(_LATIN.findall(text))
    keys = words | {f"{word[:_PREFIX]}*" for word in words}
    for run in _OTHER.findall(text):
        keys.update(run, map("".join, pairwise(run)))
    return keys


def _keys_of(phrase: str) -> list[str]:
    """What must stand in a text for this phrase to be there, what says most first."""
    whole: list[str] = []
    begun: list[str] = []
    for found in _LATIN.finditer(phrase):
        goes_on = phrase[found.end() : found.end() + 1] == "*"
        (begun if goes_on else whole).append(found[0])
    whole.sort(key=len, reverse=True)
    begun.sort(key=len, reverse=True)
    # A gap begins within a word too: "hack * account" is said by who was hacked.
    open_words = set(_BEFORE_GAP.findall(phrase)) & set(whole[1:])
    begun += open_words
    return [
        *(word for word in whole if word not in open_words),
        *(run[:2] for run in _OTHER.findall(phrase)),
        *(f"{word[:_PREFIX]}*" for word in begun if len(word) >= _PREFIX),
    ]


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
    if starts:  # the border is asked for behind the letter, which is looked for at once
        body = f"{body[0]}(?<![a-z0-9]{body[0]}){body[1:]}"
    return f"{body}(?![a-z0-9])" if ends else body
