"""What becomes of a freeze that holds: it is kept past its end, or lifted. Both need a proof."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from fanlight.exchange.contract import Exchange, ExchangeDown
from fanlight.exchange.facts import Challenge, ChallengeState, FreezeState
from fanlight.exchange.facts import Freeze as Held
from fanlight.features.guidance.emergency import asking, cases, paging, queries, telling
from fanlight.features.guidance.emergency.errors import (
    CodeEnded,
    CodeWrong,
    FreezeNotFound,
    NothingToLift,
    ProofTooWeak,
)
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road, State
from fanlight.features.guidance.emergency.proofs import SECOND_PROOFS, check_lock, check_unlock
from fanlight.features.guidance.emergency.queries import Unlock
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.assurance import STEP_UP_LASTS, Level
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.limits import spend
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Actor, Work

log = logging.getLogger(__name__)

T = TypeVar("T")

UNLOCKS = "unfreeze"  # what the exchange tells its customer the code is for
_HOUR_S = 3600


async def keep(edge: Edge, freeze_id: UUID, proof: Proof | None) -> Freeze:
    """Let it stand past its end: with what freezes, shown of this very account.

    Whoever only has the page's link keeps nothing, or a forwarded alert mail would lock its
    owner's account for good. A drill is nobody's, and needs no proof.

    Raises:
        ProofTooWeak: nothing was shown, or of another account.
        NothingToLift: it does not hold (any more).
        ExchangeDown: no answer in time; asked again, it is the same asking.
    """
    async with edge.work() as work:
        found = await _held(work, freeze_id)
    if found.is_drill:
        held = None
    else:
        exchange = edge.shelf.of(Exchange)
        await _check_keeper(edge, exchange, found, proof)
        held = await _soon(edge, exchange.confirm_freeze(found.freeze_id, key=f"{found.id}:keep"))
        if not _is_of(held, found) or held.state is not FreezeState.FROZEN:
            raise ExchangeDown
    async with edge.work() as work:
        found = await _held(work, freeze_id)
        kept = replace(found, is_confirmed=True, until=held.until if held else None)
        await queries.save(work, kept)
        await audit.record(work, "freeze.kept", f"freeze:{kept.id}")
        await cases.note(work, kept, "freeze_kept")
    return kept


async def _check_keeper(edge: Edge, exchange: Exchange, found: Freeze, proof: Proof | None) -> None:
    if proof is None or proof.road not in {Road.SESSION, Road.MAILBOX}:
        raise ProofTooWeak(needed=int(Level.L1))
    check_lock(proof)
    if proof.road is Road.MAILBOX:
        theirs = await _soon(edge, asking.account_of(edge, exchange, proof.mailbox))
    else:
        theirs = proof.uid
    if not theirs or theirs != found.uid:
        raise ProofTooWeak(needed=int(Level.L1))


async def begin_unlock(
    edge: Edge, proof: Proof, freeze_id: UUID, *, method: str, language: str, visit: bytes
) -> Challenge:
    """Have the exchange ask its customer for a second proof.

    Raises:
        ProofTooWeak: no signed session of this very account, or a proof that does not lift.
        TooManyTries: codes are asked for too often.
    """
    async with edge.work() as work:
        found = await _own(work, proof, freeze_id)
        if proof.level < Level.L2 or method not in SECOND_PROOFS:
            raise ProofTooWeak(needed=int(Level.L3))
        await spend(work, f"freeze.unlock:{found.uid}", limit=5, window_s=_HOUR_S)
    asked = await _soon(
        edge,
        edge.shelf.of(Exchange).challenge(
            found.uid, method=method, purpose=UNLOCKS, language=language, key=str(new_id())
        ),
    )
    async with edge.work() as work:
        await work.run(
            queries.ADD_UNLOCK,
            challenge_id=asked.id,
            freeze_id=found.id,
            visit=visit,
            method=method,
            sent_to=asked.sent_to[:80],
            begun_at=work.now(),
            expires_at=asked.expires_at,
        )
    return asked


async def lift(edge: Edge, proof: Proof, freeze_id: UUID, *, visit: bytes, typed: str) -> Freeze:
    """Lift it with what the customer typed. Support has no such verb.

    Raises:
        ProofTooWeak: no signed session of this account under the second proof.
        CodeWrong, CodeEnded: as they say; a new one may be asked for.
        ExchangeDown: no answer in time; the proof stands, so pressing again is enough.
    """
    async with edge.reading() as work:
        found = await _own(work, proof, freeze_id)
        unlock = await queries.unlock_of(work, found.id, visit)
    if unlock is None:
        raise CodeEnded
    if unlock.passed_at is None:
        await _answer(edge, unlock, typed)
    check_unlock(proof, unlock.method, now=edge.now())
    held = await _soon(
        edge,
        edge.shelf.of(Exchange).unfreeze(
            found.freeze_id, assertion=unlock.challenge_id, key=f"{found.id}:lift"
        ),
    )
    if not _is_of(held, found) or held.state is FreezeState.FROZEN:
        raise ExchangeDown
    return await _lifted(edge, found, unlock)


async def _answer(edge: Edge, unlock: Unlock, typed: str) -> None:
    answered = await _soon(
        edge, edge.shelf.of(Exchange).answer_challenge(unlock.challenge_id, typed.strip()[:100])
    )
    if answered.state is ChallengeState.PASSED:
        async with edge.work() as work:
            now = work.now()
            await work.run(
                queries.UNLOCKED,
                challenge_id=unlock.challenge_id,
                at=now,
                until=now + STEP_UP_LASTS,
            )
        return
    if answered.state in {ChallengeState.WRONG, ChallengeState.SENT} and answered.tries_left > 0:
        raise CodeWrong(left=answered.tries_left)
    async with edge.work() as work:
        await work.run(queries.DROP_UNLOCK, challenge_id=unlock.challenge_id)
    raise CodeEnded


async def _lifted(edge: Edge, found: Freeze, unlock: Unlock) -> Freeze:
    async with edge.work() as work:
        before = await queries.get(work, found.id, lock=True)
        if before.state is State.LIFTED:
            return before
        after = replace(before, state=State.LIFTED, ended_at=work.now())
        await queries.save(work, after)
        await work.run(queries.DROP_UNLOCK, challenge_id=unlock.challenge_id)
        customer = Actor(kind="customer", id=after.customer_id or SYSTEM.id)
        await audit.record(
            work.acting_as(customer), "freeze.lifted", f"freeze:{after.id}", method=unlock.method
        )
        await cases.note(work, after, "freeze_lifted", method=unlock.method)
        await paging.call_off(work, after)
        telling.tell(work, after)
    return after


async def _own(work: Work, proof: Proof, freeze_id: UUID) -> Freeze:
    """The freeze, if it is this session's own and holds; somebody else's is not there at all."""
    found = await queries.get(work, freeze_id)
    if proof.road is not Road.SESSION or not proof.uid or found.uid != proof.uid:
        raise FreezeNotFound
    if not found.holds(work.now()):
        raise NothingToLift
    return found


async def _held(work: Work, freeze_id: UUID) -> Freeze:
    found = await queries.get(work, freeze_id, lock=True)
    if not found.holds(work.now()):
        raise NothingToLift
    return found


def _is_of(held: Held, freeze: Freeze) -> bool:
    """Whether the exchange speaks of this very freeze, of this very account."""
    is_same = (held.id, held.uid) == (freeze.freeze_id, freeze.uid)
    if not is_same:
        log.error("the exchange answered about another freeze")
    return is_same


async def _soon(edge: Edge, asked: Awaitable[T]) -> T:
    """An answer of the exchange while somebody waits. Raises ExchangeDown when it takes longer."""
    try:
        async with asyncio.timeout(edge.shelf.of(Settings)[EmergencySettings].first_try_s):
            return await asked
    except TimeoutError:
        raise ExchangeDown from None
