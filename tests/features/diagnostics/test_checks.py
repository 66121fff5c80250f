"""Every check that is found says what it is, finds all it promises, and can say it."""

import ast
import inspect
import string
import sys
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from fanlight.features.diagnostics import arrivals, telling
from fanlight.features.diagnostics.blind import BLIND, decide
from fanlight.features.diagnostics.choosing import by_text
from fanlight.features.diagnostics.discovery import all_checks, check_for
from fanlight.features.diagnostics.errors import NoSuchCheck
from fanlight.features.diagnostics.models import (
    Act,
    Check,
    Diagnosis,
    Facts,
    Finding,
    Named,
    Verdict,
)
from fanlight.features.diagnostics.telling import Teller
from fanlight.kernel import i18n
from fanlight.kernel.ids import new_id
from tests.conftest import NOON, ROOT
from tests.features.diagnostics.cases import CASES
from tests.features.diagnostics.facts import deposit, facts, fiat, order, withdrawal

CHECKS = tuple(all_checks().values())
ALL = [(symptom, code) for symptom, cases in CASES.items() for code in cases]
LANGUAGES = i18n.languages()
HELD = [("deposit_not_credited", "held"), ("withdrawal_pending", "held"), ("fiat_late", "held")]
TIPPING = (
    *("suspicious", "launder", "aml", "sanction", "police", "authorit", "risk", "fraud"),
    *("compliance", "可疑", "洗钱", "洗錢", "制裁", "警", "风险", "風險", "欺诈", "詐"),
    *("合规", "合規"),
)


def diagnosis(symptom: str, finding: Finding, uid: str | None = "48812217") -> Diagnosis:
    return Diagnosis(
        id=new_id(), symptom=symptom, uid=uid, named=Named(), finding=finding, made_at=NOON,
        took_ms=3, made_by="customer", expires_at=NOON + timedelta(days=30),
    )  # fmt: skip


def told(symptom: str, finding: Finding, language: str) -> telling.Told:
    teller = Teller(language, now=NOON, zone=ZoneInfo("Asia/Singapore"))
    return teller.told(diagnosis(symptom, finding))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.symptom)
def test_a_check_names_what_the_house_asks_of_it(check: Check) -> None:
    assert check.symptom.isidentifier()
    assert check.facts, "it must name its facts"
    assert check.needs <= check.facts, "what it needs it must also ask for"
    assert check.findings, "it must name its findings"
    assert check.source.endswith("."), "it must say where its rules come from"
    category, slug = check.article.split("/")
    assert (ROOT / "content" / "articles" / "en" / category / f"{slug}.md").exists()
    assert check.asks.lists is None or check.asks.lists in check.facts


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.symptom)
def test_a_check_is_pure(check: Check) -> None:
    """No clock, no database, no waiting: facts in, finding out."""
    module = sys.modules[check.decide.__module__]
    tree = ast.parse(inspect.getsource(module))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    imported = {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    allowed = ("fanlight.exchange.facts", "fanlight.features.diagnostics")
    assert not [name for name in imported if name.startswith("fanlight") and
                not name.startswith(allowed)]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.symptom)
def test_every_finding_of_a_check_has_facts_that_lead_to_it(check: Check) -> None:
    assert set(CASES[check.symptom]) == set(check.findings)


@pytest.mark.parametrize(("symptom", "code"), ALL)
def test_facts_lead_to_their_finding(symptom: str, code: str) -> None:
    check = check_for(symptom)

    finding = check.decide(CASES[symptom][code])

    assert finding.code == code
    assert finding.verdict is check.findings[code]
    if finding.verdict in {Verdict.PERSON, Verdict.URGENT}:
        assert finding.next.act in {Act.CLAIM, Act.WRITE, Act.FREEZE}, "a way to a person"
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("symptom", "code"), ALL)
def test_a_finding_can_be_said(symptom: str, code: str, language: str) -> None:
    said = told(symptom, check_for(symptom).decide(CASES[symptom][code]), language)

    for text in _texts(said):
        assert not text.startswith("diagnosis."), f"no words for {text}"
        assert "{" not in text, f"a figure is missing: {text}"
    assert said.title
    assert said.do
    assert said.exact.startswith(f"{symptom}.{code} · ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("symptom", "code"), HELD)
def test_what_is_reviewed_is_told_in_the_approved_words_alone(
    symptom: str, code: str, language: str
) -> None:
    """Whatever stands behind it, nobody learns more than that it is reviewed."""
    plain = told(symptom, check_for(symptom).decide(CASES[symptom][code]), language)

    said = " ".join(_texts(plain)).casefold()
    assert not [word for word in TIPPING if word in said]
    other = _with_reason(CASES[symptom][code], "region")
    assert told(symptom, check_for(symptom).decide(other), language) == plain


def _with_reason(facts: Facts, reason: str) -> Facts:
    raw = msgspec.json.decode(msgspec.json.encode(facts))
    for name in ("deposits", "withdrawals", "fiat"):
        for each in (raw.get(name) or {}).get("value", ()):
            each["hold_reason"] = reason
    return msgspec.convert(raw, Facts, strict=False)


def _texts(said: telling.Told) -> list[str]:
    rows = [text for row in said.evidence for text in (row.label, row.text, row.source)]
    stages = [stage.text for stage in said.timeline]
    marks = [text for mark in said.ticks for text in (mark.text, mark.source)]
    return [
        said.title, said.why, said.do, said.act_name, said.verdict_name, *said.needs, *said.unsure,
        *said.desk, *rows, *stages, *marks,
    ]  # fmt: skip


@pytest.mark.parametrize("why", BLIND)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.symptom)
def test_what_could_not_be_looked_at_is_said_and_leads_to_a_person(check: Check, why: str) -> None:
    facts = Facts(now=NOON, missing=dict.fromkeys(check.needs, why))

    finding = decide(check, facts)

    assert finding.code == why
    assert finding.verdict is Verdict.PERSON
    assert finding.next.act is Act.WRITE
    for language in LANGUAGES:
        assert "diagnosis." not in told(check.symptom, finding, language).title


