"""A withdrawal is pending, failed, or has not reached the other side."""

from collections.abc import Sequence
from typing import Unpack

from fanlight.exchange.facts import Network, Transaction, Withdrawal, WithdrawalState
from fanlight.features.diagnostics.arrivals import mean_wait
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
from fanlight.features.diagnostics.values import Lasts, Part, Plain, Said, Value
from fanlight.features.diagnostics.words import (
    EXCHANGE,
    RULES,
    Case,
    Rest,
    bad,
    done,
    hashed,
    money,
    now,
    ok,
    seen,
    stop,
    then,
    unchecked,
)

FINDINGS = {
    "done": Verdict.NOTHING,
    "cancelled": Verdict.NOTHING,
    "requested": Verdict.WAIT,
    "queued": Verdict.WAIT,
    "halted": Verdict.WAIT,
    "held": Verdict.WAIT,
    "new_address": Verdict.WAIT,
    "security_change": Verdict.WAIT,
    "limit": Verdict.WAIT,
    "confirming": Verdict.WAIT,
    "unconfirmed": Verdict.WAIT,
    "needs_confirmation": Verdict.ACT,
    "recipient_details": Verdict.ACT,
    "done_without_memo": Verdict.ACT,
    "failed_bad_address": Verdict.ACT,
    "failed_memo": Verdict.ACT,
    "failed_insufficient": Verdict.ACT,
    "failed": Verdict.ACT,
    "failed_not_refunded": Verdict.PERSON,
    "failed_on_chain": Verdict.PERSON,
    "none_named": Verdict.ACT,
}
_HELP = "deposits-withdrawals"
CASE = Case(FINDINGS, f"{_HELP}/withdrawal-pending")
_FAILS = {
    "bad_address": "failed_bad_address",
    "memo_missing": "failed_memo",
    "insufficient": "failed_insufficient",
}
_OPEN = frozenset(
    {
        WithdrawalState.REQUESTED,
        WithdrawalState.CONFIRMATION,
        WithdrawalState.HELD,
        WithdrawalState.QUEUED,
        WithdrawalState.SENT,
    }
)
# Holds that say why. Every other one is told in the approved words, whatever stands behind it.
_TOLD_HOLDS = frozenset({"new_address", "security_change", "limit"})


def decide(facts: Facts) -> Finding:
    """Where the withdrawal stands now, and what moves it on."""
    found = chosen(facts)
    if found is None:
        return CASE.found("none_named", Act.LOOK_AGAIN, desk=("ask_which",))
    rule = _rule(facts, found)
    match found.state:
        case WithdrawalState.REQUESTED:
            return _found(found, rule, "requested", Act.WAIT, timeline=_so_far(found))
        case WithdrawalState.CONFIRMATION:
            return _found(
                found, rule, "needs_confirmation", Act.READ, ticks=[bad("your_confirmation")],
                timeline=[*_so_far(found), now("your_confirmation"), then("sent")],
                desk=("resend_confirmation",), is_safe=True,
            )  # fmt: skip
        case WithdrawalState.HELD:
            return _held(found, rule)
        case WithdrawalState.QUEUED:
            return _queued(found, rule)
        case WithdrawalState.SENT | WithdrawalState.DONE:
            return _sent(found, rule, facts.transaction.value if facts.transaction else None)
        case WithdrawalState.FAILED:
            return _failed(found, rule)
        case WithdrawalState.CANCELLED:
            steps = [*_so_far(found), stop("cancelled", found.changed_at)]
            return _found(found, rule, "cancelled", Act.NONE, timeline=steps, is_safe=True)


def chosen(facts: Facts) -> Withdrawal | None:
    """The named one; else the newest that is not finished; else the newest."""
    known = facts.withdrawals.value if facts.withdrawals else ()
    return pick(
        known,
        facts.named,
        is_open=lambda each: each.state in _OPEN,
        coins=lambda each: (each.asset,),
        tx_hash=lambda each: each.tx_hash,
    )


