"""A deposit read from both sides: what the exchange has recorded, and what stands on the chain."""

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from fanlight.exchange.facts import (
    AddressUse,
    Deposit,
    DepositState,
    Network,
    Transaction,
    Transfer,
)
from fanlight.features.diagnostics.models import Evidence, Facts, Step
from fanlight.features.diagnostics.picking import pick
from fanlight.features.diagnostics.values import Part, Plain, Said, Value
from fanlight.features.diagnostics.words import RULES, done, hashed, money, seen


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one deposit; any side of it may be missing."""

    now: datetime
    deposit: Deposit | None
    transaction: Transaction | None
    transfer: Transfer | None
    """The movement inside the transaction that concerns us: to an address of theirs, if any."""
    use: AddressUse | None
    """Of the transfer's address, on the transaction's own network."""
    elsewhere: AddressUse | None
    """The same address is theirs on another network: coins sent there took the wrong road."""
    rule: Network | None
    """The exchange's rules for this asset on this network."""
    is_asset_known: bool
    """Whether the exchange has this asset on any network."""
    is_address_known: bool
    """Whether the exchange could be asked whose address it is."""

    @property
    def network(self) -> str:
        if self.transaction is not None:
            return self.transaction.network
        return self.deposit.network if self.deposit else ""

    @property
    def asset(self) -> str:
        if self.deposit is not None:
            return self.deposit.asset
        return self.transfer.asset if self.transfer else ""

    @property
    def amount(self) -> Decimal | None:
        if self.deposit is not None:
            return self.deposit.amount
        return self.transfer.amount if self.transfer else None

    @property
    def memo(self) -> str | None:
        if self.transfer is not None:
            return self.transfer.memo
        return self.deposit.memo if self.deposit else None

    @property
    def hash(self) -> str:
        if self.transaction is not None:
            return self.transaction.hash
        return self.deposit.tx_hash if self.deposit else ""

    @property
    def address(self) -> str:
        if self.deposit is not None:
            return self.deposit.address
        return self.transfer.to if self.transfer else ""

    @property
    def confirmations(self) -> int:
        """The larger of both counts: each side may lag behind the other by a block."""
        counts = [each.confirmations for each in (self.transaction, self.deposit) if each]
        return max(counts, default=0)

    @property
    def needed(self) -> int:
        return self.rule.confirmations if self.rule else 1

    @property
    def is_theirs(self) -> bool:
        """The exchange took it in for them, or the address is one of theirs."""
        return self.deposit is not None or (self.use is not None and _takes(self.use))

    @property
    def state(self) -> DepositState | None:
        return self.deposit.state if self.deposit else None

    def is_in(self, *states: DepositState) -> bool:
        return self.state in states


def read(facts: Facts) -> Arrival:
    """Put the sides together for the deposit that was named, or for the one that still waits."""
    deposit = _deposit(facts)
    transaction = facts.transaction.value if facts.transaction else None
    rules = facts.networks.value if facts.networks else ()
    transfer, use = _transfer(facts, transaction)
    network = (transaction.network if transaction else "") or (deposit.network if deposit else "")
    asset = deposit.asset if deposit else (transfer.asset if transfer else "")
    found = [rule for rule in rules if (rule.asset, rule.network) == (asset, network)]
    return Arrival(
        now=facts.now,
        deposit=deposit,
        transaction=transaction,
        transfer=transfer,
        use=use,
        elsewhere=_elsewhere(facts, transfer, network),
        rule=found[0] if found else None,
        is_asset_known=any(rule.asset == asset for rule in rules),
        is_address_known=facts.addresses is not None,
    )


def _deposit(facts: Facts) -> Deposit | None:
    known = facts.deposits.value if facts.deposits else ()
    return pick(
        known,
        facts.named,
        is_open=lambda each: each.state is not DepositState.CREDITED,
        coins=lambda each: (each.asset,),
        tx_hash=lambda each: each.tx_hash,
    )


def trace(facts: Facts) -> tuple[str, str]:
    """Network and hash of the deposit that will be looked at."""
    deposit = _deposit(facts)
    return (deposit.network, deposit.tx_hash) if deposit else ("", "")


