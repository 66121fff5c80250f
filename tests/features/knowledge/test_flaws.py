"""Broken links and missing pictures: found when a text changes, and gone when it is mended."""

import pytest
from msgspec.structs import replace

from fanlight.features.knowledge import editing, flaws
from fanlight.features.knowledge.models import State, Text
from fanlight.features.knowledge.queries import flaws as kept
from fanlight.kernel.errors import NotAllowed
from tests.features.knowledge.room import FEES, VISITOR, Room

BASICS = Text(title="Basics", source="## Parts {#parts}\n\nWords.\n")


async def told(room: Room) -> set[tuple[str, str]]:
    await flaws.look_over_changed(room.work, None)
    found = await kept.to_mend(room.work, kind="", limit=50)
    return {(each.kind, each.address) for each in found}


async def test_every_kind_is_told_and_mending_takes_it_away(room: Room) -> None:
    await room.published(BASICS, title="Basics", category="basics")
    there = await room.published(
        replace(
            FEES,
            source="[gone](article:nowhere) [part](article:basics#no-such) "
            "[fine](article:basics#parts) [here](#not-here)\n\n"
            "![a](https://pictures.example/a.png)\n\n"
            "![b](/media/00000000-0000-0000-0000-000000000001-4x4.png)\n\n"
            "![c](/media/theirs.png)\n\n"
            "`![code](https://no.example/x.png)` [out](https://chain.example/tx)\n",
        )
    )
    assert await told(room) == {
        ("broken", "article:nowhere"),
        ("anchor", "/en/a/basics/basics#no-such"),
        ("anchor", "#not-here"),
        ("picture_foreign", "https://pictures.example/a.png"),
        ("picture_missing", "/media/00000000-0000-0000-0000-000000000001"),
        ("picture_missing", "/media/theirs.png"),
    }
    hosts = await kept.hosts(room.work, after="", limit=50)
    assert [(each.host, each.links) for each in hosts] == [("chain.example", 1)]
    assert len(await kept.to_host(room.work, host="chain.example", limit=5)) == 1

    await room.publish(there, FEES)
    assert await told(room) == set()
    with pytest.raises(NotAllowed):
        await kept.to_mend(room.work.acting_as(VISITOR), kind="", limit=5)
    with pytest.raises(NotAllowed):
        await kept.hosts(room.work.acting_as(VISITOR), after="", limit=5)


async def test_whoever_links_to_a_withdrawn_article_is_told_and_told_of_its_return(
    room: Room,
) -> None:
    basics = await room.published(BASICS, title="Basics", category="basics")
    await room.published(replace(FEES, source="[more](article:basics#parts)\n"))
    assert await told(room) == set()
    await editing.set_state(room.work, basics.id, "en", State.ARCHIVED)
    await told(room)
    assert await told(room) == {("withdrawn", "article:basics#parts")}
    await editing.set_state(room.work, basics.id, "en", State.PUBLISHED)
    await told(room)
    assert await told(room) == set()
    await room.publish(basics, replace(BASICS, source="## Other {#other}\n\nWords.\n"))
    await told(room)
    assert await told(room) == {("anchor", "/en/a/basics/basics#parts")}


async def test_articles_that_link_to_each_other_are_not_looked_at_for_ever(room: Room) -> None:
    await room.published(replace(BASICS, source="[f](article:withdrawal-fees)"), title="Basics")
    await room.published(replace(FEES, source="[b](article:basics)"))
    for _ in range(4):
        await told(room)
    assert await kept.take(room.work, 10) == []
