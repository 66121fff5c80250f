"""What happened on an account lately, for the agent who goes through it with its owner."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from fanlight.exchange.contract import Exchange
from fanlight.exchange.facts import Known, SecurityChange, SignIn, Withdrawal
from fanlight.features.guidance.emergency import queries
from fanlight.features.guidance.emergency.errors import FreezeNotFound
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.permissions import needs
from fanlight.features.tickets import queries as tickets
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor

T = TypeVar("T")
_MOST = 20


class Lately(msgspec.Struct, frozen=True, kw_only=True):
    """Three lists of the exchange; None where it did not answer."""

    sign_ins: Known[Sequence[SignIn]] | None
    changes: Known[Sequence[SecurityChange]] | None
    withdrawals: Known[Sequence[Withdrawal]] | None


async def lately(edge: Edge, actor: Actor, ticket_id: UUID) -> Lately:
    """Read for a ticket with a freeze; that it was read is written down before it is.

    Raises:
        NotAllowed: the actor may not see accounts.
        TicketNotFound, FreezeNotFound: nothing to read it for.
    """
    needs(actor, "account.see")
    async with edge.work(actor) as work:
        await tickets.get_ticket(work, ticket_id)
        freeze = await queries.of_ticket(work, ticket_id)
        if freeze is None or not freeze.uid:
            raise FreezeNotFound
        await audit.record(
            work, "account.seen", f"freeze:{freeze.id}", ticket_id=ticket_id, what="lately"
        )
    exchange = edge.shelf.of(Exchange)
    within_s = edge.shelf.of(Settings)[EmergencySettings].retry_s
    sign_ins, changes, withdrawals = await asyncio.gather(
        _or_none(exchange.sign_ins(freeze.uid, limit=_MOST), within_s),
        _or_none(exchange.security_changes(freeze.uid, limit=_MOST), within_s),
        _or_none(exchange.withdrawals(freeze.uid, limit=_MOST), within_s),
    )
    return Lately(sign_ins=sign_ins, changes=changes, withdrawals=withdrawals)


async def _or_none(asked: Awaitable[T], within_s: float) -> T | None:
    try:
        async with asyncio.timeout(within_s):
            return await asked
    except (FanlightError, TimeoutError):
        return None
