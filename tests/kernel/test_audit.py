"""The audit log takes lines, links them into a chain, and shows where somebody touched it."""

import asyncio
import contextlib
from datetime import timedelta

import psycopg
import pytest

from fanlight.kernel import audit
from fanlight.kernel.audit import Broken, Place, chain_audit, record, verify
from fanlight.kernel.db.pool import connect
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Actor, Work

MEI = Actor(kind="agent", id=new_id(), name="Mei Tan")


async def fill(work: Work, lines: int = 5) -> None:
    for number in range(lines):
        await record(work.acting_as(MEI), "ticket.seen", f"ticket:{number}", number=number)


async def behind_the_guard(work: Work, sql: str) -> None:
    """What somebody with the database's own rights could do."""
    await work.connection.execute("ALTER TABLE audit_log DISABLE TRIGGER ALL")
    await work.connection.execute(sql)  # type: ignore[call-overload]
    await work.connection.execute("ALTER TABLE audit_log ENABLE TRIGGER ALL")


async def test_a_line_says_who_did_what_when(work: Work) -> None:
    ticket_id = new_id()
    await record(
        work.acting_as(MEI), "customer.revealed", "customer:1", ticket_id=ticket_id, reason="付款"
    )
    [entry] = await audit.page(work)
    assert (entry.actor_kind, entry.actor_id, entry.at) == ("agent", MEI.id, work.now())
    assert (entry.action, entry.target) == ("customer.revealed", "customer:1")
    assert entry.detail == {"ticket_id": str(ticket_id), "reason": "付款"}
    assert entry.link is None


async def test_a_line_stands_or_falls_with_the_deed(work: Work) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with work.connection.transaction():
            await record(work, "ticket.seen")
            raise ZeroDivisionError  # the deed itself goes wrong
    assert await audit.page(work) == []


async def test_the_chain_holds_and_a_second_run_changes_nothing(work: Work) -> None:
    await fill(work)
    await chain_audit(work, None)
    before = await audit.page(work)
    await chain_audit(work, None)
    assert await audit.page(work) == before
    assert sorted(entry.link or 0 for entry in before) == [1, 2, 3, 4, 5]
    assert await verify(work) is None

    await fill(work, 2)
    assert await verify(work) is None  # lines not linked yet are not looked at
    await chain_audit(work, None)
    assert await verify(work) is None


async def test_an_empty_log_holds(work: Work) -> None:
    await chain_audit(work, None)
    assert await verify(work) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET action = 'nothing.happened' WHERE link = 3",
        "UPDATE audit_log SET detail = '{}' WHERE link = 3",
        "UPDATE audit_log SET link = 9 WHERE link = 3",
        "DELETE FROM audit_log WHERE link = 3",
        "TRUNCATE audit_log",
    ],
)
async def test_the_log_cannot_be_changed_by_us(work: Work, statement: str) -> None:
    await fill(work)
    await chain_audit(work, None)
    with pytest.raises(psycopg.errors.RaiseException):
        async with work.connection.transaction():
            await work.connection.execute(statement)  # type: ignore[call-overload]
    assert await verify(work) is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_log SET action = 'x' WHERE link = 3", Broken(3, "changed")),
        ("UPDATE audit_log SET detail = '{\"number\": 7}' WHERE link = 3", Broken(3, "changed")),
        ("UPDATE audit_log SET at = at + interval '1 us' WHERE link = 3", Broken(3, "changed")),
        ("UPDATE audit_log SET actor_id = id WHERE link = 3", Broken(3, "changed")),
        ("DELETE FROM audit_log WHERE link = 3", Broken(3, "missing")),
        ("DELETE FROM audit_log WHERE link = 1", Broken(1, "missing")),
        ("DELETE FROM audit_log WHERE link >= 4", Broken(4, "cut_short")),
        ("DELETE FROM audit_log", Broken(1, "cut_short")),
    ],
)
async def test_whoever_goes_round_the_guard_is_seen(
    work: Work, statement: str, broken: Broken
) -> None:
    await fill(work)
    await chain_audit(work, None)
    await behind_the_guard(work, statement)
    assert await verify(work) == broken


async def test_a_long_log_is_linked_in_batches(work: Work) -> None:
    await work.connection.execute(
        """INSERT INTO audit_log (id, at, actor_kind, actor_id, action)
           SELECT gen_random_uuid(), now(), 'system', gen_random_uuid(), 'ticket.seen'
           FROM generate_series(1, 2300)"""
    )
    await chain_audit(work, None)
    assert [job.kind for job in work.jobs] == ["audit.chain"]  # more is waiting
    await chain_audit(work, None)
    await chain_audit(work, None)
    assert len(work.jobs) == 2
    assert await verify(work) is None
    assert await work.one(int, "SELECT max(link) FROM audit_log") == 2300


async def test_two_workers_make_one_chain(database: str) -> None:
    async def add_and_link() -> None:
        async with await connect(database) as connection:
            for _ in range(5):
                async with connection.transaction():
                    work = Work(connection=connection)
                    await fill(work, 3)
                    await chain_audit(work, None)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(add_and_link())
    async with await connect(database) as connection, connection.transaction():
        work = Work(connection=connection)
        await chain_audit(work, None)
        assert await verify(work) is None
        assert await work.one(int, "SELECT count(*) FROM audit_log WHERE link IS NULL") == 0
        await behind_the_guard(work, "DELETE FROM audit_log")
        await work.run("DELETE FROM installation WHERE key = 'audit.head'")


async def test_the_log_is_paged_newest_first(work: Work) -> None:
    for minute in range(7):
        at = work.now() + timedelta(minutes=minute)
        await record(Work(connection=work.connection, now=lambda at=at: at), "a", f"t:{minute}")
    first = await audit.page(work, limit=4)
    last = first[-1]
    rest = await audit.page(work, below=Place(last.at, last.id), limit=4)
    assert [entry.target for entry in [*first, *rest]] == [f"t:{n}" for n in reversed(range(7))]
    assert [entry.target for entry in await audit.page(work, target="t:3")] == ["t:3"]
