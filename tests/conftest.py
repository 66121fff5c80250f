"""What every test stands on: a real PostgreSQL, one rolled-back transaction each, a still clock."""

import asyncio
import gc
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpcore2
import hypothesis
import pytest
from argon2 import PasswordHasher

from fanlight.channels.registry import Channels
from fanlight.features.people import passwords
from fanlight.kernel.blobs import Blobs, DiskStore
from fanlight.kernel.db.pool import Database, connect
from fanlight.kernel.db.private import embedded_postgres
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.live.local_pg import PostgresBus
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings, load
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import SYSTEM, Connection, Work
from tests.builders import lock_order, loops
from tests.builders.databases import Databases
from tests.builders.paper import PaperChannel

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
ROOT = Path(__file__).resolve().parents[1]


# Reading the machine's roots costs 20 ms, and every client of every test would do it anew.
httpcore2.default_ssl_context = cache(httpcore2.default_ssl_context)


# How long an example takes says how busy the machine is, not whether it is right.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


loops.watch()


def pytest_collection() -> None:
    gc.disable()  # what is imported stays: looking through it again and again finds nothing


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a test makes more than 700 things, and drops most of them
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL for this run."""
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def databases(server: str) -> Iterator[Databases]:
    """Migrated, empty databases on it, as many as are asked for."""
    databases = Databases(server)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def database(databases: Databases) -> str:
    """A migrated, empty database for tests whose transaction is rolled back."""
    return databases.copy("rolled_back")


@pytest.fixture
def fresh_database(databases: Databases) -> Iterator[str]:
    """A migrated, empty database of a test's own, for what needs several connections."""
    lent = databases.lend()
    yield lent.url
    databases.give_back(lent)


@pytest.fixture(scope="session")
def kept() -> Iterator[list[Connection]]:
    """The connection that tests take over from each other: a new one reads the catalogue anew."""
    kept: list[Connection] = []
    yield kept
    for connection in kept:
        connection.pgconn.finish()


@pytest.fixture
async def connection(database: str, kept: list[Connection]) -> AsyncIterator[Connection]:
    """One connection whose transaction is rolled back when the test ends."""
    if not kept or kept[0].closed:
        kept[:] = [await connect(database)]
    kept[0].lock = asyncio.Lock()  # it may have been waited for, in the loop of another test
    async with kept[0].transaction(force_rollback=True):
        yield kept[0]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings as shipped, with a data folder of the test's own."""
    return load(data_dir=tmp_path / "data", environment={})


@pytest.fixture
def paper() -> PaperChannel:
    """A channel whose far side is a sheet of paper."""
    return PaperChannel()


@pytest.fixture
def shelf(settings: Settings, paper: PaperChannel) -> Shelf:
    """What work may need: settings, sealer, blobs, and channels made of paper."""
    sealer = Sealer(bytes(32))
    blobs = Blobs(DiskStore(settings.data_dir / "blobs"), sealer)
    channels = Channels([paper, PaperChannel("paper.chat", is_ours=True)])
    return Shelf(settings, sealer, blobs, channels, OutboundHttp(allowed=()))


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed slowly on purpose; here quickly, known or not."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", quick)
        patch.setattr(passwords, "_NOBODY", quick.hash("nobody's"))
        yield


@pytest.fixture(scope="session")
def out_of_order() -> Iterator[list[str]]:
    """Transactions of this run that held a ticket before its conversation."""
    with pytest.MonkeyPatch.context() as patch:
        yield lock_order.watch(patch)


@pytest.fixture(autouse=True)
def locks_in_order(out_of_order: list[str]) -> Iterator[None]:
    """A conversation is held before its ticket, whatever a test is about."""
    yield
    found = list(out_of_order)
    out_of_order.clear()
    assert found == []


@pytest.fixture
def work(connection: Connection, shelf: Shelf) -> Work:
    """A unit of work of the desk itself, at noon."""
    return Work(connection=connection, actor=SYSTEM, now=lambda: NOON, shelf=shelf)


@pytest.fixture
async def edge(fresh_database: str, shelf: Shelf) -> AsyncIterator[Edge]:
    """An edge on a database of the test's own: what is done here is committed."""
    database, live = Database(fresh_database, size=8), PostgresBus(fresh_database)
    await database.open()
    await live.start()
    yield Edge(database, live, shelf=shelf)
    await live.stop()
    await database.close()


@pytest.fixture(scope="session")
def built() -> None:
    """The browser faces as they are served; built only when their sources changed."""
    command = [sys.executable, str(ROOT / "scripts" / "ui.py"), "build"]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """For one module only: while it stands, no other one and no asynchronous test can."""
    from tests.builders.browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real mails and articles; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("FANLIGHT_CORPORA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}")
    return folder


def require(condition: object, what: str) -> None:
    """Skip for a visitor whose machine lacks something; fail where everything must be there."""
    if condition:
        return
    if os.environ.get("FANLIGHT_TEST_REQUIRE") == "all":
        pytest.fail(f"{what} is not installed, and FANLIGHT_TEST_REQUIRE=all asks for it")
    pytest.skip(f"{what} is not installed")
