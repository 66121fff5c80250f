"""Tries are counted by all processes together, refused in time, and forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.kernel.db.pool import connect
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_id
from fanlight.kernel.limits import forgive, network_of, spend, tidy, wait_s
from fanlight.kernel.work import Work


def at(work: Work, **later: float) -> Work:
    moment = work.now() + timedelta(**later)
    return Work(connection=work.connection, now=lambda: moment)


async def test_a_limit_holds_and_says_when_to_come_back(work: Work) -> None:
    for _ in range(3):
        await spend(work, "door", limit=3, window_s=60)
    with pytest.raises(TooManyTries) as refused:
        await spend(work, "door", limit=3, window_s=60)
    wait = int(str(refused.value.params["retry_after_s"]))
    with pytest.raises(TooManyTries):
        await spend(at(work, seconds=wait - 2), "door", limit=3, window_s=60)
    await spend(at(work, seconds=wait), "door", limit=3, window_s=60)


async def test_keys_and_windows_are_counted_apart(work: Work) -> None:
    await spend(work, "door", limit=1, window_s=60)
    await spend(work, "window", limit=1, window_s=60)
    await spend(work, "door", limit=1, window_s=3600)
    with pytest.raises(TooManyTries):
        await spend(work, "door", limit=1, window_s=3600)


async def test_a_border_between_windows_gives_nothing_away(work: Work) -> None:
    """Ten before the border and ten behind it would be twenty within a second."""
    end = at(work, seconds=59)
    for _ in range(10):
        await spend(end, "door", limit=10, window_s=60)
    with pytest.raises(TooManyTries):
        await spend(at(work, seconds=60), "door", limit=10, window_s=60)


async def test_forgiving_opens_the_door_again(work: Work) -> None:
    await spend(work, "door", limit=1, window_s=60)
    with pytest.raises(TooManyTries):
        await spend(work, "door", limit=1, window_s=60)
    await forgive(work, "door", window_s=60)
    await spend(work, "door", limit=1, window_s=60)


async def test_nobody_s_address_is_stored(work: Work) -> None:
    await spend(work, "sign-in:mei@desk.example", limit=1, window_s=60)
    [key] = await work.rows(str, "SELECT key FROM rate_limits")
    assert "mei" not in key


async def test_what_no_longer_counts_is_thrown_away(work: Work) -> None:
    await spend(work, "old", limit=1, window_s=60)
    later = at(work, days=3)
    await spend(later, "new", limit=1, window_s=60)
    await tidy(later, None)
    assert await work.one(int, "SELECT count(*) FROM rate_limits") == 1


async def test_many_at_once_are_counted_exactly(database: str) -> None:
    key, noon = str(new_id()), datetime(2026, 11, 23, 12, tzinfo=UTC)

    async def attempt() -> bool:
        async with await connect(database) as connection, connection.transaction():
            try:
                await spend(
                    Work(connection=connection, now=lambda: noon), key, limit=5, window_s=60
                )
            except TooManyTries:
                return False
            return True

    async with asyncio.TaskGroup() as group:
        tries = [group.create_task(attempt()) for _ in range(20)]
    assert sum(each.result() for each in tries) == 5


@given(
    used=st.integers(0, 50),
    before=st.integers(0, 50),
    part=st.floats(0, 0.999),
    limit=st.integers(1, 40),
    window=st.integers(1, 86400),
)
def test_the_wait_is_long_enough_and_never_longer_than_two_windows(
    used: int, before: int, part: float, limit: int, window: int
) -> None:
    now = part * window
    wait = wait_s(used, before, at=now, limit=limit, window_s=window)
    assert 0 <= wait <= 2 * window + 1e-6
    then = now + wait + 1e-3
    if wait and then < window:
        assert wait_s(used, before, at=then, limit=limit, window_s=window) == 0
    elif wait and then < 2 * window:
        assert wait_s(0, used, at=then - window, limit=limit, window_s=window) == 0


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::"),
        ("unix", "unix"),
    ],
)
def test_one_house_counts_as_one_whatever_address_it_takes(address: str, counted: str) -> None:
    assert network_of(address) == counted
