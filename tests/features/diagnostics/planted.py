"""What is planted on the sandbox, and what a customer asks and should hear about it."""

from fanlight.exchange.connectors.sandbox.plants import CAUSES, Planted
from fanlight.features.diagnostics.models import Named

_SYMPTOMS = {
    "deposit": "deposit_not_credited",
    "withdrawal": "withdrawal_pending",
    "order": "order_trouble",
    "sign_in": "sign_in_trouble",
    "identity": "identity_check",
    "fiat": "fiat_late",
    "api": "api_error",
    "account": "account_compromised",
    "chain": "transaction",
}
# Where the finding is not called as its cause is.
_FOUND = {
    "deposit.unconfirmed": "confirming",
    "deposit.low_fee": "unconfirmed_low_fee",
    "deposit.contract": "contract_deposit",
    "deposit.maintenance": "halted",
    "deposit.review": "held",
    "deposit.region": "held",
    "deposit.travel_rule": "sender_details",
    "deposit.not_ours": "not_yours",
    "deposit.someone_elses": "not_yours",
    "deposit.unknown_hash": "not_found",
    "withdrawal.confirmation": "needs_confirmation",
    "withdrawal.held_review": "held",
    "withdrawal.held_new_address": "new_address",
    "withdrawal.held_security_change": "security_change",
    "withdrawal.held_limit": "limit",
    "withdrawal.held_travel_rule": "recipient_details",
    "withdrawal.held_maintenance": "halted",
    "withdrawal.sent": "unconfirmed",
    "withdrawal.failed_memo_missing": "failed_memo",
    "withdrawal.failed_network_error": "failed_not_refunded",
    "withdrawal.failed_rejected": "failed",
    "order.open": "price_not_reached",
    "order.stop_waiting": "stop_waits",
    "order.cancelled_by_customer": "by_customer",
    "order.cancelled_by_system": "by_system",
    "order.cancelled_ioc_unfilled": "ioc_unfilled",
    "order.cancelled_delisted": "refused_delisted",
    "sign_in.second_factor_reset": "changed_by_other",
    "account.compromised": "money_leaving",
    "account.new_device": "signs",
    "chain.defi": "contract_call",
    "chain.multisig": "multisig_waiting",
    "fiat.waiting_late": "late",
    "fiat.sent": "sent_out",
    "fiat.sent_late": "late_out",
    "fiat.held_review": "held",
    "identity.none": "not_begun",
    "identity.pending_late": "pending_long",
}
_SAYS = {"sign_in.second_factor_reset": "not_me"}
ALL = tuple(CAUSES)


def symptom_of(cause: str) -> str:
    return _SYMPTOMS[cause.partition(".")[0]]


def found_of(cause: str) -> str:
    """The code that is right for a cause."""
    if cause in _FOUND:
        return _FOUND[cause]
    name = cause.partition(".")[2]
    if name.startswith("rejected_"):
        return name.replace("rejected_", "refused_")
    return name.removeprefix("held_")


def named_by(planted: Planted) -> Named:
    """What its customer can name: a hash for coins that came in, an id for what they ordered."""
    kind = planted.cause.partition(".")[0]
    if kind in {"deposit", "chain"}:
        return Named(tx_hash=planted.tx_hash or "", network=planted.network or "")
    if kind in {"withdrawal", "order", "fiat"}:
        return Named(item=planted.id or "")
    return Named(says=_SAYS.get(planted.cause, "cannot_enter" if kind == "sign_in" else ""))
