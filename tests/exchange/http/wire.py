"""A client and a door with only bytes between them, and somebody who may tamper with those."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

from fanlight.exchange.connectors.http.client import HttpExchange
from fanlight.exchange.connectors.http.door import Door, Said
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.kernel.http import OutboundHttp

SECRET = "a secret of thirty-two characters"
SETTINGS = HttpExchangeSettings(
    url="http://127.0.0.1:1/office/v1", key_id="desk", secret=SECRET, rests_s=0.2, timeout_s=0.3
)
Tamper = Callable[[httpx2.Request, Said], Awaitable[Said]]


class Wire(httpx2.AsyncBaseTransport):
    """Hands every request to the door, and what ``tamper`` makes of the answer back."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.requests: list[httpx2.Request] = []
        self.tamper: Tamper | None = None
        self.breaks: list[Exception] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        self.requests.append(request)
        if self.breaks:
            raise self.breaks.pop(0)
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.url.raw_path.decode()
        said = await self.door.answer(request.method, target, headers, await request.aread())
        if self.tamper is not None:
            said = await self.tamper(request, said)
        return httpx2.Response(said.status, content=said.body)


def joined(sandbox: Sandbox, **given: Any) -> tuple[HttpExchange, Wire]:
    """The sandbox at the other end of a wire."""
    door = Door(sandbox, sandbox.chains, keys={"desk": SECRET.encode()}, prefix="/office/v1")
    wire = Wire(door)
    http = OutboundHttp(allowed=("127.0.0.1",), transport=wire)
    settings = HttpExchangeSettings(
        **{field: getattr(SETTINGS, field) for field in SETTINGS.__struct_fields__} | given
    )
    return HttpExchange(settings, http), wire
