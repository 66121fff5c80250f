"""How a check says what it found: evidence, ticks and timelines in few words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from fanlight.features.diagnostics.models import (
    Act,
    Evidence,
    Finding,
    NextStep,
    Step,
    Tick,
    Verdict,
)
from fanlight.features.diagnostics.values import At, Money, OnChain, Plain, Said, Value

EXCHANGE, RULES = "exchange", "rules"
NETWORKS = "networks"  # every network we can read was asked


def seen(
    label: str,
    value: Value | str | datetime,
    source: str = EXCHANGE,
    *,
    as_of: datetime | None = None,
    is_bad: bool = False,
) -> Evidence:
    """One row of evidence; text is a plain name, a time a moment."""
    if isinstance(value, str):
        value = Plain(value)
    elif isinstance(value, datetime):
        value = At(value)
    return Evidence(label=label, value=value, source=source, as_of=as_of, is_bad=is_bad)


def hashed(label: str, text: str, source: str = EXCHANGE, *, is_bad: bool = False) -> Evidence:
    return Evidence(label=label, value=OnChain(text), source=source, is_bad=is_bad)


def network_of(source: str) -> Value:
    """The network a hash was looked for on; nobody's name where all were asked."""
    return Said("any_network") if source == NETWORKS else Plain(source)


def money(amount: Decimal, asset: str) -> Money:
    return Money(amount, asset)


def ok(key: str, source: str = EXCHANGE) -> Tick:
    return Tick(key=key, state="ok", source=source)


def bad(key: str, source: str = EXCHANGE) -> Tick:
    return Tick(key=key, state="bad", source=source)


def unchecked(key: str) -> Tick:
    return Tick(key=key, state="unchecked", source="")


def done(key: str, at: datetime | None) -> Step:
    return Step(key=key, state="done", at=at)


def stop(key: str, at: datetime | None = None) -> Step:
    return Step(key=key, state="stop", at=at)


def now(key: str) -> Step:
    return Step(key=key, state="now")


def then(key: str, at: datetime | None = None) -> Step:
    return Step(key=key, state="next", at=at)


class Rest(TypedDict, total=False):
    """What a finding may have besides its code and where it leads; see ``Finding``."""

    until: datetime | None
    about: timedelta | None
    needs: Sequence[str]
    params: Mapping[str, Value]
    evidence: Sequence[Evidence]
    timeline: Sequence[Step]
    ticks: Sequence[Tick]
    unsure: Sequence[str]
    article: str
    desk: Sequence[str]
    is_safe: bool | None


class Case:
    """Builds the findings of one check: verdicts come from its table, so each code has one."""

    def __init__(self, findings: Mapping[str, Verdict], article: str) -> None:
        self._findings, self._article = findings, article

    def found(self, code: str, act: Act, **rest: Unpack[Rest]) -> Finding:
        return Finding(
            code=code,
            verdict=self._findings[code],
            next=NextStep(
                act=act,
                until=rest.get("until"),
                about=rest.get("about"),
                needs=tuple(rest.get("needs", ())),
            ),
            params=rest.get("params", {}),
            evidence=tuple(rest.get("evidence", ())),
            timeline=tuple(rest.get("timeline", ())),
            ticks=tuple(rest.get("ticks", ())),
            unsure=tuple(rest.get("unsure", ())),
            article=rest.get("article") or self._article,
            desk=tuple(rest.get("desk", ())),
            is_safe=rest.get("is_safe"),
        )
