"""How the API answers: with a tag, from bytes where it can, and to nobody without measure."""

from typing import Any

import msgspec
from litestar import Request, Response

from fanlight.kernel.limits import network_of, spend
from fanlight.kernel.settings import Settings
from fanlight.surfaces.apps.settings import AppsSettings
from fanlight.surfaces.shared.bytecache import ByteCache, stored
from fanlight.surfaces.shared.reading.reader import Reader, reader_with_token
from fanlight.surfaces.shared.sessions import edge_of, where_from

AnyRequest = Request[Any, Any, Any]
JSON = "application/json"
_MINUTE = 60
# Asked for again after a minute, and then mostly told that nothing has changed.
_PUBLIC = "public, max-age=60, stale-while-revalidate=600"
_PRIVATE = "private, no-store"


async def arriving(request: AnyRequest) -> Reader:
    """Who asks, counted.

    Raises:
        TooManyTries: this network has asked for more than its measure.
    """
    limit = edge_of(request).shelf.of(Settings)[AppsSettings].reads_per_minute
    await count(request, "apps.read", limit)
    return await reader_with_token(request)


async def count(request: AnyRequest, what: str, limit: int) -> None:
    """Count one request of this network's. Raises TooManyTries."""
    async with edge_of(request).work() as work:
        network = network_of(where_from(request).ip)
        await spend(work, f"{what}:{network}", limit=limit, window_s=_MINUTE)


def generation_of(request: AnyRequest) -> int:
    """To be read before anything that an answer is made of."""
    return edge_of(request).shelf.of(ByteCache).generation


def give(
    request: AnyRequest,
    reader: Reader,
    body: object,
    *,
    generation: int | None = None,
    lasts_s: float | None = None,
    is_for_all: bool = False,
) -> Response[bytes]:
    """The answer, or that the caller has it already.

    Args:
        generation: of what may be kept as bytes, for everybody who asks for this address.
        lasts_s: for how long, where something of the moment stands in it.
        is_for_all: whether pages of any site may read it, as they could read the help site.
    """
    is_public = not reader.is_signed_in
    headers = {"cache-control": _PUBLIC if is_public else _PRIVATE}
    headers["x-content-type-options"] = "nosniff"
    if is_for_all and is_public:
        headers |= {
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
        }
    made = stored(
        msgspec.json.encode(body),
        headers=[("content-type", JSON), *headers.items()],
        lasts_s=lasts_s,
    )
    if is_public and generation is not None and not request.scope["query_string"]:
        cache = edge_of(request).shelf.of(ByteCache)
        cache.put(request.scope["path"], made, generation=generation)
    headers["etag"] = made.etag.decode()
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=JSON, headers=headers)
    return Response(made.plain, media_type=JSON, headers=headers)
