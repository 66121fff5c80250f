"""What people press: freeze. Stored first, asked then, told honestly."""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from fanlight.features.guidance.emergency import asking, cases, queries
from fanlight.features.guidance.emergency.cases import Thread
from fanlight.features.guidance.emergency.errors import FreezeNotFound, ProofTooWeak
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road, State, Trouble
from fanlight.features.guidance.emergency.proofs import check_lock
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.assurance import Level
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service as ticket_service
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_id
from fanlight.kernel.limits import spend
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor, Work

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3600, 60
_LINKS_AT_ONCE = 60  # a minute, beyond every network's own share; the rest wait for the worker
_LINKS_IN_LINE = 2000
"""So many links wait for the exchange at most. Only a flood of the whole world's gets there."""


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
        source: the network a link was pressed from; whoever shares it is never refused for it.
        ticket_id: where an agent asks from; otherwise a ticket is opened.

    Raises:
        ProofTooWeak: what was shown is not enough.
        TooManyTries: this account pressed too often; a person can still help.
    """
    check_lock(proof)
    async with edge.work(actor) as work:
        stored, is_new = await _store(
            work, proof, language=language, reason=reason, thread=thread, ticket_id=ticket_id
        )
        is_next = is_new and await _is_next(work, proof, source)
    if not is_next or stored.is_drill:
        return stored
    return await asking.ask_now(edge, stored, proof.token)


async def _store(
    work: Work,
    proof: Proof,
    *,
    language: str,
    reason: str,
    thread: Thread | None,
    ticket_id: UUID | None,
) -> tuple[Freeze, bool]:
    fresh = _fresh(work, proof, language=language, reason=reason)
    subject = queries.subject_of(proof, fresh.id)
    standing = await _standing(work, proof, subject)
    if standing is not None:
        return standing, False
    await _count(work, proof, subject)
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


async def _count(work: Work, proof: Proof, subject: str) -> None:
    if proof.is_for_nobody:
        return
    if proof.road is Road.ALERT and await queries.links_in_line(work) >= _LINKS_IN_LINE:
        raise TooManyTries(retry_after_s=_MINUTE_S)
    limit = work.of(Settings)[EmergencySettings].per_account_per_day
    await spend(work, f"freeze.account:{subject}", limit=limit, window_s=_DAY_S)


async def _is_next(work: Work, proof: Proof, source: str) -> bool:
    """Whether the exchange is asked while they wait, or by the worker, in the order they came.

    Sessions and codes were proved, so they always are. Links can be made up by anybody: beyond
    its share a network stands in line behind the others, and waits some seconds longer.
    """
    if proof.road is not Road.ALERT:
        return True
    limit = work.of(Settings)[EmergencySettings].per_source_per_hour
    try:
        await spend(work, f"freeze.link:{source}", limit=limit, window_s=_HOUR_S)
    except TooManyTries:
        pass
    else:
        return True
    try:
        await spend(work, "freeze.link", limit=_LINKS_AT_ONCE, window_s=_MINUTE_S)
    except TooManyTries:
        return False
    return True


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
