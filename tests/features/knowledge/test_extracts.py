"""The best passage stands above the results where one article is far ahead, and only there."""

from fanlight.features.knowledge import analyzer, extracts
from fanlight.features.knowledge.search import Found, Hit


def found(text: str, *scores: float, language: str = "en") -> Found:
    return Found(
        hits=[Hit(place, language, 0, score) for place, score in enumerate(scores)],
        total=len(scores),
        categories={},
        terms=analyzer.tokens(text, language),
        slips=(),
    )


TEXT = (
    "Deposits need confirmations. "
    "A withdrawal to a new address waits for 24 hours. " + "Other things are told elsewhere. " * 20
)


def said(of: Found, text: str, language: str = "en") -> str:
    return "".join(piece.text for piece in extracts.extract(of, text, language))


def test_the_sentences_with_the_readers_words_are_shown_whole_and_marked() -> None:
    shown = extracts.extract(found("withdrawal new address", 9.0, 3.0), TEXT, "en")
    assert "".join(piece.text for piece in shown).startswith("… A withdrawal to a new address wai")
    assert next(p.text for p in shown if p.is_found).lower().startswith("withdrawal")
    assert shown[-1].text == " …"


def test_no_extract_without_a_lead_or_without_the_words() -> None:
    assert said(found("withdrawal", 9.0, 8.0), TEXT) == ""
    assert said(found("weather", 9.0), TEXT) == ""
    assert said(found("withdrawal", 9.0), "Withdrawal.") == ""
    assert said(found("withdrawal"), TEXT) == ""


def test_chinese_sentences_end_with_their_own_marks() -> None:
    text = (
        "充值需要确认。提现到新地址要等二十四小时，这是为了保护你的资产。" + "其他内容见别处。" * 40
    )
    shown = said(found("提现 新地址", 5.0, language="zh-Hans"), text, "zh-Hans")
    assert shown.startswith("… 提现到新地址要等二十四小时，这是为了保护你的资产。其他")
