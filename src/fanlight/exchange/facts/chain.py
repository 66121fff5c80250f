"""A transaction as its network has it."""

from datetime import datetime
from decimal import Decimal

import msgspec


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of value inside a transaction on a chain."""

    to: str
    amount: Decimal
    asset: str
    contract: str | None = None
    memo: str | None = None
    sender: str | None = None
    is_internal: bool = False
    """Made by a contract while it ran, so it stands in no plain list of transfers."""


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction as its network has it."""

    hash: str
    network: str
    is_success: bool = True
    """False when it was refused while running: its value never moved."""
    confirmations: int = 0
    """0: known, in no block yet."""
    block: int | None = None
    at: datetime | None = None
    transfers: tuple[Transfer, ...] = ()
    kind: str = "transfer"
    """Closed list: ``transfer contract_call approval multisig bridge``."""
    fee_is_low: bool = False
    """It may wait long, because others pay more."""
    replaced_by: str | None = None
    signatures: tuple[int, int] | None = None
    """(given, needed) of a multisig that waits."""
