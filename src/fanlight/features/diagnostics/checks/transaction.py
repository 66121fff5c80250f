"""A transaction on a chain, by its hash alone: what the network did, ours or not.

It looks at no account, so whoever gives a hash may be told; never whose address it is.
"""

from collections.abc import Sequence
from typing import Unpack

from fanlight.exchange.facts import Network, Transaction
from fanlight.features.diagnostics.arrivals import mean_wait
from fanlight.features.diagnostics.models import (
    Act,
    Asks,
    Check,
    Evidence,
    Fact,
    Facts,
    Finding,
    Verdict,
)
from fanlight.features.diagnostics.values import Lasts, Part, Plain, Said, Value
from fanlight.features.diagnostics.words import (
    Case,
    Rest,
    bad,
    done,
    hashed,
    money,
    network_of,
    now,
    ok,
    seen,
    stop,
    then,
)

FINDINGS = {
    "confirmed": Verdict.NOTHING,
    "confirming": Verdict.WAIT,
    "unconfirmed": Verdict.WAIT,
    "unconfirmed_low_fee": Verdict.WAIT,
    "failed": Verdict.ACT,
    "replaced": Verdict.ACT,
    "approval": Verdict.ACT,
    "multisig_waiting": Verdict.ACT,
    "bridge": Verdict.WAIT,
    "contract_call": Verdict.NOTHING,
    "not_found": Verdict.ACT,
    "none_named": Verdict.ACT,
}
CASE = Case(FINDINGS, "basics/transaction-hash")
_DEFI = "risks/defi-bridges"


def decide(facts: Facts) -> Finding:
    """What the network says of it."""
    named = facts.named
    if not named.tx_hash or facts.transaction is None:
        return CASE.found("none_named", Act.LOOK_AGAIN, needs=("hash",))
    tx = facts.transaction.value
    if tx is None:
        return CASE.found(
            "not_found",
            Act.LOOK_AGAIN,
            params={"network": network_of(facts.transaction.source)},
            evidence=[hashed("tx_hash", named.tx_hash, facts.transaction.source)],
            ticks=[bad("on_chain", facts.transaction.source)],
            unsure=("not_broadcast",),
        )
    return _ended(tx) or _kind(tx) or _under_way(tx, _needed(facts, tx))


def _ended(tx: Transaction) -> Finding | None:
    if tx.replaced_by:
        extra = [hashed("replaced_by", tx.replaced_by, tx.network, is_bad=True)]
        return _found(tx, "replaced", Act.LOOK_AGAIN, extra=extra)
    if not tx.is_success:
        return _found(
            tx, "failed", Act.READ, ticks=[bad("on_chain", tx.network)], is_safe=True,
            timeline=[done("sent", tx.at), stop("refused_by_network", tx.at)],
            article="basics/gas-fees",
        )  # fmt: skip
    return None


def _kind(tx: Transaction) -> Finding | None:
    """What is no plain transfer: told what the exchange can and cannot do."""
    if tx.signatures is not None and tx.signatures[0] < tx.signatures[1]:
        count = Part(*tx.signatures)
        return _found(
            tx, "multisig_waiting", Act.READ, params={"count": count},
            extra=[seen("signatures", count, tx.network, is_bad=True)],
            timeline=[now("signatures"), then("sent")], article="basics/wallets-custody",
        )  # fmt: skip
    match tx.kind:
        case "approval":
            return _found(tx, "approval", Act.READ, article="basics/token-approvals")
        case "bridge":
            return _found(tx, "bridge", Act.READ, article=_DEFI, unsure=("bridge_side",))
        case "contract_call":
            return _found(tx, "contract_call", Act.READ, article=_DEFI, unsure=("contract_side",))
    return None


def _under_way(tx: Transaction, rule: Network | None) -> Finding:
    steps = [done("sent", tx.at)]
    needed = rule.confirmations if rule else 1
    if tx.confirmations >= needed:
        return _found(
            tx, "confirmed", Act.LOOK_AGAIN, ticks=[ok("on_chain", tx.network)],
            timeline=[*steps, done("in_block", tx.at)], unsure=("sign_in_to_see",),
        )  # fmt: skip
    code = "confirming"
    if tx.confirmations == 0:
        code = "unconfirmed_low_fee" if tx.fee_is_low else "unconfirmed"
    about = mean_wait(tx.confirmations, needed, block_interval_s=rule.block_s) if rule else None
    params: dict[str, Value] = {"count": Part(tx.confirmations, needed)}
    params["about"] = Lasts.of(about) if about else Said("unknown")
    return _found(
        tx, code, Act.WAIT, about=None if code == "unconfirmed_low_fee" else about, params=params,
        timeline=[*steps, now("confirming")], ticks=[bad("confirmed", tx.network)],
        extra=[seen("confirmations", Part(tx.confirmations, needed), tx.network, is_bad=True)],
        unsure=("fee_market",) if code == "unconfirmed_low_fee" else ("block_times",),
        article="deposits-withdrawals/confirmations",
    )  # fmt: skip


def _needed(facts: Facts, tx: Transaction) -> Network | None:
    """The rule for what it moves; else the strictest of its network."""
    rules = [
        rule
        for rule in (facts.networks.value if facts.networks else ())
        if rule.network == tx.network
    ]
    assets = {transfer.asset for transfer in tx.transfers}
    exact = [rule for rule in rules if rule.asset in assets]
    return max(exact or rules, key=lambda rule: rule.confirmations, default=None)


def _found(
    tx: Transaction, code: str, act: Act, *, extra: Sequence[Evidence] = (), **rest: Unpack[Rest]
) -> Finding:
    rows = [
        hashed("tx_hash", tx.hash, tx.network),
        seen("network", tx.network, tx.network),
        seen("kind", Said(f"kind_{tx.kind}"), tx.network, is_bad=tx.kind != "transfer"),
    ]
    if tx.block is not None:
        rows.append(seen("block", f"{tx.block:,}", tx.network))
    for transfer in tx.transfers[:3]:
        rows.append(seen("amount", money(transfer.amount, transfer.asset), tx.network))
        rows.append(hashed("to_address", transfer.to, tx.network))
    rest["params"] = {"network": Plain(tx.network)} | dict(rest.get("params", {}))
    rest["evidence"] = (*rows, *extra)
    rest.setdefault("timeline", [done("sent", tx.at)] if tx.at else [])
    return CASE.found(code, act, **rest)


CHECK = Check(
    symptom="transaction",
    icon="search-check",
    asks=Asks(has_hash=True),
    facts=frozenset({Fact.TRANSACTION, Fact.NETWORKS}),
    needs=frozenset({Fact.TRANSACTION}),
    findings=FINDINGS,
    article="basics/transaction-hash",
    topics=frozenset({"basics/transaction-hash", "basics/token-approvals", _DEFI}),
    tags=frozenset({"chain"}),
    source="The network's own node, and the exchange's public table of networks.",
    decide=decide,
)