def test_words_for_every_finding_and_none_without_one() -> None:
    """A sentence that no check can say any more is taken out."""
    said = {key for key in i18n.keys("en") if key.startswith("diagnosis.")}
    wanted = {
        f"diagnosis.{check.symptom}.{code}{part}"
        for check in CHECKS
        for code in check.findings
        for part in ("", ".why", ".do")
    }
    symptoms = {check.symptom for check in CHECKS}
    assert {key for key in said if key.split(".")[1] in symptoms} == wanted
    for what in ("symptom", "about"):
        assert said >= {f"diagnosis.{what}.{symptom}" for symptom in symptoms}


def test_figures_in_sentences_are_the_same_in_every_language() -> None:
    for key in i18n.keys("en"):
        if not key.startswith("diagnosis."):
            continue
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(str(i18n.keys(tag)[key])) if name}
            for tag in LANGUAGES
        ]
        assert all(each == fields[0] for each in fields), key


def test_an_unknown_symptom_is_refused() -> None:
    with pytest.raises(NoSuchCheck):
        check_for("horoscope")


@pytest.mark.parametrize(
    ("seen", "needed", "wanted"),
    [(0, 12, timedelta(seconds=144)), (11, 12, timedelta(seconds=12)), (40, 12, timedelta(0))],
)
def test_the_mean_wait_for_confirmations(seen: int, needed: int, wanted: timedelta) -> None:
    assert arrivals.mean_wait(seen, needed, block_interval_s=12.0) == wanted


def test_a_network_table_without_confirmations_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        arrivals.mean_wait(0, 0, block_interval_s=12.0)


@pytest.mark.parametrize("symptom", ["withdrawal_pending", "deposit_not_credited"])
def test_words_about_one_coin_are_not_answered_with_another(symptom: str) -> None:
    decide = check_for(symptom).decide
    have = {
        "withdrawals": (withdrawal(asset="BNB"), withdrawal(asset="SOL")),
        "deposits": (deposit(asset="BNB"), deposit(asset="SOL")),
    }

    def coins(*named: str) -> str:
        return str(decide(facts(Named(assets=named), **have)).evidence)

    assert "BNB" in coins()
    assert "SOL" in coins("SOL")
    assert "BNB" not in coins("SOL")
    assert decide(facts(Named(assets=("XRP",)), **have)).code == "none_named"


def test_orders_and_bank_transfers_follow_the_coin_that_was_named_too() -> None:
    def said(symptom: str, *named: str) -> str:
        have = {
            "orders": (order(id="O-1", market="BTC-USDT"), order(id="O-2", market="ETH/USDT")),
            "fiat": (fiat(id="F-1", currency="EUR"), fiat(id="F-2", currency="SGD")),
        }
        found = check_for(symptom).decide(facts(Named(assets=named), **have))
        return f"{found.code} {found.evidence}"

    assert "BTC" in said("order_trouble")
    assert "ETH" in said("order_trouble", "ETH")
    assert said("order_trouble", "XRP").startswith("none_named")
    assert "EUR" in said("fiat_late")
    assert "SGD" in said("fiat_late", "SGD")
    assert "EUR" in said("fiat_late", "BTC")  # what was bought with it


def test_coins_are_read_out_of_the_words() -> None:
    def named(words: str) -> tuple[str, ...]:
        found = by_text(words, ["withdrawal"])
        assert found is not None
        return found.named.assets

    assert named("Withdraw button for SOL is grey") == ("SOL",)
    assert named("提币 2,400 USDT 一直没到") == ("USDT",)
    assert named("Where is my withdrawal?") == ()
