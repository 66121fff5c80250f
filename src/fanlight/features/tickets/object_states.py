"""How a thing that a ticket names stands now: by the exchange's own books, else by its nodes.

Asked only while an agent has the ticket open, about the ticket's own customer alone. A doubtful
hash goes nowhere: the customer's deposits and withdrawals are looked through here for it.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

import msgspec

from fanlight.exchange.contract import (
    Chains,
    Exchange,
    ExchangeDown,
    NoSuchAccount,
    NotConnected,
    NotOffered,
)
from fanlight.exchange.facts import (
    Deposit,
    DepositState,
    Known,
    Network,
    Order,
    OrderState,
    Transaction,
    Withdrawal,
    WithdrawalState,
)
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries.customers import identities_of
from fanlight.features.people.service.customers import EXCHANGE
from fanlight.features.tickets import queries
from fanlight.features.tickets.errors import ObjectNotFound
from fanlight.features.tickets.objects import Named, ObjectKind
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Actor, Work

T = TypeVar("T")
About = Literal["deposit", "withdrawal", "chain", "order", "account", "address", "nothing"]
WAIT_S = 4.0  # for one answer; the agent's page goes on without it
MOVING_S, RESTING_S, FAILED_S = 15, 120, 60  # seconds until it is worth asking again
_ENDED = frozenset(
    {DepositState.CREDITED, DepositState.RETURNED, WithdrawalState.DONE, WithdrawalState.FAILED,
     WithdrawalState.CANCELLED, OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED,
     OrderState.EXPIRED, OrderState.LIQUIDATED}
)  # fmt: skip

OBJECT = """
    SELECT o.id, o.ticket_id, o.kind, o.key, o.value, o.chain, o.chains, o.checksum,
        o.is_certain, o.message_id, o.found_at
    FROM ticket_objects o WHERE o.id = %(id)s AND o.ticket_id = %(ticket_id)s
"""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands. ``state`` is a word of the exchange's closed lists, or why there is none.

    Of ``nothing``: ``doubtful not_connected not_offered down no_account not_theirs not_found``.
    """

    about: About
    state: str
    why: str = ""
    asset: str | None = None
    amount: str | None = None
    network: str | None = None
    confirmations: int | None = None
    needed: int | None = None
    market: str | None = None
    side: str | None = None
    filled: str | None = None
    source: str | None = None
    as_of: datetime | None = None
    again_s: int | None = None
    """Seconds until it is worth asking again; None: it has come to its end."""


async def state_of(edge: Edge, actor: Actor, ticket_id: UUID, object_id: UUID) -> State:
    """How one thing stands. No connection to the database is held while others are asked.

    Raises:
        NotAllowed: the actor sees no customers.
        TicketNotFound, ObjectNotFound
    """
    needs(actor, "customer.see")
    async with edge.reading(actor) as work:
        ticket = await queries.get_ticket(work, ticket_id)
        named = await work.one(Named, OBJECT, id=object_id, ticket_id=ticket_id)
        if named is None:
            raise ObjectNotFound(object_id=object_id)
        uid = await account_of(work, ticket.customer_id)
    asked = Asked(edge.shelf.of(Exchange), edge.shelf.of(Chains), uid)
    try:
        return await asked.about(named)
    except NotConnected:
        return State(about="nothing", state="not_connected")
    except NotOffered:
        return State(about="nothing", state="not_offered")
    except NoSuchAccount:
        return State(about="nothing", state="no_account")
    except (ExchangeDown, TimeoutError):
        return State(about="nothing", state="down", again_s=FAILED_S)


async def account_of(work: Work, customer_id: UUID) -> str | None:
    """The account a customer belongs to: only a token the exchange has signed makes them its own.

    A number somebody typed is none.
    """
    for identity in await identities_of(work, customer_id):
        if identity.kind == EXCHANGE:
            return identity.key
    return None


