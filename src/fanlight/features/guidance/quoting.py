"""The customer's own words behind a reason: rules read one spelling, people wrote another."""

from collections.abc import Callable

_MOST_TRIES = 60  # spellings looked at; each costs some microseconds


def as_written(text: str, read: str, words: str, *, spell: Callable[[str], str]) -> str:
    """Where ``words`` stand in ``read``, which ``spell`` made of ``text``: as they stand there.

    Traditional characters and full-width letters are mostly one for one, so the place is the same;
    where Taiwan's word is longer or shorter it is looked for close by. Found nowhere, the words
    are told as they were read.
    """
    if not words or words in text:
        return words
    at = read.find(words)
    if at < 0:
        return words
    tries = 0
    slack = abs(len(read) - len(text)) + 1
    for shift in sorted(range(-slack, slack + 1), key=abs):
        for length in (len(words), len(words) + 1, len(words) - 1, len(words) + 2):
            start = at + shift
            piece = text[start : start + length] if start >= 0 and length > 0 else ""
            if piece and spell(piece) == words:
                return piece
            tries += 1
            if tries == _MOST_TRIES:
                return words
    return words
