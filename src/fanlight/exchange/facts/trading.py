"""Orders, what became of them, and what they cost."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class TradingFees(msgspec.Struct, frozen=True, kw_only=True):
    """What a trade costs on one market."""

    market: str
    maker: Decimal
    """A share: 0.001 is 0.1 %."""
    taker: Decimal
    tier: str = ""


class OrderState(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    PARTLY = "partly"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    LIQUIDATED = "liquidated"


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an order that was traded."""

    at: datetime
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stands now, and why it ended."""

    id: str
    market: str
    product: str = "spot"
    """``spot``, ``margin``, ``futures``."""
    side: str
    """``buy`` or ``sell``."""
    type: str
    """``limit market stop stop_limit``."""
    state: OrderState
    price: Decimal | None = None
    stop_price: Decimal | None = None
    quantity: Decimal
    filled: Decimal = Decimal(0)
    fills: tuple[Fill, ...] = ()
    created_at: datetime
    changed_at: datetime
    reason: str = ""
    """Closed list: ``insufficient min_notional price_band post_only self_trade market_halted
    tick_size lot_size reduce_only by_customer by_system ioc_unfilled delisted``."""
    mark_price: Decimal | None = None
    """At the liquidation, where there was one."""
    liquidation_price: Decimal | None = None
    last_price: Decimal | None = None
    """The market's, when this was asked."""