class Asked:
    """One customer's exchange and networks, asked about one thing."""

    def __init__(self, exchange: Exchange, chains: Chains, uid: str | None) -> None:
        self._exchange = exchange
        self._chains = chains
        self._uid = uid

    async def about(self, named: Named) -> State:
        match named.kind:
            case ObjectKind.ACCOUNT:
                return await self._account(named)
            case ObjectKind.ORDER:
                return await self._order(named)
            case ObjectKind.ADDRESS:
                return await self._address(named)
            case ObjectKind.TRANSACTION:
                return await self._transaction(named)

    async def _account(self, named: Named) -> State:
        """Facts of an account only when it is the customer's own: a typed number proves nothing."""
        if self._uid is None or named.key != self._uid:
            return State(about="nothing", state="not_theirs")
        found = await _in_time(self._exchange.account(self._uid))
        state = "frozen" if found.value.is_frozen else "open"
        return _told(found, State(about="account", state=state, again_s=RESTING_S))

    async def _order(self, named: Named) -> State:
        if self._uid is None:
            return State(about="nothing", state="no_account")
        found = await _in_time(self._exchange.orders(self._uid, order_id=named.value, limit=5))
        order = next((each for each in found.value if each.id.lower() == named.key), None)
        if order is not None:
            return _told(found, _order(order))
        # People call a withdrawal's number an order's too.
        out = await _in_time(
            self._exchange.withdrawals(self._uid, withdrawal_id=named.value, limit=5)
        )
        sent = next((each for each in out.value if each.id.lower() == named.key), None)
        if sent is not None:
            return _told(out, _withdrawal(sent))
        return _told(found, State(about="nothing", state="not_found", again_s=RESTING_S))

    async def _address(self, named: Named) -> State:
        if self._uid is None:
            return State(about="nothing", state="no_account")
        known = await self._networks(named.chain)
        latest = None
        for network in dict.fromkeys(each.network for each in known):
            latest = await _in_time(self._exchange.address(self._uid, named.value, network))
            if latest.value.is_ours:
                state = "theirs" if latest.value.is_theirs else "ours"
                state = "retired" if latest.value.is_retired else state
                found = State(about="address", state=state, network=network, again_s=RESTING_S)
                return _told(latest, found)
        nobody = State(about="address", state="not_ours", again_s=RESTING_S)
        return nobody if latest is None else _told(latest, nobody)

    async def _transaction(self, named: Named) -> State:
        if self._uid is not None:
            booked = await self._booked(named)
            if booked is not None:
                return booked
        if not named.is_certain:
            return State(about="nothing", state="doubtful")
        seen = await self._on_chain(named)
        if seen is not None:
            return seen
        missing = "not_found" if self._uid is not None else "no_account"
        return State(about="nothing", state=missing, again_s=RESTING_S)

    async def _booked(self, named: Named) -> State | None:
        """In the customer's own books. They are read whole, so the hash is not told to anybody."""
        uid = self._uid or ""
        coming = await _in_time(self._exchange.deposits(uid, limit=100))
        for deposit in coming.value:
            if _key(deposit.tx_hash) == named.key:
                rules = await self._rules(deposit.asset, deposit.network)
                return _told(coming, _deposit(deposit, rules))
        leaving = await _in_time(self._exchange.withdrawals(uid, limit=100))
        for withdrawal in leaving.value:
            if withdrawal.tx_hash is not None and _key(withdrawal.tx_hash) == named.key:
                return _told(leaving, _withdrawal(withdrawal))
        return None

    async def _on_chain(self, named: Named) -> State | None:
        """By the exchange's own nodes: nobody else is asked."""
        wanted = {named.chain} if named.chain else set(named.chains)
        for network in dict.fromkeys(
            each.network for each in await self._networks(None) if each.chain in wanted
        ):
            reader = self._chains.of(network)
            if reader is None:
                continue
            found = await _in_time(reader.transaction(named.value))
            if found.value is not None:
                return _told(found, _seen(found.value, network))
        return None

    async def _networks(self, chain: str | None) -> list[Network]:
        known = await _in_time(self._exchange.networks())
        return [each for each in known.value if chain is None or each.chain == chain]

    async def _rules(self, asset: str, network: str) -> Network | None:
        try:
            known = await _in_time(self._exchange.networks(asset))
        except (NotOffered, ExchangeDown, TimeoutError):
            return None  # the count of confirmations is told without its goal
        return next((each for each in known.value if each.network == network), None)


async def _in_time(answer: Awaitable[T]) -> T:
    async with asyncio.timeout(WAIT_S):
        return await answer


def _told(known: Known[T], state: State) -> State:
    return msgspec.structs.replace(state, source=known.source, as_of=known.as_of)


def _key(tx_hash: str) -> str:
    bare = tx_hash[2:] if tx_hash[:2] in ("0x", "0X") else tx_hash
    is_hex = all(c in "0123456789abcdefABCDEF" for c in bare)
    return bare.lower() if is_hex else tx_hash


def _deposit(deposit: Deposit, rules: Network | None) -> State:
    return State(
        about="deposit",
        state=deposit.state,
        why=deposit.hold_reason,
        asset=deposit.asset,
        amount=f"{deposit.amount:f}",
        network=deposit.network,
        confirmations=deposit.confirmations,
        needed=rules.confirmations if rules is not None else None,
        again_s=_again(deposit.state),
    )


def _withdrawal(withdrawal: Withdrawal) -> State:
    return State(
        about="withdrawal",
        state=withdrawal.state,
        why=withdrawal.hold_reason or withdrawal.fail_reason,
        asset=withdrawal.asset,
        amount=f"{withdrawal.amount:f}",
        network=withdrawal.network,
        again_s=_again(withdrawal.state),
    )


def _order(order: Order) -> State:
    return State(
        about="order",
        state=order.state,
        why=order.reason,
        market=order.market,
        side=order.side,
        amount=f"{order.quantity:f}",
        filled=f"{order.filled:f}",
        again_s=_again(order.state),
    )


def _seen(transaction: Transaction, network: str) -> State:
    state = "failed" if not transaction.is_success else "confirmed"
    if transaction.is_success and transaction.confirmations == 0:
        state = "replaced" if transaction.replaced_by else "waiting"
    moved = transaction.transfers[0] if len(transaction.transfers) == 1 else None
    return State(
        about="chain",
        state=state,
        asset=moved.asset if moved else None,
        amount=f"{moved.amount:f}" if moved else None,
        network=network,
        confirmations=transaction.confirmations,
        again_s=MOVING_S if state in ("waiting", "confirmed") else RESTING_S,
    )


def _again(state: DepositState | WithdrawalState | OrderState) -> int | None:
    if state in _ENDED:
        return None
    moves = (DepositState.SEEN, WithdrawalState.SENT, WithdrawalState.QUEUED, OrderState.PARTLY)
    return MOVING_S if state in moves else RESTING_S