def trace(facts: Facts) -> tuple[str, str]:
    """Network and hash of the withdrawal that will be looked at."""
    found = chosen(facts)
    return (found.network, found.tx_hash or "") if found else ("", "")


def _rule(facts: Facts, found: Withdrawal) -> Network | None:
    rules = facts.networks.value if facts.networks else ()
    wanted = (found.asset, found.network)
    return next((rule for rule in rules if (rule.asset, rule.network) == wanted), None)


def _held(found: Withdrawal, rule: Network | None) -> Finding:
    reason, until = found.hold_reason, found.held_until
    if reason == "maintenance":
        return _halted(found, rule)
    if reason == "travel_rule":
        return _found(
            found, rule, "recipient_details", Act.CLAIM, needs=("recipient_name",), is_safe=True,
            timeline=[*_so_far(found), now("your_details"), then("sent")], is_bad="state",
            desk=("recipient_details",), ticks=[bad("recipient_details")],
        )  # fmt: skip
    if reason not in _TOLD_HOLDS:
        return _found(
            found, rule, "held", Act.WAIT, is_bad="state", desk=("approved_words_only",),
            timeline=[*_so_far(found), now("looked_at"), then("told_by_us")], is_safe=True,
            ticks=[ok("your_confirmation"), unchecked("review")],
        )  # fmt: skip
    articles = {
        "new_address": f"{_HELP}/withdrawal-address-whitelist",
        "limit": f"{_HELP}/withdrawal-fees-and-limits",
    }
    return _found(
        found, rule, reason, Act.WAIT, until=until, is_bad="state", is_safe=True,
        ticks=[ok("your_confirmation"), bad(reason)], desk=("explain",),
        timeline=[*_so_far(found), stop(reason, found.changed_at), then("sent", until)],
        article=articles.get(reason, ""),
    )  # fmt: skip


def _queued(found: Withdrawal, rule: Network | None) -> Finding:
    if rule is not None and rule.withdrawals_halted:
        return _halted(found, rule)
    return _found(
        found, rule, "queued", Act.WAIT, ticks=[ok("your_confirmation"), ok("approved")],
        timeline=[*_so_far(found), now("queued"), then("sent")], desk=("nudge_payout",),
        is_safe=True,
    )  # fmt: skip


def _halted(found: Withdrawal, rule: Network | None) -> Finding:
    until = (rule.halted_until if rule else None) or found.held_until
    return _found(
        found, rule, "halted", Act.WAIT, until=until, is_bad="network", is_safe=True,
        params={"network": Plain(found.network)}, ticks=[bad("not_halted", RULES)],
        timeline=[*_so_far(found), stop("halted", rule.halted_since if rule else None),
                  then("reopens", until)],
        unsure=() if until else ("reopens_when",), desk=("incident",),
    )  # fmt: skip


def _sent(found: Withdrawal, rule: Network | None, tx: Transaction | None) -> Finding:
    """It has left us: from here on the network and the other side decide."""
    steps = [*_so_far(found), done("sent", found.changed_at)]
    ticks = [ok("your_confirmation"), ok("approved")]
    if tx is not None and not tx.is_success:
        return _found(
            found, rule, "failed_on_chain", Act.WRITE, desk=("payout_team",), is_safe=True,
            timeline=[*steps, stop("refused_by_network", tx.at)],
            ticks=[*ticks, bad("on_chain", found.network)],
        )  # fmt: skip
    needed = rule.confirmations if rule else 1
    count = tx.confirmations if tx else needed if found.state is WithdrawalState.DONE else 0
    extra = [seen("confirmations", Part(min(count, needed), needed), found.network)] if tx else []
    if found.state is WithdrawalState.SENT and count < needed:
        about = mean_wait(count, needed, block_interval_s=rule.block_s) if rule else None
        params: dict[str, Value] = {"count": Part(count, needed), "network": Plain(found.network)}
        params["about"] = Lasts.of(about) if about else Said("unknown")
        return _found(
            found, rule, "confirming" if count else "unconfirmed", Act.WAIT, about=about,
            params=params, extra=extra, unsure=("block_times",), desk=("explain",),
            timeline=[*steps, now("confirming"), then("other_side")],
            ticks=[*ticks, bad("confirmed", found.network)], article=f"{_HELP}/confirmations",
        )  # fmt: skip
    ticks.append(ok("on_chain", found.network))
    has_no_memo = rule is not None and rule.needs_memo and not found.memo
    return _found(
        found, rule, "done_without_memo" if has_no_memo else "done", Act.READ, extra=extra,
        is_bad="memo" if has_no_memo else "", ticks=ticks, unsure=("other_side",),
        timeline=[*steps, done("in_block", tx.at if tx else None), now("other_side")],
        desk=("explain",),
    )  # fmt: skip


