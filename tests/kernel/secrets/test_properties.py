"""Whatever is written: never an exception, places that exist, and nothing left to find."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlight.kernel.secrets import SecretKind, engine, marker, redact, scan
from fanlight.kernel.secrets.talk import known_to

SECRETS = (
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318",
    "5HwoXVkHoRM8sL2KmNRS217n1g8mPPBomrY7yehCuXC1115WWsh",
    "4111 1111 1111 1111",
    "483920",
    "hunter2",
    "Zk3jT9qLmX2vB8nR5wYc7HdP1sGf4KaE",
    "的一是在不了有和人这中大",
)
WORDS = (
    *("my password is ", "密码是", "code ", "验证码：", "private key ", "私钥", "api secret: "),
    *("card ", "助记词 ", "seed phrase: ", "order ", "tx ", "\n", ". ", "，", "⟦hidden:otp⟧"),
    *("⟦", "⟧", "\u200b", "㎏", "İ", "e\u0301", "４８", "\ud800", "[1, 2, 3", "eyJ"),
    "-----BEGIN PRIVATE KEY-----",
)
TEXT = st.lists(st.one_of(st.sampled_from(SECRETS + WORDS), st.text(max_size=20)), max_size=24)


@settings(max_examples=400, deadline=None)
@given(TEXT.map("".join))
def test_scanning_is_total_and_redacting_is_final(text: str) -> None:
    found = scan(text)
    redacted = redact(text)

    end = 0
    for finding in found:
        assert end <= finding.start < finding.end <= len(text)
        end = finding.end
    assert redacted.findings == found
    assert scan(redacted.text) == ()
    assert redact(redacted.text).text == redacted.text


@settings(max_examples=300, deadline=None)
@given(TEXT.map("".join))
def test_only_what_was_found_is_replaced(text: str) -> None:
    redacted = redact(text)

    rebuilt, at = "", 0
    for finding in redacted.findings:
        rebuilt += text[at : finding.start] + marker(finding.kind)
        at = finding.end
    assert redacted.text == rebuilt + text[at:]


SLIP = st.tuples(st.integers(0, 300), st.integers(0, 2), st.characters(max_codepoint=0x9FFF))


def mutated(text: str, slips: list[tuple[int, int, str]]) -> str:
    for at, taken, put in slips:
        place = at % (len(text) + 1)
        text = text[:place] + put + text[place + taken :]
    return text


def looked_at_by_all(text: str) -> tuple[object, ...]:
    """What is found where no sign spares a detector its look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "known_to", lambda low: (known_to(low)[0], -1))
        return scan(text)


@settings(max_examples=300, deadline=None)
@given(TEXT.map("".join), st.lists(SLIP, max_size=6))
def test_a_sign_spares_no_look_that_would_have_found(
    text: str, slips: list[tuple[int, int, str]]
) -> None:
    text = mutated(text, slips)

    assert scan(text) == looked_at_by_all(text)


def test_signs_of_every_written_secret_are_told() -> None:
    lines = (Path(__file__).with_name("hard.jsonl")).read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]

    assert [text for text in texts if scan(text) != looked_at_by_all(text)] == []


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(SecretKind)), st.text(max_size=30))
def test_a_marker_is_not_found_again(kind: SecretKind, around: str) -> None:
    sign = marker(kind)

    for finding in scan(f"{around}my {kind} is {sign}"):
        assert finding.end <= len(around) + 4  # only what was there before it, if anything


@pytest.mark.parametrize(
    "words", ['{"crypto":{"cipher":"', '"cipher":', '{"cipher":"x","kdf":1}', '}{"cipher":']
)
def test_a_text_that_repeats_a_keystores_words_costs_no_more_than_another(words: str) -> None:
    text = (words * 20_000)[:100_000]
    begun = time.process_time()
    redact(text)
    assert time.process_time() - begun < 1.0
