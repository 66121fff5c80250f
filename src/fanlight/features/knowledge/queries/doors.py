"""Statements on who may read an article, and on the names by which sites ask for one."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.queries.reading import visible_to
from fanlight.features.knowledge.queries.shelves import BEST, LINE, Line
from fanlight.kernel.work import Work

SET_AUDIENCE: LiteralString = """
    UPDATE kb_articles SET audience = %(audience)s WHERE id = %(article_id)s
"""
GROUPS: LiteralString = """
    SELECT DISTINCT g FROM kb_articles a, unnest(a.audience) AS g
    WHERE strpos(g, ':') > 0 ORDER BY g LIMIT 500
"""
OF_OTHERS: LiteralString = """
    SELECT key FROM kb_contexts
    WHERE key = ANY(%(keys)s) AND article_id <> %(article_id)s
    ORDER BY key
"""
DROP: LiteralString = """
    DELETE FROM kb_contexts WHERE article_id = %(article_id)s AND key <> ALL(%(keys)s)
"""
ADD: LiteralString = """
    INSERT INTO kb_contexts (key, article_id) SELECT unnest(%(keys)s::text[]), %(article_id)s
    ON CONFLICT DO NOTHING
"""
LINE_OF_CONTEXT: LiteralString = f"""
    SELECT {LINE} FROM kb_contexts c JOIN kb_articles a ON a.id = c.article_id {BEST}
    WHERE c.key = %(key)s
"""

# Anybody can ask for any name, so only so many different ones are kept.
NOTE_WANTED: LiteralString = """
    INSERT INTO kb_contexts_wanted (key, times, first_at, last_at)
    SELECT %(key)s, 1, %(now)s, %(now)s
    WHERE NOT EXISTS (SELECT 1 FROM kb_contexts c WHERE c.key = %(key)s)
      AND ((SELECT count(*) FROM kb_contexts_wanted) < %(most)s
        OR EXISTS (SELECT 1 FROM kb_contexts_wanted w WHERE w.key = %(key)s))
    ON CONFLICT (key) DO UPDATE
        SET times = kb_contexts_wanted.times + 1, last_at = excluded.last_at
"""
WANTED: LiteralString = """
    SELECT w.key, w.times, w.first_at, w.last_at FROM kb_contexts_wanted w
    WHERE NOT EXISTS (SELECT 1 FROM kb_contexts c WHERE c.key = w.key)
    ORDER BY w.times DESC, w.key
    LIMIT %(limit)s
"""
FORGET_WANTED: LiteralString = """
    DELETE FROM kb_contexts_wanted w
    WHERE w.last_at < %(before)s OR EXISTS (SELECT 1 FROM kb_contexts c WHERE c.key = w.key)
"""


class WantedName(msgspec.Struct, frozen=True, kw_only=True):
    """A name that pages ask for and no article answers to."""

    key: str
    times: int
    first_at: datetime
    last_at: datetime


async def set_audience(work: Work, article_id: UUID, audience: Sequence[str]) -> None:
    await work.run(SET_AUDIENCE, article_id=article_id, audience=list(audience))


async def contexts_of_others(work: Work, article_id: UUID, keys: Sequence[str]) -> list[str]:
    """Those of these names that another article has."""
    return await work.rows(str, OF_OTHERS, article_id=article_id, keys=list(keys))


async def set_contexts(work: Work, article_id: UUID, keys: Sequence[str]) -> None:
    await work.run(DROP, article_id=article_id, keys=list(keys))
    await work.run(ADD, article_id=article_id, keys=list(keys))


async def line_of_context(work: Work, key: str, languages: Sequence[str]) -> Line | None:
    """The article of a name, where the actor may see it."""
    return await work.one(
        Line, LINE_OF_CONTEXT, key=key, languages=list(languages), **visible_to(work.actor)
    )


async def note_wanted(work: Work, key: str, *, most: int) -> None:
    await work.run(NOTE_WANTED, key=key, now=work.now(), most=most)


async def wanted_names(work: Work, *, limit: int) -> list[WantedName]:
    """The names that nobody answers to, what is asked for most first."""
    return await work.rows(WantedName, WANTED, limit=limit)


async def forget_wanted(work: Work, *, before: datetime) -> None:
    await work.run(FORGET_WANTED, before=before)


async def groups(work: Work) -> list[str]:
    """The groups of readers for whom something is written already."""
    return list(await work.rows(str, GROUPS))
