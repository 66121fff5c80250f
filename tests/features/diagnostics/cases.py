"""For every finding of every check: facts that lead to it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from fanlight.exchange.facts import (
    DepositState,
    FiatState,
    IdentityState,
    OrderState,
    WithdrawalState,
)
from fanlight.features.diagnostics.models import Fact, Facts, Named
from tests.conftest import NOON
from tests.features.diagnostics.facts import (
    ADDRESS,
    FROZEN,
    HASH,
    MINE,
    RULES,
    TRON,
    XRP,
    XRP_ADDRESS,
    api_key,
    arriving,
    change,
    deposit,
    facts,
    failure,
    fiat,
    identity,
    known,
    network,
    order,
    sign_in,
    transaction,
    transfer,
    use,
    withdrawal,
)

_SHARED = use(address=XRP_ADDRESS, network="XRP Ledger", is_theirs=False, is_shared=True, memo=MINE)


def _xrp(memo: str | None, *, state: DepositState | None = DepositState.UNCLAIMED) -> Facts:
    moved = transfer(to=XRP_ADDRESS, amount=Decimal(1250), asset="XRP", contract=None, memo=memo)
    tx = transaction(network="XRP Ledger", confirmations=900, transfers=(moved,))
    record = deposit(
        asset="XRP", network="XRP Ledger", amount=Decimal(1250), address=XRP_ADDRESS, memo=memo,
        state=state or DepositState.SEEN, confirmations=900,
    )  # fmt: skip
    return arriving([record] if state else [], tx, [_SHARED])


_HALTED = (network(deposits_halted=True, withdrawals_halted=True, halted_since=NOON), XRP, TRON)
_NO_HASH = Named()
_SEEN = DepositState.SEEN

_ELSEWHERE = transaction(network="Polygon")
_DEPOSIT = {
    "credited": arriving([deposit(state=DepositState.CREDITED, credited_at=NOON)], transaction()),
    "returned": arriving([deposit(state=DepositState.RETURNED)], transaction()),
    "confirming": arriving([deposit(confirmations=3)], transaction(confirmations=4), [use()]),
    "unconfirmed": arriving([], transaction(confirmations=0, block=None), [use()]),
    "unconfirmed_low_fee": arriving(
        [], transaction(confirmations=0, block=None, fee_is_low=True), [use()]
    ),
    "halted": arriving([deposit()], transaction(), [use()], _HALTED),
    "held": arriving([deposit(state=DepositState.HELD, hold_reason="review")], transaction()),
    "sender_details": arriving(
        [deposit(state=DepositState.HELD, hold_reason="travel_rule", wants="sender_details")],
        transaction(),
    ),
    "memo_missing": _xrp(None),
    "memo_wrong": _xrp("999"),
    "failed_on_chain": arriving([], transaction(is_success=False), [use()]),
    "replaced": arriving([], transaction(replaced_by="0x" + "ef" * 32), [use()]),
    "multisig_waiting": arriving([], transaction(signatures=(1, 3), confirmations=0), [use()]),
    "no_transfer": arriving([], transaction(transfers=(), kind="approval")),
    "not_found": arriving([], None),
    "not_yours": arriving([], transaction(), [use(is_theirs=False)]),
    "none_named": arriving([], None, named=_NO_HASH),
    "below_minimum": arriving(
        [deposit(state=DepositState.BELOW_MINIMUM, amount=Decimal(2))], transaction(), [use()]
    ),
    "wrong_network": arriving(
        [], _ELSEWHERE, [use(is_theirs=False, is_ours=False, network="Polygon"), use()]
    ),
    "unsupported_token": arriving(
        [], transaction(transfers=(transfer(contract="0x" + "22" * 20),)), [use()]
    ),
    "delisted": arriving(
        [deposit(state=DepositState.UNCLAIMED)], transaction(), [use()],
        (network(is_delisted=True),),
    ),
    "contract_deposit": arriving(
        [], transaction(transfers=(transfer(is_internal=True),)), [use()],
        (network(takes_contract_deposits=False),),
    ),
    "retired_address": arriving([], transaction(), [use(is_retired=True)]),
    "lagging": arriving([], transaction(), [use()]),
    "cannot_read": arriving([], transaction(), None),
}  # fmt: skip
_MEMO = {
    "credited": _xrp(MINE, state=DepositState.CREDITED),
    "no_memo_needed": arriving([deposit()], transaction(), [use()]),
    "memo_right": _xrp(MINE, state=None),
    "memo_missing": _xrp(None),
    "memo_wrong": _xrp("999"),
    "not_yours": arriving(
        [], transaction(network="XRP Ledger", transfers=(transfer(asset="XRP", to="rElse"),)),
        [use(address="rElse", network="XRP Ledger", is_ours=False, is_theirs=False)],
    ),
    "not_found": arriving([], None),
    "none_named": arriving([], None, named=_NO_HASH),
    "cannot_read": arriving([], transaction(network="XRP Ledger"), None),
}  # fmt: skip


def _out(tx: Any = None, rules: Any = RULES, **wanted: Any) -> Facts:
    found = facts(withdrawals=(withdrawal(**wanted),), networks=rules)
    if tx is None:
        return found
    return found.with_known({Fact.TRANSACTION: known(tx, "Ethereum")}, {})


_W = WithdrawalState
_WITHDRAWAL = {
    "done": _out(transaction(), state=_W.DONE, tx_hash=HASH),
    "cancelled": _out(state=_W.CANCELLED),
    "requested": _out(state=_W.REQUESTED),
    "queued": _out(state=_W.QUEUED),
    "halted": _out(None, _HALTED, state=_W.QUEUED),
    "held": _out(state=_W.HELD, hold_reason="review"),
    "new_address": _out(state=_W.HELD, hold_reason="new_address", held_until=NOON),
    "security_change": _out(state=_W.HELD, hold_reason="security_change", held_until=NOON),
    "limit": _out(state=_W.HELD, hold_reason="limit", held_until=NOON),
    "confirming": _out(transaction(confirmations=2), state=_W.SENT, tx_hash=HASH),
    "unconfirmed": _out(transaction(confirmations=0), state=_W.SENT, tx_hash=HASH),
    "needs_confirmation": _out(state=_W.CONFIRMATION),
    "recipient_details": _out(state=_W.HELD, hold_reason="travel_rule"),
    "done_without_memo": _out(state=_W.DONE, tx_hash=HASH, asset="XRP", network="XRP Ledger"),
    "failed_bad_address": _out(state=_W.FAILED, fail_reason="bad_address", is_refunded=True),
    "failed_memo": _out(state=_W.FAILED, fail_reason="memo_missing", is_refunded=True),
    "failed_insufficient": _out(state=_W.FAILED, fail_reason="insufficient", is_refunded=True),
    "failed": _out(state=_W.FAILED, fail_reason="network_error", is_refunded=True),
    "failed_not_refunded": _out(state=_W.FAILED, fail_reason="network_error"),
    "failed_on_chain": _out(transaction(is_success=False), state=_W.SENT, tx_hash=HASH),
    "none_named": facts(withdrawals=(), networks=RULES),
}


def _traded(**wanted: Any) -> Facts:
    return facts(orders=(order(**wanted),))


_O = OrderState
_REFUSED = (
    "insufficient", "min_notional", "price_band", "post_only", "self_trade", "market_halted",
    "tick_size", "lot_size", "reduce_only", "delisted",
)  # fmt: skip
_ORDER = {
    "filled": _traded(state=_O.FILLED, filled=Decimal("0.5")),
    "by_customer": _traded(state=_O.CANCELLED, reason="by_customer"),
    "ioc_unfilled": _traded(state=_O.CANCELLED, reason="ioc_unfilled"),
    "expired": _traded(state=_O.EXPIRED),
    "price_not_reached": _traded(),
    "behind_others": _traded(last_price=Decimal(90_000)),
    "stop_waits": _traded(type="stop_limit", stop_price=Decimal(96_000)),
    "partly": _traded(state=_O.PARTLY, filled=Decimal("0.1")),
    "market_waits": _traded(type="market", price=None),
    "by_system": _traded(state=_O.CANCELLED, reason="by_system"),
    "rejected": _traded(state=_O.REJECTED),
    "liquidated": _traded(
        state=_O.LIQUIDATED, product="futures", mark_price=Decimal(81_000),
        liquidation_price=Decimal(81_200),
    ),
    "none_named": facts(orders=()),
    **{f"refused_{reason}": _traded(state=_O.REJECTED, reason=reason) for reason in _REFUSED},
}  # fmt: skip


def _entering(*tries: Any, says: str = "cannot_enter", **wanted: Any) -> Facts:
    return facts(
        Named(says=says), **{"sign_ins": tries, "security_changes": (), "frozen": None} | wanted
    )


_SIGN_IN = {
    "no_trouble_seen": _entering(sign_in(is_success=True)),
    "frozen": _entering(sign_in(reason="frozen"), frozen=FROZEN),
    "lost_second_factor": _entering(sign_in(reason="wrong_code"), says="lost_2fa"),
    "changed_by_other": _entering(says="not_me", security_changes=(change(),)),
    "other": _entering(sign_in(reason="")),
    **{
        reason: _entering(sign_in(reason=reason))
        for reason in ("wrong_password", "wrong_code", "unknown_device", "locked", "region")
    },
}
_RETRIED = (
    "blurred", "cropped", "expired", "name_differs", "unsupported_document", "address_old",
    "selfie_differs", "underage", "duplicate", "region",
)  # fmt: skip
_I = IdentityState
_IDENTITY = {
    "passed": facts(identity=identity(state=_I.PASSED, decided_at=NOON)),
    "pending": facts(identity=identity(state=_I.PENDING, usual=timedelta(days=2))),
    "pending_long": facts(identity=identity(state=_I.PENDING, usual=timedelta(hours=2))),
    "refused_other": facts(identity=identity(reasons=("something_else",))),
    "not_begun": facts(identity=identity(state=_I.NONE, submitted_at=None)),
    "expired": facts(identity=identity(state=_I.EXPIRED)),
    **{
        f"refused_{reason}": facts(identity=identity(reasons=(reason,), decided_at=NOON))
        for reason in _RETRIED
    },
}


def _bank(**wanted: Any) -> Facts:
    return facts(fiat=(fiat(**wanted),))


_F = FiatState
_PAST = NOON - timedelta(hours=1)
_FIAT = {
    "credited": _bank(state=_F.CREDITED),
    "returned": _bank(state=_F.RETURNED),
    "waiting": _bank(),
    "received": _bank(state=_F.RECEIVED),
    "sent_out": _bank(state=_F.SENT, direction="out"),
    "held": _bank(state=_F.HELD, hold_reason="review"),
    "late": _bank(due_at=_PAST),
    "late_out": _bank(state=_F.SENT, direction="out", due_at=_PAST),
    "failed": _bank(state=_F.FAILED),
    "none_named": facts(fiat=()),
    **{
        reason: _bank(state=_F.HELD, hold_reason=reason)
        for reason in ("bank_holiday", "limit", "reference_missing", "name_differs")
    },
    **{
        f"failed_{reason}": _bank(state=_F.FAILED, fail_reason=reason)
        for reason in ("account_closed", "bank_refused", "name_differs", "card_refused")
    },
}


def _program(*failures: Any, key: Any = None) -> Facts:
    return facts(api_failures=failures, api_keys=(key or api_key(),))


_API = {
    "no_failures": _program(),
    "key_off": _program(failure(reason="unknown_key"), key=api_key(is_active=False)),
    "other": _program(failure(reason="")),
    "timestamp": _program(failure(reason="timestamp", skew_ms=-4200)),
    **{
        reason: _program(failure(reason=reason))
        for reason in (
            "signature", "address_not_listed", "rights", "expired", "rate_limit", "unknown_key",
            "parameter", "overload",
        )
    },
}  # fmt: skip


def _watched(**wanted: Any) -> Facts:
    calm: dict[str, Any] = {
        "sign_ins": (sign_in(is_success=True),), "security_changes": (), "withdrawals": (),
        "api_keys": (), "frozen": None,
    }  # fmt: skip
    return facts(**calm | wanted)


_COMPROMISED = {
    "money_leaving": _watched(withdrawals=(withdrawal(),), security_changes=(change(),)),
    "signs": _watched(sign_ins=(sign_in(is_success=True, is_new_device=True),)),
    "frozen": _watched(frozen=FROZEN, security_changes=(change(),)),
    "no_signs": _watched(),
}


def _on_chain(named: bool = True, **wanted: Any) -> Facts:
    tx = transaction(**wanted)
    return arriving([], tx, named=Named(tx_hash=HASH) if named else _NO_HASH)


_TRANSACTION = {
    "confirmed": _on_chain(),
    "confirming": _on_chain(confirmations=3),
    "unconfirmed": _on_chain(confirmations=0, block=None),
    "unconfirmed_low_fee": _on_chain(confirmations=0, fee_is_low=True),
    "failed": _on_chain(is_success=False),
    "replaced": _on_chain(replaced_by="0x" + "ef" * 32),
    "approval": _on_chain(kind="approval", transfers=()),
    "multisig_waiting": _on_chain(signatures=(1, 2)),
    "bridge": _on_chain(kind="bridge"),
    "contract_call": _on_chain(kind="contract_call"),
    "not_found": arriving([], None),
    "none_named": _on_chain(named=False),
}
CASES: dict[str, dict[str, Facts]] = {
    "deposit_not_credited": _DEPOSIT,
    "memo_missing": _MEMO,
    "withdrawal_pending": _WITHDRAWAL,
    "order_trouble": _ORDER,
    "sign_in_trouble": _SIGN_IN,
    "identity_check": _IDENTITY,
    "fiat_late": _FIAT,
    "api_error": _API,
    "account_compromised": _COMPROMISED,
    "transaction": _TRANSACTION,
}
__all__ = ["ADDRESS", "CASES"]
