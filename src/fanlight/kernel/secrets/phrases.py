"""Seed phrases of the BIP-39 lists whose words stand apart: all but the Chinese ones.

Source: BIP-39 and its word lists, as shipped by the package ``mnemonic``.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import NamedTuple

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, line_before, sentence_after, sentence_before

SIZES = (24, 21, 18, 15, 12)
HAN_LISTS = ("chinese_simplified", "chinese_traditional")
ANNOUNCED = 6  # words in a row that are a part of a phrase once someone says they are
_LEAST = 6 * 4 - 1  # code points of six words of three letters
_DISTINCT = 8
_GOES_ON = 3  # words of a list alone in a message, right behind one with a phrase
_BEHIND = 24  # code points within which "… is my seed phrase" follows
_LONGEST_WORD = 16  # code points; the lists end at 11
_HALF = b"\x01" * 6  # 12 words with one unknown hold six known ones in a row

_LATIN = re.compile("[a-z]+")
_BLANKS = bytes(n if 97 <= n <= 122 else 32 for n in range(256))
# Accents, Cyrillic, kana, Hangul: whatever the lists hold beside a to z.
_OTHER_SCRIPT = re.compile(
    "[\u00c0-\u024f\u0300-\u036f\u0400-\u04ff\u1100-\u11ff\u3041-\u30ff\uac00-\ud7a3]"
)
# Decomposed text carries its accents as characters of their own.
_WORD = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[\u0300-\u036f\u3099\u309a])*")
_GAP = re.compile(
    r"[第一二三四五六七八九十个個\s\d.,;:|/\\()\[\]{}\"'*_#>=+·•、，；：。\u2010-\u201d-]{1,24}"
)
_SAID = re.compile(
    r"seed|recovery (?:phrase|words)|mnemonic|secret (?:phrase|words)|backup (?:phrase|words)"
    r"|\b(?:12|15|18|21|24)[ -]words?|助记|助記|注记词|註記詞|恢复词|恢復詞|种子|種子|短语|短語"
)
_ANNOUNCING = {"seed", "secret", "phrase", "word", "wallet", "private", "key"}


class WordList(NamedTuple):
    """One list: its words, folded, with their numbers, and the letters they are made of."""

    numbers: dict[str, int]
    alphabet: str


class Lexicon(NamedTuple):
    """All lists at once, and which of them know a word."""

    lists: dict[str, int]  # word to bits, one a list
    each: tuple[WordList, ...]
    ascii: frozenset[bytes]


def plain(word: str) -> str:
    """A word as people may type it: small letters, no accents, no dotless i."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in parts if not "\u0300" <= c <= "\u036f").replace("ı", "i")


_plain = lru_cache(maxsize=65_536)(plain)


@cache
def lexicon() -> Lexicon:
    """Read on first use: 24,000 words, about 50 ms and 4 MB."""
    from mnemonic import Mnemonic

    lists: dict[str, int] = {}
    each: list[WordList] = []
    for language in sorted(set(Mnemonic.list_languages()) - set(HAN_LISTS)):
        words = {plain(word): n for n, word in enumerate(Mnemonic(language).wordlist)}
        for word in words:
            lists[word] = lists.get(word, 0) | 1 << len(each)
        each.append(WordList(words, "".join(sorted(set("".join(words))))))
    plain_words = frozenset(word.encode() for word in lists if word.isascii())
    return Lexicon(lists, tuple(each), plain_words)


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    low = passage.low
    if len(low) < _LEAST or (low.isascii() and not _has_row(low)):
        return
    pattern = _WORD if _OTHER_SCRIPT.search(low) else _LATIN
    spans = [found.span() for found in pattern.finditer(low)]
    words = [low[start:end] for start, end in spans]
    lists = lexicon().lists
    known = [lists.get(word) or _lists_of(word, lists) for word in words]
    if _HALF not in bytes(map(bool, known)):
        return
    folded = [_plain(word) if len(word) <= _LONGEST_WORD else "" for word in words]
    for language, listed in enumerate(lexicon().each):
        flags = bytes([bits >> language & 1 for bits in known])
        if _HALF not in flags:
            continue
        for first, last in _in_language(passage, flags, spans, folded, listed):
            yield SecretKind.SEED_PHRASE, spans[first][0], spans[last - 1][1]


def is_all_words(text: str) -> bool:
    """Whether a text is words of one list and nothing else: more of a phrase that was begun."""
    words = [found[0] for found in _WORD.finditer(text.lower())]
    if len(words) < _GOES_ON or len(words) > SIZES[0]:
        return False
    rest = _WORD.sub("", text.lower()).strip()
    known = lexicon().lists
    shared = -1
    for word in words:
        shared &= known.get(plain(word), 0)
    return shared > 0 and (not rest or _GAP.fullmatch(rest[:24]) is not None)


def _has_row(low: str) -> bool:
    """Whether six list words stand in a row: a quick look that is the last for most texts."""
    words, listed = low.encode().translate(_BLANKS).split(), lexicon().ascii
    size = len(_HALF)
    # Of six in a row one is a sixth word, so the others are looked at only around those.
    for place, word in enumerate(words[size - 1 :: size]):
        if word not in listed:
            continue
        first = last = place * size + size - 1
        while first and words[first - 1] in listed:
            first -= 1
        while last + 1 < len(words) and words[last + 1] in listed:
            last += 1
        if last - first >= size - 1:
            return True
    return False


