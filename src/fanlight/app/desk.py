"""What every process of the desk stands on, opened and closed in one place."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from fanlight.app import discovery
from fanlight.app.exchanges import connected
from fanlight.app.remaking import picture_maker
from fanlight.channels.registry import Channels
from fanlight.exchange.contract import Exchange
from fanlight.features.oversight.other_accounts import written_down
from fanlight.kernel.blobs import Blobs, DiskStore
from fanlight.kernel.db.private import PrivatePostgres
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.live.contract import LiveBus
from fanlight.kernel.live.settings import LiveSettings
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings, load
from fanlight.kernel.shelf import Shelf


def read_settings(data_dir: Path | None = None) -> Settings:
    """The settings of this installation: ``fanlight.toml`` here or in the data folder, if any.

    Raises:
        BadSettings: see there.
    """
    discovery.load_rooms()
    discovery.settings_of_doors()
    folder = data_dir or Path(os.environ.get("FANLIGHT_DATA", ".fanlight"))
    places = (folder / "fanlight.toml", Path("fanlight.toml"))
    file = next((place for place in places if place.is_file()), None)
    return load(file=file, data_dir=folder)


def located(settings: Settings) -> Settings:
    """Settings that name a database: the given one, else the private one (started elsewhere)."""
    given = settings[DatabaseSettings]
    if given.url:
        return settings
    private = PrivatePostgres(settings.data_dir, version=given.version)
    return settings.with_section(replace(given, url=private.url))


class _Shared(NamedTuple):
    live: LiveBus
    users: list[object]


_shared: dict[object, _Shared] = {}


@asynccontextmanager
async def _carried(settings: LiveSettings, url: str) -> AsyncIterator[LiveBus]:
    """The bus of this process: where one is the desk and its worker, they wake each other without
    a way through the database.
    """
    key, me = (asyncio.get_running_loop(), settings, url), object()
    shared = _shared.setdefault(key, _Shared(settings.bus(url), []))
    shared.users.append(me)
    try:
        await shared.live.start()
        yield shared.live
    finally:
        shared.users.remove(me)
        if not shared.users:
            del _shared[key]
            await shared.live.stop()


@asynccontextmanager
async def open_desk(settings: Settings, *, name: str = "fanlight") -> AsyncIterator[Edge]:
    """An edge with everything on its shelf: settings, sealer, blobs, channels, HTTP, pictures.

    Raises:
        Unavailable: the database does not answer.
    """
    settings = located(settings)
    async with AsyncExitStack() as stack:
        database = settings[DatabaseSettings].pool(name=name)
        await database.open()
        stack.push_async_callback(database.close)
        live = await stack.enter_async_context(_carried(settings[LiveSettings], database.url))
        sealer = Sealer.open(settings)
        channels = Channels(discovery.adapters(settings, sealer))
        http = OutboundHttp(allowed=())
        stack.push_async_callback(http.close)
        blobs = Blobs(DiskStore(settings.data_dir / "blobs"), sealer)
        pictures = picture_maker(settings)
        shelf = Shelf(settings, sealer, channels, http, blobs, pictures)
        exchange, chains = await stack.enter_async_context(connected(settings))
        shelf.offer(exchange, as_kind=Exchange)
        shelf.offer(chains)
        edge = Edge(database, live, shelf=shelf)
        exchange.on_other_account = written_down(edge)
        yield edge
