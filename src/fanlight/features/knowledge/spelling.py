"""Mends slips by the site's own words: what no article says is compared with what titles say.

Latin words by their distance in slips (a swap counts as one), Chinese pairs by their sound. The
words are read from the index with the first unknown one, and kept for as long as the index stands.
"""

import re
from functools import cached_property
from typing import Self

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from fanlight.features.knowledge.pinyin import syllables

# What everybody may read of titles, aliases and headings: Latin words as written, in small letters,
# and pairs of Chinese characters. Of what is hidden nothing is ever offered to anybody.
FIELD = "surface"
LEAST = 4  # letters: everything is one slip away from a shorter word
_MOST_WORDS = 100_000  # of an index; the commonest are kept
_LATIN = re.compile(r"[a-z]{3,30}")
_HAN_PAIR = re.compile("[\u3400-\u9fff]{2}")


def words_of(*texts: str) -> str:
    """The words of an article's headlines, for the index."""
    return " ".join(dict.fromkeys(word for text in texts for word in _LATIN.findall(text.lower())))


class Vocabulary:
    """The words of one state of the index."""

    def __init__(self, index: tantivy.Index) -> None:
        self._searcher = index.searcher()

    def learnt(self) -> Self:
        """The same with everything read: tenths of a second for a large help center."""
        _ = self._by_letter, self._by_sound
        return self

    @cached_property
    def _terms(self) -> list[tuple[str, int]]:
        return self._searcher.terms_with_prefix(FIELD, "", limit=_MOST_WORDS)

    @cached_property
    def _by_letter(self) -> dict[str, dict[str, int]]:
        """Words and in how many passages they stand, by their first letter."""
        found: dict[str, dict[str, int]] = {}
        for word, count in self._terms:
            if len(word) >= LEAST - 1 and word.isascii():
                found.setdefault(word[0], {})[word] = count
        return found

    @cached_property
    def _by_sound(self) -> dict[str, list[tuple[int, str]]]:
        """Pairs of characters that stand in titles and aliases, by how they sound."""
        found: dict[str, list[tuple[int, str]]] = {}
        for pair, count in self._terms:
            if _HAN_PAIR.fullmatch(pair):
                found.setdefault("".join(syllables(pair)), []).append((count, pair))
        return found

    def mended(self, word: str) -> str | None:
        """The likeliest word that somebody meant; None when none is near."""
        low = word.lower()
        allowed = 1 if len(low) < 7 else 2
        near = self._near(low, self._by_letter.get(low[0], {}), allowed)
        if near is None:
            # The first letter is seldom the wrong one: the rest is looked at last.
            others = {
                each: count
                for letter, words in self._by_letter.items()
                if letter != low[0]
                for each, count in words.items()
                if abs(len(each) - len(low)) <= 1
            }
            near = self._near(low, others, 1)
        return near

    def _near(self, low: str, words: dict[str, int], allowed: int) -> str | None:
        found = process.extract(
            low, list(words), scorer=OSA.distance, score_cutoff=allowed, limit=8
        )
        best = min(((slips, -words[each], each) for each, slips, _ in found if slips), default=None)
        return best[2] if best is not None else None

    def same_sound(self, pair: str) -> str | None:
        """A pair of characters in titles that sounds like this one: one is seldom wrong in both."""
        found = self._by_sound.get("".join(syllables(pair)), [])
        likest = max(((len({*pair} & {*each}), count, each) for count, each in found), default=None)
        return likest[2] if likest is not None else None
