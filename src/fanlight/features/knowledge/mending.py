"""What people meant when they typed something else: slips mended, sounds heard.

Asked before the search proper, of the same state of the index. Most questions have neither, and
cost a few look-ups.
"""

import re

import tantivy

from fanlight.features.knowledge import analyzer, pinyin
from fanlight.features.knowledge.spelling import LEAST, Vocabulary

_WORD_FIELDS = ("title_words", "alias_words", "heading_words", "body_words")
_PAIR_FIELDS = ("title_pairs", "alias_pairs", "heading_pairs", "body_pairs")
_LATIN_WORD = re.compile(r"(?<![\w@./-])[A-Za-z]{4,30}(?![\w@/-]|\.\w)", re.ASCII)
_PAIR = re.compile("(?=([\u3400-\u9fff]{2}))")
_LONGEST = 40
_MOST_MENDED = 3  # slips in one question; with more, nobody knows what was meant


class Heard:
    """Pinyin and first letters in a question, as far as this index knows such sounds."""

    def __init__(self, searcher: tantivy.Searcher, text: str) -> None:
        self._searcher = searcher
        self.pairs: list[str] = []
        self.pieces: list[str] = []
        self.whole: list[tuple[str, str]] = []
        self.words: set[str] = set()  # of the question, that were heard and need no mending
        for cut, words in pinyin.typed(text):
            if len(cut) > 1 and any(_is_unknown(searcher, word) for word in words):
                self._hear(pinyin.pairs_of(cut), words)
        if self.pairs:
            self.whole.append(("sound", pinyin.whole(text)))
        self._first_letters(text)

    def _hear(self, pairs: list[str], words: list[str]) -> None:
        known = [pair for pair in pairs if self._searcher.doc_freq("sound", pair)]
        if known:
            self.pairs += known
            self.words.update(words)

    def _first_letters(self, text: str) -> None:
        for word in text.lower().split():
            tokens = pinyin.initials_of(word) if word not in self.words else []
            if not tokens or not _is_unknown(self._searcher, word):
                continue
            whole, *pieces = tokens
            if all(self._searcher.doc_freq("initials", piece) for piece in pieces):
                self.pieces += pieces
                self.whole.append(("initials", whole))
                self.words.add(word)


class Mender:
    """Mends slips in questions to one state of an index."""

    def __init__(self, searcher: tantivy.Searcher, vocabulary: Vocabulary) -> None:
        self._searcher = searcher
        self._vocabulary = vocabulary

    def mended(self, text: str, language: str) -> str | None:
        """The question as it was meant; None when nothing is wrong, or nobody can tell."""
        latin = self._latin(text)
        mended = self._han(latin or text, language) or latin
        return mended if mended != text else None

    def _latin(self, text: str) -> str | None:
        slips = [
            found for found in _LATIN_WORD.finditer(text) if _is_unknown(self._searcher, found[0])
        ]
        if not slips or len(slips) > _MOST_MENDED:
            return None
        heard = Heard(self._searcher, text).words
        parts, end = list[str](), 0
        for found in slips:
            better = None
            if found[0].lower() not in heard and len(found[0]) >= LEAST:
                better = self._vocabulary.mended(found[0])
            if better is not None:
                parts += [text[end : found.start()], _like(found[0], better)]
                end = found.end()
        return "".join(parts) + text[end:] if parts else None

    def _han(self, text: str, language: str) -> str | None:
        """One character written for another of the same sound."""
        plain = analyzer.normalise(text)
        mended = plain
        for _ in range(_MOST_MENDED):
            place = next(
                (
                    found.start()
                    for found in _PAIR.finditer(mended)
                    if not any(self._searcher.doc_freq(field, found[1]) for field in _PAIR_FIELDS)
                    and self._better(found[1])
                ),
                None,
            )
            if place is None:
                break
            pair = mended[place : place + 2]
            mended = mended[:place] + (self._better(pair) or pair) + mended[place + 2 :]
        if mended == plain:
            return None
        if language == "zh-Hant":
            from fanlight.features.knowledge.traditional import to_traditional

            return to_traditional(mended, {})
        return mended

    def _better(self, pair: str) -> str | None:
        found = self._vocabulary.same_sound(pair)
        return found if found != pair else None


def _is_unknown(searcher: tantivy.Searcher, word: str) -> bool:
    """Whether no article says it in any form."""
    stems = analyzer.tokens(word).words
    if not stems:
        return len(word) > _LONGEST  # of more letters than any word has
    return not any(searcher.doc_freq(field, stem) for stem in stems for field in _WORD_FIELDS)


def _like(written: str, better: str) -> str:
    """In the size in which it was written."""
    if written.isupper():
        return better.upper()
    return better.capitalize() if written[0].isupper() else better
