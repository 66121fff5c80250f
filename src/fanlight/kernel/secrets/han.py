"""Seed phrases of the two Chinese lists, whose words are the commonest characters there are.

Twelve list characters in a row stand in one ordinary question of eleven, and some of those pass
the checksum. So a row counts only with the checksum *and* a sign that it is no sentence: characters
set apart, or a word such as 助记词 before it, or a line of its own; and, where they are not set
apart, mostly characters that are no part of a longer word.
"""

import re
from collections.abc import Iterator
from functools import cache

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, line_before, sentence_before
from fanlight.kernel.secrets.wordlists import HAN_LISTS, SIZES, is_checksum_right

_HAN = "[\u4e00-\u9fff]"
_APART = re.compile(
    f"(?<!{_HAN}){_HAN}(?:[\\s\\d.,;:|/()、，；：。·*_-]{{1,12}}{_HAN}(?!{_HAN})){{10,35}}"
)
_ROW = re.compile(f"{_HAN}{{12,}}")
_HAS_ROW = re.compile(f"{_HAN}{{12}}")
_SAID = re.compile(
    r"[助注註][记記憶][词詞符]?|[恢还還][复復原][词詞]|[备備]份[词詞]|[种種]子(?:[词詞]|短[语語])"
    r"|恢[复復]短[语語]|[备備]份(?=\s?[:：是])|mnemonic|seed|phrase"
)
_HINTS = (
    "助记",
    "助記",
    "注记",
    "註記",
    "憶",
    "词",
    "詞",
    "备份",
    "備份",
    "短语",
    "短語",
    "mnemonic",
    "seed",
    "phrase",
)
_GLUE = re.compile(r"[词詞]?(?:如下|就是|分别|分別|是|为|為)?[\s:：=,，「“\"'(（]*")
# Of the characters, those that are no part of a longer word. Measured on 6,000 phrases and 74,000
# twelves of list characters in articles: 2/3 or more in 99.9 % of phrases, in 0.5 % of sentences.
_SINGLE_SHARE = 0.65
# Without the checksum, of a phrase with one character copied wrong.
_SINGLE_SHARE_OF_A_SLIP = 0.85
_MISSING = 1  # characters of twelve that someone may have lost and says so


@cache
def _lists() -> tuple[dict[str, int], ...]:
    from mnemonic import Mnemonic

    return tuple(
        {word: n for n, word in enumerate(Mnemonic(language).wordlist)} for language in HAN_LISTS
    )


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    if passage.text.isascii():
        return
    for found in _APART.finditer(passage.text):
        yield from _apart(passage, found)
    if _HAS_ROW.search(passage.text) is not None:
        if any(hint in passage.low for hint in _HINTS):
            yield from _after_a_word(passage)
        yield from _on_a_line(passage)


def _apart(passage: Passage, found: re.Match[str]) -> Iterator[tuple[SecretKind, int, int]]:
    """Characters with something between them. Said to be a phrase, one of them may be wrong."""
    places = [n for n in range(*found.span()) if "\u4e00" <= passage.text[n] <= "\u9fff"]
    characters = "".join(passage.text[n] for n in places)
    for size in SIZES:
        first = _phrase_in(characters, size)
        if first is not None:
            yield SecretKind.SEED_PHRASE, places[first], places[first + size - 1] + 1
            return
    is_said = _is_said(passage.low, found.start())
    is_whole = len(characters) + _MISSING in SIZES or len(characters) in SIZES
    if is_said and is_whole and _known(characters) >= len(characters) - 1:
        yield SecretKind.SEED_PHRASE, found.start(), found.end()


def _after_a_word(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    """助记词是…: a row right behind the word that announces it, or one that begins after it."""
    rows = {
        glue.end()
        for said in _SAID.finditer(passage.low)
        if (glue := _GLUE.match(passage.low, said.end()))
    }
    for found in _ROW.finditer(passage.text):
        starts = [at for at in rows if found.start() < at <= found.end() - SIZES[-1]]
        is_begun = found.start() in rows or _is_said(passage.low, found.start())
        for start in [found.start(), *sorted(starts)] if is_begun else sorted(starts):
            size = _size_of(passage.text[start : found.end()])
            if size:
                yield SecretKind.SEED_PHRASE, start, start + size
                break


def _size_of(row: str) -> int:
    """How long a phrase at the beginning of a row is; 0 when there is none."""
    for size in SIZES:
        if len(row) >= size and _phrase_in(row[:size], size) == 0 and _is_no_sentence(row[:size]):
            return size
    is_slip = len(row) in SIZES and _known(row) >= len(row) - 1
    return len(row) if is_slip and _is_no_sentence(row, _SINGLE_SHARE_OF_A_SLIP) else 0


def _on_a_line(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    """A line of exactly a phrase's length with nothing else on it."""
    for row in _ROW.finditer(passage.text):
        if len(row[0]) not in SIZES or not _is_alone(passage.text, row.start(), row.end()):
            continue
        if _phrase_in(row[0], len(row[0])) == 0 and _is_no_sentence(row[0]):
            yield SecretKind.SEED_PHRASE, row.start(), row.end()


def _is_alone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start].rpartition("\n")[2]
    after = text[end : end + 40].partition("\n")[0]
    return not before.strip(" \t\u3000") and not after.strip(" \t\u3000。.")


def _is_said(low: str, at: int) -> bool:
    return bool(_SAID.search(sentence_before(low, at)) or _SAID.search(line_before(low, at)))


def _known(characters: str) -> int:
    return max(sum(character in numbers for character in characters) for numbers in _lists())


def _phrase_in(characters: str, size: int) -> int | None:
    """Where so many characters of one list stand in a row with a right checksum."""
    for numbers in _lists():
        row = [numbers.get(character, -1) for character in characters]
        for first in range(len(row) - size + 1):
            window = row[first : first + size]
            if -1 not in window and is_checksum_right(window):
                return first
    return None


def _is_no_sentence(characters: str, share: float = _SINGLE_SHARE) -> bool:
    import rjieba

    pieces = rjieba.cut(characters, False)  # known words only, no guesses
    return sum(len(piece) == 1 for piece in pieces) >= share * len(characters)
