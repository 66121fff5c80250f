"""One suite over every live bus: what a reader may rely on, and what it is told when it may not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from fanlight.kernel.live import carrier, local_pg
from fanlight.kernel.live.carrier import QUEUE, Carrier
from fanlight.kernel.live.contract import MAX_PAYLOAD_BYTES, Missed, Signal, Subscription
from fanlight.kernel.live.local_pg import PostgresBus

MakeBus = Callable[..., Awaitable[Carrier]]


async def read(
    signals: Subscription, number: int, *, within_s: float = 10
) -> list[Signal | Missed]:
    """The next so many things a reader gets."""
    found: list[Signal | Missed] = []
    async with asyncio.timeout(within_s):
        while len(found) < number:
            found.append(await anext(signals))
    return found


async def read_up_to(signals: Subscription, last: Signal) -> list[Signal | Missed]:
    """Everything a reader gets up to and with this."""
    found = await read(signals, 1)
    while found[-1] != last:
        found += await read(signals, 1)
    return found


async def holds(condition: Callable[[], bool], *, within_s: float = 10) -> None:
    """Come back when something has become true; TimeoutError when it does not."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - nobody sets an event for it
            await asyncio.sleep(0.01)


async def silence(signals: Subscription) -> bool:
    """Whether nothing comes for a while."""
    try:
        async with asyncio.timeout(0.2):
            await anext(signals)
    except TimeoutError:
        return True
    return False


