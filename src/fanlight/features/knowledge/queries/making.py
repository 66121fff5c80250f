"""What articles are made from again: broken links, an older renderer, the reviewed word list."""

from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge import render
from fanlight.features.knowledge.models import State
from fanlight.kernel.work import Work

_WORDS = "knowledge.zh_hant_words"

READ_WORDS: LiteralString = "SELECT value FROM installation WHERE key = %(key)s"
WRITE_WORDS: LiteralString = """
    INSERT INTO installation (key, value) VALUES (%(key)s, %(value)s::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""


async def traditional_words(work: Work) -> dict[str, str]:
    return await work.one(dict[str, str], READ_WORDS, key=_WORDS) or {}


async def save_traditional_words(work: Work, words: dict[str, str]) -> None:
    await work.run(WRITE_WORDS, key=_WORDS, value=msgspec.json.encode(words).decode())


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """Just what rendering a stored translation anew needs."""

    article_id: UUID
    language: str
    title: str
    source: str
    state: State


LINKING: LiteralString = """
    SELECT t.article_id, t.language, t.title, t.source, t.state
    FROM kb_translations t
    WHERE (t.article_id, t.language) IN (
        SELECT l.article_id, l.language FROM kb_links l
        WHERE l.target_id IS NULL OR l.target_id = %(article_id)s)
"""
OUTDATED: LiteralString = """
    SELECT t.article_id, t.language, t.title, t.source, t.state
    FROM kb_translations t
    WHERE t.render_version <> %(render_version)s
"""


async def linking_to(work: Work, article_id: UUID) -> list[Written]:
    """Translations with a link to this article, or with a link that leads nowhere yet."""
    return await work.rows(Written, LINKING, article_id=article_id)


async def rendered_before(work: Work) -> list[Written]:
    """Translations whose HTML an older version of the renderer made."""
    return await work.rows(Written, OUTDATED, render_version=render.VERSION)
