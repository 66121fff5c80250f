"""A deposit is missing: sent from somewhere, and not in the balance."""

from collections.abc import Callable, Sequence
from typing import Unpack

from msgspec.structs import replace

from fanlight.exchange.facts import DepositState
from fanlight.features.diagnostics import arrivals
from fanlight.features.diagnostics.arrivals import Arrival, mean_wait
from fanlight.features.diagnostics.models import (
    Act,
    Asks,
    Check,
    Evidence,
    Fact,
    Facts,
    Finding,
    Tick,
    Verdict,
)
from fanlight.features.diagnostics.values import Lasts, Part, Plain, Value
from fanlight.features.diagnostics.words import (
    EXCHANGE,
    RULES,
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
    unchecked,
)

FINDINGS = {
    "credited": Verdict.NOTHING,
    "returned": Verdict.NOTHING,
    "confirming": Verdict.WAIT,
    "unconfirmed": Verdict.WAIT,
    "unconfirmed_low_fee": Verdict.WAIT,
    "halted": Verdict.WAIT,
    "held": Verdict.WAIT,
    "sender_details": Verdict.ACT,
    "memo_missing": Verdict.ACT,
    "memo_wrong": Verdict.ACT,
    "failed_on_chain": Verdict.ACT,
    "replaced": Verdict.ACT,
    "multisig_waiting": Verdict.ACT,
    "no_transfer": Verdict.ACT,
    "not_found": Verdict.ACT,
    "not_yours": Verdict.ACT,
    "none_named": Verdict.ACT,
    "below_minimum": Verdict.PERSON,
    "wrong_network": Verdict.PERSON,
    "unsupported_token": Verdict.PERSON,
    "delisted": Verdict.PERSON,
    "contract_deposit": Verdict.PERSON,
    "retired_address": Verdict.PERSON,
    "lagging": Verdict.PERSON,
    "cannot_read": Verdict.PERSON,
}
_HELP = "deposits-withdrawals"
CASE = Case(FINDINGS, f"{_HELP}/deposit-not-arrived")
Question = Callable[[Arrival], Finding | None]


def decide(facts: Facts) -> Finding:
    """The first thing that stands in the way, asked in the order in which a deposit travels."""
    arrival = arrivals.read(facts)
    if arrival.deposit is None and arrival.transaction is None:
        return _nothing_seen(facts)
    if (settled := _settled(arrival)) is not None:
        return settled
    answers = [(key, source, question(arrival)) for key, source, question in QUESTIONS]
    first = next((finding for _, _, finding in answers if finding is not None), None)
    ticks = [_tick(arrival, key, source, finding) for key, source, finding in answers]
    if first is None:
        return replace(_lagging(arrival), ticks=(*ticks, bad("credited", EXCHANGE)))
    return replace(first, ticks=tuple(ticks))


def _tick(a: Arrival, key: str, source: str, finding: Finding | None) -> Tick:
    """What a question came to. What cannot be known yet is said to be unchecked, not in order."""
    where = a.network if source == "chain" else source
    if finding is not None:
        return bad(key, where)
    is_blind = source == "chain" and a.transaction is None
    is_early = key == "review" and (a.deposit is None or a.is_in(DepositState.UNCLAIMED))
    is_moot = key not in _ALWAYS and (a.rule is None or not a.is_theirs)
    return unchecked(key) if is_blind or is_early or is_moot else ok(key, where)


def _nothing_seen(facts: Facts) -> Finding:
    named = facts.named
    if not named.tx_hash:
        return CASE.found("none_named", Act.LOOK_AGAIN, needs=("hash",), desk=("ask_hash",))
    if facts.transaction is None:
        evidence = [hashed("tx_hash", named.tx_hash, named.network or RULES)]
        return CASE.found(
            "cannot_read", Act.CLAIM, evidence=evidence, ticks=[unchecked("on_chain")],
            needs=("sender_record",), desk=("look_by_hand",),
        )  # fmt: skip
    where = named.network or facts.transaction.source
    return CASE.found(
        "not_found",
        Act.LOOK_AGAIN,
        params={"network": network_of(where)},
        evidence=[hashed("tx_hash", named.tx_hash, where)],
        ticks=[bad("on_chain", where)],
        unsure=("not_broadcast",),
        article="basics/transaction-hash",
        desk=("ask_hash",),
    )


