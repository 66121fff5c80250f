"""Synonyms: the editors' verbs, and what they add to a question.

A group says that its words mean the same. They are put on the question, never into the index: a
change counts at once, and an article is not found by words it does not have when nobody asked so.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from fanlight.features.knowledge import analyzer, entries
from fanlight.features.knowledge.errors import (
    SynonymExists,
    SynonymMoved,
    SynonymNotFound,
    SynonymTooShort,
    UnknownLanguage,
)
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.queries import synonyms as kept
from fanlight.features.knowledge.queries.synonyms import Synonym
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

EDIT = "article.edit"
FILE = "synonyms.toml"
MOST_WORDS = 40  # of a group
_LONGEST = 60  # characters of one word


async def add(
    work: Work, words: Sequence[str], *, language: str = "", is_one_way: bool = False
) -> Synonym:
    """A new group.

    Raises:
        SynonymTooShort: fewer than two different words.
        SynonymExists: its first word leads a group already.
    """
    needs(work.actor, EDIT)
    made = Synonym(
        id=new_id(), words=_clean(words), language=_known(language), is_one_way=is_one_way
    )
    if not await kept.insert(work, made):
        raise SynonymExists(word=made.words[0])
    await audit.record(work, "synonym.added", f"synonym:{made.id}")
    work.signal(CHANGED)
    return made


async def change(work: Work, synonym: Synonym) -> Synonym:
    """Other words for a group, or another language or direction.

    Raises:
        SynonymTooShort
        SynonymExists: another group begins with its first word.
        SynonymMoved: somebody saved it meanwhile, or took it away.
    """
    needs(work.actor, EDIT)
    changed = msgspec.structs.replace(
        synonym, words=_clean(synonym.words), language=_known(synonym.language)
    )
    if await kept.is_led(work, changed):
        raise SynonymExists(word=changed.words[0])
    if not await kept.save(work, changed):
        raise SynonymMoved
    await audit.record(work, "synonym.changed", f"synonym:{changed.id}")
    work.signal(CHANGED)
    return msgspec.structs.replace(changed, version=changed.version + 1)


async def remove(work: Work, synonym_id: UUID) -> None:
    """Take a group away."""
    needs(work.actor, EDIT)
    if not await kept.remove(work, synonym_id):
        raise SynonymNotFound
    await audit.record(work, "synonym.removed", f"synonym:{synonym_id}")
    work.signal(CHANGED)


def _clean(words: Iterable[str]) -> list[str]:
    """Each word once, without marks that nobody searches for."""
    lines = (" ".join(word.replace("\x00", "").split())[:_LONGEST] for word in words)
    cleaned = list({line.lower(): line for line in lines if analyzer.same(line)}.values())
    if len(cleaned) < 2:
        raise SynonymTooShort
    return cleaned[:MOST_WORDS]


def _known(language: str) -> str:
    if language and language not in LANGUAGES:
        raise UnknownLanguage(languages=", ".join(LANGUAGES))
    return language


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    words: list[str]
    language: str = ""
    one_way: bool = False


def read(folder: Path, refuse: entries.Refuse) -> list[Synonym]:
    """The groups of a folder's ``synonyms.toml``, where it has one.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: the file does not have the shape.
    """
    return entries.decoded(folder / FILE, "group", _Group, _group_of, refuse)


def _group_of(read: _Group) -> Synonym:
    return Synonym(id=new_id(), words=read.words, language=read.language, is_one_way=read.one_way)


async def load(
    work: Work, groups: Sequence[Synonym], *, refuse: entries.Refuse | None = None
) -> None:
    """Store groups whose first word leads none yet; the editors' own are left alone."""
    if not groups:
        return
    needs(work.actor, EDIT)
    for each in groups:
        with entries.taking(FILE, ", ".join(each.words), refuse):
            clean = msgspec.structs.replace(
                each, words=_clean(each.words), language=_known(each.language)
            )
            await kept.insert(work, clean)
    work.signal(CHANGED)


class Said(msgspec.Struct, frozen=True):
    """A word of the question that has others, in tokens."""

    own: analyzer.Tokens
    others: list[analyzer.Tokens]


class Thesaurus:
    """All groups, made ready to be looked for in questions."""

    def __init__(self, groups: Iterable[Synonym]) -> None:
        self._others: dict[str, list[tuple[str, str]]] = {}  # word -> (language, other word)
        self._analysed: dict[tuple[str, str], Said] = {}
        self._longest = 1
        for group in groups:
            for word in group.words[1:] if group.is_one_way else group.words:
                others = group.words[:1] if group.is_one_way else group.words
                key = _key(word)
                found = self._others.setdefault(key, [])
                found += [(group.language, other) for other in others if _key(other) != key]
                self._longest = max(self._longest, len(key))

    def said(self, text: str, language: str) -> list[Said]:
        """The words of a question that have others, the longest first, none over another."""
        if not self._others:
            return []
        low = _key(text)
        found: list[Said] = []
        place = 0
        while place < len(low):
            size = self._size(low, place)
            if not size:
                place += 1
                continue
            word = low[place : place + size]
            said = self._said(word, language)
            if said.others:
                found.append(said)
            place += size
        return found

    def _said(self, word: str, language: str) -> Said:
        """Analysed once: the same words are asked for again and again."""
        said = self._analysed.get((word, language))
        if said is None:
            others = [
                analyzer.tokens(other, language)
                for tongue, other in self._others[word]
                if tongue in ("", language) or language.startswith(tongue)
            ]
            said = self._analysed[word, language] = Said(analyzer.tokens(word, language), others)
        return said

    def _size(self, low: str, place: int) -> int:
        """How long a known word begins here; a Latin one is not a part of another."""
        if (
            place
            and low[place].isascii()
            and low[place].isalnum()
            and low[place - 1].isascii()
            and low[place - 1].isalnum()
        ):
            return 0
        for size in range(min(self._longest, len(low) - place), 0, -1):
            word = low[place : place + size]
            if word in self._others and not _goes_on(low, place + size):
                return size
        return 0


def _goes_on(low: str, end: int) -> bool:
    pair = low[end - 1 : end + 1]
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


def _key(text: str) -> str:
    return " ".join(analyzer.normalise(text).lower().split())
