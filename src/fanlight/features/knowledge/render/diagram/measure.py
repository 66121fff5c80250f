"""How wide words are when set: estimated, for nothing here asks a font."""

import re
import unicodedata

SIZE = 14  # of the type, in the drawing's units
LINE = 20
_NARROW, _WIDE = set("iljtfrI.,:;'|!()[]· "), set("mwMW@%—…")
_WORD = re.compile(r"[A-Za-z0-9][^\s\u2e80-\u9fff\uff00-\uffef]*\s*|.\s*", re.DOTALL)
_NEVER_FIRST = "，。、；：！？）》」』”’%,.;:!?)"


def width(text: str) -> float:
    """In the drawing's units."""
    return SIZE * sum(map(_share, text))


def _share(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in _NARROW:
        return 0.32
    if char in _WIDE:
        return 0.9
    return 0.66 if char.isupper() else 0.56


def wrapped(lines: list[str], most: float) -> list[str]:
    """Lines no wider than this, broken between words, or between Chinese characters."""
    found: list[str] = []
    for line in lines:
        here = ""
        for word in _WORD.findall(line):
            if here and width((here + word).rstrip()) > most and word[0] not in _NEVER_FIRST:
                found.append(here.rstrip())
                here = ""
            here += word
        found.append(here.rstrip())
    return [line for line in found if line] or [""]
