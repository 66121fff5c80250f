"""What stops a command is said in a sentence, and the exit code tells; never a traceback."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fanlight.app import cli, commands, jsonlines
from fanlight.app.serving import Serving, as_served, noted, running
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import load

FANLIGHT = Path(sys.executable).parent / "fanlight"
EXAMPLE = {"id": 1, "text": "where is my deposit", "kind": "deposit"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files to read, and no desk."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    (tmp_path / "few").write_text(json.dumps(EXAMPLE) + "\n")
    (tmp_path / "two").write_text(
        "".join(f'{{"text":"words {n % 2}","kind":"{n % 2}"}}\n' for n in range(8))
    )
    return tmp_path


def ended(words: str) -> int:
    """The exit code, however the command came by it."""
    with pytest.raises(SystemExit) as end:
        raise SystemExit(commands.run(cli.app, words.split()))
    return int(str(end.value.code))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("trust scan away", "away: No such file or directory"),
        ("trust scan .", "Is a directory"),
        ("trust check", "Name one value"),
        ("trust check a.example --stdin", "Name one value"),
        ("trust check a.example --official away", "away: No such file"),
        ("trust check a.example", "There is no desk in"),
        ("trust export", "There is no desk in"),
        ("trust verify away", "away: No such file"),
        ("trust load away", "away: No such file"),
        ("audit verify", "There is no desk in"),
        ("audit verify --file away", "away: No such file"),
        ("audit key", "There is no desk in"),
        ("audit export --since 2026-11-30 --until 2026-11-01", "is after"),
        ("drill", "There is no desk in"),
        ("worker", "There is no desk in"),
        ("kb search", "Say what to look for"),
        ("kb search words", "There is no desk in"),
        ("kb search words --top 0", "Must be >= 1"),
        ("kb search --queries away", "away: No such file"),
        ("kb evaluate away", "No such file"),
        ("kb evaluate two", "line 1"),
        ("kb export here", "There is no desk in"),
        ("guide triage away", "away: No such file"),
        ("guide triage few --examples few", "few, line 1"),
        ("guide triage few --examples empty", "are needed"),
        ("guide triage few --rules few", "few: "),
        ("guide evaluate empty few --label kind", "empty: examples of two labels"),
        ("guide evaluate few few --label kind", "few: examples of two labels"),
        ("guide evaluate few empty --label kind", "empty: nothing to judge"),
        ("guide evaluate two two --label no", "nothing to judge"),
        ("guide evaluate two two --label kind --predictions no/where", "no/where: No such file"),
        ("exchange plant 73105528 nothing.known", "No cause is called so"),
        ("exchange advance --minutes -1", "Must be >= 0"),
        ("serve --port 99999", "Must be <= 65534"),
        ("serve --workers 0", "Must be >= 1"),
    ],
)
def test_it_says_why_it_cannot(
    folder: Path, capfd: pytest.CaptureFixture[str], words: str, says: str
) -> None:
    before = sorted(folder.iterdir())

    assert ended(words) == 2

    out, error = capfd.readouterr()
    assert says in " ".join((out + error).split())
    assert sorted(folder.iterdir()) == before  # looking makes no desk


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"FANLIGHT_SERVE__PORT": "x"}, "Settings: [serve]"),
        ({"FANLIGHT_DATABASE__URL": "postgresql://127.0.0.1:1/x"}, "PostgreSQL does not answer"),
    ],
)
def test_settings_and_databases_that_cannot_be_used(
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    says: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    for words in ("migrate", "kb search words", "audit verify"):
        assert ended(words) == 2
        assert says in capfd.readouterr().err


@pytest.mark.parametrize("words", ["", "audit", "exchange", "guide", "kb", "trust"])
def test_every_command_says_what_it_is_for(capfd: pytest.CaptureFixture[str], words: str) -> None:
    assert ended(f"{words} --help") == 0

    listed = [line for line in capfd.readouterr().out.splitlines() if line.startswith("│ ")]
    assert len(listed) > 1
    assert [line for line in listed if re.fullmatch(r"│ \S+ +│", line)] == []


def test_a_fault_of_ours_is_not_talked_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(jsonlines.Reader, "__call__", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        commands.run(cli.app, ["trust", "scan", "any"])


def test_whoever_stops_reading_is_no_fault(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_text('{"id":1,"text":"words"}\n' * 5_000)
    with subprocess.Popen(
        [FANLIGHT, "trust", "scan", lines], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as scanning:
        assert scanning.stdout is not None
        assert scanning.stderr is not None
        assert b'"id":1' in scanning.stdout.readline()
        scanning.stdout.close()
        assert scanning.stderr.read() == b""
        assert scanning.wait(30) == 141


def test_an_answer_is_there_before_the_next_line_comes() -> None:
    with subprocess.Popen(
        [FANLIGHT, "trust", "scan"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as scanning:
        assert scanning.stdin is not None
        assert scanning.stdout is not None
        for number in range(3):
            scanning.stdin.write(b'{"id":%d,"text":"a"}\n' % number)
            scanning.stdin.flush()
            assert b'"id":%d' % number in scanning.stdout.readline()
        scanning.stdin.close()
        assert scanning.wait(30) == 0


def test_a_line_too_long_is_one_bad_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jsonlines, "_LONGEST", 20)
    exactly, longer = b'["12345678901234"]\n', b'["' + b"x" * 95 + b'"]\n'
    assert len(exactly) == 19
    given = b"[1]\n" + longer + b"no\n" + exactly + b'["123456789012345"]\n' + b"[2]"
    monkeypatch.setattr(sys, "stdin", type("Given", (), {"buffer": io.BytesIO(given)}))

    lines = jsonlines.Reader(None)
    read: list[list[Any]] = list(lines(list[Any]))

    assert read == [[1], ["12345678901234"], ["123456789012345"], [2]]
    assert lines.bad == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["line 2", "line 3"]


def test_commands_know_the_desk_that_runs_beside_them(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path, environment={})
    said = Serving(
        host="127.0.0.1",
        port=8130,
        workers=1,
        is_demo=False,
        exchange_port=None,
        address="http://localhost:8130",
    )
    assert running(tmp_path) is None
    with noted(tmp_path, said):
        assert running(tmp_path) == said
        assert as_served(settings)[BrandSettings].help_url == "http://localhost:8130"
        with noted(tmp_path, Serving(**{**said_as_dict(said), "port": 9000})):
            assert running(tmp_path) == said  # the first one's
    assert running(tmp_path) is None  # the file stays, the desk does not
    assert as_served(settings) is settings


def said_as_dict(said: Serving) -> dict[str, Any]:
    return {name: getattr(said, name) for name in said.__struct_fields__}
