"""Statements on who may read an article, and on the names by which sites ask for one."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from fanlight.features.knowledge.queries.reading import visible_to
from fanlight.features.knowledge.queries.shelves import BEST, LINE, Line
from fanlight.kernel.work import Work

SET_AUDIENCE: LiteralString = """
    UPDATE kb_articles SET audience = %(audience)s WHERE id = %(article_id)s
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
