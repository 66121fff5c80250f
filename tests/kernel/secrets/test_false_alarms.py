"""What only talks about secrets, or looks like one, stays as it is."""

import json
from collections.abc import Callable
from os import environ
from pathlib import Path

import pytest

from fanlight.kernel.secrets import redact, scan

from .conftest import Maker

HERE = Path(__file__).parent
HARMLESS = [json.loads(line) for line in (HERE / "harmless.jsonl").read_text("utf-8").splitlines()]
CORPORA = Path(environ.get("FANLIGHT_CORPORA", HERE.parents[2] / "../shared/data"))
HARD = [
    json.loads(line)["text"]
    for line in (HERE / "hard_harmless.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("text", [case["text"] for case in HARMLESS])
def test_talk_about_secrets_is_left_alone(text: str) -> None:
    assert redact(text).text == text


def test_what_was_written_to_be_mistaken_is_left_alone() -> None:
    assert [text for text in HARD if scan(text)] == []


def test_ordinary_talk_raises_no_alarm(talk: Callable[[], str]) -> None:
    lines = [talk() for _ in range(10_000)]
    alarms = [line for line in lines if scan(line)]

    assert len(alarms) <= 1, alarms


def test_hex_is_a_key_only_where_words_say_so(maker: Maker) -> None:
    digits = maker.hex_key()

    assert not scan(f"交易哈希 0x{digits}")
    assert scan(f"私钥 0x{digits}")
    assert not scan(f"private key is safe. The hash: 0x{digits}")
    assert scan(f"The hash is fine. private key: 0x{digits}")


def test_a_signature_is_no_keypair(maker: Maker) -> None:
    import base58

    pair = maker.solana()
    signature = pair[:32] + maker.random.randbytes(32)

    assert not scan(f"signature {base58.b58encode(signature).decode()}")
    assert scan(f"signature {base58.b58encode(pair).decode()}")


def test_an_order_number_is_no_card(maker: Maker) -> None:
    number = maker.card()

    assert not scan(f"订单号 {number}")
    assert scan(f"卡号 {number}")


def test_banking_questions_raise_no_alarm() -> None:
    folder = CORPORA / "intents_banking"
    if not folder.is_dir():
        pytest.skip("the banking questions are not on this machine")
    lines = (folder / "train.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]

    assert [text for text in texts if scan(text)] == []


@pytest.mark.slow
def test_articles_raise_alarms_only_over_what_they_give_away() -> None:
    folder = CORPORA / "kb_ethereum" / "articles"
    if not folder.is_dir():
        pytest.skip("the articles are not on this machine")
    found = set()
    for path in folder.rglob("*.md"):
        text = path.read_text("utf-8")
        found |= {text[finding.start : finding.end] for finding in scan(text)}

    # Examples of weak passwords, default logins and test keys, each written out in an article.
    shown = (
        "password",
        "admin",
        "ethereum",
        "chosen",
        "Kittens",
        "EAC8",
        "announce",
        "0x1da",
        "41559d",
    )
    assert [secret for secret in found if not any(word in secret for word in shown)] == []
