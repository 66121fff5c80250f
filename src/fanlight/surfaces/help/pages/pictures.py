"""Pictures of articles, at addresses that never change what they show."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import pictures
from fanlight.features.knowledge.errors import PictureNotFound
from fanlight.kernel.blobs import BlobGone
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
}


@get("/media/{name:str}", include_in_schema=False)
async def picture(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """One picture."""
    async with edge_of(request).reading(VISITOR) as work:
        try:
            media_type, content = await pictures.read(work, name)
        except (PictureNotFound, BlobGone):
            return Response(b"", status_code=404, headers={"cache-control": "no-store"})
    return Response(content, media_type=media_type, headers=_HEADERS)


ROUTES: list[Any] = [picture]
