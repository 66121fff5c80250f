"""Vectors of published passages, kept by what the passage says and which model said it."""

from collections.abc import Mapping, Sequence
from typing import LiteralString

import msgspec

from fanlight.kernel.work import Work

# What a vector is made of. The same words under another title mean something else.
_SAID: LiteralString = "t.title || E'\\n' || p.heading || E'\\n' || p.text"
_HASH: LiteralString = f"sha256(convert_to({_SAID}, 'UTF8'))"
_PUBLISHED: LiteralString = """
    FROM kb_passages p
    JOIN kb_translations t ON t.article_id = p.article_id AND t.language = p.language
    JOIN kb_articles a ON a.id = p.article_id
    WHERE t.state = 'published'
"""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A passage without a vector."""

    hash: bytes
    text: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A published passage, and by which hash its vector is kept."""

    number: int  # of the article
    language: str
    passage: int
    category: str
    audience: list[str]
    hash: bytes


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    hash: bytes
    vector: bytes


WITHOUT: LiteralString = f"""
    SELECT {_HASH} AS hash, min({_SAID}) AS text {_PUBLISHED}
      AND NOT EXISTS (
        SELECT FROM kb_embeddings e WHERE e.model = %(model)s AND e.hash = {_HASH})
    GROUP BY 1 LIMIT %(limit)s
"""
COUNT: LiteralString = f"""
    SELECT count(DISTINCT {_HASH})::int {_PUBLISHED}
      AND NOT EXISTS (
        SELECT FROM kb_embeddings e WHERE e.model = %(model)s AND e.hash = {_HASH})
"""
KEEP: LiteralString = """
    INSERT INTO kb_embeddings (model, hash, vector)
    SELECT %(model)s, u.hash, u.vector
    FROM unnest(%(hashes)s::bytea[], %(vectors)s::bytea[]) AS u(hash, vector)
    ON CONFLICT (model, hash) DO NOTHING
"""
FORGET: LiteralString = f"""
    DELETE FROM kb_embeddings e
    WHERE e.made_at < now() - interval '30 days'
      AND (e.model <> %(model)s OR NOT EXISTS (SELECT {_PUBLISHED} AND {_HASH} = e.hash))
"""
ROWS: LiteralString = f"""
    SELECT a.number, t.language, p.number AS passage, a.category, a.audience, {_HASH} AS hash
    {_PUBLISHED}
    ORDER BY a.number, t.language, p.number
"""
VECTORS: LiteralString = """
    SELECT hash, vector FROM kb_embeddings WHERE model = %(model)s AND hash = ANY(%(hashes)s)
"""


async def without(work: Work, model: str, *, limit: int) -> list[Said]:
    """Published passages that this model has not seen."""
    return await work.rows(Said, WITHOUT, model=model, limit=limit)


async def count_without(work: Work, model: str) -> int:
    return await work.one(int, COUNT, model=model) or 0


async def keep(work: Work, model: str, vectors: Mapping[bytes, bytes]) -> None:
    """Store vectors; those that are there already stay."""
    await work.run(KEEP, model=model, hashes=list(vectors), vectors=list(vectors.values()))


async def forget(work: Work, model: str) -> int:
    """Drop vectors older than a month of other models, and of what is no longer published."""
    return await work.run(FORGET, model=model)


async def published_rows(work: Work) -> list[Row]:
    return await work.rows(Row, ROWS)


async def vectors(work: Work, model: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
    found = await work.rows(_Kept, VECTORS, model=model, hashes=list(hashes))
    return {each.hash: each.vector for each in found}
