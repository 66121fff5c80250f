"""Orders that did not do what was hoped."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from fanlight.exchange.connectors.sandbox.lives import Lived
from fanlight.exchange.connectors.sandbox.money import price_of
from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import Fill, Order, OrderState

S = OrderState
_REJECTED = (
    *("insufficient", "min_notional", "price_band", "post_only", "self_trade"),
    *("market_halted", "tick_size", "lot_size", "reduce_only"),
)
_CANCELLED = ["by_customer", "by_system", "ioc_unfilled", "delisted"]


@cause("order.open")
def is_open(scene: Scene) -> Planted:
    """A buy well below the market: nobody sells there."""
    price = price_of("ETH/USDT") * Decimal("0.94")
    return _order(scene, "ETH/USDT", S.OPEN, price=price, changed_at=scene.ago(hours=7))


@cause("order.stop_waiting")
def stop_waiting(scene: Scene) -> Planted:
    stop = price_of("BTC/USDT") * Decimal("0.9")
    return _order(
        scene,
        "BTC/USDT",
        S.OPEN,
        type="stop_limit",
        side="sell",
        price=stop * Decimal("0.995"),
        stop_price=stop,
        changed_at=scene.ago(hours=7),
    )


@cause("order.partly")
def partly(scene: Scene) -> Planted:
    return _order(scene, "SOL/USDT", S.PARTLY, share=Decimal("0.4"))


@cause("order.filled")
def filled(scene: Scene) -> Planted:
    return _order(scene, "ETH/USDT", S.FILLED, share=Decimal(1))


@cause("order.expired")
def expired(scene: Scene) -> Planted:
    return _order(scene, "XRP/USDT", S.EXPIRED, share=Decimal(0))


@cause("order.liquidated")
def liquidated(scene: Scene) -> Planted:
    """The mark price passed the liquidation price; the last price did not quite."""
    entry = price_of("BTC/USDT") * Decimal("1.08")
    at = entry * Decimal("0.91")
    return _order(
        scene,
        "BTC/USDT",
        S.LIQUIDATED,
        product="futures",
        side="sell",
        type="market",
        price=None,
        share=Decimal(1),
        liquidation_price=at,
        mark_price=at * Decimal("0.9991"),
    )


def _rejected(scene: Scene) -> Planted:
    return _order(scene, "BTC/USDT", S.REJECTED, reason=scene.reason, changed_at=None)


def _cancelled(scene: Scene) -> Planted:
    return _order(scene, "ETH/USDT", S.CANCELLED, reason=scene.reason)


for _reason in _REJECTED:
    cause(f"order.rejected_{_reason}")(_rejected)
for _reason in _CANCELLED:
    cause(f"order.cancelled_{_reason}")(_cancelled)


def _order(
    scene: Scene,
    market: str,
    state: OrderState,
    *,
    share: Decimal = Decimal(0),
    changed_at: datetime | None = None,
    **says: Any,
) -> Planted:
    made_at = scene.ago(hours=7)
    price = says.pop("price", price_of(market))
    base, _, quote = market.partition("/")
    quantity = scene.amount(base, 900)
    done = quantity * share
    traded = price or says.get("mark_price") or price_of(market)
    fills: tuple[Fill, ...] = ()
    if done:
        at, fee = scene.ago(hours=6), done * traded * Decimal("0.001")
        fills = (Fill(at=at, price=traded, quantity=done, fee=fee, fee_asset=quote),)
    given: dict[str, Any] = {"side": "buy", "type": "limit", "product": "spot"} | says
    order = Order(
        id=scene.id("")[1:] + scene.id("")[:6],
        market=market,
        state=state,
        price=price,
        quantity=quantity,
        filled=done,
        fills=fills,
        created_at=made_at,
        changed_at=changed_at or (scene.ago(hours=6) if done else made_at),
        last_price=price_of(market),
        **given,
    )
    scene.changed.orders.append(Lived(order))
    return scene.planted(at=made_at, id=order.id, market=market, amount=quantity)
