"""`fanlight trust …` reads lines and answers lines; a bad line is named and loses nothing else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fanlight.app.cli_guide import evaluate

FANLIGHT = Path(sys.executable).parent / "fanlight"


def run(verb: str, lines: str, *more: str) -> tuple[int, list[dict[str, Any]], str]:
    ended = subprocess.run(
        [FANLIGHT, "trust", verb, *more],
        input=lines.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    return ended.returncode, answers, ended.stderr.decode()


def test_a_secret_is_hidden_and_its_place_told() -> None:
    code, (answer,), _ = run("scan", '{"id":"a","text":"🙂 验证码 483920"}\n')

    assert code == 0
    assert answer == {
        "id": "a",
        "redacted": "🙂 验证码 ⟦hidden:otp⟧",
        "findings": [{"kind": "otp", "start": 6, "end": 12}],
    }


def test_what_is_recognised_is_never_a_secret() -> None:
    line = json.dumps({"id": 7, "text": f"private key 0x{'3c' * 32}, UID 38291744"})

    code, (answer,), _ = run("entities", line, "-")

    assert code == 0
    assert [(one["kind"], one["value"]) for one in answer["entities"]] == [("uid", "38291744")]


def test_a_bad_line_is_named_and_the_rest_is_answered() -> None:
    code, answers, said = run(
        "scan", '\ufeff{"id":1,"text":"a"}\n\nnope\n{"id":2}\n{"id":3,"text":"b"}'
    )

    assert code == 1
    assert [answer["id"] for answer in answers] == [1, 3]
    assert "line 3" in said
    assert "line 4" in said


def test_values_are_judged_against_a_registry_in_a_file(tmp_path: Path) -> None:
    registry = tmp_path / "ours.jsonl"
    registry.write_text('{"kind":"domain","value":"meridian.example"}\n', "utf-8")
    lines = '{"id":1,"value":"help.meridian.example"}\n{"id":2,"value":"meridlan.example"}\n'

    code, answers, _ = run("check", lines, "--official", str(registry), "--stdin")

    assert code == 0
    assert answers == [
        {"id": 1, "verdict": "official", "of": "meridian.example", "reasons": ["below_ours"]},
        {"id": 2, "verdict": "look_alike", "of": "meridian.example", "reasons": ["homoglyph"]},
    ]


@pytest.mark.slow
def test_labels_that_cannot_be_learned_are_named_by_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [{"id": n, "text": f"{'card' if n % 2 else 'key'} {n}", "is": n % 2} for n in range(6)]
    bad: list[object] = [{"id": 7, "text": "card"}, {"id": 8, "is": 1}, {"text": " ", "is": 1}]
    file, out = tmp_path / "labels.jsonl", tmp_path / "out.jsonl"
    lines = [*map(json.dumps, [*good, *bad]), "nope", '{"text":"card","is":null}']
    file.write_text("\n".join(lines), "utf-8")

    code = evaluate(file, file, label="is", predictions=out)

    assert code == 1
    told = capsys.readouterr().err.splitlines()[:5]
    assert [line.partition(": ")[0].rpartition(" ")[2] for line in told] == [
        "7",
        "8",
        "9",
        "10",
        "11",
    ]
    guessed = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["id"] for one in guessed] == list(range(6))
    assert {one["is"] for one in guessed} <= {"0", "1"}
