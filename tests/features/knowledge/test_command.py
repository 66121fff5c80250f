"""The command `fanlight kb`, as an operator runs it on a fresh installation."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.features.knowledge.conftest import ARTICLES, ROOT

COMMAND = Path(sys.executable).with_name("fanlight")


@pytest.mark.slow
def test_articles_are_imported_searched_judged_and_indexed_by_command() -> None:
    with TemporaryDirectory(prefix="fanlight-") as data:

        def run(*words: str | Path, code: int = 0) -> tuple[str, str]:
            done = subprocess.run(
                [COMMAND, *map(str, words), "--data", data],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
                cwd=ROOT,
                env={**os.environ, "COLUMNS": "200"},
            )
            assert done.returncode == code, done.stderr
            return done.stdout, done.stderr

        # No command went before: the import makes the database of a new installation itself.
        _, told = run("kb", "import", ARTICLES, "--publish")
        assert "0 skipped" in told
        _, told = run("kb", "import", ARTICLES, "--publish")
        assert "0 new or changed" in told

        questions = Path(data) / "questions.jsonl"
        questions.write_text(
            "\ufeff"
            '{"id": "a", "text": "提幣未到帳", "lang": "zh_TW"}\n'
            '{"id": "b", "text": "memo", "lang": "zh", "search_in": "en"}\n'
            "not a question\n",
            "utf-8",
        )
        found, told = run("kb", "search", "--queries", questions, "--top", "3", code=1)
        assert "line 3" in told
        first, second = [json.loads(line) for line in found.splitlines()]
        assert first["id"] == "a"
        assert first["results"][0]["id"] == "zh-Hans/deposits-withdrawals/withdrawal-pending"
        assert {result["lang"] for result in second["results"]} == {"en"}
        assert second["results"][0]["id"] == "en/deposits-withdrawals/missing-memo"
        assert len(second["results"]) <= 3

        scores, _ = run("kb", "evaluate", ROOT / "content" / "queries.jsonl")
        assert "MRR@10" in scores
        _, told = run("kb", "rebuild")
        assert "articles indexed" in told

        questions.write_text('{"id": "a", "text": "x"}\nnot json\n', "utf-8")
        _, told = run("kb", "evaluate", questions, code=2)
        assert "line 2" in told
        _, told = run("kb", "import", Path(data) / "nothing", code=2)
        assert "is neither a folder nor a file" in told
