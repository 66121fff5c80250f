"""A customer's program is refused by the exchange's API."""

from fanlight.exchange.facts import ApiFailure, ApiKey
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
from fanlight.features.diagnostics.values import Number, Plain, Said, Value
from fanlight.features.diagnostics.words import Case, bad, ok, seen, stop

_REASONS = (
    "timestamp",
    "signature",
    "address_not_listed",
    "rights",
    "expired",
    "rate_limit",
    "unknown_key",
    "parameter",
)
FINDINGS = {
    "no_failures": Verdict.NOTHING,
    "overload": Verdict.WAIT,
    "key_off": Verdict.ACT,
    "other": Verdict.PERSON,
    **dict.fromkeys(_REASONS, Verdict.ACT),
}
_HELP = "api"
CASE = Case(FINDINGS, f"{_HELP}/error-codes")
_ARTICLES = {
    "timestamp": f"{_HELP}/sign-requests",
    "signature": f"{_HELP}/sign-requests",
    "rate_limit": f"{_HELP}/rate-limits",
    "rights": f"{_HELP}/create-api-key",
    "address_not_listed": f"{_HELP}/create-api-key",
    "expired": f"{_HELP}/create-api-key",
    "unknown_key": f"{_HELP}/create-api-key",
    "key_off": f"{_HELP}/create-api-key",
}


def decide(facts: Facts) -> Finding:
    """What the last refused call lacked."""
    failures = facts.api_failures.value if facts.api_failures else ()
    if not failures:
        return CASE.found(
            "no_failures", Act.WRITE, ticks=[ok("api_calls")], unsure=("before_us",),
            needs=("request_id",), desk=("ask_request",),
        )  # fmt: skip
    last = failures[0]
    key = _key(facts, last)
    code = last.reason if last.reason in FINDINGS else "other"
    if key is not None and not key.is_active and code != "expired":
        code = "key_off"
    same = sum(1 for each in failures if each.reason == last.reason)
    params: dict[str, Value] = {
        "code": Plain(last.code),
        "path": Plain(last.path),
        "key": Plain(last.prefix),
        "count": Number(same),
        "skew": Plain(_skew(last)),
    }
    act = {"overload": Act.WAIT, "other": Act.WRITE}.get(code, Act.READ)
    return CASE.found(
        code,
        act,
        params=params,
        evidence=_rows(last, key, same),
        timeline=[stop("api_refused", last.at)],
        ticks=[ok("api_calls"), bad(f"api_{code}")],
        unsure=("your_program",) if code in {"signature", "parameter"} else (),
        article=_ARTICLES.get(code, ""),
        desk=("explain",) if code != "other" else ("engineering",),
    )


def _key(facts: Facts, last: ApiFailure) -> ApiKey | None:
    known = facts.api_keys.value if facts.api_keys else ()
    return next((key for key in known if key.prefix == last.prefix), None)


def _skew(last: ApiFailure) -> str:
    """How far the clock is off, in seconds with its sign."""
    if last.skew_ms is None:
        return ""
    return f"{last.skew_ms / 1000:+.1f} s".replace("-", "−")


def _rows(last: ApiFailure, key: ApiKey | None, same: int) -> list[Evidence]:
    rows = [
        seen("last_try", last.at),
        seen("error_code", last.code, is_bad=True),
        seen("path", last.path),
        seen("api_key", f"{last.prefix}…"),
        seen("times", Number(same)),
    ]
    if last.skew_ms is not None:
        rows.append(seen("clock", _skew(last), is_bad=last.reason == "timestamp"))
    if key is not None:
        rows.append(seen("key_state", Said("key_on" if key.is_active else "key_off")))
        rights = ", ".join(sorted(key.rights)) or "–"
        rows.append(seen("rights", rights, is_bad=last.reason == "rights"))
        if key.expires_at is not None:
            rows.append(seen("expires", key.expires_at, is_bad=last.reason == "expired"))
    return rows


CHECK = Check(
    symptom="api_error",
    icon="code",
    asks=Asks(),
    facts=frozenset({Fact.API_FAILURES, Fact.API_KEYS}),
    needs=frozenset({Fact.API_FAILURES}),
    findings=FINDINGS,
    article=f"{_HELP}/error-codes",
    topics=frozenset({"api"}),
    tags=frozenset({"api"}),
    source="The exchange's own record of refused calls; parameters are never looked at.",
    decide=decide,
)
