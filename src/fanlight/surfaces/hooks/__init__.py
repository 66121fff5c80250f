"""One door for every vendor's webhooks: the adapter says what is authentic, intake stores it.

The exchange has a door of its own beside it (``exchange``).
"""

from typing import Any

from litestar import Request, Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from fanlight.channels.contract import Challenge, RawEnvelope, RawRequest, Reject
from fanlight.channels.registry import Channels
from fanlight.features.tickets.inbox import take_envelope
from fanlight.kernel.errors import NotAllowed, NotFound
from fanlight.surfaces.hooks.exchange import told
from fanlight.surfaces.hooks.reading import body_of
from fanlight.surfaces.shared.sessions import edge_of

MAX_BYTES = 5 * 2**20  # media batches; plain updates are far below 1 MiB


@route(
    "/hooks/{channel:str}/{account_id:str}",
    http_method=[HttpMethod.GET, HttpMethod.POST],
    status_code=200,
    include_in_schema=False,
)
async def hook(
    request: Request[Any, Any, Any], channel: FromPath[str], account_id: FromPath[str]
) -> Response[bytes]:
    """Answer 200 only once everything in the call is committed; any other answer: call again."""
    edge = edge_of(request)
    channels = edge.shelf.of(Channels)
    if channel not in channels or channels.account(channel, account_id) is None:
        raise NotFound
    raw = await _read(request, account_id)
    verdict = await channels.of(channel).verify(raw)
    if isinstance(verdict, Reject):
        raise NotAllowed
    if isinstance(verdict, Challenge):
        return Response(verdict.body, media_type=verdict.media_type)
    if request.method == "POST":
        await take_envelope(
            edge,
            RawEnvelope(
                channel=channel, account_id=account_id, body=raw.body, received_at=edge.now()
            ),
        )
    return Response(b"", media_type="text/plain")


async def _read(request: Request[Any, Any, Any], account_id: str) -> RawRequest:
    body = await body_of(request, most=MAX_BYTES)
    return RawRequest(
        account_id=account_id,
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: str(value) for name, value in request.query_params.items()},
        body=body,
    )


ROUTES = [hook, told]
