"""Coins were sent without their memo or tag, or with a wrong one."""

from fanlight.exchange.facts import DepositState
from fanlight.features.diagnostics import arrivals
from fanlight.features.diagnostics.checks.deposit_not_credited import memo_claim
from fanlight.features.diagnostics.models import Act, Asks, Check, Fact, Facts, Finding, Verdict
from fanlight.features.diagnostics.values import Plain
from fanlight.features.diagnostics.words import RULES, Case, bad, hashed, network_of, ok

FINDINGS = {
    "credited": Verdict.NOTHING,
    "no_memo_needed": Verdict.NOTHING,
    "memo_right": Verdict.WAIT,
    "memo_missing": Verdict.ACT,
    "memo_wrong": Verdict.ACT,
    "not_yours": Verdict.ACT,
    "not_found": Verdict.ACT,
    "none_named": Verdict.ACT,
    "cannot_read": Verdict.PERSON,
}
_ARTICLE = "deposits-withdrawals/missing-memo"
CASE = Case(FINDINGS, _ARTICLE)


def decide(facts: Facts) -> Finding:
    """Whether the memo is what stands in the way; a claim with its fields filled in if so."""
    a = arrivals.read(facts)
    if a.deposit is None and a.transaction is None:
        return _nothing_seen(facts)
    amount = arrivals.shown_amount(a)
    rows, steps = arrivals.evidence(a), arrivals.timeline(a)
    if a.is_in(DepositState.CREDITED):
        return CASE.found(
            "credited", Act.NONE, params=amount, evidence=rows, timeline=steps,
            ticks=[ok("credited")], is_safe=True,
        )  # fmt: skip
    if a.rule is not None and not a.rule.needs_memo:
        params = amount | {"network": Plain(a.network)}
        return CASE.found(
            "no_memo_needed", Act.LOOK_AGAIN, params=params, evidence=rows, timeline=steps,
            ticks=[ok("memo", a.network)],
        )  # fmt: skip
    if a.rule is None or (not a.is_theirs and not a.is_address_known):
        return CASE.found(
            "cannot_read", Act.CLAIM, params=amount, evidence=rows, timeline=steps,
            desk=("look_by_hand",),
        )  # fmt: skip
    if not a.is_theirs:
        return CASE.found(
            "not_yours", Act.READ, params=amount, evidence=arrivals.evidence(a, is_bad="address"),
            ticks=[bad("yours")], unsure=("whose_address",), desk=("explain",),
        )  # fmt: skip
    wanted = a.use.memo if a.use else None
    is_unmatched = a.is_in(DepositState.UNCLAIMED) or a.deposit is None
    if is_unmatched and (not a.memo or a.memo != wanted):
        return memo_claim(a, "memo_wrong" if a.memo else "memo_missing", CASE)
    return CASE.found(
        "memo_right", Act.LOOK_AGAIN, params=amount, evidence=rows, timeline=steps,
        ticks=[ok("memo", a.network)],
    )  # fmt: skip


def _nothing_seen(facts: Facts) -> Finding:
    named = facts.named
    if not named.tx_hash:
        return CASE.found("none_named", Act.LOOK_AGAIN, needs=("hash",), desk=("ask_hash",))
    where = named.network or (facts.transaction.source if facts.transaction else RULES)
    rows = [hashed("tx_hash", named.tx_hash, where)]
    if facts.transaction is None:
        return CASE.found("cannot_read", Act.CLAIM, evidence=rows, desk=("look_by_hand",))
    return CASE.found(
        "not_found", Act.LOOK_AGAIN, evidence=rows, unsure=("not_broadcast",), desk=("ask_hash",),
        params={"network": network_of(where)},
    )  # fmt: skip


CHECK = Check(
    symptom="memo_missing",
    icon="tag",
    asks=Asks(lists=Fact.DEPOSITS, has_hash=True),
    facts=frozenset({Fact.DEPOSITS, Fact.NETWORKS, Fact.TRANSACTION, Fact.ADDRESSES}),
    needs=frozenset({Fact.DEPOSITS, Fact.NETWORKS}),
    findings=FINDINGS,
    article=_ARTICLE,
    topics=frozenset({_ARTICLE}),
    tags=frozenset({"memo"}),
    source="The memo on the chain against the customer's own in the exchange's address book.",
    decide=decide,
    trace=arrivals.trace,
)
