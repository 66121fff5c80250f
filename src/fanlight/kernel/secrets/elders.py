"""Seed phrases of lists older than BIP-39: Monero's 25 (or 13) words, Electrum's 12.

No list holds "the", "to" or "is", so ordinary sentences have no twelve of their words in a row:
the longest row in 17,000 questions and articles was 8. Monero's last word repeats one of the
others as a check; nobody is asked for it, for a phrase with a slip empties the wallet as well.
"""

import re
from collections.abc import Iterator
from zlib import crc32

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.talk import ELECTRUM, MONERO

_LISTS = {"electrum": ELECTRUM, "monero": MONERO}
_THEIRS = {name: bytes(bool(n & bit) for n in range(256)) for name, bit in _LISTS.items()}
_LEAST = 12
_HALF = b"\x01" * 6
_DISTINCT = 8
_BEHIND_A_SLIP = b"\x01" * 3  # words of the list in a row, for a stranger before them to be a slip
_SLIPS_EACH = 6  # one stranger in so many words
_MONERO_SIZES, _PREFIX = (25, 13), 3  # the check looks at the first letters only
_BESIDE = 4
_WORD = re.compile("[a-z]+")
_GAP = re.compile(r"(?:[^\w⟦⟧]|[\d_]){1,40}")


def find(low: str, known: bytes) -> Iterator[tuple[SecretKind, int, int]]:
    """``known``: what ``talk.known_to`` says of the same text."""
    for name, theirs in _THEIRS.items():
        flags = known.translate(theirs)
        if _HALF in flags:
            yield from _rows(low, flags, name)


def _rows(low: str, flags: bytes, name: str) -> Iterator[tuple[SecretKind, int, int]]:
    spans = [found.span() for found in _WORD.finditer(low)]
    first = flags.find(1)
    while 0 <= first < len(spans):
        last, slips = first + 1, 0  # last: one behind
        while last < len(spans) and _GAP.fullmatch(low, spans[last - 1][1], spans[last][0]):
            if not flags[last]:
                is_slip = flags.startswith(_BEHIND_A_SLIP, last + 1)
                if not is_slip or last - first < _SLIPS_EACH * (slips + 1) - len(_BEHIND_A_SLIP):
                    break
                slips += 1
            last += 1
        words = [low[start:end] for start, end in spans[first:last]]
        if len(words) >= _LEAST and len(set(words)) >= _DISTINCT:
            start, end = _checked(words) if name == "monero" else (0, len(words))
            yield SecretKind.SEED_PHRASE, spans[first + start][0], spans[first + end - 1][1]
        first = flags.find(1, last)


def _checked(words: list[str]) -> tuple[int, int]:
    """Of a row a little longer than a phrase, what has Monero's check."""
    for size in _MONERO_SIZES:
        for at in range(len(words) - size + 1 if len(words) - size <= _BESIDE else 0):
            *phrase, check = words[at : at + size]
            heads = "".join(word[:_PREFIX] for word in phrase).encode()
            if phrase[crc32(heads) % len(phrase)] == check:
                return at, at + size
    return 0, len(words)