def _lists_of(word: str, lists: dict[str, int]) -> int:
    return 0 if word.isascii() or len(word) > _LONGEST_WORD else lists.get(_plain(word), 0)


def _in_language(
    passage: Passage,
    flags: bytes,
    spans: Sequence[tuple[int, int]],
    words: Sequence[str],
    listed: WordList,
) -> Iterator[tuple[int, int]]:
    """Phrases of one list, as ranges of words."""
    for low, high in _rows(passage.text, spans):
        at = low
        while (start := flags.find(_HALF, at, high)) >= 0:
            while start > low and flags[start - 1]:
                start -= 1
            end = at = _run_end(flags, start, high)
            is_said = words[start] == "seed" or _is_announced(
                passage.low, spans[start][0], spans[end - 1][1]
            )
            first, last = _with_one_slip(flags, (start, end), (low, high), words, listed, is_said)
            if last - first >= SIZES[-1] and _is_varied(words[first:last], listed):
                # The whole row, checksum or not: a wrong word spoils the checksum, not the thief.
                yield _without_heading(words, first, last)
                at = max(end, last)
            elif is_said:
                yield _without_heading(words, start, end)


def _without_heading(words: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """'Seed phrase' before the phrase is made of list words itself."""
    while last - first not in SIZES and last - first > ANNOUNCED and words[first] in _ANNOUNCING:
        first += 1
    return first, last


def _rows(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ranges of words with nothing but numbering and punctuation between them."""
    low = 0
    for n in range(1, len(spans)):
        if _GAP.fullmatch(text, spans[n - 1][1], spans[n][0]) is None:
            yield low, n
            low = n
    yield low, len(spans)


def _run_end(flags: bytes, start: int, high: int) -> int:
    end = flags.find(b"\x00", start, high)
    return high if end < 0 else end


def _with_one_slip(
    flags: bytes,
    run: tuple[int, int],
    row: tuple[int, int],
    words: Sequence[str],
    listed: WordList,
    is_said: bool,
) -> tuple[int, int]:
    """The run, and what goes on beyond one mistyped word behind or before it.

    Eleven list words and any twelfth stand in ordinary English now and then, so the stranger must
    be near a word of the list; and with that word the checksum must be right, or the words stand
    alone, or someone has said that this is a phrase.
    """
    (start, end), (low, high) = run, row
    if end - start in SIZES and is_checksum_right([listed.numbers[w] for w in words[start:end]]):
        return run
    for slip in (end, start - 1):
        if not low <= slip < high:
            continue
        first, last = min(start, slip), max(end, _run_end(flags, slip + 1, high))
        while first > low and flags[first - 1]:
            first -= 1
        if last - first < SIZES[-1]:
            continue
        near = _near(words[slip], listed)
        is_alone = (first, last) == row and last - first in SIZES
        if near and (is_said or is_alone or _is_repaired(words, (first, last), slip, near, listed)):
            return first, last
    return run


def _is_repaired(
    words: Sequence[str], row: tuple[int, int], slip: int, near: set[str], listed: WordList
) -> bool:
    """Whether one of the near words makes a phrase's length around it pass the checksum."""
    numbers = [listed.numbers.get(word, 0) for word in words[row[0] : row[1]]]
    for word in near:
        numbers[slip - row[0]] = listed.numbers[word]
        for size in SIZES:
            for first in range(len(numbers) - size + 1):
                holds_slip = first <= slip - row[0] < first + size
                if holds_slip and is_checksum_right(numbers[first : first + size]):
                    return True
    return False


def _is_varied(words: Sequence[str], listed: WordList) -> bool:
    """Code repeats a name twelve times; a phrase that does so at least has its checksum."""
    if len(set(words)) >= _DISTINCT:
        return True
    numbers = [listed.numbers.get(word, 0) for word in words]
    return len(numbers) in SIZES and is_checksum_right(numbers)


def _is_announced(low: str, start: int, end: int) -> bool:
    """Whether someone says seed phrase before these words, or right behind them."""
    return any(
        _SAID.search(piece)
        for piece in (
            sentence_before(low, start),
            line_before(low, start),
            sentence_after(low, end)[:_BEHIND],
        )
    )


def _near(word: str, listed: WordList) -> set[str]:
    """The words of the list that one letter more, less, other or swapped makes of this one."""
    if not 2 <= len(word) <= _LONGEST_WORD:
        return set()
    made: set[str] = set()
    for n in range(len(word) + 1):
        head, tail = word[:n], word[n:]
        made.update((head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]))
        for letter in listed.alphabet:
            made.update((head + letter + tail, head + letter + tail[1:]))
    return made & listed.numbers.keys()


def is_checksum_right(numbers: Sequence[int]) -> bool:
    """BIP-39: the last bits are the first ones of the SHA-256 of those before."""
    bits = len(numbers) * 11
    value = 0
    for number in numbers:
        value = value << 11 | number
    check = bits // 33
    entropy = (value >> check).to_bytes((bits - check) // 8, "big")
    return sha256(entropy).digest()[0] >> (8 - check) == value & ((1 << check) - 1)
