"""Videos of articles and their captions: known by their bytes, kept at addresses that never change.

A video is kept as it came and never opened here: the browser's own player shows it, on a page
whose policy runs no script of it.
"""

from uuid import UUID

import msgspec

from fanlight.features.knowledge.errors import ClipNotFound, ClipRefused
from fanlight.features.knowledge.queries import clips as kept
from fanlight.features.people.permissions import needs
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.ids import new_id, read_id
from fanlight.kernel.work import Work

TYPES = {"video/mp4": "mp4", "video/webm": "webm", "text/vtt": "vtt"}
MOST_BYTES = 64_000_000  # of a video: five minutes in good quality
MOST_CAPTION_BYTES = 1_000_000
_EBML, _WEBM = b"\x1a\x45\xdf\xa3", b"webm"
_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """A video or its captions, as articles name it."""

    id: UUID
    media_type: str

    @property
    def address(self) -> str:
        return f"/media/{self.id}.{TYPES[self.media_type]}"


def type_of(content: bytes) -> str | None:
    """What the bytes are, whatever they are called; None when it is nothing we show."""
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return "video/mp4"
    if content[:4] == _EBML and _WEBM in content[:64]:
        return "video/webm"
    if content.removeprefix(b"\xef\xbb\xbf")[:6] == b"WEBVTT":
        return "text/vtt" if _is_text(content) else None
    return None


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


async def add(work: Work, content: bytes) -> Clip:
    """Keep a video or captions.

    Raises:
        NotAllowed: the actor is no editor.
        ClipRefused: it is none that pages play, or larger than they should.
    """
    needs(work.actor, "article.edit")
    media_type = type_of(content)
    most = MOST_CAPTION_BYTES if media_type == "text/vtt" else MOST_BYTES
    if media_type is None or len(content) > most:
        raise ClipRefused(most_mb=MOST_BYTES // 1_000_000)
    clip = Clip(id=new_id(), media_type=media_type)
    await _keep(work, clip, content)
    return clip


async def restore(work: Work, name: str, content: bytes) -> None:
    """Keep what an export brings along, under the name that its texts have for it.

    Raises:
        NotAllowed: the actor is no editor.
        ClipRefused: it is not what its name says, too large, or another one has its number.
    """
    needs(work.actor, "article.edit")
    media_type = type_of(content)
    refused = ClipRefused(most_mb=MOST_BYTES // 1_000_000)
    if media_type is None or len(content) > MOST_BYTES or not name.endswith(TYPES[media_type]):
        raise refused
    clip_id = read_id(name[:36])
    if clip_id is None or await kept.get(work, clip_id) is not None:
        raise refused
    await _keep(work, Clip(id=clip_id, media_type=media_type), content)


async def _keep(work: Work, clip: Clip, content: bytes) -> None:
    blob_id = await work.of(Blobs).put(work, content)
    await kept.add(work, clip.id, blob_id, media_type=clip.media_type, size_bytes=len(content))


async def find(work: Work, name: str) -> kept.Row:
    """What lies at ``/media/<name>``. Raises ClipNotFound."""
    clip_id = read_id(name[:36])
    row = await kept.get(work, clip_id) if clip_id else None
    if row is None or name != f"{name[:36]}.{TYPES[row.media_type]}":
        raise ClipNotFound
    return row


async def read(work: Work, row: kept.Row, start: int, end: int) -> bytes:
    """The bytes from ``start`` up to ``end``."""
    return await work.of(Blobs).part(work, row.blob_id, start, end)
