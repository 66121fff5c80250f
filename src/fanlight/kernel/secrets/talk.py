"""What a text talks about, told from its words in one pass: most texts name no secret.

Whoever looks for something says beforehand which pieces of text it cannot do without (``sign``).
Each word of a text is looked up once in one table: which signs it may be a part of, and whether a
word list knows it. A word seen for the first time is judged by the pieces in it and kept. So a
sign that is not told stands nowhere in the text, and its owner need not look.
"""

import re
from functools import cache
from itertools import repeat
from threading import Lock

from fanlight.kernel.secrets import monero
from fanlight.kernel.secrets.wordlists import lexicon

BIP39, COMMON = 1, 2  # of a word: whether a BIP-39 list knows it; whether no phrase has it
_FIRST_SIGN = 4
_LETTERS = re.compile("[a-z]+")
_OTHER_SCRIPT = re.compile(
    "[^\x00-\x7f\u2000-\u303f\u3400-\u9fff\uff00-\uff20\U0001f000-\U0001ffff]"
)
_BLANKS = bytes(n if 97 <= n <= 122 else 32 for n in range(256))
_MOST_KEPT = 60_000  # words; 5 MB
_LONGEST_KEPT = 16
_UNJUDGED = 255
_pieces: list[tuple[int, tuple[str, ...]]] = []  # of each sign: in Latin letters
_shapes: list[tuple[int, re.Pattern[str]]] = []  # and as a pattern of a whole word
_others: dict[str, int] = {}  # a character of each piece in other letters, and its signs


def sign(*pieces: str | re.Pattern[str]) -> int:
    """A bit for these pieces of text in small letters: not told, none of them stands there.

    Of a piece the longest row of letters is looked for, or its first character beyond ASCII; a
    pattern is one of a whole word. Called while modules are read, before the first text comes.
    """
    bit = _FIRST_SIGN << len({bit for bit, _ in (*_pieces, *_shapes)})
    latin = []
    for piece in pieces:
        if isinstance(piece, re.Pattern):
            _shapes.append((bit, piece))
        elif not piece.isascii():
            character = next(each for each in piece if not each.isascii())
            _others[character] = _others.get(character, 0) | bit
        else:
            row = max(_LETTERS.finditer(piece), key=_length)
            before, after = row.start() > 0, row.end() < len(piece)
            latin.append(" " * before + row[0] + " " * after)
    _pieces.append((bit, tuple(dict.fromkeys(latin))))
    _vocabulary.cache_clear()
    return bit


def _length(row: re.Match[str]) -> int:
    return row.end() - row.start()


class _Vocabulary:
    """Every word met, by its class: a class is a set of bits, and there are few of them."""

    def __init__(self) -> None:
        self.everything = (max(bit for bit, _ in _pieces) << 1) - 1
        self.bits: list[int] = []
        self.lock = Lock()  # texts are read in several threads
        self.listed = self.uncommon = bytes(256)
        signs = self.everything - BIP39 - COMMON
        for known in (0, BIP39, COMMON, BIP39 | COMMON):
            self._class_of(signs | known)  # for what comes when there is no class left
        self.lists = lexicon().lists
        self.table: dict[bytes, int] = {}

    def judge(self, words: list[bytes], known: bytes) -> bytes:
        """The classes of all words, with those that were not known before."""
        values = bytearray(known)
        at = values.find(_UNJUDGED)
        with self.lock:
            while at >= 0:
                word = words[at]
                values[at] = found = self._judged(word.decode())
                if len(word) <= _LONGEST_KEPT and len(self.table) < _MOST_KEPT:
                    self.table[word] = found
                at = values.find(_UNJUDGED, at + 1)
        return bytes(values)

    def _judged(self, word: str) -> int:
        bits = BIP39 if word in self.lists else 0
        if monero.is_common(word):
            bits |= COMMON
        alone = f" {word} "
        for bit, pieces in _pieces:
            if any(map(alone.__contains__, pieces)):
                bits |= bit
        for bit, shape in _shapes:
            if shape.fullmatch(alone, 1, len(alone) - 1):
                bits |= bit
        return self._class_of(bits)

    def _class_of(self, bits: int) -> int:
        if bits in self.bits:
            return self.bits.index(bits)
        if len(self.bits) == _UNJUDGED:
            return bits & (BIP39 | COMMON)
        self.bits.append(bits)
        padded = [*self.bits, *repeat(0, 256 - len(self.bits))]
        self.listed = bytes(each & BIP39 for each in padded)
        self.uncommon = bytes(not each & COMMON for each in padded)
        return len(self.bits) - 1


@cache
def _vocabulary() -> _Vocabulary:
    """Made on first use, when every sign is known."""
    return _Vocabulary()


def known_to(low: str) -> tuple[bytes, int]:
    """For each word of a to z its class; and the signs of all words together."""
    vocabulary = _vocabulary()
    words = low.encode(errors="replace").translate(_BLANKS).split()
    known = bytes(map(vocabulary.table.get, words, repeat(_UNJUDGED)))
    classes = set(known)
    if _UNJUDGED in classes:
        known = vocabulary.judge(words, known)
        classes = set(known)
    bits, each = 0, vocabulary.bits
    for value in classes:
        bits |= each[value]
    if not low.isascii():
        for character in _others.keys() & set(low):
            bits |= _others[character]
        if _OTHER_SCRIPT.search(low):
            bits = vocabulary.everything
    return known, bits


def listed(known: bytes) -> bytes:
    """For each word 1 if a BIP-39 list knows it, else 0."""
    return known.translate(_vocabulary().listed)


def uncommon(known: bytes) -> bytes:
    """For each word 1 if it may stand in a phrase, whatever the list, else 0."""
    return known.translate(_vocabulary().uncommon)