def _transfer(
    facts: Facts, transaction: Transaction | None
) -> tuple[Transfer | None, AddressUse | None]:
    """Of all movements in a transaction the one to them; else the first there is."""
    if transaction is None:
        return None, None
    uses = {
        use.address.casefold(): use
        for use in (facts.addresses.value if facts.addresses else ())
        if use.network == transaction.network
    }
    for transfer in transaction.transfers:
        use = uses.get(transfer.to.casefold())
        if use is not None and _takes(use):
            return transfer, use
    first = transaction.transfers[0] if transaction.transfers else None
    return first, uses.get(first.to.casefold()) if first else None


def _elsewhere(facts: Facts, transfer: Transfer | None, network: str) -> AddressUse | None:
    if transfer is None or facts.addresses is None:
        return None
    wanted = transfer.to.casefold()
    return next(
        (
            use
            for use in facts.addresses.value
            if use.is_theirs and use.network != network and use.address.casefold() == wanted
        ),
        None,
    )


def _takes(use: AddressUse) -> bool:
    """Theirs alone, or one that many share and the memo tells apart."""
    return use.is_theirs or (use.is_ours and use.is_shared)


def shown_amount(arrival: Arrival) -> dict[str, Value]:
    """The figure in every sentence about it."""
    if arrival.amount is None:
        return {"amount": Plain(arrival.asset)}
    return {"amount": money(arrival.amount, arrival.asset)}


def evidence(arrival: Arrival, *, is_bad: str = "") -> tuple[Evidence, ...]:
    """What is known of it, row by row; the row named ``is_bad`` is what stands in the way."""
    chain = arrival.network or RULES
    rows: list[Evidence] = []
    if arrival.hash:
        source = chain if arrival.transaction else "exchange"
        rows.append(hashed("tx_hash", arrival.hash, source))
    if arrival.network:
        rows.append(seen("network", arrival.network, chain, is_bad=is_bad == "network"))
    if arrival.transaction is not None and arrival.transaction.block is not None:
        rows.append(seen("block", Plain(f"{arrival.transaction.block:,}"), chain))
    if arrival.amount is not None:
        amount = money(arrival.amount, arrival.asset)
        rows.append(seen("amount", amount, chain, is_bad=is_bad == "amount"))
    if arrival.address:
        rows.append(hashed("address", arrival.address, chain, is_bad=is_bad == "address"))
    if arrival.rule is not None and arrival.rule.needs_memo:
        memo: Value = Plain(arrival.memo) if arrival.memo else Said("none_given")
        rows.append(seen("memo", memo, chain, is_bad=is_bad == "memo"))
    if arrival.rule is not None:
        count = Part(min(arrival.confirmations, arrival.needed), arrival.needed)
        rows.append(seen("confirmations", count, chain, is_bad=is_bad == "confirmations"))
    if arrival.is_theirs:
        state = arrival.state.value if arrival.state else "no_record"
        # That somebody looks at it is all that is said of it: the same words for every reason.
        rows.append(seen("record", Said(f"deposit_{state}"), is_bad=is_bad == "record"))
    return tuple(rows)


def timeline(arrival: Arrival) -> list[Step]:
    """What has happened so far."""
    steps: list[Step] = []
    transaction = arrival.transaction
    if transaction is not None:
        steps.append(done("sent", transaction.at))
        if transaction.confirmations > 0 and transaction.is_success:
            steps.append(done("in_block", transaction.at))
    if arrival.deposit is not None:
        steps.append(done("reached_us", arrival.deposit.seen_at))
    return steps


def mean_wait(seen: int, needed: int, *, block_interval_s: float) -> timedelta:
    """How long, on average, a deposit still waits for its confirmations.

    Args:
        seen: confirmations so far, in blocks; 0 while the transaction is unconfirmed.
        needed: confirmations before the exchange credits, in blocks. From its network table,
            never a constant here: exchanges change it without telling us.
        block_interval_s: mean time between blocks, in seconds. From the same table.

    Returns:
        Zero once enough were seen. A mean, so people are told "about", never a deadline.

    Raises:
        ValueError: ``needed`` is below 1, so the network table is wrong.
    """
    if needed < 1:
        raise ValueError(f"needed must be at least 1 block, got {needed}")
    return timedelta(seconds=max(needed - seen, 0) * block_interval_s)
