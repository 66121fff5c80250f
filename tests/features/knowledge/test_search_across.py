"""A question in another language than the reader's: asked once, shown where theirs says it."""

from collections.abc import Sequence

import msgspec
import pytest
from tantivy import Schema

from fanlight.features.knowledge import index, search, sections
from fanlight.features.knowledge.documents import Entry
from fanlight.features.knowledge.passages import Passage
from fanlight.features.knowledge.plan import Clauses
from tests.features.knowledge.test_search import entry


def test_a_question_in_another_language_finds_what_the_translation_says() -> None:
    """By the text of the linked translation; never an article that the reader cannot get."""

    def told(article: int, language: str, text: str, audience: str = "public") -> Entry:
        return msgspec.structs.replace(
            entry(article, f"{language} {article}", audience=audience, language=language),
            passages=[Passage("", "", text)],
        )

    built = index.create(None)
    index.put(
        built,
        [],
        [
            told(1, "en", "Slashing takes a part of the stake of a dishonest validator."),
            told(1, "zh-Hans", "不诚实的验证者会被罚没一部分质押。"),
            told(2, "en", "Slashing in a draft.", audience="internal"),
            told(2, "zh-Hans", "草稿。", audience="internal"),
            told(3, "en", "Slashing, in English alone."),
            told(4, "zh-Hans", "别的内容。"),
        ],
    )

    def asked(text: str, language: str) -> list[tuple[int, str]]:
        found = search.find(built, search.Wanted(text=text, language=language))
        return [(hit.article, hit.language) for hit in found.hits]

    hit = search.find(built, search.Wanted(text="罚没", language="en")).hits[0]
    assert (hit.language, hit.by) == ("en", ("zh-Hans", 0))
    assert asked("slashing penalty", "zh-Hans") == [(1, "zh-Hans")]
    assert asked("罚没", "en") == [(1, "en")]
    assert asked("罚没", "zh-Hans") == [(1, "zh-Hans")]


def test_a_question_that_mixes_languages_finds_what_answers_both_parts() -> None:
    def told(article: int, language: str, text: str) -> Entry:
        return msgspec.structs.replace(
            entry(article, f"{language} {article}", language=language),
            passages=[Passage("", "", text)],
        )

    built = index.create(None)
    index.put(
        built,
        [],
        [
            told(1, "zh-Hans", "为什么账户不能用。"),
            told(1, "en", "Why an account does not work."),
            told(2, "zh-Hans", "提现还没有到：为什么要等。"),
            told(2, "en", "A withdrawal is pending: why it waits."),
            told(3, "en", "A withdrawal that is pending, in English alone."),
        ],
    )
    for text in ("我的 withdrawal 为什么还是 pending", "我的withdrawal为什么还是pending"):
        hits = search.find(built, search.Wanted(text=text, language="zh-Hans")).hits
        assert (hits[0].article, hits[0].language) == (2, "zh-Hans")
        assert 3 not in [hit.article for hit in hits]  # readers of Chinese do not get it


def test_a_question_in_another_language_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each half of the index once, and once more for what the reader gets of it."""
    asked: list[tuple[str, ...]] = []
    filters = search._filters

    def counted(schema: Schema, wanted: search.Wanted, others: Sequence[str]) -> Clauses:
        asked.append(tuple(others))
        return filters(schema, wanted, others)

    monkeypatch.setattr(search, "_filters", counted)
    built = index.create(None)
    titles = {"en": "Slashing", "zh-Hans": "罚没", "zh-Hant": "罰沒"}
    entries = [entry(n, f"{t} {n}", language=tag) for n in range(4) for tag, t in titles.items()]
    index.put(built, [], entries)
    found = search.find(built, search.Wanted(text="罚没", language="en"))
    assert [(hit.article, hit.language) for hit in found.hits] == [(n, "en") for n in range(4)]
    assert (found.total, list(found.categories.values())) == (4, [4])
    assert asked == [("zh-Hans", "zh-Hant"), ("zh-Hans", "zh-Hant"), ()]


@pytest.mark.parametrize(
    ("there", "passage", "here", "wanted"),
    [
        (["", "when", "much"], 2, ["", "when", "when", "much"], 3),  # by the anchor
        (["", "a", "a", "a", "a"], 4, ["", "a", "a"], 2),  # as far into it
        (["", "什么", "多少"], 2, ["", "what", "much", "much"], 2),  # by its place among as many
        (["", "什么", "多少"], 2, ["", "what"], 0),
        ([], 2, ["", "what"], 0),
        (["", "a"], 1, [], 0),
    ],
)
def test_a_passage_has_its_counterpart_in_the_translation(
    there: list[str], passage: int, here: list[str], wanted: int
) -> None:
    assert sections.counterpart(there, passage, here) == wanted
