"""The exchange's own app lifts a freeze too: what we show is what is so."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from fanlight.exchange.facts import FreezeEvent, FreezeState
from fanlight.features.guidance.emergency import comparing, holding, queries
from fanlight.features.guidance.emergency.models import Freeze, State
from tests.builders.exchange import OKAFOR
from tests.features.guidance.emergency.conftest import Lane


async def look(lane: Lane, *, later_s: float = 180) -> None:
    lane.later += timedelta(seconds=later_s)
    async with lane.edge.work() as work:
        work.enqueue("emergency.look_round")
    await lane.run_due()


async def now_of(lane: Lane, freeze: Freeze) -> Freeze:
    async with lane.edge.reading() as work:
        return await queries.get(work, freeze.id)


def lift_elsewhere(lane: Lane, freeze: Freeze) -> None:
    held = lane.exchange.freezes[str(freeze.id)]
    lane.exchange.freezes[str(freeze.id)] = replace(held, state=FreezeState.LIFTED)


async def test_lifted_in_the_app_it_is_lifted_here_and_told(lane: Lane) -> None:
    mine, other = await lane.press(), await lane.press(lane.session(OKAFOR))
    lift_elsewhere(lane, mine)

    await look(lane)
    await look(lane)
    await lane.run_due()

    assert (await now_of(lane, mine)).state is State.LIFTED
    assert (await now_of(lane, other)).state is State.ACKNOWLEDGED
    assert (await lane.timeline(mine))[-1] == "freeze_lifted_elsewhere"
    assert sum("lifted at" in text for _, text in lane.mail.letters) == 1
    assert (await lane.press()).id != mine.id  # and can be frozen again


@pytest.mark.parametrize("mood", ["down", "failing"])
async def test_an_exchange_that_is_away_ends_no_freeze(lane: Lane, mood: str) -> None:
    freeze = await lane.press()
    lane.exchange.mood = mood

    for _ in range(3):
        await look(lane)

    assert (await now_of(lane, freeze)).state is State.ACKNOWLEDGED


async def test_one_answer_from_an_old_copy_ends_no_freeze(lane: Lane) -> None:
    freeze = await lane.press()
    held = lane.exchange.freezes[str(freeze.id)]
    lift_elsewhere(lane, freeze)
    async with lane.edge.work() as work:
        work.enqueue("emergency.look_round")
    lane.later += timedelta(seconds=1)
    await lane.run_due()
    lane.exchange.freezes[str(freeze.id)] = held  # the copy has caught up

    await look(lane)
    lift_elsewhere(lane, freeze)
    await look(lane, later_s=150)

    assert (await now_of(lane, freeze)).state is State.ACKNOWLEDGED


async def test_kept_at_the_exchange_it_is_kept_here(lane: Lane) -> None:
    freeze = await lane.press()
    await lane.exchange.confirm_freeze(freeze.freeze_id, key="its own app")

    await look(lane)

    after = await now_of(lane, freeze)
    assert (after.is_confirmed, after.until) == (True, None)
    assert (await lane.timeline(freeze))[-1] == "freeze_changed"
    await look(lane)
    assert (await lane.timeline(freeze)).count("freeze_changed") == 1


async def test_whoever_opens_the_page_has_it_compared_at_once(lane: Lane) -> None:
    freeze = await lane.press()
    lift_elsewhere(lane, freeze)

    _, theirs = await comparing.standing(lane.edge, freeze.uid)

    assert theirs is None
    async with lane.edge.reading() as work:
        waiting = await work.rows(str, "SELECT kind FROM jobs WHERE kind = 'emergency.compare'")
    assert waiting


def event(lane: Lane, freeze: Freeze, **changed: str) -> FreezeEvent:
    plain = {"id": "evt-1", "kind": "freeze.lifted", "uid": freeze.uid}
    told = {**plain, "freeze_id": freeze.freeze_id, **changed}
    return FreezeEvent(at=lane.edge.now(), **told)  # type: ignore[arg-type]


async def hear(lane: Lane, freeze: Freeze, **changed: str) -> None:
    async with lane.edge.work() as work:
        await comparing.hear(work, event(lane, freeze, **changed))


async def test_an_exchange_that_tells_of_a_lift_is_believed_at_once_and_once(lane: Lane) -> None:
    mine, other = await lane.press(), await lane.press(lane.session(OKAFOR))

    await hear(lane, mine)
    await hear(lane, mine)  # told again: its answer was lost
    await lane.run_due()

    assert (await now_of(lane, mine)).state is State.LIFTED
    assert (await now_of(lane, other)).state is State.ACKNOWLEDGED
    assert (await lane.timeline(mine)).count("freeze_lifted_elsewhere") == 1
    assert sum("lifted at" in text for _, text in lane.mail.letters) == 1


@pytest.mark.parametrize(
    "changed", [{"uid": OKAFOR}, {"freeze_id": "fz-unknown"}, {"kind": "freeze.changed"}]
)
async def test_an_event_of_something_else_lifts_nothing(
    lane: Lane, changed: dict[str, str]
) -> None:
    mine = await lane.press()

    await hear(lane, mine, **changed)
    await lane.run_due()

    assert (await now_of(lane, mine)).state is State.ACKNOWLEDGED


async def test_a_lift_older_than_the_freeze_is_not_believed_but_asked_about(lane: Lane) -> None:
    mine = await lane.press()
    long_ago = replace(event(lane, mine), at=lane.edge.now() - timedelta(days=400))

    async with lane.edge.work() as work:
        await comparing.hear(work, long_ago)
    await lane.run_due()
    assert (await now_of(lane, mine)).state is State.ACKNOWLEDGED

    lift_elsewhere(lane, mine)
    async with lane.edge.work() as work:
        await comparing.hear(work, long_ago)
    await look(lane)
    await look(lane)
    ended = await now_of(lane, mine)
    assert ended.state is State.LIFTED
    assert ended.ended_at is not None
    assert ended.ended_at > mine.asked_at


async def test_told_of_a_change_the_desk_asks(lane: Lane) -> None:
    mine = await lane.press()
    held = lane.exchange.freezes[str(mine.id)]
    lane.exchange.freezes[str(mine.id)] = replace(held, until=None, is_confirmed=True)

    await hear(lane, mine, kind="freeze.changed")
    await lane.run_due()

    kept = await now_of(lane, mine)
    assert (kept.is_confirmed, kept.until) == (True, None)


async def test_a_lift_proved_here_is_told_by_that_act(lane: Lane) -> None:
    mine = await lane.press()
    await holding.begin_unlock(
        lane.edge, lane.session(), mine.id, method="totp", language="en", visit=b"visit"
    )
    async with lane.edge.work() as work:  # the exchange's word comes before our own note of it
        unlock = await queries.unlock_of(work, mine.id, b"visit")
        assert unlock is not None
        until = lane.edge.now() + timedelta(minutes=5)
        await work.run(
            queries.UNLOCKED, challenge_id=unlock.challenge_id, at=lane.edge.now(), until=until
        )

    await hear(lane, mine)

    assert (await now_of(lane, mine)).state is State.ACKNOWLEDGED
    assert "freeze_lifted_elsewhere" not in await lane.timeline(mine)
