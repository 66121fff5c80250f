"""A build uses helpers, and comes to the same without them."""

import os

import pytest

from fanlight.features.knowledge import crew, index, search
from fanlight.features.knowledge.documents import Entry, Texts, texts_of
from fanlight.features.knowledge.passages import Passage


def entry(number: int) -> Entry:
    return Entry(
        article=number,
        language="zh-Hans",
        readers=("zh-Hans",),
        audience="public",
        category="fees",
        title=f"提现手续费 {number}",
        aliases=("提币费用",),
        other_titles=("Withdrawal fee",),
        passages=[
            Passage("", "网络", "每个网络的手续费不同。"),
            Passage("b", "", "USDT 走 TRC20。"),
        ],
    )


def same(texts: Texts) -> tuple[object, object]:
    """Without the order of tokens, which says nothing."""
    bodies = [sorted(str(passage["body"]).split()) for passage in texts.passages]
    return texts.head, bodies


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


async def test_helpers_say_what_this_process_says(two_cores: None) -> None:
    entries = [entry(number) for number in range(5)]
    async with crew.crew(4) as ready:
        assert ready.size == 2
        found = await ready.texts(entries)

    assert [same(each) for each in found] == [same(texts_of(each)) for each in entries]


async def test_a_helper_that_dies_is_done_without(two_cores: None) -> None:
    async with crew.crew(2) as ready:
        for helper in ready.helpers:
            helper.kill()
        found = await ready.texts([entry(1)])

    assert [same(each) for each in found] == [same(texts_of(entry(1)))]


async def test_what_helpers_have_built_is_found(
    two_cores: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_BATCH", 2)
    monkeypatch.setattr(crew, "_HELPED_FROM", 1)
    built, told = index.create(None), list[tuple[int, int]]()

    async def read(numbers: object) -> list[Entry]:
        assert isinstance(numbers, range)
        return [entry(number) for number in numbers]

    await crew.fill(built, range(1, 8), read, lambda done, of: told.append((done, of)))

    wanted = search.Wanted(text="提现手续费 7", language="zh-Hans")
    assert search.find(built, wanted).hits[0].article == 7
    assert told == [(2, 7), (4, 7), (6, 7), (7, 7)]
    assert built.heads.searcher().num_docs == 7
    assert built.passages.searcher().num_docs == 14