async def test_a_signal_reaches_every_process_once_the_sender_included(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus()
    async with one.listen("ticket.1") as here, two.listen("ticket.1") as there:
        await one.publish("ticket.1", b'{"seq": 7}')

        assert await read(here, 1) == [Signal("ticket.1", b'{"seq": 7}')]
        assert await read(there, 1) == [Signal("ticket.1", b'{"seq": 7}')]
        assert await silence(here)
        assert await silence(there)


async def test_who_was_alone_is_heard_by_whoever_comes(
    make_bus: MakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_pg, "ALONE_AFTER_S", 0.0)
    one = await make_bus()
    async with one.listen("ticket.1") as here:
        await one.publish("ticket.1", b"to myself")
        assert (await read_up_to(here, Signal("ticket.1", b"to myself")))[:-1] in ([], [Missed()])
        two = await make_bus()
        async with two.listen("ticket.1") as there:
            await two.publish("ticket.1", b"I am new")
            # They have met: what was said before is told, or that there was something.
            assert await read(here, 1) in ([Missed()], [Signal("ticket.1", b"I am new")])

            await one.publish("ticket.1", b"welcome")
            await read_up_to(there, Signal("ticket.1", b"welcome"))
            await two.publish("ticket.1", b"thanks")
            await read_up_to(here, Signal("ticket.1", b"thanks"))


# A NATS server carries only what somebody reads.
@pytest.mark.parametrize("ground", ["postgres"], indirect=True)
async def test_who_is_alone_bothers_no_database(
    make_bus: MakeBus, ground: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await make_bus(prefix="quiet")
    async with await psycopg.AsyncConnection.connect(ground.far_end.url, autocommit=True) as line:
        await line.execute("LISTEN quiet_live")
        await one.publish("ticket.1", b"is anybody there?")
        heard = [each.payload async for each in line.notifies(timeout=5, stop_after=1)]
        if "ticket.1" not in heard[0]:  # its hello was late
            heard = [each.payload async for each in line.notifies(timeout=5, stop_after=1)]
        assert "ticket.1" in heard[0]
        monkeypatch.setattr(local_pg, "ALONE_AFTER_S", 0.0)

        await one.publish("ticket.1", b"to myself")

        assert [each async for each in line.notifies(timeout=0.3)] == []
        await line.execute("SELECT pg_notify('quiet_live', 'somebody 0 hello')")
        said = [each.payload async for each in line.notifies(timeout=5, stop_after=3)]
        assert {each.rpartition(" ")[2] for each in said} == {"hello", "everyone", "here"}


async def test_who_asked_in_a_flood_is_answered(
    make_bus: MakeBus, ground: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ground.kind is not PostgresBus:
        return  # a NATS server knows who is there
    one, two = await make_bus(), await make_bus()
    async with two.listen("ticket.1") as there:
        await one.publish("ticket.1", b"we have met")
        await read_up_to(there, Signal("ticket.1", b"we have met"))
        await holds(lambda: one._heard_at > 0)
        monkeypatch.setattr(carrier, "QUEUE", 2)
        await asyncio.sleep(0.2)
        one._ask()
        for _ in range(3):
            await one.publish("ticket.1", b"flood")
        await read_up_to(there, Missed())
        monkeypatch.setattr(local_pg, "ALONE_AFTER_S", 0.0)
        await asyncio.sleep(0.2)

        await one.publish("ticket.1", b"still there?")
        await read_up_to(there, Signal("ticket.1", b"still there?"))


async def test_only_the_topic_listened_to_arrives(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus()
    async with two.listen("ticket.1") as signals:
        for topic in ("ticket.2", "ticket", "ticket.1.typing", "ticket.1"):
            await one.publish(topic)
        assert await read(signals, 1) == [Signal("ticket.1", b"")]
        assert await silence(signals)


async def test_all_readers_of_a_topic_get_it_and_those_who_left_do_not(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus()
    async with two.listen("feed.console") as stays:
        async with two.listen("feed.console") as leaves:
            await one.publish("feed.console", b"1")
            assert await read(stays, 1) == await read(leaves, 1)
        await one.publish("feed.console", b"2")
        assert await read(stays, 1) == [Signal("feed.console", b"2")]
        assert await silence(leaves)


async def test_a_topic_listened_to_again_after_everyone_left_works(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus()
    for word in (b"1", b"2"):
        async with two.listen("ticket.1") as signals:
            await one.publish("ticket.1", word)
            assert await read(signals, 1) == [Signal("ticket.1", word)]


async def test_order_is_kept_and_equal_signals_are_not_merged(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus(buffer=2000)
    words = [str(number % 3).encode() for number in range(1500)]
    async with two.listen("ticket.1") as signals:
        for word in words:
            await one.publish("ticket.1", word)
        assert await read(signals, 1500) == [Signal("ticket.1", word) for word in words]


@pytest.mark.parametrize("payload", [b"\x00\xff\n ", "确认 ✓".encode(), b"x" * MAX_PAYLOAD_BYTES])
async def test_any_bytes_travel(make_bus: MakeBus, payload: bytes) -> None:
    one, two = await make_bus(), await make_bus()
    async with two.listen("ticket.1") as signals:
        await one.publish("ticket.1", payload)
        assert await read(signals, 1) == [Signal("ticket.1", payload)]


@pytest.mark.parametrize("size_bytes", [MAX_PAYLOAD_BYTES + 1, 8192, 3_000_000])
async def test_what_is_too_big_still_wakes(make_bus: MakeBus, size_bytes: int) -> None:
    one, two = await make_bus(), await make_bus()
    async with one.listen("ticket.1") as here, two.listen("ticket.1") as there:
        await one.publish("ticket.1", b"x" * size_bytes)
        assert await read(here, 1) == [Signal("ticket.1", b"")]
        assert await read(there, 1) == [Signal("ticket.1", b"")]


async def test_a_reader_who_falls_behind_is_told_and_goes_on(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus(buffer=10)
    async with two.listen("ticket.1") as slow, two.listen("ticket.2") as other:
        for number in range(25):
            await one.publish("ticket.1", str(number).encode())
        await one.publish("ticket.2", b"last")
        assert await read(other, 1) == [Signal("ticket.2", b"last")]

        assert await read(slow, 1) == [Missed()]
        rest = await read_up_to(slow, Signal("ticket.1", b"24"))
        assert len(rest) <= 10
        assert rest == [Signal("ticket.1", str(n).encode()) for n in range(25 - len(rest), 25)]


async def test_installations_on_one_far_end_do_not_hear_each_other(make_bus: MakeBus) -> None:
    ours, theirs = await make_bus(), await make_bus(prefix="theirs")
    async with theirs.listen("ticket.1") as signals:
        await ours.publish("ticket.1")
        assert await silence(signals)


async def test_a_thousand_topics_at_once(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus()
    topics = [f"ticket.{number}" for number in range(1000)]

    async def hear(topic: str, ready: asyncio.Semaphore) -> list[Signal | Missed]:
        async with two.listen(topic) as signals:
            ready.release()
            return await read(signals, 2, within_s=20)

    ready = asyncio.Semaphore(0)
    readers = [asyncio.ensure_future(hear(topic, ready)) for topic in topics]
    for _ in topics:
        await ready.acquire()
    for topic in topics * 2:
        await one.publish(topic, topic.encode())
    for topic, found in zip(topics, await asyncio.gather(*readers), strict=True):
        assert found == [Signal(topic, topic.encode())] * 2


async def test_publishing_does_not_wait_for_the_far_end(make_bus: MakeBus) -> None:
    one = await make_bus()
    begun = time.perf_counter()
    for _ in range(1000):
        await one.publish("ticket.1", b"word")
    assert time.perf_counter() - begun < 0.5  # 0.01 s on an idle machine


async def test_stopping_sends_what_waits_and_ends_the_readers(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus()
    async with one.listen("ticket.1") as here, two.listen("ticket.1") as there:
        for _ in range(5):
            await one.publish("ticket.1")
        await one.stop()
        assert len(await read(there, 5)) == 5
        assert len([signal async for signal in here]) == 5  # and then it ends
    async with one.listen("ticket.1") as late:
        assert [signal async for signal in late] == []


@pytest.mark.parametrize("topic", ["", "a b", "ticket.*", "ticket.>", ".a", "a..b", "é", "x" * 121])
async def test_a_topic_no_bus_could_carry_is_refused(make_bus: MakeBus, topic: str) -> None:
    one = await make_bus()
    with pytest.raises(ValueError, match="is no topic"):
        await one.publish(topic)
    with pytest.raises(ValueError, match="is no topic"):
        one.listen(topic)


async def test_over_a_restart_readers_are_told_and_then_it_works(
    make_bus: MakeBus, ground: Any
) -> None:
    one, two = await make_bus(), await make_bus()
    async with one.listen("ticket.1") as here, two.listen("ticket.1") as there:
        ground.far_end.stop()
        await holds(lambda: not one.is_up and not two.is_up)
        await one.publish("ticket.1", b"meanwhile")  # no error, and this process hears it
        assert await read(here, 1) == [Signal("ticket.1", b"meanwhile")]

        ground.far_end.start()
        assert await read(here, 1) == [Missed()]
        await holds(lambda: one.is_up and two.is_up)
        await one.publish("ticket.1", b"after")
        found = await read_up_to(there, Signal("ticket.1", b"after"))
        assert Missed() in found
        assert set(found[:-1]) <= {Missed(), Signal("ticket.1", b"meanwhile")}


async def test_what_no_longer_fits_the_queue_makes_everyone_read_again(make_bus: MakeBus) -> None:
    one, two = await make_bus(), await make_bus()
    async with two.listen("ticket.1") as signals, two.listen("ticket.2") as others:
        for _ in range(QUEUE + 1):  # publishing never waits, so nothing leaves in between
            await one.publish("ticket.1")
        await one.publish("ticket.1", b"after")
        assert await read(signals, 2) == [Missed(), Signal("ticket.1", b"after")]
        assert await read(others, 1) == [Missed()]


@pytest.mark.slow
async def test_starting_without_the_far_end_works_inside_the_process(
    make_bus: MakeBus, ground: Any
) -> None:
    ground.far_end.stop()
    try:
        one = await make_bus()
        async with one.listen("ticket.1") as signals:
            await one.publish("ticket.1", b"local")
            assert [found for found in await read(signals, 2) if found != Missed()] == [
                Signal("ticket.1", b"local")
            ]
    finally:
        ground.far_end.start()
