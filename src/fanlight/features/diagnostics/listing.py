"""A customer's last deposits, withdrawals, orders and payments, as lines to choose one from."""

from datetime import datetime
from decimal import Decimal

import msgspec

from fanlight.exchange.facts import Deposit, FiatTransfer, Order, Withdrawal
from fanlight.features.diagnostics.models import Check, Fact, Facts
from fanlight.features.diagnostics.telling import Teller
from fanlight.features.diagnostics.values import Money, Plain, Said, Value

MOST = 8


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One of them: what it is, where it stands, when it was."""

    id: str
    title: str
    state: str
    at: str
    iso: str
    is_settled: bool  # done as it should be: hardly what somebody asks about


_SETTLED = {"deposit_credited", "withdrawal_done", "order_filled", "fiat_credited", "fiat_sent"}


def lines_of(check: Check, facts: Facts, teller: Teller) -> list[Line]:
    """What the check lets one choose from, the newest first; none where nothing was told."""
    found: list[tuple[str, list[Value], str, datetime]] = []
    match check.asks.lists:
        case Fact.DEPOSITS if facts.deposits:
            found = [_deposit(each) for each in facts.deposits.value]
        case Fact.WITHDRAWALS if facts.withdrawals:
            found = [_withdrawal(each) for each in facts.withdrawals.value]
        case Fact.ORDERS if facts.orders:
            found = [_order(each) for each in facts.orders.value]
        case Fact.FIAT if facts.fiat:
            found = [_fiat(each) for each in facts.fiat.value]
    return [
        Line(
            id=item,
            title=" · ".join(teller.value(value) for value in values),
            state=teller.value(Said(state)),
            at=teller.moment(at),
            iso=at.isoformat(),
            is_settled=state in _SETTLED,
        )
        for item, values, state, at in found[:MOST]
    ]


def _amount(amount: Decimal, asset: str) -> Value:
    return Money(amount, asset)


def _deposit(each: Deposit) -> tuple[str, list[Value], str, datetime]:
    values: list[Value] = [_amount(each.amount, each.asset), Plain(each.network)]
    return each.id, values, f"deposit_{each.state.value}", each.seen_at


def _withdrawal(each: Withdrawal) -> tuple[str, list[Value], str, datetime]:
    values: list[Value] = [_amount(each.amount, each.asset), Plain(each.network)]
    return each.id, values, f"withdrawal_{each.state.value}", each.requested_at


def _order(each: Order) -> tuple[str, list[Value], str, datetime]:
    base = each.market.partition("/")[0]
    values: list[Value] = [
        Plain(each.market),
        Said(f"{each.type}_{each.side}"),
        _amount(each.quantity, base),
    ]
    return each.id, values, f"order_{each.state.value}", each.created_at


def _fiat(each: FiatTransfer) -> tuple[str, list[Value], str, datetime]:
    values: list[Value] = [
        _amount(each.amount, each.currency),
        Plain(each.rail.upper()),
        Said(f"direction_{each.direction}"),
    ]
    return each.id, values, f"fiat_{each.state.value}", each.created_at
