"""The check of identity was refused, or takes long."""

from fanlight.exchange.facts import IdentityCheck, IdentityState
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
from fanlight.features.diagnostics.values import Lasts, Said
from fanlight.features.diagnostics.words import Case, bad, done, now, ok, seen, stop, then

_RETRY = frozenset(
    {
        "blurred",
        "cropped",
        "expired",
        "name_differs",
        "unsupported_document",
        "address_old",
        "selfie_differs",
    }
)
_PERSON = frozenset({"underage", "duplicate", "region"})
FINDINGS = {
    "passed": Verdict.NOTHING,
    "pending": Verdict.WAIT,
    "pending_long": Verdict.PERSON,
    "refused_other": Verdict.PERSON,
    "not_begun": Verdict.ACT,
    "expired": Verdict.ACT,
    **dict.fromkeys((f"refused_{reason}" for reason in sorted(_RETRY)), Verdict.ACT),
    **dict.fromkeys((f"refused_{reason}" for reason in sorted(_PERSON)), Verdict.PERSON),
}
_HELP = "identity"
CASE = Case(FINDINGS, f"{_HELP}/photo-refused")


def decide(facts: Facts) -> Finding:
    """Where the check stands and, where it was refused, what mends it."""
    known = facts.identity
    if known is None:
        raise LookupError("asked for without its one fact")
    check = known.value
    match check.state:
        case IdentityState.NONE:
            return CASE.found(
                "not_begun", Act.READ, evidence=_rows(check), ticks=[bad("submitted")],
                article=f"{_HELP}/verification-levels",
            )  # fmt: skip
        case IdentityState.PENDING:
            return _pending(facts, check)
        case IdentityState.REFUSED:
            return _refused(facts, check)
        case IdentityState.PASSED:
            steps = [*_so_far(check), done("identity_passed", check.decided_at)]
            return CASE.found(
                "passed", Act.NONE, evidence=_rows(check), timeline=steps, ticks=[ok("identity")],
                article=f"{_HELP}/verification-levels",
            )  # fmt: skip
        case IdentityState.EXPIRED:
            return CASE.found(
                "expired", Act.READ, evidence=_rows(check), timeline=_so_far(check),
                ticks=[bad("identity")], article=f"{_HELP}/accepted-documents",
            )  # fmt: skip


def _pending(facts: Facts, check: IdentityCheck) -> Finding:
    due = check.submitted_at + check.usual if check.submitted_at and check.usual else None
    is_long = due is not None and facts.now > due
    return CASE.found(
        "pending_long" if is_long else "pending",
        Act.WRITE if is_long else Act.WAIT,
        until=None if is_long else due,
        params={"usual": Lasts.of(check.usual) if check.usual else Said("unknown")},
        evidence=_rows(check),
        timeline=[*_so_far(check), now("identity_looked_at"), then("identity_decided", due)],
        ticks=[ok("submitted"), bad("in_usual_time") if is_long else ok("in_usual_time")],
        article=f"{_HELP}/verification-levels",
        desk=("identity_team",) if is_long else ("explain",),
    )


def _refused(facts: Facts, check: IdentityCheck) -> Finding:
    reason = next((each for each in check.reasons if each in _RETRY | _PERSON), "other")
    steps = [*_so_far(check), stop("identity_refused", check.decided_at)]
    retry_at = check.may_retry_at
    if retry_at is not None and retry_at > facts.now:
        steps.append(then("identity_retry", retry_at))
    return CASE.found(
        f"refused_{reason}",
        Act.READ if reason in _RETRY else Act.WRITE,
        evidence=_rows(check),
        timeline=steps,
        ticks=[ok("submitted"), bad(f"identity_{reason}")],
        needs=("new_photo",) if reason in _RETRY else (),
        desk=("explain",) if reason in _RETRY else ("identity_team",),
        article=f"{_HELP}/accepted-documents" if reason == "unsupported_document" else "",
    )


def _so_far(check: IdentityCheck) -> list[Step]:
    return [done("identity_submitted", check.submitted_at)] if check.submitted_at else []


def _rows(check: IdentityCheck) -> list[Evidence]:
    is_bad = check.state in {IdentityState.REFUSED, IdentityState.EXPIRED}
    rows = [seen("state", Said(f"identity_{check.state.value}"), is_bad=is_bad)]
    rows += [
        seen("reason", Said(f"reason_{reason}"), is_bad=True)
        for reason in check.reasons
        if reason in _RETRY | _PERSON
    ]
    if check.submitted_at:
        rows.append(seen("submitted", check.submitted_at))
    if check.decided_at:
        rows.append(seen("decided", check.decided_at))
    if check.may_retry_at:
        rows.append(seen("retry", check.may_retry_at))
    if check.usual:
        rows.append(seen("usual", Lasts.of(check.usual)))
    return rows


CHECK = Check(
    symptom="identity_check",
    icon="user-check",
    asks=Asks(),
    facts=frozenset({Fact.IDENTITY}),
    needs=frozenset({Fact.IDENTITY}),
    findings=FINDINGS,
    article=f"{_HELP}/photo-refused",
    topics=frozenset(
        f"{_HELP}/{slug}" for slug in ("photo-refused", "accepted-documents", "verification-levels")
    ),
    tags=frozenset({"identity"}),
    source="The exchange's record of the check; documents themselves are never looked at.",
    decide=decide,
)
