"""What people press: freeze, keep it frozen, lift it. Stored first, asked then, told honestly."""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from fanlight.exchange.contract import Exchange, ExchangeDown
from fanlight.exchange.facts import Challenge, ChallengeState, FreezeState
from fanlight.exchange.facts import Freeze as Held
from fanlight.features.guidance.emergency import asking, cases, queries, telling
from fanlight.features.guidance.emergency.cases import Thread
from fanlight.features.guidance.emergency.errors import (
    CodeEnded,
    CodeWrong,
    FreezeNotFound,
    NothingToLift,
    ProofTooWeak,
)
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road, State, Trouble
from fanlight.features.guidance.emergency.proofs import SECOND_PROOFS, check_lock, check_unlock
from fanlight.features.guidance.emergency.queries import Unlock
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.assurance import STEP_UP_LASTS, Level
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service as ticket_service
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.limits import spend
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Actor, Work

log = logging.getLogger(__name__)

T = TypeVar("T")

UNLOCKS = "unfreeze"  # what the exchange tells its customer the code is for
_DAY_S, _HOUR_S = 86_400, 3600
_ALERTS_PER_HOUR = 5  # links tried from one network address


async def freeze(
    edge: Edge,
    proof: Proof,
    *,
    language: str,
    actor: Actor,
    source: str = "",
    thread: Thread | None = None,
    ticket_id: UUID | None = None,
    reason: str = "",
) -> Freeze:
    """Stop an account. Pressed again, it is the same freeze; the exchange hears of it once.

    It is stored before the exchange is asked, and returns within the settings' ``first_try_s``
    and two short transactions, whatever the exchange does.

    Args:
        source: whom to count under; empty for agents and drills.
        ticket_id: where an agent asks from; otherwise a ticket is opened.

    Raises:
        ProofTooWeak: what was shown is not enough.
        TooManyTries: this account, or this source, pressed too often; a person can still help.
    """
    check_lock(proof)
    async with edge.work(actor) as work:
        stored, is_new = await _store(
            work, proof, language=language, source=source, reason=reason, thread=thread,
            ticket_id=ticket_id,
        )  # fmt: skip
    if not is_new or stored.is_drill:
        return stored
    return await asking.ask_now(edge, stored, proof.token)


async def _store(
    work: Work,
    proof: Proof,
    *,
    language: str,
    source: str,
    reason: str,
    thread: Thread | None,
    ticket_id: UUID | None,
) -> tuple[Freeze, bool]:
    fresh = _fresh(work, proof, language=language, reason=reason)
    subject = queries.subject_of(proof, fresh.id)
    standing = await _standing(work, proof, subject)
    if standing is not None:
        return standing, False
    await _count(work, proof, subject, source)
    token = asking.sealed(work.of(Sealer), fresh.id, proof.token) if proof.token else None
    if not await queries.add(work, fresh, subject=subject, token=token):
        found = await queries.standing_for(work, subject)
        if found is None:
            raise FreezeNotFound
        return found, False
    if ticket_id is not None:
        fresh = await _on_ticket(work, fresh, ticket_id)
    else:
        fresh = await cases.ensure(work, fresh, thread)
    await queries.save(work, fresh)
    await _write_down(work, fresh)
    if not fresh.is_drill:
        asking.ask_later(work, fresh)
    return fresh, True


async def _standing(work: Work, proof: Proof, subject: str) -> Freeze | None:
    """What an earlier press has come to; one whose time is over does not count any more."""
    found = await queries.standing_for(work, subject)
    if found is None and proof.uid:
        found = await queries.of_account(work, proof.uid)
    if found is None or found.state is not State.ACKNOWLEDGED or found.holds(work.now()):
        return found
    await queries.save(work, replace(found, state=State.EXPIRED, ended_at=work.now()))
    return None


async def _count(work: Work, proof: Proof, subject: str, source: str) -> None:
    settings = work.of(Settings)[EmergencySettings]
    if proof.is_for_nobody:
        return
    limit = settings.per_account_per_day
    await spend(work, f"freeze.account:{subject}", limit=limit, window_s=_DAY_S)
    if source:
        # Links can be made up by anybody; sessions and codes were proved.
        is_alert = proof.road is Road.ALERT
        limit = _ALERTS_PER_HOUR if is_alert else settings.per_source_per_hour
        await spend(work, f"freeze.source.{is_alert}:{source}", limit=limit, window_s=_HOUR_S)


