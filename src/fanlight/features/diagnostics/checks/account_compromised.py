"""Somebody else may be in the account: freeze first, talk after."""

from datetime import timedelta

from fanlight.exchange.facts import Withdrawal, WithdrawalState
from fanlight.features.diagnostics.models import (
    Act,
    Asks,
    Check,
    Evidence,
    Fact,
    Facts,
    Finding,
    Step,
    Tick,
    Verdict,
)
from fanlight.features.diagnostics.values import Number, Plain, Said
from fanlight.features.diagnostics.words import Case, bad, done, money, now, ok, seen, stop

FINDINGS = {
    "money_leaving": Verdict.URGENT,
    "signs": Verdict.URGENT,
    "frozen": Verdict.PERSON,
    "no_signs": Verdict.UNPROVEN,
}
_HELP = "account-security"
CASE = Case(FINDINGS, f"{_HELP}/stolen-account")
RECENT = timedelta(days=3)
_LEAVING = frozenset(
    {
        WithdrawalState.REQUESTED,
        WithdrawalState.CONFIRMATION,
        WithdrawalState.HELD,
        WithdrawalState.QUEUED,
        WithdrawalState.SENT,
    }
)


def decide(facts: Facts) -> Finding:
    """What happened lately that its owner should know at once. Calm here proves nothing."""
    rows, steps, ticks = _signs(facts)
    if facts.frozen is not None and facts.frozen.value is not None:
        freeze = facts.frozen.value
        return CASE.found(
            "frozen", Act.WRITE, evidence=[seen("frozen_since", freeze.since), *rows],
            timeline=[*steps, done("frozen", freeze.since)], ticks=[ok("frozen"), *ticks],
            article=f"{_HELP}/freeze-account", desk=("emergency",), is_safe=True,
        )  # fmt: skip
    leaving = _leaving(facts)
    if leaving is not None:
        out = seen("leaving", money(leaving.amount, leaving.asset), is_bad=True)
        return CASE.found(
            "money_leaving", Act.FREEZE, params={"amount": money(leaving.amount, leaving.asset)},
            evidence=[out, seen("when", leaving.requested_at), *rows],
            timeline=[*steps, stop("requested", leaving.requested_at), now("freeze")],
            ticks=[bad("withdrawals"), *ticks], unsure=("was_it_you",), desk=("emergency",),
        )  # fmt: skip
    if any(row.is_bad for row in rows):
        count = sum(1 for row in rows if row.is_bad)
        return CASE.found(
            "signs", Act.FREEZE, params={"count": Number(count)}, evidence=rows,
            timeline=[*steps, now("freeze")], ticks=[ok("withdrawals"), *ticks],
            unsure=("was_it_you",), desk=("emergency",),
        )  # fmt: skip
    return CASE.found(
        "no_signs", Act.FREEZE, evidence=rows, ticks=[ok("withdrawals"), *ticks],
        unsure=("calm_proves_nothing",), desk=("emergency",),
    )  # fmt: skip


def _signs(facts: Facts) -> tuple[list[Evidence], list[Step], list[Tick]]:
    rows: list[Evidence] = []
    steps: list[Step] = []
    strangers = [
        each
        for each in (facts.sign_ins.value if facts.sign_ins else ())
        if each.is_success and each.is_new_device and facts.now - each.at <= RECENT
    ]
    for each in strangers:
        where = " · ".join(filter(None, (each.device, each.place)))
        rows.append(seen("new_device", Plain(where), is_bad=True))
        steps.append(stop("new_device", each.at))
    changes = [
        each
        for each in (facts.security_changes.value if facts.security_changes else ())
        if facts.now - each.at <= RECENT
    ]
    for change in changes:
        what = Said(f"change_{change.kind}_{change.action}")
        rows.append(seen("change", what, is_bad=True))
        steps.append(stop("security_changed", change.at))
    ticks = [
        bad("devices") if strangers else ok("devices"),
        bad("changes") if changes else ok("changes"),
    ]
    fresh_keys = [
        key
        for key in (facts.api_keys.value if facts.api_keys else ())
        if key.is_active and facts.now - key.created_at <= RECENT
    ]
    rows += [seen("new_key", f"{key.prefix}…", is_bad=True) for key in fresh_keys]
    steps.sort(key=lambda step: step.at or facts.now)
    return rows, steps, ticks


def _leaving(facts: Facts) -> Withdrawal | None:
    """Coins that can still be stopped, or left a moment ago."""
    return next(
        (
            each
            for each in (facts.withdrawals.value if facts.withdrawals else ())
            if each.state in _LEAVING and facts.now - each.requested_at <= RECENT
        ),
        None,
    )


CHECK = Check(
    symptom="account_compromised",
    icon="siren",
    asks=Asks(),
    facts=frozenset(
        {
            Fact.SIGN_INS,
            Fact.SECURITY_CHANGES,
            Fact.WITHDRAWALS,
            Fact.API_KEYS,
            Fact.FROZEN,
        }
    ),
    needs=frozenset({Fact.SIGN_INS}),
    findings=FINDINGS,
    article=f"{_HELP}/stolen-account",
    topics=frozenset(
        {f"{_HELP}/stolen-account", f"{_HELP}/freeze-account", f"{_HELP}/phishing-mails"}
    ),
    tags=frozenset({"account_compromised"}),
    source="The exchange's record of sign-ins, security changes, withdrawals and keys.",
    decide=decide,
)
