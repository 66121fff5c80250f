"""Statements that travel together: their order, what goes wrong in them, what stays usable."""

import asyncio
import contextlib
from typing import Any

import psycopg
import pytest
from psycopg import _pipeline_base
from psycopg.pq import TransactionStatus

from fanlight.kernel.db.line import Line
from fanlight.kernel.db.pool import PREPARE_AFTER, connect
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Work

ADD = "INSERT INTO cron_runs (name, slot) VALUES (%(name)s, '2026-01-01')"
NAMES = "SELECT name FROM cron_runs ORDER BY name"
DOUBLE = "SELECT %(n)s::int * 2"


async def _names(edge: Edge) -> list[str]:
    async with edge.reading() as work:
        return await work.rows(str, NAMES)


async def test_what_waits_is_done_before_the_next_question_and_with_the_commit(edge: Edge) -> None:
    async with edge.work() as work:
        work.later(ADD, name="a")
        assert await work.rows(str, NAMES) == ["a"]
        assert await _names(edge) == []
        work.later(ADD, name="b")

    assert await _names(edge) == ["a", "b"]


async def test_statements_of_one_round_trip_leave_at_once(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    send = _pipeline_base.pipeline_communicate

    def counted(connection: Any, commands: Any) -> Any:
        sent.append(len(commands))
        return send(connection, commands)

    monkeypatch.setattr(_pipeline_base, "pipeline_communicate", counted)
    async with edge.work() as work:
        work.later(ADD, name="a")
        double, names = await work.together(work.one(int, DOUBLE, n=2), work.rows(str, NAMES))

    assert (double, names) == (4, ["a"])
    assert sent == [5]  # BEGIN, three statements, and the word that this is all


async def test_what_waits_goes_with_a_transaction_that_is_undone(edge: Edge) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with edge.work() as work:
            await work.run(ADD, name="a")
            work.later(ADD, name="b")
            raise ZeroDivisionError

    assert await _names(edge) == []


async def test_what_waited_and_fails_undoes_all_and_leaves_the_connection_usable(
    edge: Edge,
) -> None:
    async def twice() -> None:
        async with edge.work() as work:
            work.later(ADD, name="a")
            work.later(ADD, name="a")
            work.later(DOUBLE, n=1)

    with pytest.raises(psycopg.errors.UniqueViolation):
        await twice()
    for _ in range(9):  # what psycopg took for prepared in there is not
        async with edge.work() as work:
            assert await work.one(int, DOUBLE, n=4) == 8
    assert await _names(edge) == []


async def test_what_was_prepared_is_there_after_a_table_was_dropped(database: str) -> None:
    two = "SELECT 2 AS two"
    connection = await connect(database, name="fanlight-test", statement_s=5, idle_s=5)
    await connection.set_autocommit(True)
    for _ in range(PREPARE_AFTER + 1):
        await connection.execute("SELECT 1 AS one")
    line = Line(connection)
    line.later("CREATE TEMP TABLE gone (n int)", None)
    line.later("DROP TABLE gone", None)
    await line.settle()  # psycopg forgets what it has prepared, and has PostgreSQL forget it
    for _ in range(PREPARE_AFTER + 1):
        line.later(two, None)
        await line.settle()
    await connection.execute("SELECT 1 AS one")

    line.later(two, None)
    await line.settle()
    await connection.close()


async def test_a_work_in_which_nothing_is_asked_begins_no_transaction(edge: Edge) -> None:
    async with edge.work() as work:
        connection = work.connection
        assert connection.info.transaction_status == TransactionStatus.IDLE
        await work.one(int, DOUBLE, n=1)
        assert connection.info.transaction_status == TransactionStatus.INTRANS
    assert connection.info.transaction_status == TransactionStatus.IDLE


async def test_several_are_answered_together_however_many_questions_each_has(work: Work) -> None:
    async def power(exponent: int) -> int:
        found = 1
        for _ in range(exponent):
            found = await work.one(int, DOUBLE, n=found) or 0
        return found

    assert await work.together(power(1), power(3)) == (2, 8)
    assert await work.together(power(0), power(2), power(1)) == (1, 4, 2)


async def test_a_refusal_of_one_is_raised_when_the_others_are_answered(work: Work) -> None:
    told: list[int | None] = []

    async def refuse() -> int:
        raise NotAllowed

    async def ask() -> int:
        told.append(await work.one(int, DOUBLE, n=3))
        return 1

    with pytest.raises(NotAllowed):
        await work.together(refuse(), ask())
    assert told == [6]
    assert await work.one(int, DOUBLE, n=1) == 2


async def test_one_that_the_database_refuses_leaves_a_reading_usable(edge: Edge) -> None:
    for _ in range(6):
        async with edge.reading() as work:
            with pytest.raises(psycopg.errors.DivisionByZero):
                await work.together(
                    work.one(int, "SELECT 1 / %(n)s::int", n=0), work.one(int, DOUBLE, n=2)
                )
            assert await work.one(int, DOUBLE, n=2) == 4


async def test_who_asks_together_awaits_nothing_else(work: Work) -> None:
    async def other() -> int:
        await asyncio.sleep(0)
        return 1

    with pytest.raises(TypeError):
        await work.together(other(), work.one(int, DOUBLE, n=2))


async def test_who_is_asked_together_may_ask_together_in_turn(work: Work) -> None:
    async def doubled(n: int) -> int:
        return await work.one(int, DOUBLE, n=n) or 0

    async def both(n: int) -> int:
        return sum(await work.together(doubled(n), doubled(n + 1)))

    assert await work.together(both(1), doubled(5), both(3)) == (6, 10, 14)
