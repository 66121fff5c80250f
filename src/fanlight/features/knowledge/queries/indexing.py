"""What the search index of a node is made from, and what changed since it last looked."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.passages import Passage
from fanlight.kernel.work import Work


class Indexed(msgspec.Struct, frozen=True, kw_only=True):
    """One translation as the index needs it."""

    number: int
    article_id: UUID
    category: str
    language: str
    title: str
    description: str
    tags: list[str]
    asked_as: list[str]
    audience: list[str]
    state: State
    passages: list[Passage]


# A row whose transaction commits late is not lost: below this horizon nothing is still open.
HORIZON: LiteralString = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon"
IDENTITY: LiteralString = """
    SELECT s.system_identifier::text || '/' || d.oid::text AS identity
    FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()
"""
CHANGED_SINCE: LiteralString = """
    SELECT a.number FROM kb_articles a WHERE a.changed_xid >= %(horizon)s::xid8 ORDER BY a.number
"""
NUMBERS: LiteralString = "SELECT a.number FROM kb_articles a ORDER BY a.number"
INDEXED: LiteralString = """
    SELECT a.number, a.id AS article_id, a.category, t.language, t.title, t.description, t.tags,
        t.asked_as, a.audience, t.state,
        coalesce(jsonb_agg(jsonb_build_object(
            'anchor', p.anchor, 'heading', p.heading, 'text', p.text) ORDER BY p.number)
            FILTER (WHERE p.number IS NOT NULL), '[]') AS passages
    FROM kb_articles a
    JOIN kb_translations t ON t.article_id = a.id
    LEFT JOIN kb_passages p ON p.article_id = t.article_id AND p.language = t.language
    WHERE a.number = ANY(%(numbers)s) AND t.state IN ('published', 'internal')
    GROUP BY a.number, a.id, t.article_id, t.language
    ORDER BY a.number, t.language
"""


async def horizon(work: Work) -> int:
    """The transaction below which nothing can still appear; read it before the changes."""
    return int(await work.one(str, HORIZON) or 0)


async def identity(work: Work) -> str:
    """Which database this is: an index made from another one is worth nothing."""
    return await work.one(str, IDENTITY) or ""


async def changed_since(work: Work, since: int) -> list[int]:
    """Numbers of the articles touched at or above a horizon."""
    return await work.rows(int, CHANGED_SINCE, horizon=str(since))


async def numbers(work: Work) -> list[int]:
    return await work.rows(int, NUMBERS)


async def indexed(work: Work, wanted: Sequence[int]) -> list[Indexed]:
    """The translations of these articles that anyone may find; the others are left out."""
    return await work.rows(Indexed, INDEXED, numbers=list(wanted))


class _Key(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    language: str
    key: str


# A derived translation has no file of its own: it goes by the one it was made from.
IMPORT_KEYS: LiteralString = """
    SELECT a.number, t.language,
        coalesce(t.import_key, s.import_key, t.language || '/' || a.path) AS key
    FROM kb_articles a
    JOIN kb_translations t ON t.article_id = a.id
    LEFT JOIN kb_translations s
        ON t.is_derived AND s.article_id = a.id AND s.language = 'zh-Hans'
"""


async def import_keys(work: Work) -> dict[tuple[int, str], str]:
    """The name of every translation in the folder it came from, by article number and language."""
    found = await work.rows(_Key, IMPORT_KEYS)
    return {(each.number, each.language): each.key for each in found}
