"""The pool: what goes in comes out as it was, and a database that is away is said so."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from fanlight.kernel.db.pool import Database, connect
from fanlight.kernel.db.private import PrivatePostgres, embedded_postgres
from fanlight.kernel.errors import Unavailable

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


class Mood(StrEnum):
    CALM = "calm-value"


class Amount(msgspec.Struct, frozen=True):
    value: Decimal
    asset: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    mood: Mood
    at: datetime
    amount: Amount
    facts: dict[str, Any]
    tags: list[str]
    fee: Decimal
    sealed: bytes


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as address:
        yield address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url, size=3, name="fanlight-test", statement_s=1, idle_s=1)
    await database.open()
    yield database
    await database.close()


async def test_values_come_back_as_they_went_in(database: Database) -> None:
    row = Row(
        id=uuid4(),
        mood=Mood.CALM,
        at=NOON,
        amount=Amount(Decimal("0.000000000000000001"), "ETH"),
        facts={"hash": "0xé", "nested": [1, None, True]},
        tags=["a", "b"],
        fee=Decimal("12.3400"),
        sealed=b"\x00\xff",
    )
    async with database.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(
            """SELECT %(id)s::uuid AS id, %(mood)s::text AS mood, %(at)s::timestamptz AS at,
                 %(amount)s::jsonb AS amount, %(facts)s::jsonb AS facts, %(tags)s::text[] AS tags,
                 %(fee)s::numeric AS fee, %(sealed)s::bytea AS sealed""",
            msgspec.structs.asdict(row),
        )
        found = await cursor.fetchone()
        assert cursor.pgresult is not None
        assert cursor.pgresult.fformat(0) == 1  # binary

    assert msgspec.convert(found, Row) == row
    assert found is not None
    assert found["at"].utcoffset().total_seconds() == 0


async def test_json_goes_through_msgspec_also_when_wrapped(database: Database) -> None:
    async with database.connection() as connection:
        cursor = await connection.execute(
            "SELECT %s::jsonb, %s", [Jsonb([NOON, Mood.CALM]), Amount(Decimal(1), "BTC")]
        )
        assert await cursor.fetchone() == (
            ["2026-11-24T12:00:00.123456Z", "calm-value"],
            {"value": "1", "asset": "BTC"},
        )
    assert psycopg.adapters.get_dumper(Jsonb, psycopg.adapt.PyFormat.TEXT)  # theirs are untouched
    with pytest.raises(psycopg.ProgrammingError):
        psycopg.adapters.get_dumper(Amount, psycopg.adapt.PyFormat.TEXT)


@pytest.mark.parametrize("count", [0, 1, 150])
async def test_lists_of_ids_come_back_as_they_went_in(database: Database, count: int) -> None:
    ids = [uuid4() for _ in range(count)]
    holey = [uuid4(), None]
    async with database.connection() as connection:
        cursor = await connection.execute("SELECT %s::uuid[], %s::uuid[]", [ids, holey])
        assert await cursor.fetchone() == (ids, holey)
        found = await connection.execute("SELECT count(*) FROM unnest(%s::uuid[])", [ids])
        assert await found.fetchone() == (count,)


async def test_a_block_is_one_transaction(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")

    async with database.connection() as connection:
        await connection.execute("INSERT INTO kept VALUES ('stays')")
    with contextlib.suppress(ZeroDivisionError):
        async with database.connection() as connection:
            await connection.execute("INSERT INTO kept VALUES ('goes')")
            raise ZeroDivisionError

    async with database.connection() as connection:
        cursor = await connection.execute("SELECT word FROM kept")
        assert await cursor.fetchall() == [("stays",)]


async def test_what_only_reads_changes_nothing_and_its_connection_may_write_again(url: str) -> None:
    database = Database(url, size=1)
    await database.open()
    try:
        async with database.connection() as connection:
            await connection.execute("CREATE TABLE looked_at (word text)")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            async with database.reading() as connection:
                await connection.execute("INSERT INTO looked_at VALUES ('no')")

        async with database.connection() as connection, connection.transaction():
            await connection.execute("INSERT INTO looked_at VALUES ('yes')")
        async with database.reading() as connection:
            cursor = await connection.execute("SELECT word FROM looked_at")
            assert await cursor.fetchall() == [("yes",)]
            assert connection.info.transaction_status == TransactionStatus.IDLE
    finally:
        await database.close()


async def test_a_statement_without_end_is_cancelled(database: Database) -> None:
    with pytest.raises(Unavailable) as caught:
        async with database.connection() as connection:
            await connection.execute("SELECT pg_sleep(30)")
    assert isinstance(caught.value.__cause__, psycopg.errors.QueryCanceled)


@pytest.mark.slow
async def test_a_transaction_left_idle_is_ended_and_the_pool_recovers(database: Database) -> None:
    async def dawdle() -> None:
        async with database.connection() as connection:
            await connection.execute("SELECT 1")
            await asyncio.sleep(1.3)
            await connection.execute("SELECT 1")

    with pytest.raises(Unavailable):
        await dawdle()
    async with database.connection() as connection:
        await connection.execute("SELECT 1")


async def test_a_mistake_in_a_statement_is_not_blamed_on_the_database(database: Database) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        async with database.connection() as connection:
            await connection.execute("SELECT * FROM nowhere")


async def test_more_than_the_pool_holds_wait_and_then_are_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database._pool, "timeout", 0.2)

    async def ask() -> int:
        async with database.connection() as connection:
            cursor = await connection.execute("SELECT 1")
            row = await cursor.fetchone()
        return row[0] if row else 0

    async with AsyncExitStack() as holders:
        for _ in range(database.size - 1):
            await holders.enter_async_context(database.connection())
        async with database.connection():
            with pytest.raises(Unavailable):
                await ask()
            waiting = asyncio.ensure_future(ask())
            await asyncio.sleep(0.05)
        assert await waiting == 1


async def test_connections_say_who_they_are(database: Database, url: str) -> None:
    async with await connect(url, name="fanlight-alone") as alone:
        cursor = await alone.execute("SELECT DISTINCT application_name FROM pg_stat_activity")
        names = {row[0] for row in await cursor.fetchall()}
    assert {"fanlight-test", "fanlight-alone"} <= names


async def test_a_restart_costs_no_request(server: PrivatePostgres) -> None:
    database = Database(server.url, size=4)
    await database.open()
    try:
        async with AsyncExitStack() as blocks:
            for _ in range(4):
                await blocks.enter_async_context(database.connection())
        server.stop()
        server.start()
        for _ in range(8):
            async with database.connection() as connection:
                await connection.execute("SELECT 1")
    finally:
        await database.close()


@pytest.mark.slow
async def test_while_it_is_away_every_request_is_refused_and_later_none(
    server: PrivatePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(server.url, size=2)
    await database.open()
    monkeypatch.setattr(database._pool, "timeout", 0.3)
    try:
        async with database.connection() as connection:
            server.stop()
            with pytest.raises(psycopg.OperationalError):
                await connection.execute("SELECT 1")
        for _ in range(3):
            with pytest.raises(Unavailable):
                async with database.connection():
                    pass
        server.start()
        monkeypatch.setattr(database._pool, "timeout", 10)
        async with database.connection() as connection:
            await connection.execute("SELECT 1")
    finally:
        await database.close()


async def test_opening_without_a_database_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanlight.kernel.db.pool.CONNECT_S", 0.2)
    database = Database(f"postgresql://fanlight@/fanlight?host={tmp_path}")
    with pytest.raises(Unavailable):
        await database.open()
    with pytest.raises(Unavailable):
        await connect(f"postgresql://fanlight@/fanlight?host={tmp_path}")
