"""Seed phrases with words between their words, with nothing between them, cut short, in base64.

"First word: legal, second word: winner", "legal and winner and thank": what stands between is the
same each time, and no sentence does that eleven times. "legalwinnerthank…" falls apart into list
words and leaves nothing over. Four letters tell every English word apart, so wallets and paper hold
no more of it; they count where somebody speaks of a phrase, or says nothing else. Base64 is read as
what it hides.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from fanlight.kernel.secrets import phrases
from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, within
from fanlight.kernel.secrets.phrases import GAP, is_said, shown, words_in
from fanlight.kernel.secrets.wordlists import SIZES, lexicon, lists_of

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_COUNTING = re.compile(
    rf"(?<![a-z])(?:{_ORDINALS.replace(' ', '|')}|words?|number|numero|palabra|mot"
    r"|\d{1,2}(?:st|nd|rd|th)|(?:w|word|key|seed|phrase)[_-]?\d{1,2})(?![a-z0-9])"
    r"|第?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[个個号號]?[词詞]?"
)
_COUNTED = ("twelfth", "12th", "w12", "word12", "word_12", "word-12", "十二")
_LEAST = 11  # words with the same between them; one of twelve may be missing
_LONGEST_GAP = 40
_SPACES = re.compile(r"[\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_JOINED = re.compile(r" and [a-z]{3,8} and [a-z]{3,8} and [a-z]{3,8} and ")
_ONE_WORD = re.compile("[a-z]{36,200}")  # twelve words of three letters; 24 of eight
_TELLING = 4  # letters that tell the words of the English list apart
# Not of hex digits alone: that is a hash, of which every other message has one.
_BASE64 = re.compile(
    r"(?<![\w+/=-])(?!(?:0x)?[0-9a-fA-F]+(?![\w+/=-]))[\w+/-]{64,360}={0,2}(?![\w+/=-])", re.ASCII
)
_LEAST_BASE64 = 64  # of twelve words of three letters
_DISTINCT = 8
_LONGEST = 8  # letters of a word in the English list


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    """Those with the words between, and all others: whether one is announced is asked once."""
    low = passage.low
    said = is_said(passage)
    yield from phrases.find(passage, said=said)
    for found in within(_ONE_WORD, low, passage.stretches, SIZES[-1] * 3):
        if len(found[0]) >= SIZES[-1] * 3 and _falls_apart(found[0]):
            yield SecretKind.SEED_PHRASE, *found.span()
    for found in within(_BASE64, passage.text, passage.stretches, _LEAST_BASE64):
        if _is_phrase(_decoded(found[0])):
            yield SecretKind.SEED_PHRASE, *found.span()
    if said or _is_nothing_but_beginnings(low):
        yield from _in_first_letters(low)
    if (
        said
        or (
            ("12" in low or "twel" in low or "十二" in low)  # one stands in each of them
            and any(map(low.__contains__, _COUNTED))
        )
        or (low.count(" and ") >= _LEAST and _JOINED.search(low))
    ):
        yield from _with_the_same_between(low)


def _decoded(token: str) -> str:
    """What base64 hides, in either of its alphabets; empty when it is none, or no plain text."""
    try:
        raw = base64.b64decode(
            token.rstrip("=").translate(_ONE_ALPHABET) + "=" * (-len(token.rstrip("=")) % 4)
        )
        return raw.decode("ascii").lower()
    except (binascii.Error, UnicodeDecodeError):
        return ""


_ONE_ALPHABET = str.maketrans("-_", "+/")


def _is_phrase(text: str) -> bool:
    """Whether words of one list follow each other here, as many as a phrase has."""
    words = text.split()
    runs = pairwise([-1, *(n for n, word in enumerate(words) if not lists_of(word)), len(words)])
    return any(
        end - start > SIZES[-1] and _is_of_one_list(words[start + 1 : end]) for start, end in runs
    )


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(word[:_TELLING] for word in _english())


def _is_nothing_but_beginnings(low: str) -> bool:
    words = low.split() if len(low) <= SIZES[0] * (_TELLING + 2) else ()
    return len(words) in SIZES and max(map(len, words)) <= _TELLING


def _in_first_letters(low: str) -> Iterator[tuple[SecretKind, int, int]]:
    """Of "aban abil able …" nothing but beginnings of words, as many as a phrase has."""
    whole = shown(low)
    row: list[tuple[int, int]] = []
    for span in [*words_in(whole), (-1, -1)]:
        is_begun = span[0] >= 0 and whole[slice(*span)] in _beginnings()
        if is_begun and (not row or GAP.fullmatch(whole, row[-1][1], span[0])):
            row.append(span)
            continue
        words = [whole[slice(*each)] for each in row]
        if len(row) >= SIZES[-1] and len(set(words)) >= _DISTINCT:
            yield SecretKind.SEED_PHRASE, row[0][0], row[-1][1]
        row = [span] if is_begun else []


def _with_the_same_between(low: str) -> Iterator[tuple[SecretKind, int, int]]:
    whole = shown(low)
    low = _COUNTING.sub(lambda found: " " * len(found[0]), whole)
    spans = [span for span in words_in(low) if lists_of(low[slice(*span)])]
    if len(spans) < _LEAST:
        return
    betweens = [_between(low, whole, *pair) for pair in pairwise(spans)]
    first = 0
    while first < len(betweens):
        last = first
        while last < len(betweens) and _is_same(betweens[first], betweens[last]):
            last += 1
        told, gap = spans[first : last + 1], betweens[first]
        if (
            last - first >= _LEAST - bool(gap and gap[0])
            and _is_of_one_list([low[slice(*span)] for span in told])
            and any(between is not None and between[1] for between in betweens[first:last])
        ):
            yield SecretKind.SEED_PHRASE, spans[first][0], spans[last][1]
        first = max(last, first + 1)


def _is_of_one_list(words: Sequence[str]) -> bool:
    shared = -1
    for word in words:
        shared &= lists_of(word)
    return shared != 0 and len(set(words)) >= _DISTINCT


def _between(
    low: str, whole: str, one: tuple[int, int], other: tuple[int, int]
) -> tuple[str, bool] | None:
    """What stands between two words beside what counts them, and whether there are letters."""
    if other[0] - one[1] > _LONGEST_GAP:
        return None
    between = low[one[1] : other[0]]
    if "⟦" in between:
        return None
    return _SPACES.sub(" ", between).strip(), bool(_LETTER.search(whole, one[1], other[0]))


def _is_same(wanted: tuple[str, bool] | None, between: tuple[str, bool] | None) -> bool:
    """A word of the phrase that is a number itself was taken for one: then it stands twice."""
    if wanted is None or between is None:
        return False
    is_twice = bool(wanted[0]) and between[0].count(wanted[0]) == 2
    return wanted == between or is_twice


@cache
def _english() -> dict[str, int]:
    return next(each.numbers for each in lexicon().each if "zoo" in each.numbers)


def _falls_apart(letters: str) -> bool:
    """Whether letters without a blank are words of the English list, as many as a phrase has."""
    english = _english()
    counts = [1, *[0] * len(letters)]  # bit n: so far n words can stand
    for end in range(3, len(letters) + 1):
        for size in range(3, min(_LONGEST, end) + 1):
            if counts[end - size] and letters[end - size : end] in english:
                counts[end] |= counts[end - size] << 1
    return any(counts[-1] >> size & 1 for size in SIZES) and _is_varied(letters)


def _is_varied(letters: str) -> bool:
    return len({letters[n : n + 4] for n in range(0, len(letters), 4)}) >= _DISTINCT
