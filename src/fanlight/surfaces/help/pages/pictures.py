"""Pictures and videos of articles, at addresses that never change what they show."""

import re
from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from fanlight.features.knowledge import clips, pictures
from fanlight.features.knowledge.errors import ClipNotFound, PictureNotFound
from fanlight.kernel.blobs import BlobGone
from fanlight.kernel.work import Work
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
}
_CLIP = re.compile(r"[0-9a-f-]{36}\.(?:mp4|webm|vtt)")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_MOST_AT_ONCE = 2_000_000  # of a video: a player asks again as it goes on


@get("/media/{name:str}", include_in_schema=False)
async def picture(request: Asked, name: FromPath[str]) -> Response[Any]:
    """One picture, one video or one text of captions."""
    async with edge_of(request).reading(VISITOR) as work:
        try:
            if _CLIP.fullmatch(name):
                return await _clip(request, work, name)
            media_type, content = await pictures.read(work, name)
        except (PictureNotFound, ClipNotFound, BlobGone):
            return Response(b"", status_code=404, headers={"cache-control": "no-store"})
    return Response(content, media_type=media_type, headers=_HEADERS)


async def _clip(request: Asked, work: Work, name: str) -> Response[Any]:
    """The part that was asked for, so that a player can begin anywhere (RFC 9110, section 14)."""
    row = await clips.find(work, name)
    headers = _HEADERS | {"accept-ranges": "bytes"}
    asked = request.headers.get("range", "")
    if not asked:
        headers |= {"content-length": str(row.size_bytes)}
        return Stream(_whole(request, name), media_type=row.media_type, headers=headers)
    part = _part(asked, row.size_bytes)
    if part is None:
        headers = {"content-range": f"bytes */{row.size_bytes}", "cache-control": "no-store"}
        return Response(b"", status_code=416, headers=headers)
    start, end = part
    content = await clips.read(work, row, start, end)
    headers |= {"content-range": f"bytes {start}-{end - 1}/{row.size_bytes}"}
    return Response(content, status_code=206, media_type=row.media_type, headers=headers)


async def _whole(request: Asked, name: str) -> AsyncIterator[bytes]:
    """Piece by piece: nobody makes us hold many videos at once."""
    start, size = 0, 1
    while start < size:
        async with edge_of(request).reading(VISITOR) as work:
            row = await clips.find(work, name)
            size = row.size_bytes
            content = await clips.read(work, row, start, start + _MOST_AT_ONCE)
        if not content:
            return
        start += len(content)
        yield content


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """Where a range begins and ends, no longer than we send at once; None where there is none."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
    else:
        start, end = max(size - int(last), 0), size
    if start >= end:
        return None
    return start, min(end, start + _MOST_AT_ONCE)


ROUTES: list[Any] = [picture]
