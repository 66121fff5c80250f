"""What is recognised in a message: a kind, a place, and what can be said of it without asking."""

from enum import StrEnum
from typing import Literal

import msgspec


class EntityKind(StrEnum):
    """The kinds are public words: on tickets, in searches and in the output of commands."""

    UID = "uid"
    ORDER_ID = "order_id"
    TX_HASH = "tx_hash"
    ADDRESS = "address"
    PAIR = "pair"
    AMOUNT = "amount"
    PRICE = "price"
    TIME = "time"
    ERROR_CODE = "error_code"
    SIDE = "side"
    ASSET = "asset"
    NETWORK = "network"


Checksum = Literal["right", "wrong", "none"]  # "none": this form carries no checksum


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One thing named in a text. ``start`` and ``end`` count code points of the text as given."""

    kind: EntityKind
    value: str  # as written
    start: int
    end: int  # exclusive
    chain: str | None = None  # of addresses and hashes: btc, evm, tron, sol …; None: cannot be told
    normal: str | None = None  # one spelling for many: "15000 USDT", "BTC/USDT", "2026-05-01T14:30"
    checksum: Checksum = "none"


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """An entity in places of the passage; the engine brings it back to the text as given."""

    kind: EntityKind
    start: int
    end: int
    chain: str | None = None
    normal: str | None = None
    checksum: Checksum = "none"
