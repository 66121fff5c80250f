"""What people meant when they typed something else: slips mended, sounds heard.

Asked before the search proper, of the same state of the index. Most questions have neither, and
cost a few look-ups.
"""

import re
from collections.abc import Iterator

from fanlight.features.knowledge import analyzer, pinyin
from fanlight.features.knowledge.documents import exact
from fanlight.features.knowledge.index import Snapshot
from fanlight.features.knowledge.spelling import LEAST, Vocabulary

_LATIN_WORD = re.compile(r"(?<![\w@./-])[A-Za-z]{4,30}(?![\w@/-]|\.\w)", re.ASCII)
_PAIR = re.compile("(?=([\u3400-\u9fff]{2}))")
_LONGEST = 40
_MOST_MENDED = 3  # slips in one question; with more, nobody knows what was meant


class Heard:
    """Pinyin and first letters in a question, as far as this index knows such sounds."""

    def __init__(self, snapshot: Snapshot, text: str) -> None:
        self._snapshot = snapshot
        self.pairs: list[str] = []
        self.pieces: list[str] = []
        self.whole: list[str] = []  # tokens of names that sound like this from end to end
        self.words: set[str] = set()  # of the question, that were heard and need no mending
        for cut, words in pinyin.typed(text):
            if len(cut) > 1 and any(is_unknown(snapshot, word) for word in words):
                self._hear(pinyin.pairs_of(cut), words)
        for pairs, words in pinyin.glued(analyzer.normalise(text)):
            if any(is_unknown(snapshot, word) for word in words):
                self._hear(pairs, words)
        if self.pairs:
            self.whole.append(exact("sound", pinyin.whole(text)))
        self._first_letters(text)

    def _hear(self, pairs: list[str], words: list[str]) -> None:
        known = [pair for pair in pairs if self._snapshot.heads.doc_freq("sound", pair)]
        if known:
            self.pairs += known
            self.words.update(words)

    def _first_letters(self, text: str) -> None:
        for word in text.lower().split():
            pieces = pinyin.initials_of(word) if word not in self.words else []
            if not pieces or not is_unknown(self._snapshot, word):
                continue
            if all(self._snapshot.heads.doc_freq("initials", piece) for piece in pieces):
                self.pieces += pieces
                self.whole.append(exact("letters", word))
                self.words.add(word)


class Mender:
    """Mends slips in questions to one state of an index."""

    def __init__(self, snapshot: Snapshot, vocabulary: Vocabulary) -> None:
        self._snapshot = snapshot
        self._vocabulary = vocabulary

    def mended(self, text: str, language: str, heard: Heard) -> str | None:
        """The question as it was meant; None when nothing is wrong, or nobody can tell."""
        latin = self._latin(text, heard)
        mended = self._han(latin or text, language) or latin
        return mended if mended != text else None

    def _latin(self, text: str, heard: Heard) -> str | None:
        slips = [
            found for found in _LATIN_WORD.finditer(text) if is_unknown(self._snapshot, found[0])
        ]
        if not slips or len(slips) > _MOST_MENDED:
            return None
        parts, end = list[str](), 0
        for found in slips:
            better = None
            if found[0].lower() not in heard.words and len(found[0]) >= LEAST:
                better = self._vocabulary.mended(found[0])
            if better is not None:
                parts += [text[end : found.start()], _like(found[0], better)]
                end = found.end()
        return "".join(parts) + text[end:] if parts else None

    def _han(self, text: str, language: str) -> str | None:
        """One character written for another of the same sound."""
        plain = mended = analyzer.normalise(text)
        for _ in range(_MOST_MENDED):
            better = next(self._better(mended), None)
            if better is None:
                break
            mended = better
        if mended == plain:
            return None
        if language == "zh-Hant":
            from fanlight.features.knowledge.traditional import to_traditional

            return to_traditional(mended, {})
        return mended

    def _better(self, text: str) -> Iterator[str]:
        """The text with one pair replaced by its like, where that leaves fewer unknown ones.

        Of a slip both pairs around it are unknown; a rare word beside a known one is no slip.
        """
        for found in _PAIR.finditer(text):
            pair = found[1]
            like = None if self._is_known(pair) else self._vocabulary.same_sound(pair)
            if like is not None and like != pair:
                around = text[max(found.start() - 1, 0) : found.start() + 3]
                mended = text[: found.start()] + like + text[found.start() + 2 :]
                instead = mended[max(found.start() - 1, 0) : found.start() + 3]
                if self._unknown(instead) < self._unknown(around):
                    yield mended

    def _unknown(self, text: str) -> int:
        return sum(not self._is_known(found[1]) for found in _PAIR.finditer(text))

    def _is_known(self, pair: str) -> bool:
        return analyzer.is_idle(pair) or self._snapshot.says(pair)


def is_unknown(snapshot: Snapshot, word: str) -> bool:
    """Whether no article says it in any form."""
    stems = analyzer.tokens(word).words
    if not stems:
        return len(word) > _LONGEST  # of more letters than any word has
    return not any(snapshot.says(stem) for stem in stems)


def _like(written: str, better: str) -> str:
    """In the size in which it was written."""
    if written.isupper():
        return better.upper()
    return better.capitalize() if written[0].isupper() else better
