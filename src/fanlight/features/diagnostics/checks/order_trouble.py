"""An order was not filled, was refused or cancelled, or a position was liquidated."""

import re
from typing import Unpack

from fanlight.exchange.facts import Order, OrderState
from fanlight.features.diagnostics.models import (
    Act,
    Asks,
    Check,
    Evidence,
    Fact,
    Facts,
    Finding,
    Step,
    Verdict,
)
from fanlight.features.diagnostics.picking import pick
from fanlight.features.diagnostics.values import Money, Said, Value
from fanlight.features.diagnostics.words import Case, Rest, bad, done, money, now, ok, seen, stop

_REFUSALS = frozenset(
    {
        "insufficient",
        "min_notional",
        "price_band",
        "post_only",
        "self_trade",
        "market_halted",
        "tick_size",
        "lot_size",
        "reduce_only",
        "delisted",
    }
)
FINDINGS = {
    "filled": Verdict.NOTHING,
    "by_customer": Verdict.NOTHING,
    "ioc_unfilled": Verdict.NOTHING,
    "expired": Verdict.NOTHING,
    "price_not_reached": Verdict.WAIT,
    "behind_others": Verdict.WAIT,
    "stop_waits": Verdict.WAIT,
    "partly": Verdict.WAIT,
    "market_waits": Verdict.PERSON,
    "by_system": Verdict.PERSON,
    "rejected": Verdict.PERSON,
    "liquidated": Verdict.ACT,
    "none_named": Verdict.ACT,
    **dict.fromkeys((f"refused_{reason}" for reason in sorted(_REFUSALS)), Verdict.ACT),
}
_ARTICLE = "spot-margin/order-not-filled"
CASE = Case(FINDINGS, _ARTICLE)


def decide(facts: Facts) -> Finding:
    """Why the order stands as it does."""
    order = chosen(facts)
    if order is None:
        return CASE.found("none_named", Act.LOOK_AGAIN, desk=("ask_which",))
    match order.state:
        case OrderState.OPEN | OrderState.PARTLY:
            return _waiting(order)
        case OrderState.FILLED:
            steps = [_placed(order), done("filled", order.changed_at)]
            return _found(order, "filled", Act.NONE, timeline=steps, ticks=[ok("filled")])
        case OrderState.LIQUIDATED:
            return _liquidated(order)
        case OrderState.EXPIRED:
            steps = [_placed(order), stop("expired", order.changed_at)]
            return _found(order, "expired", Act.READ, timeline=steps, ticks=[bad("in_time")])
        case OrderState.CANCELLED | OrderState.REJECTED:
            return _ended(order)


def chosen(facts: Facts) -> Order | None:
    """The named one; else the newest that was not simply filled; else the newest."""
    known = facts.orders.value if facts.orders else ()
    return pick(
        known,
        facts.named,
        is_open=lambda each: each.state is not OrderState.FILLED,
        coins=lambda each: re.split(r"\W", each.market),  # "ETH-USDT"
    )


def _waiting(order: Order) -> Finding:
    steps = [_placed(order), now("on_the_book")]
    if order.type in {"stop", "stop_limit"} and not _is_triggered(order):
        return _found(
            order, "stop_waits", Act.READ, timeline=steps, ticks=[bad("stop_reached")],
            article="spot-margin/order-types", is_bad="stop_price",
        )  # fmt: skip
    if order.state is OrderState.PARTLY or order.filled > 0:
        return _found(order, "partly", Act.READ, timeline=steps, ticks=[bad("whole")])
    if order.type == "market":
        return _found(
            order, "market_waits", Act.WRITE, timeline=steps, ticks=[bad("filled")],
            desk=("trading_team",),
        )  # fmt: skip
    if _is_out_of_reach(order):
        return _found(
            order, "price_not_reached", Act.READ, timeline=steps, ticks=[bad("price_reached")],
            is_bad="price",
        )  # fmt: skip
    return _found(
        order, "behind_others", Act.READ, timeline=steps, unsure=("others_ahead",),
        ticks=[ok("price_reached"), bad("filled")],
    )  # fmt: skip


