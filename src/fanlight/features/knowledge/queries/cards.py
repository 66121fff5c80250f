"""Statements on the pictures that stand for translations where their links are shared."""

from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.kernel.work import Work


class Kept(msgspec.Struct, frozen=True):
    """A picture as it is kept: of what, and where its bytes are."""

    mark: str
    blob_id: UUID


GET: LiteralString = """
    SELECT mark, blob_id FROM kb_cards
    WHERE article_id = %(article_id)s AND language = %(language)s
"""
KEEP: LiteralString = """
    INSERT INTO kb_cards (article_id, language, mark, blob_id)
    VALUES (%(article_id)s, %(language)s, %(mark)s, %(blob_id)s)
    ON CONFLICT (article_id, language) DO UPDATE
    SET mark = excluded.mark, blob_id = excluded.blob_id
"""


async def get(work: Work, article_id: UUID, language: str) -> Kept | None:
    return await work.one(Kept, GET, article_id=article_id, language=language)


async def keep(work: Work, article_id: UUID, language: str, card: Kept) -> None:
    await work.run(
        KEEP, article_id=article_id, language=language, mark=card.mark, blob_id=card.blob_id
    )
