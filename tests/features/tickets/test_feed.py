"""The feed: stale state and the frames since equal a fresh fetch, however commits overlap."""

import random
from uuid import UUID

import anyio
import pytest

from fanlight.channels.contract import Author
from fanlight.features.tickets import feed, views
from fanlight.kernel.edge import Edge
from tests.builders.tickets import hears


async def everything(edge: Edge) -> dict[UUID, int]:
    async with edge.work() as work:
        return {row.id: row.stamp for row in (await views.page(work, "all", limit=1000)).rows}


async def test_a_change_that_commits_late_is_not_skipped(edge: Edge) -> None:
    async with edge.work() as work:
        cursor = await feed.now(work)
    async with edge.database.connection() as early, early.transaction():
        # The early transaction takes its number, a later one commits first.
        await early.execute("SELECT pg_current_xact_id()")
        async with edge.work() as work:
            late = await hears(work, thread_key="late", author=Author(native_id="late"))
        async with edge.work() as work:
            seen, cursor = await feed.after(work, cursor)
        await early.execute("INSERT INTO ticket_changes (ticket_id) VALUES (%s)", [UUID(int=1)])
    async with edge.work() as work:
        seen_then, _ = await feed.after(work, cursor)

    assert seen == []  # nothing may be read past a transaction that still runs
    assert set(seen_then) == {UUID(int=1), late.ticket_id}


@pytest.mark.parametrize("seed", range(3))
async def test_stale_state_and_frames_equal_a_fresh_fetch(edge: Edge, seed: int) -> None:
    chance = random.Random(seed)
    state = await everything(edge)
    async with edge.work() as work:
        cursor = await feed.now(work)
    is_over = False

    async def customer(number: int) -> None:
        for _ in range(8):
            async with edge.work() as work:
                await hears(work, thread_key=f"c{number}", author=Author(native_id=f"c{number}"))
                await anyio.sleep(chance.random() / 100)  # commits overlap and swap places

    async def follow() -> None:
        nonlocal cursor
        while True:
            done = is_over
            async with edge.work() as work:
                changed, cursor = await feed.after(work, cursor)
                for row in (await views.rows(work, changed)).values():
                    state[row.id] = max(row.stamp, state.get(row.id, 0))
            if done and not changed:
                return
            await anyio.sleep(chance.random() / 50)

    async with anyio.create_task_group() as group:
        group.start_soon(follow)
        async with anyio.create_task_group() as customers:
            for number in range(5):
                customers.start_soon(customer, number)
        is_over = True

    assert state == await everything(edge)


async def test_a_cursor_from_before_the_sweep_is_too_old(edge: Edge) -> None:
    async with edge.work() as work:
        old = await feed.now(work)
        await hears(work)
    async with edge.work() as work:
        await feed.sweep(work, None)  # nothing is old enough yet
        assert (await feed.after(work, old))[0] != []
        await work.run("UPDATE ticket_changes SET at = now() - interval '2 days'")
        await feed.sweep(work, None)

    async with edge.work() as work:
        with pytest.raises(feed.CursorTooOld):
            await feed.after(work, old)
        fresh = await feed.now(work)
        assert await feed.after(work, fresh) == ([], fresh)


@pytest.mark.parametrize("text", ["", "1", "a.b", "1.-2", "１.２", "1.2.3"])
def test_a_cursor_that_is_none_is_too_old(text: str) -> None:
    with pytest.raises(feed.CursorTooOld):
        feed.Cursor.read(text)
    assert str(feed.Cursor.read("12.7")) == "12.7"