def _fresh(work: Work, proof: Proof, *, language: str, reason: str) -> Freeze:
    settings, now = work.of(Settings)[EmergencySettings], work.now()
    by = now + timedelta(minutes=settings.answer_minutes)
    # Nobody's account is asked for in a drill: it holds at once.
    is_drill = proof.is_for_nobody
    return Freeze(
        id=new_id(),
        road=proof.road,
        level=int(proof.level),
        method=proof.method,
        proven_at=proof.proven_at,
        uid=proof.uid,
        mailbox=proof.mailbox,
        language=language,
        reason=reason,
        asked_by=work.actor.id if work.actor.kind == "agent" else None,
        state=State.ACKNOWLEDGED if is_drill else State.REQUESTED,
        trouble=Trouble.NONE,
        said="",
        stops=tuple(settings.stops),
        lasts_hours=settings.lasts_hours,
        asked_at=now,
        tried_at=None,
        tries=0,
        freeze_id="",
        since=now if is_drill else None,
        until=now + timedelta(hours=1) if is_drill else None,
        is_confirmed=False,
        ended_at=None,
        promised_at=by,
        first_promised_at=by,
        customer_id=None,
        ticket_id=None,
    )


async def _on_ticket(work: Work, fresh: Freeze, ticket_id: UUID) -> Freeze:
    """An agent asks from the ticket they are on: it becomes the case, and they keep it."""
    settings = work.of(Settings)[EmergencySettings]
    ticket = await ticket_service.alarm(
        work, ticket_id, team=settings.team, due_at=fresh.promised_at, tags=(cases.FREEZE_TAG,)
    )
    fresh = replace(fresh, ticket_id=ticket.id, customer_id=ticket.customer_id)
    await cases.opened(work, fresh)
    return fresh


async def _write_down(work: Work, freeze: Freeze) -> None:
    who = work
    if work.actor.kind not in {"agent", "system"} and freeze.customer_id is not None:
        who = work.acting_as(Actor(kind="customer", id=freeze.customer_id))
    await audit.record(
        who,
        "freeze.drilled" if freeze.is_drill else "freeze.asked",
        f"freeze:{freeze.id}",
        road=freeze.road,
        level=freeze.level,
        ticket_id=freeze.ticket_id,
        reason=freeze.reason,
    )


async def keep(edge: Edge, freeze_id: UUID) -> Freeze:
    """Let it stand past its end: as easy as asking for it was.

    Raises:
        NothingToLift: it does not hold (any more).
        ExchangeDown: no answer in time; asked again, it is the same asking.
    """
    async with edge.work() as work:
        found = await _held(work, freeze_id)
    if found.is_drill:
        held = None
    else:
        exchange = edge.shelf.of(Exchange)
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


async def standing(edge: Edge, uid: str) -> tuple[Freeze | None, Held | None]:
    """What stands still on an account: as we wrote it down, and as the exchange says just now.

    The exchange's word is None where it has none, or does not answer at once.
    """
    async with edge.reading() as work:
        ours = await queries.of_account(work, uid)
    try:
        async with asyncio.timeout(_LOOK_S):
            theirs = (await edge.shelf.of(Exchange).frozen(uid)).value
    except Exception:
        return ours, None
    return ours, theirs if theirs is not None and theirs.uid == uid else None


_LOOK_S = 0.4  # a page that people open in fear waits no longer than this for a detail


async def agent_proof(work: Work, ticket_id: UUID) -> Proof:
    """What the customer of a ticket has proved there lately, for an agent who asks in their name.

    Raises:
        TicketNotFound: there is none, or the actor may not see it.
        ProofTooWeak: they have proved nothing in it that still counts.
    """
    ticket = await tickets.get_ticket(work, ticket_id)
    shown = await queries.proved_on(work, ticket.id)
    if shown is None:
        raise ProofTooWeak(needed=int(Level.L1))
    return shown
