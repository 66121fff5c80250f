"""The letter under which a word stands in an index: Latin as it is, Chinese by its pinyin."""

import unicodedata
from bisect import bisect_right

# The 3,755 frequent characters of GB 2312 stand in the order of their pinyin, so the code of the
# first one of each letter tells the letter of any. No word begins with I, U or V.
_FIRSTS = (
    (0xB0A1, "A"), (0xB0C5, "B"), (0xB2C1, "C"), (0xB4EE, "D"), (0xB6EA, "E"), (0xB7A2, "F"),
    (0xB8C1, "G"), (0xB9FE, "H"), (0xBBF7, "J"), (0xBFA6, "K"), (0xC0AC, "L"), (0xC2E8, "M"),
    (0xC4C3, "N"), (0xC5B6, "O"), (0xC5BE, "P"), (0xC6DA, "Q"), (0xC8BB, "R"), (0xC8F6, "S"),
    (0xCBFA, "T"), (0xCDDA, "W"), (0xCEF4, "X"), (0xD1B9, "Y"), (0xD4D1, "Z"),
)  # fmt: skip
_CODES = [code for code, _ in _FIRSTS]
_LAST = 0xD7F9
OTHER = "#"


def initial(word: str) -> str:
    """A to Z, or ``#`` for digits, signs and characters outside the frequent ones."""
    first = unicodedata.normalize("NFKD", word.strip())[:1].upper()
    if "A" <= first <= "Z":
        return first
    try:
        high, low = first.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return OTHER
    code = high << 8 | low
    return _FIRSTS[bisect_right(_CODES, code) - 1][1] if _CODES[0] <= code <= _LAST else OTHER
