"""For those who run the desk: is it alive, may it get traffic, how does it fare."""

from typing import Any

from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from fanlight.kernel.errors import Unavailable
from fanlight.surfaces.shared.sessions import edge_of

AnyRequest = Request[Any, Any, Any]
_NO_STORE = {"cache-control": "no-store"}


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def healthz() -> Response[str]:
    """The process runs its loop."""
    return Response("ok\n", media_type="text/plain", headers=_NO_STORE)


@get("/readyz", include_in_schema=False)
async def readyz(request: AnyRequest) -> Response[str]:
    """It can do its work: the database answers."""
    try:
        async with edge_of(request).reading() as work:
            await work.one(int, "SELECT 1")
    except Unavailable:
        return Response(
            "the database does not answer\n",
            status_code=503,
            media_type="text/plain",
            headers=_NO_STORE,
        )
    return Response("ok\n", media_type="text/plain", headers=_NO_STORE)


@get("/metrics", sync_to_thread=False, include_in_schema=False)
def metrics() -> Response[bytes]:
    """Counters for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers=_NO_STORE)


ROUTES = [healthz, readyz, metrics]
