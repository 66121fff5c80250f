"""Statements on the editors' synonyms."""

from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.kernel.work import Work

_COLUMNS: LiteralString = "id, words, language, is_one_way, saved_at, version"


class Synonym(msgspec.Struct, frozen=True, kw_only=True):
    """Words that mean the same."""

    id: UUID
    words: list[str]  # the first is the house's own word
    language: str = ""  # empty: in every language
    is_one_way: bool = False  # the others lead to the first, not the other way
    version: int = 1


ALL: LiteralString = f"""
    SELECT {_COLUMNS} FROM kb_synonyms ORDER BY language, lower(words[1]) LIMIT %(limit)s
"""
PAGE: LiteralString = f"""
    SELECT {_COLUMNS} FROM kb_synonyms
    WHERE (lower(words[1]), id) > (%(word)s, %(id)s::uuid)
        AND (%(part)s = '' OR EXISTS (
            SELECT FROM unnest(words) w WHERE strpos(lower(w), %(part)s) > 0))
    ORDER BY lower(words[1]), id
    LIMIT %(limit)s
"""
INSERT: LiteralString = """
    INSERT INTO kb_synonyms (id, words, language, is_one_way, saved_at, saved_by)
    VALUES (%(id)s, %(words)s, %(language)s, %(is_one_way)s, %(now)s, %(by)s)
    ON CONFLICT DO NOTHING
"""
SAVE: LiteralString = """
    UPDATE kb_synonyms SET words = %(words)s, language = %(language)s,
        is_one_way = %(is_one_way)s, saved_at = %(now)s, saved_by = %(by)s, version = version + 1
    WHERE id = %(id)s AND version = %(version)s
"""
LED: LiteralString = """
    SELECT EXISTS (SELECT FROM kb_synonyms WHERE language = %(language)s
        AND lower(words[1]) = lower(%(word)s) AND id <> %(id)s)
"""
REMOVE: LiteralString = "DELETE FROM kb_synonyms WHERE id = %(id)s"
MOST = 5_000  # groups of one desk; more would slow every search down


# Ids rise with time, so that one group in place of another is another state too.
STATE: LiteralString = """
    SELECT count(*) || '/' || coalesce(sum(version), 0) || '/' || coalesce(max(id::text), '')
    FROM kb_synonyms
"""


async def state(work: Work) -> str:
    """Another text after every change of a group: cheaper than reading all of them."""
    return await work.one(str, STATE) or ""


async def all_of_them(work: Work) -> list[Synonym]:
    """Every group, for the search."""
    return await work.rows(Synonym, ALL, limit=MOST)


async def page(
    work: Work, *, part: str = "", after: tuple[str, UUID] = ("", UUID(int=0)), limit: int = 50
) -> list[Synonym]:
    """Groups by their first word, those in which ``part`` stands."""
    word, below = after
    return await work.rows(
        Synonym, PAGE, part=part.lower(), word=word.lower(), id=below, limit=limit
    )


async def insert(work: Work, synonym: Synonym) -> bool:
    """Store a new group; False when its first word leads one already."""
    return bool(await work.run(INSERT, **_values(work, synonym)))


async def is_led(work: Work, synonym: Synonym) -> bool:
    """Whether another group of this language begins with the same word."""
    led = await work.one(bool, LED, language=synonym.language, word=synonym.words[0], id=synonym.id)
    return bool(led)


async def save(work: Work, synonym: Synonym) -> bool:
    """Store a changed group; False when somebody saved it meanwhile."""
    return bool(await work.run(SAVE, version=synonym.version, **_values(work, synonym)))


async def remove(work: Work, synonym_id: UUID) -> bool:
    return bool(await work.run(REMOVE, id=synonym_id))


def _values(work: Work, synonym: Synonym) -> dict[str, object]:
    return {
        "id": synonym.id,
        "words": synonym.words,
        "language": synonym.language,
        "is_one_way": synonym.is_one_way,
        "now": work.now(),
        "by": work.actor.id,
    }
