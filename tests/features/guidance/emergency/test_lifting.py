"""Much to unlock: a signed session and a second proof; and what the clock does by itself."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from fanlight.exchange.contract import ExchangeDown
from fanlight.exchange.facts import Freeze as Held
from fanlight.exchange.facts import FreezeState
from fanlight.features.guidance.emergency import comparing, holding, queries
from fanlight.features.guidance.emergency.errors import (
    CodeEnded,
    CodeWrong,
    FreezeNotFound,
    NothingToLift,
    ProofTooWeak,
)
from fanlight.features.guidance.emergency.models import Freeze, Proof, State
from fanlight.features.people.assurance import Level
from fanlight.kernel.errors import TooManyTries
from tests.builders.exchange import ALERT, CODE, LIN, LIN_MAIL, OKAFOR
from tests.features.guidance.emergency.conftest import Lane

VISIT = b"lin's browser"


async def begin(
    lane: Lane, freeze: Freeze, proof: Proof | None = None, method: str = "totp"
) -> None:
    await holding.begin_unlock(
        lane.edge, proof or lane.session(), freeze.id, method=method, language="en", visit=VISIT
    )


async def lift(lane: Lane, freeze: Freeze, typed: str = CODE, proof: Proof | None = None) -> Freeze:
    return await holding.lift(
        lane.edge, proof or lane.session(), freeze.id, visit=VISIT, typed=typed
    )


async def now_of(lane: Lane, freeze: Freeze) -> Freeze:
    async with lane.edge.reading() as work:
        return await queries.get(work, freeze.id)


async def test_the_customer_lifts_with_a_second_proof(lane: Lane) -> None:
    freeze = await lane.press()
    await begin(lane, freeze)

    with pytest.raises(CodeWrong):
        await lift(lane, freeze, "000000")
    lifted = await lift(lane, freeze)

    assert lifted.state is State.LIFTED
    assert lane.exchange.freezes[str(freeze.id)].state is FreezeState.LIFTED
    assert (await lane.timeline(freeze))[-1] == "freeze_lifted"
    await lane.run_due()
    assert any("was lifted" in text for _, text in lane.mail.letters)


@pytest.mark.parametrize("proof", ["nothing asked", "L1", "mailbox", "questions", "email", "late"])
async def test_less_than_l3_lifts_nothing(lane: Lane, proof: str) -> None:
    freeze = await lane.press()
    match proof:
        case "nothing asked":
            with pytest.raises(CodeEnded):
                await lift(lane, freeze)
        case "L1":
            with pytest.raises(ProofTooWeak):
                await begin(lane, freeze, lane.session(level=Level.L1))
        case "mailbox":
            with pytest.raises(FreezeNotFound):
                await begin(lane, freeze, lane.mailbox(LIN_MAIL))
        case "questions" | "email":
            with pytest.raises(ProofTooWeak):
                await begin(lane, freeze, method=proof)
        case "late":
            old = lane.session()
            await begin(lane, freeze, old)
            lane.later += timedelta(minutes=61)  # the session under it has decayed
            with pytest.raises(ProofTooWeak):
                await lift(lane, freeze, proof=old)

    assert lane.exchange.freezes[str(freeze.id)].state is FreezeState.FROZEN
    assert (await now_of(lane, freeze)).state is State.ACKNOWLEDGED


async def test_another_customer_finds_nothing_to_lift(lane: Lane) -> None:
    freeze = await lane.press()
    await begin(lane, freeze)

    with pytest.raises(FreezeNotFound):
        await lift(lane, freeze, proof=lane.session(OKAFOR))
    with pytest.raises(FreezeNotFound):
        await begin(lane, freeze, lane.session(OKAFOR))


async def test_another_browser_cannot_answer_for_this_one(lane: Lane) -> None:
    freeze = await lane.press()
    await begin(lane, freeze)

    with pytest.raises(CodeEnded):
        await holding.lift(lane.edge, lane.session(), freeze.id, visit=b"another", typed=CODE)


async def test_guessing_ends(lane: Lane) -> None:
    freeze = await lane.press()
    await begin(lane, freeze)
    for error in (CodeWrong, CodeWrong, CodeEnded, CodeEnded):
        with pytest.raises(error):
            await lift(lane, freeze, "000000")
    for _ in range(4):
        await begin(lane, freeze)
    with pytest.raises(TooManyTries):
        await begin(lane, freeze)


async def test_an_exchange_that_is_away_lifts_later_without_a_new_code(lane: Lane) -> None:
    freeze = await lane.press()
    await begin(lane, freeze)
    unfreeze = lane.exchange.unfreeze

    async def away(*_: object, **__: object) -> None:
        raise ExchangeDown

    lane.exchange.unfreeze = away  # type: ignore[assignment, method-assign]
    with pytest.raises(ExchangeDown):
        await lift(lane, freeze)
    lane.exchange.unfreeze = unfreeze  # type: ignore[method-assign]

    assert (await lift(lane, freeze, "")).state is State.LIFTED


async def test_it_ends_by_itself_unless_kept(lane: Lane) -> None:
    mine, kept = await lane.press(), await lane.press(lane.session(OKAFOR))
    assert mine.until is not None
    assert timedelta(hours=23) < mine.until - lane.edge.now() <= timedelta(hours=24)
    await holding.keep(lane.edge, kept.id, lane.session(OKAFOR))

    lane.later += timedelta(hours=25)
    async with lane.edge.work() as work:
        work.enqueue("emergency.ending")
    await lane.run_due()

    assert (await now_of(lane, mine)).state is State.EXPIRED
    assert (await now_of(lane, kept)).state is State.ACKNOWLEDGED
    assert lane.exchange.freezes[str(kept.id)].is_confirmed
    with pytest.raises(NothingToLift):
        await holding.keep(lane.edge, mine.id, lane.session())
    again = await lane.press()
    assert again.id != mine.id


@pytest.mark.parametrize(
    "lie", [{"id": "frz_other"}, {"uid": OKAFOR}, {"state": FreezeState.LIFTED}]
)
async def test_kept_is_said_only_of_what_the_exchange_keeps(
    lane: Lane, lie: dict[str, str]
) -> None:
    freeze = await lane.press()
    confirm = lane.exchange.confirm_freeze

    async def lies(freeze_id: str, *, key: str) -> Held:
        return replace(await confirm(freeze_id, key=key), **lie)

    lane.exchange.confirm_freeze = lies  # type: ignore[method-assign]
    with pytest.raises(ExchangeDown):
        await holding.keep(lane.edge, freeze.id, lane.session())
    assert not (await now_of(lane, freeze)).is_confirmed

    lane.exchange.confirm_freeze = confirm  # type: ignore[method-assign]
    assert (await holding.keep(lane.edge, freeze.id, lane.session())).is_confirmed


@pytest.mark.parametrize("shown", ["nothing", "a link", "decayed", "another", "another mailbox"])
async def test_the_pages_link_alone_keeps_nothing(lane: Lane, shown: str) -> None:
    """Whoever was forwarded an alert mail could otherwise lock its owner's account for good."""
    freeze = await lane.press(lane.alert(ALERT))
    weak = {
        "nothing": None,
        "a link": lane.alert(ALERT),
        "decayed": lane.session(level=Level.L1),
        "another": lane.session(OKAFOR),
        "another mailbox": lane.mailbox("rival@else.example"),
    }[shown]

    with pytest.raises(ProofTooWeak):
        await holding.keep(lane.edge, freeze.id, weak)
    assert not lane.exchange.freezes[str(freeze.id)].is_confirmed

    kept = await holding.keep(lane.edge, freeze.id, lane.mailbox(LIN_MAIL))
    assert kept.is_confirmed


async def test_another_freeze_that_was_lifted_is_not_this_one(lane: Lane) -> None:
    freeze = await lane.press()
    await begin(lane, freeze)
    unfreeze = lane.exchange.unfreeze

    async def lies(freeze_id: str, *, assertion: str, key: str) -> Held:
        done = await unfreeze(freeze_id, assertion=assertion, key=key)
        return replace(done, id="frz_other")

    lane.exchange.unfreeze = lies  # type: ignore[method-assign]
    with pytest.raises(ExchangeDown):
        await lift(lane, freeze)
    assert (await now_of(lane, freeze)).state is State.ACKNOWLEDGED


async def test_what_the_exchange_says_just_now_is_shown_for_this_account_alone(lane: Lane) -> None:
    freeze = await lane.press()

    ours, theirs = await comparing.standing(lane.edge, LIN)
    nothing = await comparing.standing(lane.edge, OKAFOR)

    assert ours is not None
    assert theirs is not None
    assert (ours.id, theirs.uid) == (freeze.id, LIN)
    assert nothing == (None, None)
