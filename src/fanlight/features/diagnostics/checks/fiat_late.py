"""A bank transfer or card payment is late, in or out."""

from typing import Unpack

from msgspec.structs import replace

from fanlight.exchange.facts import FiatState, FiatTransfer
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
from fanlight.features.diagnostics.values import At, Said, Value
from fanlight.features.diagnostics.words import (
    Case,
    Rest,
    bad,
    done,
    money,
    now,
    ok,
    seen,
    stop,
    then,
)

FINDINGS = {
    "credited": Verdict.NOTHING,
    "returned": Verdict.NOTHING,
    "waiting": Verdict.WAIT,
    "received": Verdict.WAIT,
    "sent_out": Verdict.WAIT,
    "held": Verdict.WAIT,
    "bank_holiday": Verdict.WAIT,
    "limit": Verdict.WAIT,
    "reference_missing": Verdict.ACT,
    "name_differs": Verdict.ACT,
    "failed_account_closed": Verdict.ACT,
    "failed_bank_refused": Verdict.ACT,
    "failed_name_differs": Verdict.ACT,
    "failed_card_refused": Verdict.ACT,
    "none_named": Verdict.ACT,
    "late": Verdict.PERSON,
    "late_out": Verdict.PERSON,
    "failed": Verdict.PERSON,
}
_HELP = "fiat"
CASE = Case(FINDINGS, f"{_HELP}/bank-deposit")
_OVER = frozenset({FiatState.CREDITED, FiatState.RETURNED, FiatState.FAILED})


def decide(facts: Facts) -> Finding:
    """Where the money is: at their bank, on its way, or with us."""
    transfer = chosen(facts)
    if transfer is None:
        return CASE.found("none_named", Act.WRITE, needs=("bank_record",), desk=("ask_which",))
    is_late = transfer.due_at is not None and facts.now > transfer.due_at
    steps = [done("fiat_told", transfer.created_at)]
    match transfer.state:
        case FiatState.WAITING if is_late:
            return _found(
                transfer, "late", Act.CLAIM, needs=("bank_record",), desk=("bank_trace",),
                timeline=[*steps, stop("fiat_late", transfer.due_at), now("your_claim")],
                ticks=[bad("in_usual_time")], unsure=("at_the_bank",), is_bad="due",
            )  # fmt: skip
        case FiatState.WAITING:
            return _found(
                transfer, "waiting", Act.WAIT, until=transfer.due_at, unsure=("at_the_bank",),
                timeline=[*steps, now("fiat_on_its_way"), then("credited", transfer.due_at)],
                ticks=[ok("in_usual_time")],
            )  # fmt: skip
        case FiatState.RECEIVED:
            return _found(
                transfer, "received", Act.WAIT, until=transfer.due_at, is_safe=True,
                timeline=[*steps, done("fiat_received", transfer.changed_at), then("credited")],
                ticks=[ok("fiat_received")],
            )  # fmt: skip
        case FiatState.HELD:
            return _held(transfer, steps)
        case FiatState.SENT:
            return _sent(transfer, steps, is_late=is_late)
        case FiatState.CREDITED:
            return _found(
                transfer, "credited", Act.NONE, ticks=[ok("credited")], is_safe=True,
                timeline=[*steps, done("credited", transfer.changed_at)],
            )  # fmt: skip
        case FiatState.RETURNED:
            return _found(
                transfer, "returned", Act.READ, ticks=[bad("credited")],
                timeline=[*steps, done("returned", transfer.changed_at)],
                article=f"{_HELP}/returned-transfer", unsure=("at_the_bank",),
            )  # fmt: skip
        case FiatState.FAILED:
            return _failed(transfer, steps)


def chosen(facts: Facts) -> FiatTransfer | None:
    """The named one; else the newest that is not over; else the newest."""
    known = facts.fiat.value if facts.fiat else ()
    # A coin beside a bank transfer is what was bought with it: currencies alone say which.
    currencies = {each.currency for each in known}
    named = replace(facts.named, assets=tuple(currencies.intersection(facts.named.assets)))
    return pick(
        known,
        named,
        is_open=lambda each: each.state not in _OVER,
        coins=lambda each: (each.currency,),
    )


