"""The conformance suite over every adapter found; ``tests/channels/<name>/peer.py`` is its peer."""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import fanlight.channels.adapters
from fanlight.channels.conformance import PURE, WIRED, Peer
from fanlight.channels.contract import ChannelAdapter
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings

NAMES = [each.name for each in pkgutil.iter_modules(fanlight.channels.adapters.__path__)]
PEERED = [name for name in NAMES if (Path(__file__).parent / name / "peer.py").is_file()]


@asynccontextmanager
async def peer_of(name: str) -> AsyncIterator[Peer]:
    async with importlib.import_module(f"tests.channels.{name}.peer").peer() as peer:
        yield peer


def shipped(name: str, settings: Settings) -> ChannelAdapter | None:
    """The adapter as it is without any setting, where it needs none."""
    room = importlib.import_module(f"fanlight.channels.adapters.{name}")
    return next(iter(room.adapters(settings, Sealer(bytes(32)))), None)


@pytest.mark.parametrize("check", PURE, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", NAMES)
async def test_the_adapter_keeps_the_contract(name: str, check: Any, settings: Settings) -> None:
    if name in PEERED:
        async with peer_of(name) as peer:
            await check(peer.adapter, peer.account_id)
        return
    adapter = shipped(name, settings)
    if adapter is None:
        pytest.skip(f"{name} needs settings, and tests/channels/{name}/peer.py is not there")
    await check(adapter, adapter.accounts[0].id)


@pytest.mark.parametrize("check", WIRED, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", PEERED)
async def test_the_adapter_keeps_it_on_the_wire(name: str, check: Any) -> None:
    async with peer_of(name) as peer:
        await check(peer)


def test_every_adapter_is_checked_by_some_means() -> None:
    assert {"telegram"} <= set(PEERED) <= set(NAMES)
