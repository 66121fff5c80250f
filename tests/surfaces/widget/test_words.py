"""What the chat leaves on the agents' timeline has words in every language."""

import json

import pytest

from tests.conftest import ROOT

LEFT = ("chat_from", "chat_searched", "chat_read", "continued_by_mail")


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_lines_of_a_chat_have_words(language: str) -> None:
    file = ROOT / "src" / "fanlight" / "locales" / language / "ui.console.json"
    words = json.loads(file.read_text("utf-8"))
    assert [code for code in LEFT if f"console.activity.{code}" not in words] == []
