"""A check of the chain runs as a job, says how far it is, and tells when the chain is broken."""

from datetime import timedelta

from fanlight.kernel.audit import Broken, chain_audit, checking, record
from fanlight.kernel.edge import Edge


async def fill(edge: Edge, lines: int = 3) -> None:
    async with edge.work() as work:
        for _ in range(lines):
            await record(work, "ticket.seen")
        await chain_audit(work, None)


async def state(edge: Edge) -> checking.State:
    async with edge.work() as work:
        return await checking.state(work)


async def test_a_whole_chain_is_said_to_be_whole_up_to_its_end(edge: Edge) -> None:
    await fill(edge)
    assert (await state(edge)).whole is None
    await checking.run(edge.shelf, None)
    after = await state(edge)
    assert after.whole is not None
    assert after.whole.link == 3
    assert after.check is not None
    assert after.check.state == "whole"


async def test_asking_twice_begins_one_check(edge: Edge) -> None:
    await fill(edge)
    async with edge.work() as work:
        first = await checking.ask(work)
        assert await checking.ask(work) == first
        later = work.now() + timedelta(minutes=5)  # the worker died: it may be asked for again
        assert not first.is_running(later)
        assert await work.one(int, "SELECT count(*) FROM audit_log WHERE link IS NULL") == 1


async def test_a_broken_chain_is_told(edge: Edge) -> None:
    await fill(edge)
    await checking.run(edge.shelf, None)
    async with edge.work() as work:
        await work.run("ALTER TABLE audit_log DISABLE TRIGGER ALL")
        await work.run("UPDATE audit_log SET action = 'x' WHERE link = 2")
        await work.run("ALTER TABLE audit_log ENABLE TRIGGER ALL")
    await checking.run(edge.shelf, None)
    after = await state(edge)
    assert after.check is not None
    assert after.check.broken == Broken(2, "changed")
    assert after.whole is not None
    assert after.whole.link == 3
    async with edge.work() as work:
        [last] = await work.rows(
            str, "SELECT action FROM audit_log WHERE link IS NULL ORDER BY id DESC LIMIT 1"
        )
        assert last == "audit.broken"
