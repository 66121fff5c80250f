"""What is ours is said to be ours; what apes it is named, and strangers are left alone."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from fanlight.features.trust.lookalikes import Registry, Source, Standing

from .apes import apes

OURS = Registry(
    [
        Source("domain", "meridian.example"),
        Source("domain", "meridian-exchange.com"),
        Source("email", "support@meridian-exchange.com"),
        Source("handle", "@MeridianHelp"),
        Source("handle", "https://t.me/meridian_announce"),
        Source("phone", "+44 20 7946 0123"),
        Source("domain", "meridianx.io", state="retired"),
    ]
)


def test_what_was_written_without_looking_at_the_rules_is_judged() -> None:
    """280 values against two registries: mails, handles, numbers, hosts behind hosts, strangers."""
    for given_sources in json.loads(Path(__file__).with_name("hard_links.json").read_text("utf-8")):
        registry = Registry(Source(**each) for each in given_sources["official"])
        judged = [
            (value, str(registry.judge(value).verdict)) for value, _ in given_sources["cases"]
        ]

        assert judged == [(value, verdict) for value, verdict in given_sources["cases"]]


@pytest.mark.parametrize(
    ("value", "verdict", "of", "reason"),
    [
        ("meridian-exchange.com", "official", "meridian-exchange.com", "listed"),
        (
            "HTTPS://WWW.Meridian-Exchange.com:443/a?b",
            "official",
            "meridian-exchange.com",
            "listed",
        ),
        ("help.meridian-exchange.com", "official", "meridian-exchange.com", "below_ours"),
        (
            "https://meridian-exchange.com\\@evil.test",
            "official",
            "meridian-exchange.com",
            "listed",
        ),
        ("meridianx.io", "retired", "meridianx.io", "listed"),
        ("support@meridian-exchange.com", "official", "support@meridian-exchange.com", "listed"),
        ("suport@meridian-exchange.com", "look_alike", "support@meridian-exchange.com", "typo"),
        ("ceo@meridian-exchange.com", "unknown", None, "not_listed"),
        (
            "support@merid1an-exchange.com",
            "look_alike",
            "support@meridian-exchange.com",
            "homoglyph",
        ),
        ("meridian.support@gmail.com", "look_alike", "meridian.example", "other_host"),
        (
            '"support@meridian.example" <x@evil.test>',
            "look_alike",
            "meridian.example",
            "other_host",
        ),
        ("Meridian Support <help@evil.test>", "look_alike", "meridian.example", "other_host"),
        ("Bob <bob@evil.test>", "unknown", None, None),
        ("\u202emoc.egnahcxe-naidirem", "look_alike", "meridian-exchange.com", "homoglyph"),
        ("meridian\u200b.example", "look_alike", "meridian.example", "homoglyph"),
        ("\u200bmeridian.example\u200e", "official", "meridian.example", "listed"),
        ("\u202a+44 20 7946 0123\u202c", "official", "+44 20 7946 0123", "listed"),
        ("\u1e57\u0101ym\u0113nts.example", "unknown", None, None),
        (
            "m\u0113\u0211\u0268\u0111\u012ba\u019e.example",
            "look_alike",
            "meridian.example",
            "homoglyph",
        ),
        (
            "https://meridian-exchange.com@evil.test/a",
            "look_alike",
            "meridian-exchange.com",
            "before_at",
        ),
        ("meridian-exchange.com.evil.test", "look_alike", "meridian-exchange.com", "subdomain"),
        (
            "https://evil.test/meridian-exchange.com/in",
            "look_alike",
            "meridian-exchange.com",
            "in_path",
        ),
        ("hxxp is no scheme", "unknown", None, None),
        ("meridian-exchange[.]net", "look_alike", "meridian-exchange.com", "other_suffix"),
        ("MERIDIANHELP", "official", "@MeridianHelp", "listed"),
        ("t.me/meridianhelp", "official", "@MeridianHelp", "listed"),
        (
            "x.com/meridian_announce",
            "look_alike",
            "https://t.me/meridian_announce",
            "other_platform",
        ),
        ("@MeridianHelpDesk", "look_alike", "@MeridianHelp", "extra_words"),
        ("Meridian Support", "look_alike", "meridian.example", "extra_words"),
        ("020 7946 0123", "official", "+44 20 7946 0123", "listed"),
        ("+44 20 7946 0132", "look_alike", "+44 20 7946 0123", "near_number"),
        ("+1 202 555 0147", "unknown", None, None),
        ("en.wikipedia.org/wiki/Meridian", "unknown", None, None),
        ("bob@gmail.com", "unknown", None, None),
        ("", "unknown", None, None),
    ],
)
def test_a_value_is_judged(value: str, verdict: str, of: str | None, reason: str | None) -> None:
    judged = OURS.judge(value)

    assert (judged.verdict.value, judged.of) == (verdict, of)
    assert [each.value for each in judged.reasons][:1] == ([reason] if reason else [])


@pytest.mark.parametrize("label", ["meridian", "lumenex", "kestrelpay", "northgate", "halcyon"])
def test_look_alikes_of_all_rules_are_found(label: str) -> None:
    roll = random.Random(label)
    ours = Registry([Source("domain", f"{label}.com"), Source("email", f"support@{label}.com")])
    missed: Counter[str] = Counter()
    total = 0
    for _ in range(60):
        for rule, address in apes(label, "com", roll):
            total += 1
            missed[rule] += ours.judge(address).verdict is not Standing.LOOK_ALIKE

    assert missed.total() <= total * 0.05, missed


@pytest.mark.slow
def test_strangers_are_left_alone() -> None:
    roll = random.Random(5)
    words = Mnemonic("english").wordlist
    ends = ("com", "org", "io", "net", "co.uk", "com.cn", "example")
    strangers = [
        f"{''.join(roll.sample(words, roll.choice([1, 2, 2, 3])))}.{roll.choice(ends)}"
        for _ in range(10_000)
    ]
    alarms = [each for each in strangers if OURS.judge(each).verdict is not Standing.UNKNOWN]

    assert len(alarms) <= len(strangers) // 100, alarms[:20]


@given(st.text(max_size=120))
def test_any_text_gets_an_answer(text: str) -> None:
    assert OURS.judge(text).verdict in Standing
    for kind in ("domain", "email", "phone", "handle", "nonsense"):
        assert OURS.judge(text, kind).verdict in Standing


def test_our_very_name_under_another_suffix_is_named_after_its_twin() -> None:
    both = ("meridian.exchange", "meridian-exchange.com")
    registry = Registry(Source(kind="domain", value=each) for each in both)

    judged = registry.judge("meridian-exchange.co")

    assert (judged.of, judged.reasons) == ("meridian-exchange.com", ("other_suffix",))
