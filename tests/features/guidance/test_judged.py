"""Triage against messages that people judged by the definitions of the reference, not by the code.

``judged.jsonl`` holds messages in both Chinese scripts, English, pinyin, mixtures and other
languages. None of them stands in the examples that the guide learns from.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from fanlight.features.guidance import triage as guidance
from fanlight.features.guidance.keeping import shipped
from fanlight.features.guidance.models import Triage, Urgency

FILE = Path(__file__).with_name("judged.jsonl")
JUDGED: list[dict[str, str]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
# Written apart from rules and examples, and never looked at while those were mended.
UNSEEN: list[dict[str, str]] = [
    json.loads(line) for line in FILE.with_name("unseen.jsonl").read_text("utf-8").splitlines()
]
FLOORS = {
    "category": 0.90,
    "urgency": 0.92,
    "complexity": 0.92,
    "sensitivity": 0.92,
    "channel": 0.90,
}


@pytest.fixture(scope="module")
def found() -> list[Triage]:
    guide = shipped()
    return [guide.triage(each["text"]) for each in JUDGED]


def share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted)


@pytest.mark.parametrize(("field", "floor"), FLOORS.items())
def test_it_judges_as_people_do(found: list[Triage], field: str, floor: float) -> None:
    pairs = zip(found, JUDGED, strict=True)

    assert share(getattr(each, field).value == wanted[field] for each, wanted in pairs) >= floor


@pytest.mark.parametrize("field", ["category", "urgency", "complexity", "sensitivity"])
def test_words_that_nobody_mended_it_by_are_understood_too(field: str) -> None:
    guide = shipped()
    pairs = [(guide.triage(each["text"]), each[field]) for each in UNSEEN]

    assert share(getattr(each, field).value == wanted for each, wanted in pairs) >= 0.80


def test_who_is_in_trouble_is_not_sent_to_read(found: list[Triage]) -> None:
    pairs = zip(found, JUDGED, strict=True)
    troubled = [each for each, wanted in pairs if wanted["urgency"] in ("urgent", "high")]

    assert len(troubled) > 100
    assert share(each.urgency is Urgency.LOW for each in troubled) <= 0.02


def test_who_is_not_in_danger_is_rarely_alarmed(found: list[Triage]) -> None:
    pairs = zip(found, JUDGED, strict=True)
    calm = [each for each, wanted in pairs if wanted["urgency"] != "urgent"]

    assert share(each.urgency is Urgency.URGENT for each in calm) <= 0.02


def test_every_word_is_asked_for_and_none_was_taught() -> None:
    taught = {_same(each["text"]) for each in guidance.examples()}

    assert len(JUDGED) >= 300
    assert [each["text"] for each in [*JUDGED, *UNSEEN] if _same(each["text"]) in taught] == []
    assert {each["urgency"] for each in JUDGED} == set(Urgency)


def test_there_are_examples_enough_of_every_category() -> None:
    given = guidance.examples()

    assert len(given) >= 1_000
    counted = [sum(each["category"] == one for each in given) for one in guidance.Category]
    assert min(counted) >= 30


def _same(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