def _settled(a: Arrival) -> Finding | None:
    """Already credited, or sent back."""
    if a.deposit is None or not a.is_in(DepositState.CREDITED, DepositState.RETURNED):
        return None
    code = a.deposit.state.value
    steps = [*arrivals.timeline(a), done(code, a.deposit.credited_at)]
    ticks = [ok("on_chain", a.network), ok("credited" if code == "credited" else "returned")]
    extra = [seen("credited_at", a.deposit.credited_at)] if a.deposit.credited_at else []
    return _found(
        a, code, Act.NONE, timeline=steps, ticks=ticks, extra=extra,
        is_safe=code == "credited" or None,
    )  # fmt: skip


def _on_chain(a: Arrival) -> Finding | None:
    """What the network itself did with it."""
    tx = a.transaction
    if tx is None:
        return None
    if tx.replaced_by:
        extra = [hashed("replaced_by", tx.replaced_by, tx.network, is_bad=True)]
        return _found(a, "replaced", Act.LOOK_AGAIN, extra=extra, desk=("explain",))
    if not tx.is_success:
        extra = [seen("result", Plain("reverted"), tx.network, is_bad=True)]
        return _found(
            a, "failed_on_chain", Act.READ, extra=extra, article="basics/gas-fees",
            timeline=[done("sent", tx.at), stop("refused_by_network", tx.at)],
            is_safe=True, desk=("explain",),
        )  # fmt: skip
    if tx.signatures is not None and tx.signatures[0] < tx.signatures[1]:
        extra = [seen("signatures", Part(*tx.signatures), tx.network, is_bad=True)]
        return _found(a, "multisig_waiting", Act.READ, extra=extra, desk=("explain",))
    if not tx.transfers:
        return _found(
            a, "no_transfer", Act.READ, article="basics/token-approvals", desk=("explain",)
        )
    return None


def _supported(a: Arrival) -> Finding | None:
    """Whether the exchange takes this asset on this network."""
    if a.rule is None:
        if a.elsewhere is None and not a.is_theirs:
            return None  # not theirs at all: the next question says so
        is_other_road = a.is_asset_known or a.elsewhere is not None
        return _wrong_road(a, "wrong_network" if is_other_road else "unsupported_token")
    contract = a.transfer.contract if a.transfer else None
    if contract and a.rule.contract and contract.casefold() != a.rule.contract.casefold():
        extra = [hashed("contract", contract, a.network, is_bad=True)]
        return _wrong_road(a, "unsupported_token", extra=extra)
    return _wrong_road(a, "delisted") if a.rule.is_delisted else None


def _wrong_road(a: Arrival, code: str, *, extra: Sequence[Evidence] = ()) -> Finding:
    """It came where the exchange does not look by itself: whether it can be fetched is a case."""
    return _found(
        a,
        code,
        Act.CLAIM,
        params={"network": Plain(a.network), "asset": Plain(a.asset)},
        is_bad="network",
        extra=extra,
        article=f"{_HELP}/wrong-network",
        needs=("sender_record",),
        desk=("recovery",),
        unsure=("recoverable",),
    )


def _theirs(a: Arrival) -> Finding | None:
    """Whether it went to them. Of an address that is not theirs no more is said, ours or not."""
    is_waiting = a.deposit is None or a.is_in(DepositState.UNCLAIMED)
    if a.use is not None and a.use.is_retired and a.use.is_theirs and is_waiting:
        return _found(
            a, "retired_address", Act.CLAIM, is_bad="address", needs=("sender_record",),
            desk=("recovery",), is_safe=True,
        )  # fmt: skip
    if a.is_theirs:
        return None
    if a.elsewhere is not None:
        return _wrong_road(a, "wrong_network")
    if not a.is_address_known:
        return _found(a, "cannot_read", Act.CLAIM, desk=("look_by_hand",))
    return _found(
        a, "not_yours", Act.READ, is_bad="address", unsure=("whose_address",), desk=("explain",)
    )


