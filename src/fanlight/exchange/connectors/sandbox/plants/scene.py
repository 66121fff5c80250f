"""What every plant stands on: the account, the moment, and where the facts are put."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from fanlight.exchange.connectors.sandbox.kept import Changed, State
from fanlight.exchange.connectors.sandbox.lives import Arrival, Lived, Mined, Step
from fanlight.exchange.connectors.sandbox.money import worth
from fanlight.exchange.connectors.sandbox.networks import block_s, networks
from fanlight.exchange.connectors.sandbox.world import World, memo
from fanlight.exchange.facts import (
    Deposit,
    DepositState,
    Network,
    Transaction,
    Transfer,
    Withdrawal,
    WithdrawalState,
)


class Planted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the customer could name of it: what they see in their wallet and on the exchange."""

    uid: str
    cause: str
    at: datetime
    asset: str | None = None
    network: str | None = None
    amount: Decimal | None = None
    tx_hash: str | None = None
    address: str | None = None
    memo: str | None = None
    id: str | None = None
    """Of the withdrawal, order or transfer."""
    market: str | None = None
    code: str | None = None
    """The error their program was given."""


Cause = Callable[["Scene"], Planted]
CAUSES: dict[str, Cause] = {}


def cause(name: str) -> Callable[[Cause], Cause]:
    """Name a plant."""

    def named(body: Cause) -> Cause:
        CAUSES[name] = body
        return body

    return named


def plant(world: World, uid: str, name: str, *, at: datetime | None = None) -> Planted:
    """Let it happen, now or at a moment that has passed.

    Raises:
        NoSuchAccount: there is no such UID.
        KeyError: no plant is called so.
    """
    body, number = CAUSES[name], world.number(uid)
    with world.kept.changing() as state:
        changed = state.of(uid)
        changed.plants += 1
        scene = Scene(world, state, changed, uid, number, name)
        scene.now = at or scene.now
        return body(scene)


class Scene:
    """One account at one moment, to put facts into."""

    def __init__(
        self, world: World, state: State, changed: Changed, uid: str, number: int, name: str
    ) -> None:
        self.world, self.state, self.changed = world, state, changed
        self.uid, self.number, self.cause = uid, number, name
        self.now = world.clock.now()
        self.chance: random.Random = world.chance(uid, f"{name}:{changed.plants}")

    @property
    def reason(self) -> str:
        """The last word of a cause that is one of many alike: ``held_review`` is ``review``."""
        return self.cause.partition(".")[2].partition("_")[2]

    def ago(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        return self.now - timedelta(days=days, hours=hours, minutes=minutes)

    def id(self, letter: str) -> str:
        return f"{letter}{self.chance.randrange(10**11, 10**12)}"

    def amount(self, asset: str, usdt: float = 300) -> Decimal:
        return worth(asset, usdt * self.chance.uniform(0.5, 3))

    def hash(self, network: str, what: str = "") -> str:
        name = f"{self.uid}:{self.cause}:{self.changed.plants}:{what}"
        return self.world.tx_hash(network, self.number, name)

    def wallet(self, network: str, whose: str = "own") -> str:
        return self.world.wallet(network, f"{self.uid}:{whose}")

    def rules(self, asset: str, network: str) -> Network:
        return networks()[f"{asset} {network}"]

    def planted(self, **named: Any) -> Planted:
        return Planted(uid=self.uid, cause=self.cause, **{"at": self.now, **named})

    def transaction(
        self, network: str, *transfers: Transfer, mined_at: datetime | None, **says: Any
    ) -> Transaction:
        """Put one on a network; unmined it waits, known to the nodes but in no block."""
        made = Transaction(
            hash=says.pop("hash", None) or self.hash(network),
            network=network,
            transfers=transfers,
            **says,
        )
        self.state.transactions[f"{network} {made.hash}"] = Mined(
            first=made, block_s=block_s()[network], mined_at=mined_at
        )
        return made

    def coins_to(self, rules: Network, amount: Decimal, **says: Any) -> Transfer:
        """A transfer to this account's deposit address, as the customer should have made it."""
        given = {
            "to": self.world.deposit_address(self.number, rules.network),
            "memo": memo(self.number) if rules.needs_memo else None,
            "sender": self.wallet(rules.network),
            "contract": rules.contract,
        } | says
        return Transfer(amount=amount, asset=rules.asset, **given)

    def sent_in(
        self,
        asset: str,
        network: str,
        *,
        mined_at: datetime | None,
        amount: Decimal | None = None,
        transfer: dict[str, Any] | None = None,
        **says: Any,
    ) -> Planted:
        """Coins on the chain, towards this account; the exchange has noted nothing."""
        rules = self.rules(asset, network)
        coins = self.coins_to(rules, amount or self.amount(asset), **(transfer or {}))
        made = self.transaction(network, coins, mined_at=mined_at, **says)
        return self.planted(
            asset=asset,
            network=network,
            amount=coins.amount,
            tx_hash=made.hash,
            address=coins.to,
            memo=coins.memo,
            at=mined_at or self.now,
        )

    def noted(
        self,
        sent: Planted,
        *,
        state: DepositState = DepositState.SEEN,
        steps: Sequence[Step] = (),
        is_unclaimed: bool = False,
        of: str | None = None,
        **says: Any,
    ) -> Planted:
        """The exchange's own line for coins that were sent in, to this account or another."""
        mined = self.state.transactions[f"{sent.network} {sent.tx_hash}"]
        deposit = Deposit(
            id=self.id("D"),
            asset=sent.asset or "",
            network=sent.network or "",
            amount=sent.amount or Decimal(0),
            state=state,
            tx_hash=sent.tx_hash or "",
            address=sent.address or "",
            memo=sent.memo,
            seen_at=sent.at,
            **says,
        )
        arrival = Arrival(Lived(deposit, tuple(steps)), mined.mined_at)
        deposits = self.state.of(of or self.uid).deposits
        (self.state.unclaimed if is_unclaimed else deposits).append(arrival)
        return sent

    def withdrawal(
        self,
        asset: str,
        network: str,
        state: WithdrawalState,
        *,
        requested_at: datetime,
        steps: Sequence[Step] = (),
        **says: Any,
    ) -> Planted:
        """A withdrawal to the customer's own wallet."""
        rules = self.rules(asset, network)
        made = Withdrawal(
            id=self.id("W"),
            asset=asset,
            network=network,
            amount=max(self.amount(asset), rules.min_withdrawal),
            fee=rules.withdrawal_fee,
            state=state,
            address=says.pop("address", None) or self.wallet(network),
            requested_at=requested_at,
            changed_at=says.pop("changed_at", None) or requested_at + timedelta(minutes=1),
            **says,
        )
        self.changed.withdrawals.append(Lived(made, tuple(steps)))
        return self.planted(
            at=requested_at,
            id=made.id,
            asset=asset,
            network=network,
            amount=made.amount,
            address=made.address,
            memo=made.memo,
            tx_hash=made.tx_hash,
        )

    def halt(self, asset: str, network: str, *, ends_at: datetime | None, **says: Any) -> None:
        """Stop an asset on a network; it goes on by itself where an end is announced."""
        key, since = f"{asset} {network}", self.ago(hours=2)
        halted = replace(networks()[key], halted_since=since, halted_until=ends_at, **says)
        over = {
            "deposits_halted": False,
            "withdrawals_halted": False,
            "halted_since": None,
            "halted_until": None,
        }
        steps = (Step(ends_at, over),) if ends_at is not None else ()
        self.state.networks[key] = Lived(halted, steps)
