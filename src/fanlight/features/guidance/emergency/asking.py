"""The exchange is asked to stop an account: at once with a short wait, then again until it answers.

What was asked is stored before; the key is the freeze's own id, so asking twice freezes once. An
answer that does not come is *unknown*: it may hold, and nobody is told that it does.
"""

import asyncio
import logging
from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.exchange.contract import (
    Exchange,
    FreezeRefused,
    NoSuchAccount,
    NotConnected,
    NotOffered,
)
from fanlight.exchange.facts import Freeze as Held
from fanlight.exchange.facts import FreezeState
from fanlight.features.guidance.emergency import cases, paging, queries, telling
from fanlight.features.guidance.emergency.models import Freeze, Road, State, Trouble
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.queries import customers
from fanlight.features.people.service.customers import EMAIL, EXCHANGE
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.jobs import LINE, job
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

log = logging.getLogger(__name__)

FREEZES = "freeze"  # what an alert mail's link must have been made for
_GUARD_S = 2.0  # after the first try: whoever was to note its answer may have died
_LONGEST_WAIT_S = 60.0

_TROUBLES: dict[type[Exception], Trouble] = {
    NotConnected: Trouble.NOT_CONNECTED,
    NotOffered: Trouble.NOT_CONNECTED,
    NoSuchAccount: Trouble.NO_ACCOUNT,
    FreezeRefused: Trouble.REFUSED,
}
_ENDED = {FreezeState.LIFTED: State.LIFTED, FreezeState.EXPIRED: State.EXPIRED}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one try."""

    state: State
    uid: str = ""  # whose account it is, as far as this try learned it
    trouble: Trouble = Trouble.NONE
    said: str = ""
    held: Held | None = None


class Which(msgspec.Struct, frozen=True):
    """The freeze a job is about."""

    freeze_id: UUID


class _Nobody(Exception):
    """No account belongs to what was proved."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


async def ask_now(edge: Edge, freeze: Freeze, token: str) -> Freeze:
    """The first try, while the customer waits: never longer than the settings say."""
    within_s = edge.shelf.of(Settings)[EmergencySettings].first_try_s
    answer = await ask(edge, freeze, token, within_s=within_s)
    async with edge.work() as work:
        return await settle(work, freeze.id, answer)


def ask_later(work: Work, freeze: Freeze) -> None:
    """Have it asked (again). One waiting job a freeze: a second one would change nothing."""
    if freeze.tries == 0:
        delay_s = work.of(Settings)[EmergencySettings].first_try_s + _GUARD_S
    else:
        delay_s = min(_LONGEST_WAIT_S, 2.0**freeze.tries)
    # What may be made up waits in a lane of its own, where it holds up nobody's mail or pager.
    lane = LINE if freeze.road is Road.ALERT and not freeze.uid else "default"
    key = f"freeze:{freeze.id}"
    work.enqueue("emergency.ask", Which(freeze.id), key=key, delay_s=delay_s, lane=lane)


@job("emergency.ask", outside=True)
async def ask_again(shelf: Shelf, payload: Which) -> None:
    """One more try; one that is settled already is left alone."""
    edge = shelf.of(Edge)
    async with edge.reading() as work:
        freeze = await queries.get(work, payload.freeze_id)
        token = await _token(work, freeze)
    if not freeze.state.is_open:
        return
    within_s = shelf.of(Settings)[EmergencySettings].retry_s
    answer = await ask(edge, freeze, token, within_s=within_s)
    async with edge.work() as work:
        await settle(work, freeze.id, answer)


async def ask(edge: Edge, freeze: Freeze, token: str, *, within_s: float) -> Answer:
    """One try. Whatever a connector does, this returns within ``within_s``."""
    exchange, uid = edge.shelf.of(Exchange), freeze.uid
    try:
        async with asyncio.timeout(within_s):
            uid = uid or await _whose(edge, exchange, freeze, token)
            held = await exchange.freeze(
                uid,
                stops=frozenset(freeze.stops),
                lasts=freeze.lasts,
                reason=freeze.road,
                key=str(freeze.id),
            )
    except _Nobody as nobody:
        return Answer(state=State.FAILED, trouble=nobody.trouble)
    except TimeoutError:
        return Answer(state=State.UNKNOWN, uid=uid, trouble=Trouble.SLOW)
    except Exception as error:
        trouble = _TROUBLES.get(type(error))
        if trouble is None:
            log.warning("the exchange could not be asked to freeze", exc_info=True)
            return Answer(state=State.UNKNOWN, uid=uid, trouble=Trouble.DOWN)
        said = str(error.params.get("reason", "")) if isinstance(error, FreezeRefused) else ""
        return Answer(state=State.FAILED, uid=uid, trouble=trouble, said=said[:200])
    if held.uid != uid:
        # An answer about somebody else is no answer; it is never shown to this customer.
        log.error("the exchange answered a freeze with another account")
        exchange.on_other_account("freeze")
        return Answer(state=State.UNKNOWN, uid=uid, trouble=Trouble.DOWN)
    state = _ENDED.get(held.state, State.ACKNOWLEDGED)
    return Answer(state=state, uid=uid, held=held)


