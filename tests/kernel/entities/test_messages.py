"""What customers name in their own words is found, and nothing that they do not name."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlight.kernel.entities import EntityKind, recognise

GIVEN = [
    json.loads(line)
    for line in (Path(__file__).parent / "given.jsonl").read_text("utf-8").splitlines()
]
HARD = [
    json.loads(line)
    for line in (Path(__file__).parent / "hard.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", GIVEN, ids=[case["text"][:40] for case in GIVEN])
def test_it_is_read_as_people_write_it(case: dict[str, Any]) -> None:
    found = [[entity.kind.value, entity.value, entity.normal] for entity in recognise(case["text"])]

    assert found == case["expected"]


def test_what_was_written_without_looking_at_the_rules_is_read() -> None:
    """Kind and place of everything, and chain and normal form where the case gives them."""
    for case in HARD:
        found = recognise(case["text"])
        assert [(e.kind.value, e.start, e.end) for e in found] == [
            (e["kind"], e["start"], e["end"]) for e in case["entities"]
        ], case["text"]
        for entity, wanted in zip(found, case["entities"], strict=True):
            assert entity.chain == wanted.get("chain", entity.chain), case["text"]
            assert entity.normal == wanted.get("normal", entity.normal), case["text"]


def test_places_are_those_of_the_text_as_given() -> None:
    text = "ＵＩＤ：１２３４５６７８，㎏ 充值 ５００ ＵＳＤＴ"

    uid, amount = recognise(text)

    assert (text[uid.start : uid.end], uid.kind) == ("１２３４５６７８", EntityKind.UID)
    assert (text[amount.start : amount.end], amount.normal) == ("５００ ＵＳＤＴ", "500 USDT")


def test_a_long_text_is_read_to_its_end() -> None:
    filler = "I would like to know when it will arrive, as I have been here for weeks. " * 300

    for cut in range(0, 1000, 97):  # wherever the borders of a pass fall
        text = filler[:cut] + " UID 12345678\n" + filler + "order id 9087654321234"
        assert [entity.value for entity in recognise(text)] == ["12345678", "9087654321234"]


@settings(max_examples=300)
@given(st.text(max_size=400))
def test_any_text_is_read_in_order_and_nothing_twice(text: str) -> None:
    end = 0
    for entity in recognise(text):
        assert entity.start >= end
        assert text[entity.start : entity.end] == entity.value
        end = entity.end


def test_what_was_hidden_is_a_wall() -> None:
    assert [each.kind for each in recognise("uid 12345678")] == [EntityKind.UID]
    assert recognise("uid ⟦hidden:otp⟧ 12345678") == ()
