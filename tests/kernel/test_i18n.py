"""What the house says stands in every language, with the same places to fill."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from fanlight.kernel import i18n

FILLED = re.compile(r"\{(\w+)\}")
# Words the house never uses.
NEVER = re.compile(
    r"!|！|\b(?:oops|unfortunately|kindly|valued customer|inconvenience|as soon as possible|simply"
    r"|invalid|guaranteed)\b|亲[，,]|小伙伴|温馨提示|请耐心等待|尽快|系统繁忙|操作失败|非法|带来不便|一键"
    r"|溫馨提示|請耐心等待|盡快|系統繁忙|操作失敗|非法|帶來不便|一鍵",
    re.IGNORECASE,
)


def forms(sentence: str | tuple[str, ...]) -> tuple[str, ...]:
    return (sentence,) if isinstance(sentence, str) else sentence


@pytest.mark.parametrize("tag", i18n.languages())
def test_a_language_says_everything(tag: str) -> None:
    ours, english = i18n.keys(tag), i18n.keys("en")

    assert ours.keys() == english.keys()
    assert [key for key, said in ours.items() if not all(forms(said))] == []


@pytest.mark.parametrize("tag", i18n.languages())
def test_the_same_places_are_filled_in_every_language(tag: str) -> None:
    def places(sentence: str | tuple[str, ...]) -> set[str]:
        return {name for form in forms(sentence) for name in FILLED.findall(form)} - {"count"}

    english = i18n.keys("en")
    differing = [
        key for key, said in i18n.keys(tag).items() if places(said) != places(english[key])
    ]
    assert differing == []


@pytest.mark.parametrize("tag", i18n.languages())
def test_the_voice_is_kept(tag: str) -> None:
    said = {key: " ".join(forms(sentence)) for key, sentence in i18n.keys(tag).items()}

    assert {key: words for key, words in said.items() if NEVER.search(words)} == {}
    if tag == "zh-Hant":
        assert {key: words for key, words in said.items() if re.search("你|“|”", words)} == {}
    if tag == "zh-Hans":
        assert {key: words for key, words in said.items() if re.search("您|「|」", words)} == {}


def test_a_missing_sentence_falls_back_and_is_never_empty() -> None:
    assert i18n.translate("fr", "help.frame.help") == "Help"
    assert i18n.translate("zh-Hans", "help.frame.help") == "帮助中心"
    assert i18n.translate("en", "no.such.key") == "no.such.key"


def test_plurals_are_chosen_by_the_language() -> None:
    assert i18n.translate("en", "help.search.results", count=1) == "1 result"
    assert i18n.translate("en", "help.search.results", count=0) == "0 results"
    assert i18n.translate("zh-Hant", "help.search.results", count=1) == "1 筆結果"


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("zh-TW,zh;q=0.8,en;q=0.5", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("en-GB;q=0.1, zh-HK;q=0.9", "zh-Hant"),
        ("fr-FR, de;q=0.9", "en"),
        ("en;q=0, zh", "zh-Hans"),
        ("", "en"),
        ("*", "en"),
        ("zh;q=much", "en"),
        (";;;,,,=" * 500, "en"),
    ],
)
def test_a_browser_gets_the_language_it_likes_best(header: str, tag: str) -> None:
    assert i18n.negotiate(header) == tag


def test_moments_are_said_as_people_say_them() -> None:
    zone = ZoneInfo("Asia/Singapore")
    now = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
    later = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    assert i18n.moment("en", now, now=now, zone=zone) == "14:32"
    assert i18n.moment("en", later, now=now, zone=zone) == "Mon 23 Nov, 18:00"
    assert i18n.moment("zh-Hans", later, now=now, zone=zone) == "11 月 23 日（周一）18:00"
    assert i18n.moment("zh-Hant", later, now=now, zone=zone) == "11 月 23 日（週一）18:00"
    assert i18n.day("en", date(2025, 1, 2), this_year=2026) == "2 Jan 2025"
