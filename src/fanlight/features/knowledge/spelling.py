"""Mends slips by the site's own words: what no article says is compared with what titles say.

Latin words by their distance in slips (a swap counts as one), Chinese pairs by their sound. The
words are read from the index with the first unknown one, and kept for as long as the index stands.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Self

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from fanlight.features.knowledge.audiences import PUBLIC
from fanlight.features.knowledge.documents import seen_by
from fanlight.features.knowledge.index import HEAD_SCHEMA, Index
from fanlight.features.knowledge.pinyin import syllables

# Read are titles, aliases and headings of what everybody may read: of what is hidden nothing is
# ever offered to anybody.
LEAST = 4  # letters: everything is one slip away from a shorter word
_MOST_WORDS = 100_000  # of an index; the commonest are kept
_NEAREST = 8  # of the neighbours of a word
_HAN_PAIR = re.compile("[\u3400-\u9fff]{2}")


class Vocabulary:
    """The words of one state of the index."""

    def __init__(self, index: Index) -> None:
        self._searcher, self._texts = index.heads.searcher(), index.passages.searcher()

    def learnt(self) -> Self:
        """The same with everything read: tenths of a second for a large help center."""
        _ = self._by_length, self._by_sound, self._said
        return self

    def _terms(self, field: str) -> Iterable[tuple[str, int]]:
        """What stands in a field of the heads that everybody may read, and in how many."""
        public = tantivy.Query.term_query(
            HEAD_SCHEMA, "seen_by", seen_by("audience", PUBLIC), "basic"
        )
        found = self._searcher.terms_with_prefix(field, "", public, limit=_MOST_WORDS)
        return ((word, count) for word, count in found if count)

    @cached_property
    def _by_length(self) -> dict[int, dict[str, int]]:
        """Words and in how many articles they stand, by their number of letters."""
        found: dict[int, dict[str, int]] = {}
        for word, count in self._terms("surface"):
            if len(word) >= LEAST - 1:
                found.setdefault(len(word), {})[word] = count
        return found

    @cached_property
    def _said(self) -> dict[int, list[str]]:
        """Stems of Latin words in texts, by their number of letters.

        Those of hidden texts as well: they are looked for, by whoever may find what has them, and
        offered to nobody.
        """
        found: dict[int, list[str]] = {}
        for word, _ in self._texts.terms_with_prefix("body", "", limit=_MOST_WORDS):
            if len(word) >= LEAST - 1 and word.isascii() and word.isalpha():
                found.setdefault(len(word), []).append(word)
        return found

    @cached_property
    def _by_sound(self) -> dict[str, list[tuple[int, str]]]:
        """Pairs of characters that stand in titles and aliases, by how they sound."""
        counts = Counter[str]()
        for field in ("title", "alias"):
            for pair, count in self._terms(field):
                if _HAN_PAIR.fullmatch(pair):
                    counts[pair] += count
        found: dict[str, list[tuple[int, str]]] = {}
        for pair, count in counts.items():
            found.setdefault("".join(syllables(pair)), []).append((count, pair))
        return found

    def mended(self, word: str) -> str | None:
        """The likeliest word that somebody meant; None when none is near."""
        low = word.lower()
        slips = 1 if len(low) < 7 else 2
        # The first letter is seldom the wrong one: other words are looked at last.
        return self._near(low, slips, same_start=True) or self._near(low, 1, same_start=False)

    def neighbours(self, stem: str) -> list[str]:
        """Stems in texts that are one slip away, the commonest of them."""
        near = (
            process.extract(
                stem, self._said.get(size, []), scorer=OSA.distance, score_cutoff=1, limit=_NEAREST
            )
            for size in (len(stem), len(stem) - 1, len(stem) + 1)
        )
        return [word for found in near for word, _, _ in found][:_NEAREST]

    def _near(self, low: str, slips: int, *, same_start: bool) -> str | None:
        best: tuple[int, int, str] | None = None
        for length in range(len(low) - slips, len(low) + slips + 1):
            words = self._by_length.get(length, {})
            near = process.extract(
                low, list(words), scorer=OSA.distance, score_cutoff=slips, limit=None
            )
            for each, distance, _ in near:
                if distance and (each[0] == low[0]) == same_start:
                    rated = (distance, -words[each], each)
                    best = rated if best is None else min(best, rated)
        return best[2] if best is not None else None

    def same_sound(self, pair: str) -> str | None:
        """A pair of characters in titles that sounds like this one: one is seldom wrong in both."""
        found = self._by_sound.get("".join(syllables(pair)), [])
        likest = max(((len({*pair} & {*each}), count, each) for count, each in found), default=None)
        return likest[2] if likest is not None else None