def _memo(a: Arrival) -> Finding | None:
    """Many share one address: without the memo nobody knows whose coins came."""
    if a.rule is None or not a.rule.needs_memo:
        return None
    wanted = a.use.memo if a.use else None
    is_unmatched = a.is_in(DepositState.UNCLAIMED) or a.deposit is None
    if not is_unmatched or (a.memo and a.memo == wanted):
        return None
    code = "memo_wrong" if a.memo else "memo_missing"
    return memo_claim(a, code, CASE)


def memo_claim(a: Arrival, code: str, case: Case) -> Finding:
    """A claim with all fields known; only the sender's record is missing."""
    steps = [*arrivals.timeline(a), stop("no_memo_match", a.deposit.seen_at if a.deposit else None)]
    name = (a.rule.memo_name if a.rule else "") or "memo"
    return case.found(
        code,
        Act.CLAIM,
        params=arrivals.shown_amount(a) | {"memo_name": Plain(name.capitalize())},
        evidence=arrivals.evidence(a, is_bad="memo"),
        timeline=[*steps, now("your_claim"), then("checked_by_person")],
        ticks=[bad("memo", a.network)],
        needs=("sender_record",),
        unsure=("whose_sender",),
        article=f"{_HELP}/missing-memo",
        desk=("recovery",),
        is_safe=True,
    )


def _minimum(a: Arrival) -> Finding | None:
    is_below = a.rule is not None and a.amount is not None and a.amount < a.rule.min_deposit
    if a.rule is None or not (is_below or a.is_in(DepositState.BELOW_MINIMUM)):
        return None
    least = money(a.rule.min_deposit, a.asset)
    return _found(
        a, "below_minimum", Act.WRITE, params={"minimum": least}, is_bad="amount",
        extra=[seen("minimum", least, RULES)], article=f"{_HELP}/minimum-deposit",
        desk=("add_up",), is_safe=True,
    )  # fmt: skip


def _by_contract(a: Arrival) -> Finding | None:
    if a.rule is None or a.rule.takes_contract_deposits or a.is_in(DepositState.SEEN):
        return None
    if a.transfer is None or not a.transfer.is_internal:
        return None
    return _found(
        a, "contract_deposit", Act.CLAIM, needs=("hash",), desk=("credit_by_hand",),
        article=f"{_HELP}/contract-deposits", is_safe=True,
    )  # fmt: skip


def _held(a: Arrival) -> Finding | None:
    """Somebody looks at it. Whatever the reason, only the approved words are said."""
    if a.deposit is None or not a.is_in(DepositState.HELD):
        return None
    if a.deposit.hold_reason == "maintenance":
        return _halted(a, is_sure=True)
    if a.deposit.hold_reason == "travel_rule" and a.deposit.wants == "sender_details":
        return _found(
            a, "sender_details", Act.CLAIM, is_bad="record", needs=("sender_name",),
            desk=("sender_details",), is_safe=True,
            timeline=[*arrivals.timeline(a), now("your_details"), then("credited")],
        )  # fmt: skip
    return _found(
        a, "held", Act.WAIT, is_bad="record", desk=("approved_words_only",), is_safe=True,
        timeline=[*arrivals.timeline(a), now("looked_at"), then("told_by_us")],
    )  # fmt: skip


def _maintenance(a: Arrival) -> Finding | None:
    return _halted(a) if a.rule is not None and a.rule.deposits_halted else None


