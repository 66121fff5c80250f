"""For those who run the desk: is it alive, may it get traffic, how does it fare; and its API."""

from typing import Any

from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from fanlight.kernel.errors import Unavailable
from fanlight.surfaces.shared.sessions import edge_of

AnyRequest = Request[Any, Any, Any]
_NO_STORE = {"cache-control": "no-store"}
# Litestar names the charset of all text itself.
_METRICS = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")


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
    return Response(generate_latest(), media_type=_METRICS, headers=_NO_STORE)


@get("/api", sync_to_thread=False, include_in_schema=False)
def api() -> Response[bytes]:
    """Whoever opens it by hand is shown what stands below it."""
    return Response(b"", status_code=302, headers={"location": "/api/schema/openapi.json"})


ROUTES = [healthz, readyz, metrics, api]
