"""What the exchange tells of its own accord: signed as our questions are, believed once."""

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response, post

from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.http.signing import APART_S, proven
from fanlight.exchange.connectors.http.telling import PATH
from fanlight.exchange.facts import FreezeEvent
from fanlight.features.guidance.emergency import comparing
from fanlight.kernel.errors import Malformed, NotAllowed, NotFound
from fanlight.kernel.settings import Settings
from fanlight.surfaces.hooks.reading import body_of
from fanlight.surfaces.shared.onetime import use_token
from fanlight.surfaces.shared.sessions import edge_of

MAX_BYTES = 16_384


@post(PATH, status_code=204, include_in_schema=False)
async def told(request: Request[Any, Any, Any]) -> Response[None]:
    """Answer 204 only once it is stored; after anything else the exchange tells it again."""
    edge = edge_of(request)
    given = edge.shelf.of(Settings)[HttpExchangeSettings]
    if not given.secret:
        raise NotFound
    body = await body_of(request, most=MAX_BYTES)
    headers = {name.lower(): value for name, value in request.headers.items()}
    keys = {given.key_id: given.secret.encode()}
    nonce = proven(keys, edge.now().timestamp(), "POST", PATH, headers, body)
    if nonce is None:
        raise NotAllowed
    try:
        event = msgspec.json.decode(body, type=FreezeEvent)
    except (msgspec.MsgspecError, RecursionError):
        raise Malformed(where="body") from None
    async with edge.work() as work:
        # In the database: the next sending may reach another process.
        until = work.now() + timedelta(seconds=2 * APART_S)
        if not await use_token(work, "exchange_event", nonce, until=until):
            raise NotAllowed
        await comparing.hear(work, event)
    return Response(None, status_code=204)