def _halted(a: Arrival, *, is_sure: bool = False) -> Finding:
    rule = a.rule
    until = rule.halted_until if rule else None
    extra: list[Evidence] = []
    if rule is not None and rule.halted_since is not None:
        extra.append(seen("halted_since", rule.halted_since, RULES, is_bad=True))
    return _found(
        a, "halted", Act.WAIT, until=until, params={"network": Plain(a.network)}, extra=extra,
        timeline=[*arrivals.timeline(a), stop("halted", rule.halted_since if rule else None),
               then("reopens", until)],
        is_safe=True, desk=("incident",), unsure=() if until or is_sure else ("reopens_when",),
    )  # fmt: skip


def _confirming(a: Arrival) -> Finding | None:
    if a.rule is None or a.confirmations >= a.needed:
        return None
    about = mean_wait(a.confirmations, a.needed, block_interval_s=a.rule.block_s)
    code = "confirming"
    if a.confirmations == 0:
        is_low = a.transaction is not None and a.transaction.fee_is_low
        code = "unconfirmed_low_fee" if is_low else "unconfirmed"
    params: dict[str, Value] = {
        "count": Part(a.confirmations, a.needed),
        "about": Lasts.of(about),
        "network": Plain(a.network),
    }
    return _found(
        a, code, Act.WAIT, about=None if code == "unconfirmed_low_fee" else about, params=params,
        is_bad="confirmations", article=f"{_HELP}/confirmations", desk=("explain",), is_safe=True,
        timeline=[*arrivals.timeline(a), now("confirming"), then("credited")],
        unsure=("fee_market",) if code == "unconfirmed_low_fee" else ("block_times",),
    )  # fmt: skip


def _lagging(a: Arrival) -> Finding:
    """Everything is right and still it is not there: that is ours to mend."""
    return _found(
        a, "lagging", Act.CLAIM, is_bad="record", desk=("credit_by_hand",), is_safe=True,
        timeline=[*arrivals.timeline(a), stop("not_credited"), now("your_claim")],
    )  # fmt: skip


def _found(
    a: Arrival,
    code: str,
    act: Act,
    *,
    is_bad: str = "",
    extra: Sequence[Evidence] = (),
    **rest: Unpack[Rest],
) -> Finding:
    """A finding with all that is known of this arrival."""
    rest["params"] = arrivals.shown_amount(a) | dict(rest.get("params", {}))
    rest["evidence"] = (*arrivals.evidence(a, is_bad=is_bad), *extra)
    rest.setdefault("timeline", arrivals.timeline(a))
    return CASE.found(code, act, **rest)


# What can be said of any transaction; the other questions are about a deposit of theirs.
_ALWAYS = frozenset({"on_chain"})
# In the order of the road: key of the tick, who says so, what stands in the way.
QUESTIONS: tuple[tuple[str, str, Question], ...] = (
    ("on_chain", "chain", _on_chain),
    ("supported", RULES, _supported),
    ("yours", EXCHANGE, _theirs),
    ("memo", "chain", _memo),
    ("minimum", RULES, _minimum),
    ("by_contract", "chain", _by_contract),
    ("not_halted", RULES, _maintenance),
    ("confirmed", "chain", _confirming),
    ("review", EXCHANGE, _held),
)

CHECK = Check(
    symptom="deposit_not_credited",
    icon="scan-search",
    asks=Asks(lists=Fact.DEPOSITS, has_hash=True),
    facts=frozenset({Fact.DEPOSITS, Fact.NETWORKS, Fact.TRANSACTION, Fact.ADDRESSES}),
    needs=frozenset({Fact.DEPOSITS, Fact.NETWORKS}),
    findings=FINDINGS,
    article=f"{_HELP}/deposit-not-arrived",
    topics=frozenset(
        f"{_HELP}/{slug}"
        for slug in (
            "deposit-not-arrived",
            "deposit-crypto",
            "confirmations",
            "minimum-deposit",
            "contract-deposits",
            "wrong-network",
        )
    ),
    tags=frozenset({"deposit"}),
    source="The exchange's deposit records and network table; the network's own node.",
    decide=decide,
    trace=arrivals.trace,
)
