"""The fake on a port of its own, and an adapter that speaks to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from fanlight.channels.adapters.telegram.adapter import TelegramAdapter
from fanlight.channels.adapters.telegram.settings import Bot, TelegramSettings
from fanlight.kernel.http import OutboundHttp
from tests.builders import serving

from .fake import TOKEN, FakeTelegram

SECRET, OLD_SECRET = "present-secret-0123456789", "former-secret-0123456789"


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an ASGI application on a free port; its address."""
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none")
    async with serving.served(config) as port:
        yield f"http://127.0.0.1:{port}"


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
