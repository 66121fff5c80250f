"""A desk whose process is killed the moment a freeze is stored: run as a program of its own."""

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from fanlight.app import discovery
from fanlight.channels.adapters.webchat.adapter import WebchatAdapter
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.adapters.webform.adapter import WebformAdapter
from fanlight.channels.registry import Channels
from fanlight.exchange.contract import Exchange
from fanlight.features.guidance.emergency import acts, asking
from fanlight.features.guidance.emergency.models import Proof, Road
from fanlight.features.people.assurance import Level
from fanlight.kernel.blobs import Blobs, DiskStore
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.db.pool import Database
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.local_pg import PostgresBus
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import load
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Actor
from tests.builders.exchange import LIN, SmallExchange


async def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


async def press(url: str, folder: Path) -> None:
    discovery.load_rooms()
    settings, sealer = load(data_dir=folder), Sealer(bytes(32))
    channels = Channels(
        [
            WebchatAdapter(settings[WebchatSettings], name="Desk"),
            WebformAdapter(settings[BrandSettings]),
        ]
    )
    shelf = Shelf(settings, sealer, channels, Blobs(DiskStore(folder / "blobs"), sealer))
    shelf.offer(SmallExchange(), as_kind=Exchange)
    database, live = Database(url, size=4), PostgresBus(url)
    await database.open()
    await live.start()
    edge = Edge(database, live, shelf=shelf)
    asking.ask = die  # the wish is stored, the exchange was not asked yet
    proof = Proof(
        road=Road.SESSION, level=Level.L2, method="signed_session", proven_at=edge.now(), uid=LIN
    )
    await acts.freeze(edge, proof, language="en", actor=Actor(kind="visitor"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(press(sys.argv[1], Path(place)))
