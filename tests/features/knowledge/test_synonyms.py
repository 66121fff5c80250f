"""Editors say what means the same; the search follows at once."""

from pathlib import Path

import msgspec
import pytest

from fanlight.features.knowledge import search, service, synonyms
from fanlight.features.knowledge.errors import (
    SynonymExists,
    SynonymMoved,
    SynonymNotFound,
    SynonymTooShort,
    UnknownLanguage,
)
from fanlight.features.knowledge.models import Category, CategoryName, Placing, State, Text
from fanlight.features.knowledge.node import SearchNode
from fanlight.features.knowledge.queries import synonyms as kept
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work
from tests.features.knowledge.conftest import opened
from tests.features.knowledge.room import VISITOR


async def test_the_search_follows_what_editors_say(fresh_database: str, tmp_path: Path) -> None:
    node = SearchNode(tmp_path)
    wanted = search.Wanted(text="zorblatt", language="en", is_exact=True)
    async with opened(fresh_database) as edge:
        async with edge.work() as work:
            shelf = CategoryName(name="Safety")
            await service.save_category(
                work, Category(key="c", position=1, icon="key", names={"en": shelf})
            )
            place = Placing(path="c/codes", category="c", slug="codes")
            text = Text(title="Set up an authenticator", source="Scan the picture.\n")
            await service.save(work, place, "en", text, state=State.PUBLISHED)
        await node.catch_up(edge)
        assert node.find(wanted).hits == []

        async with edge.work() as work:
            group = await synonyms.add(work, ["authenticator", "Zorblatt"])
        await node.catch_up(edge)
        assert len(node.find(wanted).hits) == 1

        async with edge.work() as work:
            await synonyms.remove(work, group.id)
        await node.catch_up(edge)
        assert node.find(wanted).hits == []


async def test_every_change_of_a_group_is_another_state(work: Work) -> None:
    states = [await kept.state(work)]
    first = await synonyms.add(work, ["fee", "charge"])
    states.append(await kept.state(work))
    await synonyms.change(work, msgspec.structs.replace(first, words=["fee", "price"]))
    states.append(await kept.state(work))
    await synonyms.remove(work, first.id)
    await synonyms.add(work, ["coin", "token"])
    states.append(await kept.state(work))

    assert len(set(states)) == 4
    assert await kept.state(work) == states[-1]


def test_a_one_way_group_leads_one_way_and_no_word_is_a_part_of_another() -> None:
    group = kept.Synonym(id=new_id(), words=["验证器", "GA"], is_one_way=True)
    thesaurus = synonyms.Thesaurus([group])

    assert [said.own.words for said in thesaurus.said("GA 收不到", "zh-Hans")] == [["ga"]]
    assert thesaurus.said("验证器", "zh-Hans") == []
    assert thesaurus.said("gaming", "en") == []


def test_a_group_of_one_language_is_silent_in_the_others() -> None:
    group = kept.Synonym(id=new_id(), words=["fee", "cost"], language="en")
    thesaurus = synonyms.Thesaurus([group])

    assert len(thesaurus.said("what does it cost", "en")) == 1
    assert thesaurus.said("cost", "zh-Hans") == []


async def test_verbs_refuse_what_they_must(work: Work) -> None:
    group = await synonyms.add(work, ["one", "eins", " EINS "])
    assert group.words == ["one", "EINS"]
    with pytest.raises(SynonymExists):
        await synonyms.add(work, ["One", "uno"])
    with pytest.raises(SynonymTooShort):
        await synonyms.add(work, ["alone", "!!", "ALONE"])
    with pytest.raises(UnknownLanguage):
        await synonyms.add(work, ["two", "zwei"], language="tlh")
    with pytest.raises(NotAllowed):
        await synonyms.add(work.acting_as(VISITOR), ["three", "drei"])

    changed = await synonyms.change(work, group)
    assert changed.version == group.version + 1
    with pytest.raises(SynonymMoved):
        await synonyms.change(work, group)

    assert [each.words for each in await kept.page(work, part="ein")] == [["one", "EINS"]]
    await synonyms.remove(work, group.id)
    with pytest.raises(SynonymNotFound):
        await synonyms.remove(work, group.id)
