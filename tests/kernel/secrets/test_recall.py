"""Secrets people give away are found, where they stand, whatever the spelling and the words."""

import base64
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.kernel.secrets import SecretKind, redact, scan

from .conftest import Maker, Planted

HERE = Path(__file__).parent
HARD = [json.loads(line) for line in (HERE / "hard.jsonl").read_text("utf-8").splitlines()]
GIVEN = [json.loads(line) for line in (HERE / "given.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("kind", list(SecretKind))
def test_planted_secrets_are_found_and_gone(kind: SecretKind, planted: list[Planted]) -> None:
    messages = [message for message in planted if message.kind is kind]
    missed = []
    for message in messages:
        end = message.start + len(message.secret)
        if not any(
            finding.kind is kind and finding.start <= message.start and finding.end >= end
            for finding in scan(message.text)
        ):
            missed.append(message.text)
        assert message.secret not in redact(message.text).text or message.text in missed

    assert len(messages) >= 150
    assert len(missed) <= len(messages) // 100, missed


def test_findings_hold_the_secret_and_little_else(planted: list[Planted]) -> None:
    exact: Counter[SecretKind] = Counter()
    total: Counter[SecretKind] = Counter()
    for message in planted:
        place = (message.start, message.start + len(message.secret))
        total[message.kind] += 1
        exact[message.kind] += [(f.start, f.end) for f in scan(message.text)] == [place]

    assert {
        kind: exact[kind] / total[kind] for kind in total if exact[kind] < 0.97 * total[kind]
    } == {}


@pytest.mark.parametrize("case", GIVEN, ids=[case["text"][:40] for case in GIVEN])
def test_it_is_found_as_people_write_it(case: dict[str, str]) -> None:
    assert case["kind"] in {finding.kind for finding in scan(case["text"])}


def test_what_was_written_to_be_missed_is_found() -> None:
    """Made from the definition alone: signs, tags and words between, slips, OCR, JSON, quotes."""
    missed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in HARD:
        total[case["kind"]] += 1
        missed[case["kind"]] += not any(
            found.kind == case["kind"] and found.start <= case["start"] and found.end >= case["end"]
            for found in scan(case["text"])
        )

    assert sum(total.values()) >= 750
    assert missed.total() == 0, missed


def test_places_are_those_of_the_text_as_given() -> None:
    text = "验证码：４８３９２０，㎏ 和密码是Abc12345"

    code, password = scan(text)

    assert text[code.start : code.end] == "４８３９２０"
    assert text[password.start : password.end] == "Abc12345"
    assert redact(text).text == "验证码：⟦hidden:otp⟧，㎏ 和密码是⟦hidden:password⟧"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("passwort: Hund3hütte", "passwort: ⟦hidden:password⟧"),
        ("пароль: Москва2020", "пароль: ⟦hidden:password⟧"),
        ("backup code: 4829 1330", "backup code: ⟦hidden:otp⟧"),
        (
            "my backup codes: 1) 8f3k-22la 2) 99ak-1qpz",
            "my backup codes: 1) ⟦hidden:otp⟧ 2) ⟦hidden:otp⟧",
        ),
        (
            "he asked for the code 220917 by phone. I told him 220917, order 2209170",
            "he asked for the code ⟦hidden:otp⟧ by phone. I told him ⟦hidden:otp⟧, order 2209170",
        ),
        (
            "backup codes (2FA) are as follows: 8f3k22la 99ak1qpz",
            "backup codes (2FA) are as follows: ⟦hidden:otp⟧ ⟦hidden:otp⟧",
        ),
        (
            "the code is 220917, I sent 0.220917 BTC",
            "the code is ⟦hidden:otp⟧, I sent 0.220917 BTC",
        ),
    ],
)
def test_nothing_of_a_secret_is_left_beside_its_marker(text: str, read: str) -> None:
    assert redact(text).text == read


def test_a_secret_said_thousands_of_times_is_looked_for_once() -> None:
    text = "otp 220917\n" * 18_000  # as long as a message may be

    began = time.process_time()
    found = scan(text)

    assert len(found) == 18_000
    assert time.process_time() - began < 5  # a second; by pairs it was minutes, and all memory


def test_zero_width_characters_hide_nothing() -> None:
    text = "my code is 48\u200b3920"

    assert redact(text).text == "my code is ⟦hidden:otp⟧"


def test_a_long_text_is_read_to_its_end(maker: Maker) -> None:
    phrase = " ".join(maker.phrase("english"))
    filler = "I would like to know when it will arrive, as I have been here for days. " * 400

    for cut in range(0, 2000, 97):  # wherever the borders of a pass fall
        text = filler[:cut] + filler + phrase + "\n" + filler + "my password is hunter2"
        kinds = [finding.kind for finding in scan(text)]
        assert kinds == [SecretKind.SEED_PHRASE, SecretKind.PASSWORD]


PHRASE = "race bread blame tornado bamboo lesson kit general practice logic able minute"
CUT = " ".join(word[:4] for word in PHRASE.split())


@pytest.mark.parametrize("text", [f"my seed phrase, first letters: {CUT} please help", CUT])
def test_words_cut_to_the_letters_that_tell_them_apart_are_found(text: str) -> None:
    (found,) = scan(text)
    assert (found.kind, text[found.start : found.end]) == (SecretKind.SEED_PHRASE, CUT)


def test_beginnings_of_words_are_words_where_nobody_speaks_of_a_phrase() -> None:
    assert scan(f"I read out {CUT} and more of what the list begins with") == ()


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_phrase_in_base64_is_found(encode: Callable[[bytes], bytes]) -> None:
    token = encode(PHRASE.encode()).decode().rstrip("=")
    (found,) = scan(f"this is it {token} thanks")
    assert found.kind is SecretKind.SEED_PHRASE


def test_other_words_in_base64_are_left_alone() -> None:
    told = b"The deposit has not arrived and nobody at the desk could say for how long it takes."
    assert scan(base64.b64encode(told).decode()) == ()
