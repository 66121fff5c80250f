"""When we could not look: said so, with a way to a person, and never a guess."""

from fanlight.features.diagnostics.models import (
    Act,
    Check,
    Facts,
    Finding,
    Verdict,
)
from fanlight.features.diagnostics.words import Case, hashed

BLIND = {
    "not_connected": Verdict.PERSON,
    "not_offered": Verdict.PERSON,
    "down": Verdict.PERSON,
    "no_account": Verdict.PERSON,
    "not_readable": Verdict.PERSON,
}


def blind(check: Check, facts: Facts) -> Finding | None:
    """The finding in place of a check's own where a fact it cannot do without is missing."""
    why = next(
        (facts.missing[fact] for fact in sorted(check.needs) if facts.missing.get(fact) in BLIND),
        None,
    )
    if why is None:
        return None
    named = facts.named
    rows = [hashed("tx_hash", named.tx_hash, named.network)] if named.tx_hash else []
    return Case(BLIND, check.article).found(why, Act.WRITE, evidence=rows, desk=("look_by_hand",))


def decide(check: Check, facts: Facts) -> Finding:
    """What the check finds, or why it could not look."""
    return blind(check, facts) or check.decide(facts)