def _held(transfer: FiatTransfer, steps: list[Step]) -> Finding:
    """Reasons that the customer can mend, or wait out, are said; all others in approved words."""
    here = [*steps, done("fiat_received", transfer.changed_at)]
    match transfer.hold_reason:
        case "name_differs" | "reference_missing" as reason:
            return _found(
                transfer, reason, Act.CLAIM, needs=("bank_record",), is_bad="state", is_safe=True,
                timeline=[*here, now("your_claim")], ticks=[ok("fiat_received"), bad(reason)],
                desk=("bank_match",),
            )  # fmt: skip
        case "bank_holiday" | "limit" as reason:
            return _found(
                transfer, reason, Act.WAIT, until=transfer.due_at, is_safe=True, is_bad="state",
                timeline=[*here, then("credited", transfer.due_at)],
                ticks=[ok("fiat_received"), bad(reason)], desk=("explain",),
            )  # fmt: skip
        case _:
            return _found(
                transfer, "held", Act.WAIT, is_bad="state", is_safe=True,
                timeline=[*here, now("looked_at"), then("told_by_us")],
                ticks=[ok("fiat_received"), bad("review")], desk=("approved_words_only",),
            )  # fmt: skip


def _sent(transfer: FiatTransfer, steps: list[Step], *, is_late: bool) -> Finding:
    here = [*steps, done("fiat_sent", transfer.changed_at)]
    if is_late:
        return _found(
            transfer, "late_out", Act.CLAIM, needs=("bank_record",), desk=("bank_trace",),
            timeline=[*here, stop("fiat_late", transfer.due_at)], is_bad="due",
            ticks=[ok("sent"), bad("in_usual_time")], unsure=("at_the_bank",),
            article=f"{_HELP}/bank-withdrawal",
        )  # fmt: skip
    return _found(
        transfer, "sent_out", Act.WAIT, until=transfer.due_at, ticks=[ok("sent")],
        timeline=[*here, then("at_your_bank", transfer.due_at)], unsure=("at_the_bank",),
        article=f"{_HELP}/bank-withdrawal",
    )  # fmt: skip


def _failed(transfer: FiatTransfer, steps: list[Step]) -> Finding:
    code = f"failed_{transfer.fail_reason}"
    is_told = code in FINDINGS
    articles = {"failed_card_refused": f"{_HELP}/card-purchase"}
    return _found(
        transfer, code if is_told else "failed", Act.READ if is_told else Act.WRITE,
        timeline=[*steps, stop("failed", transfer.changed_at)], ticks=[bad("sent")],
        is_bad="state", desk=("explain",) if is_told else ("bank_trace",),
        article=articles.get(code, f"{_HELP}/returned-transfer"),
    )  # fmt: skip


def _rows(transfer: FiatTransfer, is_bad: str) -> list[Evidence]:
    rows = [
        seen("amount", money(transfer.amount, transfer.currency)),
        seen("rail", transfer.rail.upper()),
        seen("direction", Said(f"direction_{transfer.direction}")),
        seen("state", Said(f"fiat_{transfer.state.value}"), is_bad=is_bad == "state"),
        seen("begun", transfer.created_at),
    ]
    if transfer.reference:
        rows.append(seen("reference", transfer.reference))
    if transfer.due_at is not None:
        rows.append(seen("due", transfer.due_at, is_bad=is_bad == "due"))
    return rows


def _found(
    transfer: FiatTransfer, code: str, act: Act, *, is_bad: str = "", **rest: Unpack[Rest]
) -> Finding:
    due = transfer.due_at
    params: dict[str, Value] = {
        "amount": money(transfer.amount, transfer.currency),
        "due": At(due) if due else Said("unknown"),
    }
    rest["params"] = params
    rest["evidence"] = _rows(transfer, is_bad)
    return CASE.found(code, act, **rest)


CHECK = Check(
    symptom="fiat_late",
    icon="landmark",
    asks=Asks(lists=Fact.FIAT),
    facts=frozenset({Fact.FIAT}),
    needs=frozenset({Fact.FIAT}),
    findings=FINDINGS,
    article=f"{_HELP}/bank-deposit",
    topics=frozenset(
        f"{_HELP}/{slug}"
        for slug in ("bank-deposit", "bank-withdrawal", "card-purchase", "returned-transfer")
    ),
    tags=frozenset({"fiat"}),
    source="The exchange's record of bank and card payments, and how long each rail takes.",
    decide=decide,
)
