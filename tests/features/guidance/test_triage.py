"""Customers' words are understood, urgency is explained, and each kind goes its own way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.features.guidance.keeping import shipped
from fanlight.features.guidance.models import Category, Complexity, Sensitivity, Urgency, Way
from fanlight.features.guidance.rules import BadRules, Rule, Rules, _read
from fanlight.features.guidance.triage import Guide

FANLIGHT = Path(sys.executable).parent / "fanlight"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "triage.md"
RULES = Rules.read()


@pytest.fixture(scope="module")
def guide() -> Guide:
    return shipped()


def spoken(text: str) -> set[str]:
    return {reason.code for _, reason in RULES.hear(text).spoken}


@pytest.mark.parametrize("rule", RULES.rules, ids=[rule.name for rule in RULES.rules])
def test_each_rule_speaks_where_it_says_it_does(rule: Rule) -> None:
    assert rule.yes
    assert [text for text in rule.yes if rule.name not in spoken(text)] == []
    assert [text for text in rule.no if rule.name in spoken(text)] == []


@pytest.mark.parametrize(
    ("text", "category", "urgency", "way"),
    [
        (
            "My account was stolen and the coins are gone",
            "account_compromised",
            "urgent",
            "emergency",
        ),
        ("我的账号被盗了，币被转走", "account_compromised", "urgent", "emergency"),
        ("我的帳戶被盜了，幣被轉走", "account_compromised", "urgent", "emergency"),
        ("I cannot sign in", "sign_in", "high", "chat"),
        ("登录不上，收不到验证码", "sign_in", "high", "chat"),
        ("My withdrawal has been pending for six hours", "withdrawal", "high", "chat"),
        ("提領還在審核中，六小時了", "withdrawal", "high", "chat"),
        (
            "I can't close my position, it is about to be liquidated",
            "derivatives",
            "urgent",
            "chat",
        ),
        ("I dispute the P2P order, here is my evidence", "p2p", "normal", "ticket"),
        ("API returns error -1021 since this morning", "api", "normal", "ticket"),
        ("我对这笔强平有异议，有截图证据", "derivatives", "high", "ticket"),
        ("我對這筆強平有異議，有截圖證據", "derivatives", "high", "ticket"),
        ("Someone withdrew my coins, not me", "account_compromised", "urgent", "emergency"),
        ("c", "other", "normal", "ticket"),
        (
            "I found a security vulnerability on your site",
            "vulnerability",
            "normal",
            "security_form",
        ),
        ("发现一个安全漏洞", "vulnerability", "normal", "security_form"),
        ("提现手续费是多少", "fees", "low", "articles"),
        ("How do I change my e-mail address?", "settings", "low", "articles"),
        ("怎么更改手机号", "settings", "low", "articles"),
    ],
)
def test_each_kind_goes_its_own_way(
    guide: Guide, text: str, category: str, urgency: str, way: str
) -> None:
    found = guide.triage(text)

    assert (found.category.value, found.urgency.value) == (category, urgency)
    assert found.channel.value == way
    assert found.reasons


def test_a_secret_is_urgent_and_never_repeated(guide: Guide) -> None:
    seed = "legal winner thank year wave sausage worth useful legal winner thank yellow"

    found = guide.triage(f"my words are {seed}, is that fine?")

    assert found.urgency is Urgency.URGENT
    assert found.channel is Way.EMERGENCY
    assert found.sensitivity is Sensitivity.RESTRICTED
    assert "winner" not in str(found)


@pytest.mark.parametrize("text", ["asdfghjkl", "qwerty uiop zxcv", "123456"])
def test_what_nobody_ever_said_is_about_nothing_we_know(guide: Guide, text: str) -> None:
    assert guide.triage(text).category is Category.OTHER


@pytest.mark.parametrize(
    ("text", "category"), [("withdrawel", Category.WITHDRAWAL), ("depoist", Category.DEPOSIT)]
)
def test_a_word_written_wrong_is_still_understood(
    guide: Guide, text: str, category: Category
) -> None:
    assert guide.triage(text).category is category


def test_the_classifier_never_lowers_what_a_rule_says(guide: Guide) -> None:
    low = "What is a passkey and how does it work? "

    assert guide.triage(low).urgency is Urgency.LOW
    assert guide.triage(low * 5 + "By the way, my account was hacked.").urgency is Urgency.URGENT


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("充值没有到账", "zh-Hans"),
        ("儲值沒有入帳", "zh-Hant"),
        ("my deposit has not arrived", "en"),
        ("chongzhi weidaozhang zenmeban", "zh-Hans"),
        ("入金が反映されません", "ja"),
        ("입금이 아직 안 됐어요", "ko"),
        ("мой депозит не пришёл", "ru"),
        ("mi depósito todavía no ha llegado", "es"),
    ],
)
def test_the_language_is_told(guide: Guide, text: str, lang: str) -> None:
    assert guide.triage(text).lang == lang


def test_rules_that_are_none_say_where(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\nname = "a"\nurgency = "soon"\nany = ["x"]\n', "utf-8")

    with pytest.raises(BadRules, match="urgency"):
        Rules.read(file)


def test_the_page_of_words_has_them_all() -> None:
    page = PAGE.read_text("utf-8")
    words = [*Urgency, *Category, *Complexity, *Sensitivity, *Way]

    assert [word.value for word in words if f"| `{word.value}` |" not in page] == []


def test_the_command_answers_lines() -> None:
    lines = '{"id":"a","text":"充值未到账"}\nbad\n{"id":2,"text":""}\n'
    ended = subprocess.run(
        [FANLIGHT, "guide", "triage"],
        input=lines.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )

    first, second = (json.loads(line) for line in ended.stdout.splitlines())
    assert ended.returncode == 1
    assert b"line 2" in ended.stderr
    assert (first["id"], first["lang"], first["category"]) == ("a", "zh-Hans", "deposit")
    assert first["urgency"] == "high"
    assert second["id"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "我的帳戶被盜了，有人登入我的帳號",
        "有一筆提領不是我本人操作的，請馬上處理",
        "My Account was HACKED, somebody is withdrawing",
        "帳號被駭，幣被轉走了",
        "我的账户被盗了",
    ],
)
def test_reasons_quote_what_the_customer_wrote(text: str) -> None:
    quoted = [reason.words for _, reason in RULES.hear(text).spoken if reason.words]
    assert quoted
    assert [each for each in quoted if each not in text] == []


@given(st.text(alphabet="帳戶被盜了登入提領沒到 abcAB，。幣轉走我的", max_size=60))
def test_a_quote_is_the_customers_or_as_it_was_read(text: str) -> None:
    for _, reason in RULES.hear(text).spoken:
        assert reason.words in text or reason.words in _read(text)


def test_who_tells_what_happened_and_then_asks_is_not_sent_to_read(guide: Guide) -> None:
    told = "My withdrawal of 900 USDT went to a contract by mistake. How long until I get it back?"
    asked = "How long does a withdrawal take?"

    assert guide.triage(told).urgency is Urgency.HIGH
    assert guide.triage(asked).urgency is Urgency.LOW
    assert RULES.hear("Hello. How long does it take?").is_story is False
    assert RULES.hear("我的帳戶裡少了一筆錢。請問要怎麼辦？").is_story is True
