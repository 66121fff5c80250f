"""Jobs: stored with their change, run at least once, retried, buried, replayed."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest

from fanlight.kernel import deadletters, jobs, runner
from fanlight.kernel.edge import Edge
from fanlight.kernel.events import Event, subscriber
from fanlight.kernel.jobs import job
from fanlight.kernel.runner import Runner
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

RAN: list[object] = []


class Payload(msgspec.Struct, frozen=True):
    number: int


class Rang(Event, frozen=True, kw_only=True, tag="test.rang"):
    number: int


@job("test.note")
async def note(work: Work, payload: Payload) -> None:
    RAN.append(payload.number)


@job("test.fail", max_attempts=2)
async def fail(work: Work, payload: Payload) -> None:
    await work.run("INSERT INTO installation (key, value) VALUES ('half', '1')")
    raise RuntimeError("my password is Hunter2-Blue-Moon")


@job("test.outside", outside=True)
async def outside(shelf: Shelf, payload: Payload) -> None:
    RAN.append(("outside", payload.number))


@subscriber(Rang)
async def hear(work: Work, event: Rang) -> None:
    RAN.append(("heard", event.number))


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    RAN.clear()
    return


def worker(edge: Edge) -> Runner:
    return Runner(edge, lanes=["default", "events"])


async def due(edge: Edge) -> None:
    async with edge.work() as work:
        await work.run("UPDATE jobs SET run_at = now(), leased_until = NULL")


async def waiting(edge: Edge) -> int:
    async with edge.work() as work:
        return await work.one(int, "SELECT count(*)::int FROM jobs") or 0


async def test_a_job_runs_once_it_is_committed_and_not_before(edge: Edge) -> None:
    async def undone() -> None:
        async with edge.work() as work:
            work.enqueue("test.note", Payload(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await undone()
    async with edge.work() as work:
        work.enqueue("test.note", Payload(2))
        work.enqueue("test.outside", Payload(3))

    assert await worker(edge).run_due() == 2
    assert RAN == [2, ("outside", 3)]
    assert await waiting(edge) == 0


async def test_an_event_reaches_its_subscriber_with_the_change(edge: Edge) -> None:
    async with edge.work() as work:
        work.publish(Rang(number=7))

    await worker(edge).run_due()

    assert RAN == [("heard", 7)]


async def test_a_key_keeps_one_waiting_job(edge: Edge) -> None:
    async with edge.work() as work:
        for number in range(3):
            work.enqueue("test.note", Payload(number), key="same")
    async with edge.work() as work:
        work.enqueue("test.note", Payload(9), key="same")

    await worker(edge).run_due()

    assert RAN == [0]


async def test_a_job_that_fails_is_undone_retried_and_buried_without_its_secret(
    edge: Edge,
) -> None:
    async with edge.work() as work:
        work.enqueue("test.fail", Payload(1))

    await worker(edge).run_due()
    async with edge.work() as work:
        wait = await work.one(bool, "SELECT run_at > now() FROM jobs")
        half = await work.one(int, "SELECT count(*)::int FROM installation WHERE key = 'half'")
    await due(edge)
    await worker(edge).run_due()

    async with edge.work() as work:
        (dead,) = await deadletters.dead_letters(work)
    assert (wait, half) == (True, 0)
    assert (dead.kind, dead.attempts) == ("test.fail", 2)
    assert "Hunter2" not in (dead.error or "")
    assert "RuntimeError" in (dead.error or "")


async def test_the_dead_are_replayed_or_dropped(edge: Edge) -> None:
    async with edge.work() as work:
        work.enqueue("test.fail", Payload(1))
    for _ in range(2):
        await worker(edge).run_due()
        await due(edge)
    async with edge.work() as work:
        (dead,) = await deadletters.dead_letters(work)
        assert await deadletters.replay(work, [dead.id, UUID(int=5)]) == 1
    async with edge.work() as work:
        assert await deadletters.dead_letters(work) == []
    for _ in range(2):
        await worker(edge).run_due()
        await due(edge)
    async with edge.work() as work:
        assert await deadletters.drop(work, [dead.id]) == 1


async def test_a_lease_that_ran_out_passes_to_another_worker(edge: Edge) -> None:
    async with edge.work() as work:
        work.enqueue("test.note", Payload(4))
    async with edge.work() as work:  # a worker claims it and dies
        await work.run(runner.CLAIM, lease=UUID(int=3), lease_s=30, lanes=["default"], limit=5)

    assert await worker(edge).run_due() == 0
    await due(edge)
    assert await worker(edge).run_due() == 1
    assert RAN == [4]


async def test_a_job_whose_lease_was_lost_changes_nothing(edge: Edge) -> None:
    async with edge.work() as work:
        work.enqueue("test.note", Payload(4))
    slow = worker(edge)
    claimed = await slow._claim(1, UUID(int=8))
    async with edge.work() as work:
        await work.run("UPDATE jobs SET lease = %(other)s", other=UUID(int=9))

    await slow._run_one(claimed[0], UUID(int=8))

    assert await waiting(edge) == 1  # still the other's to end


async def test_code_that_is_gone_buries_its_jobs_in_the_end(edge: Edge) -> None:
    async with edge.work() as work:
        work.enqueue("test.no_such_job", None)
        await work.run("SELECT 1")

    await worker(edge).run_due()

    async with edge.work() as work:
        error = await work.one(str, "SELECT error FROM jobs")
    assert error == "LookupError: no code for the job test.no_such_job"


async def test_a_cron_is_enqueued_once_a_slot_by_whoever_comes_first(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "CRONS", {"test.tick": jobs.Cron(job="test.tick", every_s=3600)})
    for _ in range(3):
        await worker(edge)._tick_crons()

    async with edge.work() as work:
        kinds = await work.rows(str, "SELECT kind FROM jobs")
    assert kinds == ["test.tick"]


@pytest.mark.parametrize("attempts", [1, 2, 5, 12, 40])
def test_waits_grow_with_jitter_and_end(attempts: int) -> None:
    ceiling = min(300.0, 2.0 ** (attempts - 1))
    waits = {runner.wait_s(attempts) for _ in range(50)}
    assert all(ceiling / 2 <= each <= ceiling for each in waits)
    assert len(waits) > 1
