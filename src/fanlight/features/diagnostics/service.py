"""Runs a check for somebody and keeps what was found."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from fanlight.exchange.contract import Chains, Exchange
from fanlight.features.diagnostics import queries
from fanlight.features.diagnostics.blind import decide
from fanlight.features.diagnostics.discovery import check_for
from fanlight.features.diagnostics.errors import NoAccountBehind, NotSureEnough
from fanlight.features.diagnostics.gathering import World, gather
from fanlight.features.diagnostics.models import (
    Check,
    Diagnosis,
    Fact,
    Facts,
    Finding,
    Named,
)
from fanlight.features.diagnostics.settings import DiagnosticsSettings
from fanlight.features.people.assurance import Level
from fanlight.features.people.permissions import needs
from fanlight.features.tickets import queries as tickets
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.limits import spend
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import SYSTEM, Actor, Work

RUN = "diagnostic.run"
_HOUR_S = 3600
_LIST_PATIENCE_S = 0.8
FRESH = timedelta(seconds=15)
"""A result that follows something is looked at again when it is older than this."""


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for themselves: the account they have proven, how surely, and under which name
    their tries are counted."""

    counted_as: str
    uid: str | None = None
    level: Level = Level.L0

    @property
    def account(self) -> str | None:
        """The account whose facts they may hear: below L2 none."""
        return self.uid if self.level >= Level.L2 else None


async def diagnose(edge: Edge, asker: Asker, symptom: str, named: Named) -> Diagnosis:
    """Look into what a customer asks about their own account, or anybody about a chain.

    Nothing of the database is held while the exchange is asked.

    Raises:
        NoSuchCheck: no check has this symptom.
        NotSureEnough: it looks at an account, and the asker has not proven one just now.
        TooManyTries: more than ``diagnostics.per_hour``.
    """
    check = check_for(symptom)
    uid = None if check.is_open else asker.account
    if uid is None and not check.is_open:
        raise NotSureEnough
    settings = edge.shelf.of(Settings)[DiagnosticsSettings]
    async with edge.work(SYSTEM) as work:
        limit = settings.per_hour
        await spend(work, f"diagnostics:{asker.counted_as}", limit=limit, window_s=_HOUR_S)
    return await _run(edge, check, uid, named, by="customer", actor=SYSTEM)


async def diagnose_for_ticket(
    edge: Edge, agent: Actor, ticket_id: UUID, symptom: str, named: Named
) -> Diagnosis:
    """Look for an agent into the account of a ticket's customer; written into the audit log.

    Raises:
        NotAllowed: the agent may not run checks.
        TicketNotFound: there is none, or the agent may not see it.
        NoAccountBehind: no signed session ever bound an account to this customer.
        NoSuchCheck: no check has this symptom.
    """
    needs(agent, RUN)
    check = check_for(symptom)
    async with edge.work(agent) as work:
        ticket = await tickets.get_ticket(work, ticket_id)
        uid = None if check.is_open else await queries.uid_of_ticket(work, ticket.id)
        if uid is None and not check.is_open:
            raise NoAccountBehind
        # Written before the exchange is asked: who looked is known even if nothing came of it.
        await audit.record(
            work, "customer.diagnosed", f"customer:{ticket.customer_id}",
            symptom=symptom, ticket_id=str(ticket.id),
        )  # fmt: skip
    return await _run(edge, check, uid, named, by="agent", actor=agent, ticket_id=ticket_id)


async def choices(edge: Edge, asker: Asker, check: Check) -> Facts:
    """The customer's last deposits, withdrawals, orders or payments, to choose one from.

    Raises:
        NotSureEnough: the asker has not proven an account just now.
    """
    if asker.account is None or check.asks.lists is None:
        raise NotSureEnough
    wanted = frozenset({check.asks.lists})
    only = msgspec.structs.replace(check, facts=wanted, needs=wanted, trace=None)
    return await gather(_world(edge), only, asker.account, Named())


async def networks(edge: Edge) -> list[str]:
    """The networks a hash may be of: the exchange's own names, in its order.

    A list to choose from is not worth waiting for: without an answer the readers' names do.
    """
    world = msgspec.structs.replace(_world(edge), patience_s=_LIST_PATIENCE_S)
    open_check = msgspec.structs.replace(
        check_for("transaction"), facts=frozenset({Fact.NETWORKS}), trace=None
    )
    facts = await gather(world, open_check, None, Named())
    told = [rule.network for rule in facts.networks.value] if facts.networks else []
    return list(dict.fromkeys([*told, *(chain.network for chain in world.chains)]))


async def looked_up(edge: Edge, asker: Asker, diagnosis_id: UUID) -> Diagnosis:
    """A result behind its link: for the account it is about, or anybody where it is of none.

    While it waits for something that moves by itself, it is looked at again: the page follows.

    Raises:
        DiagnosisNotFound: there is none, it has run out, or it is another's.
    """
    async with edge.reading(SYSTEM) as work:
        kept = await queries.for_customer(work, diagnosis_id, asker.account)
    return await followed(edge, kept)


async def followed(edge: Edge, kept: Diagnosis) -> Diagnosis:
    """The same result as it is now, in the same place, where it moves by itself."""
    if not kept.follows or edge.now() - kept.made_at < FRESH:
        return kept
    looked = await _look(edge, check_for(kept.symptom), kept.uid, kept.named)
    renewed = msgspec.structs.replace(
        kept, finding=looked.finding, made_at=looked.made_at, took_ms=looked.took_ms
    )
    async with edge.work(SYSTEM) as work:
        await queries.renew(work, renewed)
    return renewed


class _Looked(msgspec.Struct, frozen=True):
    named: Named
    finding: Finding
    made_at: datetime
    took_ms: int


async def _look(edge: Edge, check: Check, uid: str | None, named: Named) -> _Looked:
    begun = edge.now()
    facts = await gather(_world(edge), check, uid, named)
    finding, made_at = decide(check, facts), edge.now()
    return _Looked(
        facts.knows(named), finding, made_at, int((made_at - begun) / timedelta(milliseconds=1))
    )


async def _run(
    edge: Edge,
    check: Check,
    uid: str | None,
    named: Named,
    *,
    by: str,
    actor: Actor,
    ticket_id: UUID | None = None,
) -> Diagnosis:
    looked = await _look(edge, check, uid, named)
    diagnosis = Diagnosis(
        id=new_id(),
        symptom=check.symptom,
        uid=uid,
        named=looked.named,
        finding=looked.finding,
        made_at=looked.made_at,
        took_ms=looked.took_ms,
        made_by=by,
        expires_at=looked.made_at + timedelta(days=_settings(edge.shelf).kept_days),
        ticket_id=ticket_id,
    )
    async with edge.work(actor) as work:
        await queries.add(work, diagnosis)
    return diagnosis


def _settings(shelf: Shelf) -> DiagnosticsSettings:
    return shelf.of(Settings)[DiagnosticsSettings]


def _world(edge: Edge) -> World:
    return World(
        exchange=edge.shelf.of(Exchange),
        chains=edge.shelf.of(Chains),
        now=edge.now,
        patience_s=_settings(edge.shelf).patience_s,
    )


@job("diagnostics.tidy")
@cron("diagnostics.tidy", every_s=3600)
async def tidy(work: Work, _: None) -> None:
    """Forget results whose time is over; running twice forgets nothing more."""
    await queries.tidy(work)
