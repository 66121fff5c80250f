"""The BIP-39 word lists: which words stand in them, what is near to one, and the checksum.

Source: BIP-39 and its word lists, as shipped by the package ``mnemonic``.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import NamedTuple

SIZES = (24, 21, 18, 15, 12)
_LATIN = re.compile(r"\b[spm][a-z]{4,9}\b", re.ASCII)
HAN_LISTS = ("chinese_simplified", "chinese_traditional")
LONGEST_WORD = 16  # code points; the lists end at 11


class WordList(NamedTuple):
    """One list: its words, folded, with their numbers, and the letters they are made of."""

    numbers: dict[str, int]
    alphabet: str


class Lexicon(NamedTuple):
    """All lists at once, and which of them know a word."""

    lists: dict[str, int]  # word to bits, one a list
    each: tuple[WordList, ...]


def plain(word: str) -> str:
    """A word as people may type it: small letters, no accents, no dotless i."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in parts if not "\u0300" <= c <= "\u036f").replace("ı", "i")


plain_kept = lru_cache(maxsize=65_536)(plain)


@cache
def lexicon() -> Lexicon:
    """Read on first use: 20,000 words, about 30 ms and 4 MB."""
    from mnemonic import Mnemonic

    lists: dict[str, int] = {}
    each: list[WordList] = []
    for language in sorted(set(Mnemonic.list_languages()) - set(HAN_LISTS)):
        words = {plain(word): n for n, word in enumerate(Mnemonic(language).wordlist)}
        for word in words:
            lists[word] = lists.get(word, 0) | 1 << len(each)
        each.append(WordList(words, "".join(sorted(set("".join(words))))))
    return Lexicon(lists, tuple(each))


def lists_of(word: str) -> int:
    """Bits of the lists that know this word, which is in small letters."""
    lists = lexicon().lists
    found = lists.get(word)
    if found is not None:
        return found
    return 0 if word.isascii() or len(word) > LONGEST_WORD else lists.get(plain_kept(word), 0)


def near(word: str, listed: WordList) -> set[str]:
    """The words of the list that one letter more, less, other or swapped makes of this one."""
    if not 2 <= len(word) <= LONGEST_WORD:
        return set()
    made: set[str] = set()
    for n in range(len(word) + 1):
        head, tail = word[:n], word[n:]
        made.update((head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]))
        for letter in listed.alphabet:
            made.update((head + letter + tail, head + letter + tail[1:]))
    return made & listed.numbers.keys()


# What people call a secret, and mistype in a hurry.
_CALLED = WordList(
    {word: n for n, word in enumerate(("secret", "private", "mnemonic"))},
    "abcdefghijklmnopqrstuvwxyz",
)


def spelt(low: str) -> str:
    """The text with a mistyped "secret" or "private" as it was meant; places move."""
    return _LATIN.sub(lambda found: _meant(found[0]), low)


@lru_cache(maxsize=8192)
def _meant(word: str) -> str:
    meant = near(word, _CALLED)
    return meant.pop() if len(meant) == 1 else word


def is_checksum_right(numbers: Sequence[int]) -> bool:
    """BIP-39: the last bits are the first ones of the SHA-256 of those before."""
    bits = len(numbers) * 11
    value = 0
    for number in numbers:
        value = value << 11 | number
    check = bits // 33
    entropy = (value >> check).to_bytes((bits - check) // 8, "big")
    return sha256(entropy).digest()[0] >> (8 - check) == value & ((1 << check) - 1)
