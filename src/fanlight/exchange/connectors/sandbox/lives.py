"""Facts that change as time goes by, written down whole at their beginning."""

from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import replace

from fanlight.exchange.facts import Deposit, DepositState, Network, Transaction

T = TypeVar("T", bound=msgspec.Struct)


class Step(msgspec.Struct, frozen=True):
    """From a moment on, some fields say something else."""

    at: datetime
    says: dict[str, Any]


class Lived(msgspec.Struct, Generic[T], frozen=True, omit_defaults=True):
    """A fact as it is first, and what becomes of it."""

    first: T
    steps: tuple[Step, ...] = ()


def seen(lived: Lived[T], now: datetime) -> T:
    """What it is now."""
    passed = [step for step in lived.steps if step.at <= now]
    if not passed:
        return lived.first
    fields: dict[str, Any] = {}
    for step in passed:
        fields |= step.says
        if "changed_at" in lived.first.__struct_fields__:
            fields["changed_at"] = step.at
    return msgspec.convert({**msgspec.to_builtins(lived.first), **fields}, type(lived.first))


class Mined(msgspec.Struct, frozen=True, omit_defaults=True):
    """A transaction, the moment its first block came, if one does, and the time between blocks."""

    first: Transaction
    block_s: float
    mined_at: datetime | None = None
    seen_at: datetime | None = None
    """Before this, no node knows it."""

    def at(self, now: datetime) -> Transaction:
        count = confirmations(self.mined_at, self.block_s, now)
        if not count or self.mined_at is None:
            return self.first
        block = height(self.mined_at, self.block_s)
        return replace(self.first, confirmations=count, block=block, at=self.mined_at)


class Arrival(msgspec.Struct, frozen=True, omit_defaults=True):
    """A deposit; unless held, it is credited when its transaction is confirmed enough."""

    lived: Lived[Deposit]
    mined_at: datetime | None = None

    def at(self, now: datetime, network: Network) -> Deposit:
        deposit = seen(self.lived, now)
        count = confirmations(self.mined_at, network.block_s, now)
        deposit = replace(deposit, confirmations=count)
        if deposit.state is not DepositState.SEEN or count < network.confirmations:
            return deposit
        if network.deposits_halted:
            return replace(deposit, state=DepositState.HELD, hold_reason="maintenance")
        waits = timedelta(seconds=network.block_s * (network.confirmations - 1))
        since = (self.mined_at or now) + waits
        return replace(deposit, state=DepositState.CREDITED, credited_at=since)


def confirmations(mined_at: datetime | None, block_s: float, now: datetime) -> int:
    """How many blocks say so by now."""
    if mined_at is None or now < mined_at:
        return 0
    return 1 + int((now - mined_at).total_seconds() / block_s)


def height(at: datetime, block_s: float) -> int:
    """The newest block's number at a moment, as if the chain had begun in 1970."""
    return int(at.timestamp() / block_s)
