"""What every test stands on: a real PostgreSQL, one rolled-back transaction each, a still clock."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fanlight.app.migrate import migrate
from fanlight.kernel.db.pool import connect
from fanlight.kernel.db.private import embedded_postgres
from fanlight.kernel.work import SYSTEM, Connection, Work

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated, empty database that lives as long as the test run."""
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as url:
        migrate(url)
        yield url


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """One connection whose transaction is rolled back when the test ends."""
    async with await connect(database) as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def work(connection: Connection) -> Work:
    """A unit of work of the desk itself, at noon."""
    return Work(connection=connection, actor=SYSTEM, now=lambda: NOON)


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
