"""Long texts in several messages: cut between sentences, never inside what people see as one sign.

Source: Unicode UAX 29, the rules that matter for a cut; Telegram counts UTF-16 code units.
"""

import re
import unicodedata
from collections.abc import Iterator

_ZWJ = "\u200d"
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？；…]+[”’」』）]*")
_PAUSE = re.compile(r"[，、；：,;:]+|\s+")
_HANGUL_L, _HANGUL_V, _HANGUL_T = (0x1100, 0x115F), (0x1160, 0x11A7), (0x11A8, 0x11FF)
_SYLLABLES = range(0xAC00, 0xD7A4)
_REGIONAL = range(0x1F1E6, 0x1F200)
_MODIFIERS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_PREPENDED = range(0x0600, 0x0606)
_THAI_LAO_AM = "\u0e33\u0eb3"
_VIRAMA = 9  # canonical combining class: what follows joins the consonant before


def units(text: str) -> int:
    """Length in UTF-16 code units; characters beyond U+FFFF are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most ``limit`` units. Blanks at the cuts go, nothing else does."""
    pieces, rest = [], text.strip()
    while units(rest) > limit:
        cut = _cut(rest, _fitting(rest, limit))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        pieces.append(rest)
    return pieces


def _fitting(text: str, limit: int) -> int:
    """How many code points from the start fit into the limit."""
    used = 0
    for place, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return place
    return len(text)


def _cut(text: str, most: int) -> int:
    """The best place at or before ``most``: paragraph, line, sentence, pause, else any sign."""
    least = most // 2  # a piece shorter than half looks torn, so a lesser border wins
    for place in _borders(text[:most]):
        if least < place and is_border(text, place):
            return place
    place = most
    while place > 1 and not is_border(text, place):
        place -= 1
    return place if place > 1 else most


def _borders(text: str) -> Iterator[int]:
    for mark in ("\n\n", "\n"):
        place = text.rfind(mark)
        if place > 0:
            yield place
    for pattern in (_SENTENCE_END, _PAUSE):
        ends = [found.end() for found in pattern.finditer(text)]
        yield from reversed(ends[-8:])


def is_border(text: str, place: int) -> bool:
    """Whether one sign ends and the next begins here."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if before == "\r" and after == "\n":
        return False
    if before in "\r\n" or after in "\r\n":
        return True
    if _is_extending(after) or ord(before) in _PREPENDED:
        return False
    if before == _ZWJ and unicodedata.category(after) in {"So", "Sm", "Sk"}:
        return False
    if unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo":
        return False
    if ord(before) in _REGIONAL and ord(after) in _REGIONAL:
        return _flags_before(text, place) % 2 == 0
    return not _is_one_syllable(ord(before), ord(after))


def _is_extending(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or character in _ZWJ + "\u200c" + _THAI_LAO_AM
        or code in _MODIFIERS
        or code in _TAGS
    )


def _flags_before(text: str, place: int) -> int:
    """How many letters of flags stand in a row before this place: two make a flag."""
    count = 0
    while count < place and ord(text[place - 1 - count]) in _REGIONAL:
        count += 1
    return count


def _is_one_syllable(before: int, after: int) -> bool:
    is_open = before in _SYLLABLES and (before - _SYLLABLES.start) % 28 == 0
    if _in(before, _HANGUL_L):
        return _in(after, _HANGUL_L) or _in(after, _HANGUL_V) or after in _SYLLABLES
    if _in(before, _HANGUL_V) or is_open:
        return _in(after, _HANGUL_V) or _in(after, _HANGUL_T)
    return (_in(before, _HANGUL_T) or before in _SYLLABLES) and _in(after, _HANGUL_T)


def _in(code: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= code <= bounds[1]