async def _whose(edge: Edge, exchange: Exchange, freeze: Freeze, token: str) -> str:
    """Whose account was proved, in the exchange's own words."""
    if freeze.road is Road.ALERT:
        link = await exchange.one_use(token, key=f"{freeze.id}:link")
        if link is None or link.purpose != FREEZES:
            raise _Nobody(Trouble.LINK_SPENT)
        return link.uid
    uid = await account_of(edge, exchange, freeze.mailbox)
    if uid is None:
        raise _Nobody(Trouble.NO_ACCOUNT)
    return uid


async def account_of(edge: Edge, exchange: Exchange, mailbox: str) -> str | None:
    """Whose account a mailbox leads to, in the exchange's own words; None: nobody's.

    Raises:
        ExchangeDown: it did not say.
    """
    try:
        account = (await exchange.account_at(mailbox)).value
    except NotOffered:
        return await _by_what_we_know(edge, exchange, mailbox)
    return None if account is None else account.uid


async def _by_what_we_know(edge: Edge, exchange: Exchange, mailbox: str) -> str | None:
    """An exchange that cannot be asked by mailbox confirms the account we know it with."""
    async with edge.reading() as work:
        customer = await customers.customer_with(work, EMAIL, mailbox)
        known = await customers.identities_of(work, customer.id) if customer else []
    for identity in known:
        if identity.kind == EXCHANGE:
            account = (await exchange.account(identity.key)).value
            if (account.email or "").strip().lower() == mailbox:
                return account.uid
    return None


async def settle(work: Work, freeze_id: UUID, answer: Answer) -> Freeze:
    """Write down what a try came to, and tell who must know. Settled once, it stays so."""
    before = await queries.get(work, freeze_id, lock=True)
    if not before.state.is_open:
        return before
    after = _after(work, before, answer)
    if after.uid:
        await work.run(queries.FORGET, id=after.id)
    after = await cases.ensure(work, after)
    await queries.save(work, after)
    if after.state.is_open:
        ask_later(work, after)
    if (after.state, after.trouble) == (before.state, before.trouble):
        return after
    await _note(work, before, after)
    return after


def _after(work: Work, before: Freeze, answer: Answer) -> Freeze:
    settings, now = work.of(Settings)[EmergencySettings], work.now()
    after = replace(
        before,
        uid=answer.uid or before.uid,
        state=answer.state,
        trouble=answer.trouble,
        said=answer.said,
        tried_at=now,
        tries=before.tries + 1,
    )
    if after.state.is_open and now > before.asked_at + timedelta(hours=settings.retry_hours):
        return replace(after, state=State.FAILED)
    if answer.held is None:
        return after
    held = answer.held
    return replace(
        after,
        freeze_id=held.id,
        since=held.since,
        until=held.until,
        is_confirmed=held.is_confirmed,
        stops=tuple(sorted(held.stops)) or before.stops,
        ended_at=None if after.state is State.ACKNOWLEDGED else now,
    )


async def _note(work: Work, before: Freeze, after: Freeze) -> None:
    """The timeline, the log, the pager and the customer hear of a change."""
    await audit.record(
        work,
        f"freeze.{after.state}",
        f"freeze:{after.id}",
        trouble=after.trouble,
        tries=after.tries,
    )
    if after.ticket_id is None:
        return
    match after.state:
        case State.ACKNOWLEDGED:
            await cases.note(work, after, "freeze_held", until=after.until)
            telling.tell(work, after)
            if before.trouble:
                paging.page(work, after, "holds")
        case State.UNKNOWN:
            await cases.note(work, after, "freeze_silent", trouble=after.trouble)
            if not before.trouble:
                paging.page(work, after, "silent")
        case State.FAILED:
            await cases.note(work, after, "freeze_failed", trouble=after.trouble, said=after.said)
            paging.page(work, after, "failed")
        case _:
            await cases.note(work, after, f"freeze_{after.state}")


async def _token(work: Work, freeze: Freeze) -> str:
    sealed = await work.one(bytes, queries.SEALED, id=freeze.id)
    return "" if sealed is None else opened(work.of(Sealer), freeze.id, sealed)


def sealed(sealer: Sealer, freeze_id: UUID, token: str) -> bytes:
    return sealer.seal(token.encode(), purpose=f"freeze token:{freeze_id}")


def opened(sealer: Sealer, freeze_id: UUID, kept: bytes) -> str:
    return sealer.unseal(kept, purpose=f"freeze token:{freeze_id}").decode()