def _is_triggered(order: Order) -> bool:
    """A buy stop waits for the price to rise to it, a sell stop for it to fall."""
    if order.stop_price is None or order.last_price is None:
        return False
    if order.side == "buy":
        return order.last_price >= order.stop_price
    return order.last_price <= order.stop_price


def _is_out_of_reach(order: Order) -> bool:
    if order.price is None or order.last_price is None:
        return False
    if order.side == "buy":
        return order.last_price > order.price
    return order.last_price < order.price


def _ended(order: Order) -> Finding:
    steps = [_placed(order), stop(order.state.value, order.changed_at)]
    if order.reason in _REFUSALS:
        return _found(
            order, f"refused_{order.reason}", Act.READ, timeline=steps, desk=("explain",),
            ticks=[bad(f"rule_{order.reason}", "rules")], is_bad="reason",
        )  # fmt: skip
    if order.reason == "by_customer":
        unsure = ("who_cancelled",)
        return _found(
            order, "by_customer", Act.NONE, timeline=steps, unsure=unsure, desk=("explain",)
        )
    if order.reason == "ioc_unfilled":
        return _found(
            order, "ioc_unfilled", Act.READ, timeline=steps, article="spot-margin/order-types"
        )
    code = "by_system" if order.state is OrderState.CANCELLED else "rejected"
    return _found(order, code, Act.WRITE, timeline=steps, desk=("trading_team",))


def _liquidated(order: Order) -> Finding:
    quote = _quote(order)
    extra: list[Evidence] = []
    if order.mark_price is not None:
        extra.append(seen("mark_price", Money(order.mark_price, quote), is_bad=True))
    if order.liquidation_price is not None:
        extra.append(seen("liquidation_price", Money(order.liquidation_price, quote)))
    return _found(
        order, "liquidated", Act.WRITE, extra=tuple(extra), desk=("liquidation_report",),
        timeline=[_placed(order), stop("liquidated", order.changed_at)],
        ticks=[bad("margin")], article="futures/liquidation", unsure=("mark_price",),
    )  # fmt: skip


def _placed(order: Order) -> Step:
    return done("placed", order.created_at)


def _quote(order: Order) -> str:
    return order.market.rpartition("/")[2] or order.market


def _rows(order: Order, is_bad: str) -> list[Evidence]:
    base, quote = order.market.partition("/")[0], _quote(order)
    rows = [
        seen("order", order.id),
        seen("market", order.market),
        seen("order_kind", Said(f"{order.type}_{order.side}")),
        seen("quantity", money(order.quantity, base)),
        seen("filled", money(order.filled, base)),
    ]
    for label, price in (
        ("price", order.price),
        ("stop_price", order.stop_price),
        ("last_price", order.last_price),
    ):
        if price is not None:
            rows.append(seen(label, money(price, quote), is_bad=is_bad == label))
    rows.append(seen("state", Said(f"order_{order.state.value}"), is_bad=is_bad == "reason"))
    return rows


def _found(
    order: Order,
    code: str,
    act: Act,
    *,
    is_bad: str = "",
    extra: tuple[Evidence, ...] = (),
    **rest: Unpack[Rest],
) -> Finding:
    base = order.market.partition("/")[0]
    params: dict[str, Value] = {
        "quantity": money(order.quantity, base),
        "filled": money(order.filled, base),
        "order": Said(f"{order.type}_{order.side}"),
    }
    rest["params"] = params | dict(rest.get("params", {}))
    rest["evidence"] = (*_rows(order, is_bad), *extra)
    return CASE.found(code, act, **rest)


CHECK = Check(
    symptom="order_trouble",
    icon="list-filter",
    asks=Asks(lists=Fact.ORDERS),
    facts=frozenset({Fact.ORDERS}),
    needs=frozenset({Fact.ORDERS}),
    findings=FINDINGS,
    article=_ARTICLE,
    topics=frozenset({_ARTICLE, "spot-margin/order-types", "futures/liquidation"}),
    tags=frozenset({"spot", "derivatives"}),
    source="The exchange's order records with the reason it gives for each end.",
    decide=decide,
)
