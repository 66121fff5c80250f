"""The fake on a port of its own, and an adapter that speaks to it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
import uvicorn

from fanlight.channels.adapters.telegram.adapter import TelegramAdapter
from fanlight.channels.adapters.telegram.settings import Bot, TelegramSettings
from fanlight.kernel.http import OutboundHttp

from .fake import TOKEN, FakeTelegram

SECRET, OLD_SECRET = "present-secret-0123456789", "former-secret-0123456789"


class QuietServer(uvicorn.Server):
    """A server inside a test: signals are pytest's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an ASGI application on a free port; its address."""
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none")
    server = QuietServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        await task


def adapter_for(url: str, *, receive: Any = "webhook", token: str = TOKEN) -> TelegramAdapter:
    bot = Bot(
        token=token,
        username="MeridianDeskBot",
        receive=receive,
        webhook_secrets=(SECRET, OLD_SECRET),
    )
    return TelegramAdapter(TelegramSettings(bots={"main": bot}, api=url, poll_s=1))


@pytest.fixture
async def fake() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def url(fake: FakeTelegram) -> AsyncIterator[str]:
    async with served(fake) as address:
        yield address
        fake.released.set()


@pytest.fixture
async def http() -> AsyncIterator[OutboundHttp]:
    client = OutboundHttp(allowed=(), read_s=0.5)
    yield client
    await client.close()


@pytest.fixture
def adapter(url: str) -> TelegramAdapter:
    return adapter_for(url)
