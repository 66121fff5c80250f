"""Coins and money on their way in and out, and the rules of each network."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

import msgspec


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """One asset on one network, with the exchange's rules for it."""

    asset: str
    network: str
    chain: str
    """The word of ``kernel.entities`` for its addresses: ``btc evm tron sol xrp`` and so on."""
    contract: str | None = None
    """The token's contract, where it has one."""
    needs_memo: bool = False
    memo_name: str = ""
    """What this network calls it: ``memo``, ``tag``."""
    confirmations: int
    """Blocks until a deposit is credited; at least 1."""
    block_s: float
    """Mean time between blocks, in seconds."""
    min_deposit: Decimal
    min_withdrawal: Decimal
    max_withdrawal: Decimal | None = None
    """In 24 hours, for the lowest tier."""
    withdrawal_fee: Decimal
    takes_contract_deposits: bool = True
    """Whether a transfer made inside a contract call is seen by itself."""
    deposits_halted: bool = False
    withdrawals_halted: bool = False
    halted_since: datetime | None = None
    halted_until: datetime | None = None
    """Announced end; None when nobody knows."""
    is_delisted: bool = False


class DepositState(StrEnum):
    """Where a deposit stands: see the fields."""

    SEEN = "seen"  # on the chain, not yet confirmed enough
    CREDITED = "credited"
    HELD = "held"  # somebody looks at it
    UNCLAIMED = "unclaimed"  # arrived at an address of ours, cannot be given to anybody
    BELOW_MINIMUM = "below_minimum"
    RETURNED = "returned"


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    """Coins on their way in."""

    id: str
    asset: str
    network: str
    amount: Decimal
    state: DepositState
    tx_hash: str
    address: str
    memo: str | None = None
    confirmations: int = 0
    seen_at: datetime
    credited_at: datetime | None = None
    hold_reason: str = ""
    """Closed list: ``review travel_rule region maintenance``. Approved words stand for it."""
    wants: str = ""
    """What the customer has to give before it goes on: ``sender_details``; empty: nothing."""


class WithdrawalState(StrEnum):
    """Where a withdrawal stands: see the fields."""

    REQUESTED = "requested"
    CONFIRMATION = "confirmation"  # the customer has not confirmed it (mail, code)
    HELD = "held"
    QUEUED = "queued"  # approved, waits to be sent
    SENT = "sent"  # on the chain, not yet final
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """Coins on their way out."""

    id: str
    asset: str
    network: str
    amount: Decimal
    fee: Decimal
    state: WithdrawalState
    address: str
    memo: str | None = None
    tx_hash: str | None = None
    requested_at: datetime
    changed_at: datetime
    hold_reason: str = ""
    """Closed list: ``review new_address security_change limit maintenance travel_rule frozen``."""
    held_until: datetime | None = None
    fail_reason: str = ""
    """Closed list: ``bad_address memo_missing network_error insufficient rejected``."""
    is_refunded: bool = False


class AddressUse(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an address is a deposit address of the exchange, and whose.

    ``uid`` is told only when it is the customer asked about; of others ``is_theirs`` is false and
    nothing more is said.
    """

    address: str
    network: str
    is_ours: bool
    is_theirs: bool = False
    is_shared: bool = False
    """Many customers deposit here and are told apart by the memo."""
    memo: str | None = None
    """The asking customer's own, where the address is shared."""
    is_retired: bool = False


class FiatState(StrEnum):
    """Where a transfer of money stands: see the fields."""

    WAITING = "waiting"  # told of, no money seen yet
    RECEIVED = "received"
    HELD = "held"
    CREDITED = "credited"
    SENT = "sent"
    RETURNED = "returned"
    FAILED = "failed"


class FiatTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """Money by bank or card."""

    id: str
    direction: str
    """``in`` or ``out``."""
    currency: str
    amount: Decimal
    rail: str
    """``sepa``, ``swift``, ``card``, ``fps`` and so on."""
    state: FiatState
    reference: str = ""
    created_at: datetime
    changed_at: datetime
    usual: timedelta | None = None
    """How long this rail takes for nine of ten, bank days counted by the exchange."""
    due_at: datetime | None = None
    hold_reason: str = ""
    """Closed list: ``name_differs reference_missing review bank_holiday limit``."""
    fail_reason: str = ""
    """Closed list: ``account_closed bank_refused name_differs card_refused``."""
