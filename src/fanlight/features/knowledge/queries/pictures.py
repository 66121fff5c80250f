"""Statements on pictures of articles, which are public to whoever knows their address."""

from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.kernel.work import Work


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture's bytes lie, and what they are."""

    blob_id: UUID
    media_type: str
    width: int
    height: int


ADD: LiteralString = """
    INSERT INTO kb_pictures (id, blob_id, media_type, width, height, added_at, added_by)
    VALUES (%(id)s, %(blob_id)s, %(media_type)s, %(width)s, %(height)s, %(at)s, %(by)s)
"""
GET: LiteralString = """
    SELECT p.blob_id, p.media_type, p.width, p.height FROM kb_pictures p WHERE p.id = %(id)s
"""


async def add(
    work: Work, picture_id: UUID, blob_id: UUID, *, media_type: str, width: int, height: int
) -> None:
    await work.run(
        ADD,
        id=picture_id,
        blob_id=blob_id,
        media_type=media_type,
        width=width,
        height=height,
        at=work.now(),
        by=work.actor.id,
    )


async def get(work: Work, picture_id: UUID) -> Row | None:
    return await work.one(Row, GET, id=picture_id)
