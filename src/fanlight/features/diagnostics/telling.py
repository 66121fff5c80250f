"""A finding in a language: every sentence, figure and row as a person reads it."""

import re
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import partial

import msgspec

from fanlight.features.diagnostics.blind import BLIND
from fanlight.features.diagnostics.models import Act, Diagnosis, Finding, Verdict
from fanlight.features.diagnostics.values import (
    At,
    Lasts,
    Money,
    Number,
    OnChain,
    Part,
    Plain,
    Said,
    Value,
)
from fanlight.features.diagnostics.words import EXCHANGE, NETWORKS, RULES
from fanlight.kernel import i18n

NBSP = "\u00a0"
_LONGEST_ADDRESS = 45  # characters; what is longer is a hash
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of evidence. ``whole``: what is copied, where only its ends are shown."""

    label: str
    text: str
    source: str
    whole: str = ""
    is_bad: bool = False


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the timeline; ``at`` as it is shown."""

    text: str
    state: str
    at: str = ""
    iso: str = ""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of what was checked."""

    text: str
    state: str
    source: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A diagnosis for one reader."""

    symptom: str
    code: str
    verdict: Verdict
    verdict_name: str
    title: str
    why: str
    do: str
    act: Act
    act_name: str
    until: str
    needs: tuple[str, ...]
    evidence: tuple[Row, ...]
    timeline: tuple[Stage, ...]
    ticks: tuple[Mark, ...]
    unsure: tuple[str, ...]
    desk: tuple[str, ...]
    article: str
    exact: str
    """One line for whoever has to look further: the code with every figure, in full."""
    is_safe: bool | None
    made_at: str


class Teller:
    """Tells findings in one language, by one clock."""

    def __init__(self, language: str, *, now: datetime, zone: tzinfo) -> None:
        self._language = language
        self._say = partial(i18n.translate, language)
        self.moment = partial(i18n.moment, language, now=now, zone=zone)

    def told(self, diagnosis: Diagnosis) -> Told:
        """Everything of a diagnosis, in words."""
        finding = diagnosis.finding
        symptom = owner_of(diagnosis.symptom, finding)
        params = {name: self.value(value) for name, value in finding.params.items()}
        key = f"diagnosis.{symptom}.{finding.code}"
        return Told(
            symptom=diagnosis.symptom,
            code=finding.code,
            verdict=finding.verdict,
            verdict_name=self._say(f"diagnosis.verdict.{finding.verdict.value}"),
            title=self._say(key, **params),
            why=self._say(f"{key}.why", **params),
            do=self._say(f"{key}.do", **params),
            act=finding.next.act,
            act_name=self._say(f"diagnosis.act.{finding.next.act.value}"),
            until=self.moment(finding.next.until) if finding.next.until else "",
            needs=tuple(self._say(f"diagnosis.ready.{need}") for need in finding.next.needs),
            evidence=self._rows(finding),
            timeline=self._stages(finding),
            ticks=self._marks(finding),
            unsure=tuple(self._say(f"diagnosis.unsure.{each}") for each in finding.unsure),
            desk=tuple(self._say(f"diagnosis.desk.{each}") for each in finding.desk),
            article=finding.article,
            exact=exact_words(diagnosis),
            is_safe=finding.is_safe,
            made_at=self.moment(diagnosis.made_at),
        )

    def value(self, value: Value) -> str:
        """One figure as it is written in this language."""
        match value:
            case Money(amount, asset):
                return f"{amount_text(amount)}{NBSP}{asset}"
            case OnChain(text):
                return shortened(text)
            case Plain(text):
                return text
            case Said(key):
                return self._say(f"diagnosis.said.{key}")
            case At(at):
                return self.moment(at)
            case Lasts(seconds):
                return self._span(seconds)
            case Part(have, need):
                return self._say("diagnosis.count_of", have=f"{have:,}", need=f"{need:,}")
            case Number(number):
                return f"{number:,}"

    def source(self, source: str) -> str:
        if source in {EXCHANGE, RULES, NETWORKS}:
            return self._say(f"diagnosis.source.{source}")
        return source

    def _span(self, seconds: int) -> str:
        """About how long: rounded up, in the largest unit that says enough."""
        for size, unit in ((2 * _DAY, "days"), (2 * _HOUR, "hours"), (90, "minutes")):
            if seconds >= size:
                each = {"days": _DAY, "hours": _HOUR, "minutes": _MINUTE}[unit]
                return self._say(f"diagnosis.about_{unit}", count=-(-seconds // each))
        return self._say("diagnosis.about_seconds", count=seconds)

    def _rows(self, finding: Finding) -> tuple[Row, ...]:
        return tuple(
            Row(
                label=self._say(f"diagnosis.label.{each.label}"),
                text=self.value(each.value),
                source=self.source(each.source),
                whole=each.value.text if isinstance(each.value, OnChain) else "",
                is_bad=each.is_bad,
            )
            for each in finding.evidence
        )

    def _stages(self, finding: Finding) -> tuple[Stage, ...]:
        return tuple(
            Stage(
                text=self._say(f"diagnosis.step.{each.key}"),
                state=each.state,
                at=self.moment(each.at) if each.at else "",
                iso=each.at.isoformat() if each.at else "",
            )
            for each in finding.timeline
        )

    def _marks(self, finding: Finding) -> tuple[Mark, ...]:
        return tuple(
            Mark(
                text=self._say(f"diagnosis.tick.{each.key}"),
                state=each.state,
                source=self.source(each.source) if each.source else "",
            )
            for each in finding.ticks
        )


COULD_NOT_LOOK = "cannot_look"


def owner_of(symptom: str, finding: Finding) -> str:
    """Whose words a finding uses: its check's, or those for "we could not look"."""
    return COULD_NOT_LOOK if finding.code in BLIND else symptom


def exact_words(diagnosis: Diagnosis) -> str:
    """``deposit_not_credited.confirming · tx_hash 0x… [TRON] · …``: the same in every language."""
    rows = [f"{diagnosis.symptom}.{diagnosis.finding.code}"]
    rows += [
        f"{row.label} {_plain(row.value)} [{row.source}]" for row in diagnosis.finding.evidence
    ]
    rows.append(f"{diagnosis.made_at:%Y-%m-%d %H:%M:%S} UTC")
    return " · ".join(rows)


def _plain(value: Value) -> str:
    match value:
        case Money(amount, asset):
            return f"{amount:f} {asset}"
        case OnChain(text) | Plain(text):
            return text
        case Said(key):
            return key
        case At(at):
            return f"{at:%Y-%m-%dT%H:%M:%SZ}"
        case Lasts(seconds):
            return str(timedelta(seconds=seconds))
        case Part(have, need):
            return f"{have}/{need}"
        case Number(number):
            return str(number)


def amount_text(amount: Decimal) -> str:
    """``1,250.00``: comma groups, at least two decimals, no exponent, no trailing noise."""
    text = f"{amount:,f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')}"


def shortened(text: str) -> str:
    """A hash by six and six, an address by six and four, as everywhere in the house."""
    if len(text) <= 14 or not re.fullmatch(r"[0-9A-Za-z:_.\-]+", text):
        return text
    tail = 4 if len(text) <= _LONGEST_ADDRESS else 6
    return f"{text[:6]}…{text[-tail:]}"
