"""The classifier learns what examples show, says how sure it is, and is judged honestly."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight.features.guidance.classifier import Classifier, Guess, TooFewExamples
from fanlight.features.guidance.judging import judge

FANLIGHT = Path(sys.executable).parent / "fanlight"
SAID = {
    "deposit": ("my deposit has not arrived", "充值没到账", "where are the coins I sent in"),
    "sign_in": ("I cannot sign in", "登录不上，收不到验证码", "lost my authenticator"),
    "fees": ("how high are the fees", "手续费多少", "what does a withdrawal cost"),
}
ENDS = ("", " please", "？谢谢", " since this morning", "，急", " on my phone", " again")


def examples(seed: int) -> list[tuple[str, str]]:
    roll = random.Random(seed)
    made = [
        (start + end, label) for label, starts in SAID.items() for start in starts for end in ENDS
    ]
    roll.shuffle(made)
    return made


def test_it_tells_apart_what_it_was_shown_in_both_scripts() -> None:
    taught = examples(1)
    classifier = Classifier.trained([text for text, _ in taught], [label for _, label in taught])

    guesses = classifier.guess(
        [
            "the deposit I made is missing",
            "怎么还没到账",
            "收不到登录验证码",
            "手续费",
            "fees please",
        ]
    )

    assert [guess.label for guess in guesses] == ["deposit", "deposit", "sign_in", "fees", "fees"]
    (sure,), (lost,) = classifier.guess(["充值没到账"]), classifier.guess(["Grüße aus Wien"])
    assert 0 <= lost.confidence < sure.confidence <= 1


def test_one_label_is_nothing_to_tell_apart() -> None:
    with pytest.raises(TooFewExamples):
        Classifier.trained(["a", "b"], ["same", "same"])


def test_confidence_orders_what_is_answered_at_95_percent() -> None:
    wanted = ["a"] * 40
    guessed = [Guess("a", 0.9)] * 30 + [Guess("b", 0.5)] * 10

    verdict = judge(wanted, guessed)

    assert verdict.accuracy == 0.75
    assert (verdict.answered, verdict.threshold) == (0.75, 0.9)
    assert verdict.worst == [("a", "b", 10)]
    # Guesses of one confidence stand or fall together.
    assert judge(wanted, [Guess("a", 0.9)] * 30 + [Guess("b", 0.9)] * 10).answered == 0


@pytest.mark.slow
def test_the_command_trains_judges_and_writes_predictions(tmp_path: Path) -> None:
    for name, seed in (("train", 1), ("test", 2)):
        lines = [
            json.dumps({"id": f"{name}{n}", "text": text, "topic": label})
            for n, (text, label) in enumerate(examples(seed))
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join([*lines, "broken"]), "utf-8")
    files = [tmp_path / "train.jsonl", tmp_path / "test.jsonl"]

    ended = subprocess.run(
        [
            FANLIGHT,
            "guide",
            "evaluate",
            *files,
            "--label",
            "topic",
            "--predictions",
            tmp_path / "p",
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 1, ended.stderr  # a line of each file is broken, and named
    assert b"line 64" in ended.stderr
    answers = [json.loads(line) for line in (tmp_path / "p").read_text("utf-8").splitlines()]
    assert len(answers) == 63
    assert answers[0].keys() == {"id", "topic", "confidence"}
    assert b"1.0000" in ended.stdout