def _failed(found: Withdrawal, rule: Network | None) -> Finding:
    steps = [*_so_far(found), stop("failed", found.changed_at)]
    if not found.is_refunded:
        return _found(
            found, rule, "failed_not_refunded", Act.WRITE, timeline=steps, is_bad="state",
            desk=("payout_team",), ticks=[bad("refunded")],
        )  # fmt: skip
    code = _FAILS.get(found.fail_reason, "failed")
    marks = {"failed_bad_address": "address", "failed_memo": "memo"}
    return _found(
        found, rule, code, Act.READ, timeline=[*steps, done("refunded", found.changed_at)],
        is_bad=marks.get(code, "state"), ticks=[bad("sent"), ok("refunded")], is_safe=True,
        desk=("explain",), article=f"{_HELP}/withdraw-crypto",
    )  # fmt: skip


def _so_far(found: Withdrawal) -> list[Step]:
    return [done("requested", found.requested_at)]


def _rows(found: Withdrawal, rule: Network | None, is_bad: str) -> list[Evidence]:
    rows = [
        seen("amount", money(found.amount, found.asset)),
        seen("fee", money(found.fee, found.asset)),
        seen("network", found.network, is_bad=is_bad == "network"),
        hashed("to_address", found.address, is_bad=is_bad == "address"),
    ]
    if rule is not None and rule.needs_memo:
        memo: Value = Plain(found.memo) if found.memo else Said("none_given")
        rows.append(seen("memo", memo, is_bad=is_bad == "memo"))
    rows.append(
        seen("state", Said(f"withdrawal_{found.state.value}"), EXCHANGE, is_bad=is_bad == "state")
    )
    if found.tx_hash:
        rows.append(hashed("tx_hash", found.tx_hash, found.network))
    return rows


def _found(
    found: Withdrawal,
    rule: Network | None,
    code: str,
    act: Act,
    *,
    is_bad: str = "",
    extra: Sequence[Evidence] = (),
    **rest: Unpack[Rest],
) -> Finding:
    amount: dict[str, Value] = {"amount": money(found.amount, found.asset)}
    rest["params"] = amount | dict(rest.get("params", {}))
    rest["evidence"] = (*_rows(found, rule, is_bad), *extra)
    return CASE.found(code, act, **rest)


CHECK = Check(
    symptom="withdrawal_pending",
    icon="arrow-up-right",
    asks=Asks(lists=Fact.WITHDRAWALS),
    facts=frozenset({Fact.WITHDRAWALS, Fact.NETWORKS, Fact.TRANSACTION}),
    needs=frozenset({Fact.WITHDRAWALS}),
    findings=FINDINGS,
    article=f"{_HELP}/withdrawal-pending",
    topics=frozenset(
        f"{_HELP}/{slug}"
        for slug in (
            "withdrawal-pending",
            "withdraw-crypto",
            "withdrawal-address-whitelist",
            "withdrawal-fees-and-limits",
        )
    ),
    tags=frozenset({"withdrawal"}),
    source="The exchange's withdrawal records and network table; the network's own node.",
    decide=decide,
    trace=trace,
)
