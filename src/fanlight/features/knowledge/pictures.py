"""Pictures of articles: kept as made anew from their pixels, at addresses that never change."""

from uuid import UUID

import msgspec

from fanlight.features.knowledge.errors import PictureNotFound, PictureRefused
from fanlight.features.knowledge.queries import pictures as kept
from fanlight.features.people.permissions import needs
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.ids import new_id, read_id
from fanlight.kernel.work import Work

TYPES = {"image/png": "png", "image/jpeg": "jpeg", "image/webp": "webp"}


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as articles name it; whoever knows its address may see it."""

    id: UUID
    media_type: str
    width: int
    height: int

    @property
    def address(self) -> str:
        """Says the size, so that a page keeps its room free."""
        return f"/media/{self.id}-{self.width}x{self.height}.{TYPES[self.media_type]}"


async def add(work: Work, content: bytes, *, media_type: str, width: int, height: int) -> Picture:
    """Keep a picture whose pixels were encoded anew; other bytes must never come here.

    Raises:
        NotAllowed: the actor is no editor.
        PictureRefused: it is of a kind that pages do not show.
    """
    picture = Picture(id=new_id(), media_type=media_type, width=width, height=height)
    await keep(work, picture, content)
    return picture


async def keep(work: Work, picture: Picture, content: bytes) -> None:
    """``add`` for a picture whose id is known before it is kept."""
    needs(work.actor, "article.edit")
    if picture.media_type not in TYPES:
        raise PictureRefused
    blob_id = await work.of(Blobs).put(work, content)
    await kept.add(
        work,
        picture.id,
        blob_id,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
    )


async def read(work: Work, name: str) -> tuple[str, bytes]:
    """Media type and bytes of the picture at ``/media/<name>``. Raises PictureNotFound."""
    picture_id = read_id(name[:36])
    row = await kept.get(work, picture_id) if picture_id else None
    if row is None or name != f"{name[:36]}-{row.width}x{row.height}.{TYPES[row.media_type]}":
        raise PictureNotFound
    return row.media_type, await work.of(Blobs).get(work, row.blob_id)


async def find(work: Work, picture_id: UUID) -> Picture | None:
    """The picture of this id, where it is kept already."""
    row = await kept.get(work, picture_id)
    if row is None:
        return None
    return Picture(id=picture_id, media_type=row.media_type, width=row.width, height=row.height)
