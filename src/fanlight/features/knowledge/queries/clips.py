"""Statements on videos of articles and their captions, public to whoever knows their address."""

from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.kernel.work import Work


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Where a clip's bytes lie, and what they are."""

    blob_id: UUID
    media_type: str
    size_bytes: int


ADD: LiteralString = """
    INSERT INTO kb_clips (id, blob_id, media_type, size_bytes, added_at, added_by)
    VALUES (%(id)s, %(blob_id)s, %(media_type)s, %(size_bytes)s, %(at)s, %(by)s)
"""
GET: LiteralString = """
    SELECT c.blob_id, c.media_type, c.size_bytes FROM kb_clips c WHERE c.id = %(id)s
"""


async def add(
    work: Work, clip_id: UUID, blob_id: UUID, *, media_type: str, size_bytes: int
) -> None:
    await work.run(
        ADD,
        id=clip_id,
        blob_id=blob_id,
        media_type=media_type,
        size_bytes=size_bytes,
        at=work.now(),
        by=work.actor.id,
    )


async def get(work: Work, clip_id: UUID) -> Row | None:
    return await work.one(Row, GET, id=clip_id)
