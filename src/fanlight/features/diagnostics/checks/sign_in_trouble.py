"""Cannot sign in, or the second factor is lost."""

from datetime import timedelta

from fanlight.exchange.facts import SecurityChange, SignIn
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
from fanlight.features.diagnostics.values import At, Number, Plain, Said, Value
from fanlight.features.diagnostics.words import Case, bad, done, ok, seen, stop

FINDINGS = {
    "no_trouble_seen": Verdict.NOTHING,
    "wrong_password": Verdict.ACT,
    "wrong_code": Verdict.ACT,
    "unknown_device": Verdict.ACT,
    "lost_second_factor": Verdict.ACT,
    "locked": Verdict.WAIT,
    "frozen": Verdict.PERSON,
    "region": Verdict.PERSON,
    "other": Verdict.PERSON,
    "changed_by_other": Verdict.URGENT,
}
_HELP = "account-security"
CASE = Case(FINDINGS, f"{_HELP}/lost-phone")
RECENT = timedelta(days=3)
_STRONG = frozenset({"password", "totp", "passkey", "email", "phone"})
_ARTICLES = {
    "wrong_code": f"{_HELP}/set-up-authenticator",
    "unknown_device": f"{_HELP}/new-device-sign-in",
    "locked": f"{_HELP}/new-device-sign-in",
}
_ACTS = {"locked": Act.WAIT, "region": Act.WRITE}


def decide(facts: Facts) -> Finding:
    """Why the door stays shut. A change they did not make outranks a wrong code."""
    if facts.named.says == "not_me" and (changed := _changed(facts)) is not None:
        return _changed_by_other(changed)
    if facts.frozen is not None and facts.frozen.value is not None:
        freeze = facts.frozen.value
        until = [seen("frozen_until", freeze.until)] if freeze.until else []
        return CASE.found(
            "frozen", Act.WRITE, evidence=[seen("frozen_since", freeze.since, is_bad=True), *until],
            timeline=[stop("frozen", freeze.since)], ticks=[bad("not_frozen")],
            article=f"{_HELP}/freeze-account", desk=("unfreeze_road",), is_safe=True,
        )  # fmt: skip
    if facts.named.says == "lost_2fa":
        return CASE.found(
            "lost_second_factor", Act.CLAIM, needs=("identity_again",), desk=("reset_road",),
            evidence=_rows(_last_tries(facts)), ticks=[ok("not_frozen")],
        )  # fmt: skip
    tries = _last_tries(facts)
    refused = next((each for each in tries if not each.is_success), None)
    came_in_since = next(iter(tries), None)
    if refused is None or (came_in_since is not None and came_in_since.is_success):
        # Nobody was turned away, and still they cannot get in: what was changed lately says why.
        if (changed := _changed(facts)) is not None:
            return _changed_by_other(changed)
        return CASE.found(
            "no_trouble_seen", Act.WRITE, evidence=_rows(tries), ticks=[ok("not_frozen")],
            unsure=("other_account",), desk=("explain",),
        )  # fmt: skip
    return _refused(refused, tries)


def _last_tries(facts: Facts) -> list[SignIn]:
    known = facts.sign_ins.value if facts.sign_ins else ()
    return [each for each in known if facts.now - each.at <= RECENT]


def _changed(facts: Facts) -> SecurityChange | None:
    known = facts.security_changes.value if facts.security_changes else ()
    recent = (each for each in known if facts.now - each.at <= RECENT)
    return next((each for each in recent if each.kind in _STRONG), None)


def _changed_by_other(change: SecurityChange) -> Finding:
    what = Said(f"change_{change.kind}_{change.action}")
    return CASE.found(
        "changed_by_other",
        Act.FREEZE,
        params={"what": what, "when": At(change.at)},
        evidence=[
            seen("change", what, is_bad=True),
            seen("when", change.at),
            *([seen("place", change.place)] if change.place else []),
        ],
        timeline=[stop("security_changed", change.at)],
        ticks=[bad("changes")],
        article=f"{_HELP}/stolen-account",
        desk=("emergency",),
    )


def _refused(refused: SignIn, tries: list[SignIn]) -> Finding:
    code = refused.reason if refused.reason in FINDINGS else "other"
    count = sum(1 for each in tries if not each.is_success)
    came_in = [done("came_in", each.at) for each in tries if each.is_success]
    params: dict[str, Value] = {"when": At(refused.at), "count": Number(count)}
    return CASE.found(
        code,
        _ACTS.get(code, Act.WRITE if code == "other" else Act.READ),
        params=params,
        evidence=_rows(tries),
        timeline=[*came_in[:1], stop("refused_sign_in", refused.at)],
        ticks=[ok("not_frozen"), bad(f"sign_in_{code}")],
        unsure=("was_it_you",),
        article=_ARTICLES.get(code, ""),
        desk=("explain",),
    )


def _rows(tries: list[SignIn]) -> list[Evidence]:
    if not tries:
        return []
    last = tries[0]
    outcome = "sign_in_ok" if last.is_success else f"sign_in_{last.reason or 'refused'}"
    rows = [
        seen("last_try", last.at),
        seen("outcome", Said(outcome), is_bad=not last.is_success),
        seen("device", Plain(last.device)),
        seen("place", Plain(last.place)),
    ]
    return [row for row in rows if not (isinstance(row.value, Plain) and not row.value.text)]


CHECK = Check(
    symptom="sign_in_trouble",
    icon="key-round",
    asks=Asks(says=("cannot_enter", "lost_2fa", "not_me")),
    facts=frozenset({Fact.SIGN_INS, Fact.SECURITY_CHANGES, Fact.FROZEN}),
    needs=frozenset({Fact.SIGN_INS}),
    findings=FINDINGS,
    article=f"{_HELP}/lost-phone",
    topics=frozenset(
        f"{_HELP}/{slug}"
        for slug in ("lost-phone", "backup-codes", "new-device-sign-in", "set-up-authenticator")
    ),
    tags=frozenset({"sign_in"}),
    source="The exchange's record of sign-ins and security changes.",
    decide=decide,
)
