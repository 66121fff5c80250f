"""Owners, reviewers, two persons, what is due, acts on many; shelves and old addresses."""

from datetime import date, timedelta

import pytest

from fanlight.features.knowledge import editing, service, shelving, stewards
from fanlight.features.knowledge.drafts import Stage
from fanlight.features.knowledge.errors import (
    AddressLoops,
    AddressTaken,
    ArticleNotFound,
    CategoryInUse,
    EntryMoved,
    SecondPersonNeeded,
    TooMany,
)
from fanlight.features.knowledge.models import CategoryName, State
from fanlight.features.knowledge.queries import editing as drafts
from fanlight.features.knowledge.queries import listing, moving
from fanlight.features.knowledge.queries import shelving as shelves
from fanlight.features.knowledge.queries import stewards as kept
from fanlight.features.knowledge.settings import KnowledgeSettings
from fanlight.features.people.errors import AgentNotFound
from fanlight.features.people.models import Agent
from fanlight.features.people.service import make_agent
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Actor, Work
from tests.conftest import NOON
from tests.features.knowledge.room import DEARER, EDITOR, FEES, VISITOR, Room

MEI = Actor(kind="agent", id=new_id(), permissions=frozenset({"article.edit", "article.publish"}))
RAVI = Actor(kind="agent", id=new_id(), permissions=MEI.permissions)


async def hired(work: Work) -> Agent:
    return await make_agent(
        work, email="mei@meridian.example", name="Mei Tan", password=None, roles=("lead",)
    )


def as_(work: Work, actor: Actor, *, two_persons: bool) -> Work:
    settings = work.of(Settings).with_section(KnowledgeSettings(two_persons=two_persons))
    return Work(connection=work.connection, actor=actor, now=work.now, shelf=Shelf(settings))


@pytest.mark.parametrize("two_persons", [False, True])
async def test_who_wrote_alone_publishes_alone_only_where_that_is_allowed(
    room: Room, two_persons: bool
) -> None:
    article = await room.create()
    mei = as_(room.work, MEI, two_persons=two_persons)
    ravi = as_(room.work, RAVI, two_persons=two_persons)
    draft = await editing.keep(mei, article.id, "en", FEES, version=0)
    draft = await editing.set_stage(mei, article.id, "en", Stage.REVIEW, version=draft.version)
    if two_persons:
        with pytest.raises(SecondPersonNeeded):
            await editing.publish(mei, article.id, "en", version=draft.version, over=0)
        at = NOON + timedelta(hours=1)
        with pytest.raises(SecondPersonNeeded):
            await editing.schedule(mei, article.id, "en", at, version=draft.version)
        await editing.publish(ravi, article.id, "en", version=draft.version, over=0)
    else:
        await editing.publish(mei, article.id, "en", version=draft.version, over=0)
    assert await room.readers_see(article) == FEES.source


async def test_what_two_wrote_either_publishes(room: Room) -> None:
    article = await room.create()
    mei = as_(room.work, MEI, two_persons=True)
    ravi = as_(room.work, RAVI, two_persons=True)
    draft = await editing.keep(mei, article.id, "en", FEES, version=0)
    draft = await editing.keep(ravi, article.id, "en", DEARER, version=draft.version)
    assert draft.authors == [MEI.id, RAVI.id]
    await editing.publish(mei, article.id, "en", version=draft.version, over=0)
    assert await room.readers_see(article) == DEARER.source


async def test_an_owner_and_a_reviewer_find_their_articles(room: Room) -> None:
    work, mei = room.work, await hired(room.work)
    hers, nobodys = await room.create(), await room.create(title="Other fees")
    await stewards.hand_over(work, [hers.id], owner_id=mei.id, reviewer_id=mei.id, team=None)
    owned = await listing.lines(work, listing.Wanted(owner_id=mei.id), limit=9)
    assert [each.id for each in owned] == [hers.id]
    for article in (hers, nobodys):
        draft = await editing.keep(work, article.id, "en", FEES, version=0)
        await editing.set_stage(work, article.id, "en", Stage.REVIEW, version=draft.version)

    async def waiting(reviewer: Agent | Actor) -> set[object]:
        wanted = listing.Wanted(mark="review", reviewer_id=reviewer.id)
        return {each.id for each in await listing.lines(work, wanted, limit=9)}

    assert await waiting(mei) == {hers.id, nobodys.id}  # nobody's waits for everybody
    assert await waiting(EDITOR) == {nobodys.id}
    with pytest.raises(AgentNotFound):
        await stewards.hand_over(work, [hers.id], owner_id=new_id(), reviewer_id=None, team=None)
    with pytest.raises(NotAllowed):
        await stewards.hand_over(
            work.acting_as(VISITOR), [hers.id], owner_id=None, reviewer_id=None, team=None
        )
    assert [each.name for each in await kept.people(work)] == ["Mei Tan"]


async def test_what_is_due_is_still_true_with_one_act(room: Room) -> None:
    work = room.work
    first, second = await room.published(), await room.published(title="Other fees")
    gone = await room.published(title="Old fees")
    today = NOON.date()
    for article, day in ((first, today), (second, today - timedelta(days=3)), (gone, today)):
        await stewards.review_by(work, [article.id], day)
    await editing.set_state(work, gone.id, "en", State.ARCHIVED)
    due = await kept.due(work, limit=9)
    assert [each.id for each in due] == [second.id, first.id]
    below = kept.Place(due[0].review_by or date.min, due[0].id)
    assert [each.id for each in await kept.due(work, below=below, limit=9)] == [first.id]

    await stewards.still_true(work, [first.id, second.id])
    assert {each.review_by for each in await kept.due(work, limit=9)} == {
        today + timedelta(days=180)
    }
    with pytest.raises(NotAllowed):
        await stewards.still_true(work.acting_as(VISITOR), [first.id])
    with pytest.raises(TooMany):
        await stewards.still_true(work, [new_id() for _ in range(201)])


async def test_many_are_archived_at_once_by_whoever_may_publish(room: Room) -> None:
    work = room.work
    both = [await room.published(), await room.published(title="Other fees")]
    ids = [each.id for each in both]
    with pytest.raises(NotAllowed):
        await stewards.set_state(work.acting_as(EDITOR), ids, State.ARCHIVED)
    assert await stewards.set_state(work, ids, State.ARCHIVED) == 2
    assert await stewards.set_state(work, ids, State.ARCHIVED) == 0
    assert [await room.readers_see(each) for each in both] == [None, None]


async def test_the_list_is_sorted_by_what_was_counted_page_by_page(room: Room) -> None:
    work = room.work
    made = [await room.published(title=f"Fees {n}") for n in range(4)]
    for n, article in enumerate(made):
        await work.run(
            "INSERT INTO kb_asked VALUES (%(at)s, %(id)s, %(n)s, 0)", at=NOON, id=article.id, n=n
        )
    await stewards.count_facts(work, None)
    await stewards.count_facts(work, None)  # twice does no harm
    first = await listing.lines_by(work, listing.Wanted(), "views", below=None, limit=2)
    below = (str(first[-1].views), first[-1].id)
    rest = await listing.lines_by(work, listing.Wanted(), "views", below=below, limit=9)
    assert [each.id for each in (*first, *rest)] == [each.id for each in reversed(made)]
    for by in ("failed", "changed_at"):
        assert len(await listing.lines_by(work, listing.Wanted(), by, below=None, limit=9)) == 4


async def test_a_shelf_is_emptied_before_it_goes(room: Room) -> None:
    work, article = room.work, await room.published()
    fees = {each.key: each for each in await shelves.shelves(work)}["fees"]
    assert fees.articles == 1
    with pytest.raises(CategoryInUse):
        await shelving.remove(work, "fees", version=fees.version)
    names = {"en": CategoryName(name="Fees and limits"), "zh-Hans": CategoryName(name="费用")}
    await shelving.change(work, "fees", icon="coins", names=names, version=fees.version)
    with pytest.raises(EntryMoved):
        await shelving.change(work, "fees", icon="coins", names=names, version=fees.version)
    with pytest.raises(NotAllowed):
        await shelving.add(work.acting_as(EDITOR), "new", icon="coins", names=names)
    await shelving.add(work, "new", icon="coins", names=names)
    with pytest.raises(AddressTaken):
        await shelving.add(work, "new", icon="coins", names=names)
    await shelving.remove(work, "new", version=1)
    assert "new" not in {each.key for each in await shelves.shelves(work)}
    assert article.category == "fees"


async def test_a_renamed_shelf_leads_its_readers_on(room: Room) -> None:
    work, article = room.work, await room.published()
    version = {each.key: each for each in await shelves.shelves(work)}["fees"].version
    with pytest.raises(AddressTaken):
        await shelving.rename(work, "fees", "basics", version=version)
    await shelving.rename(work, "fees", "costs", version=version)
    moved = await drafts.line(work, article.id)
    assert (moved.category, moved.slug) == ("costs", "withdrawal-fees")
    assert await shelves.shelf_now(work, "fees") == "costs"
    led = await drafts.now_at(work, "fees", "withdrawal-fees")
    assert led is not None
    assert led.id == article.id

    await shelving.rename(work, "costs", "fees", version=version + 1)  # and back again
    assert await shelves.shelf_now(work, "fees") is None
    assert await shelves.shelf_now(work, "costs") == "fees"
    await service.mend_links(work, article.id)


async def test_old_addresses_lead_on_and_never_in_a_circle(room: Room) -> None:
    work, article = room.work, await room.published()
    await shelving.lead(
        work, "https://old.example/hc/en-us/articles/42-Fees?x=1", "/en/a/fees/withdrawal-fees"
    )
    place = await moving.led(work, "/hc/en-us/articles/42-fees")
    assert place is not None
    assert place.slug == article.slug
    with pytest.raises(AddressLoops):
        await shelving.lead(work, "/en/a/fees/withdrawal-fees", "withdrawal-fees")
    with pytest.raises(ArticleNotFound):
        await shelving.lead(work, "/old", "no-such-article")
    with pytest.raises(NotAllowed):
        await shelving.lead(work.acting_as(EDITOR), "/old", "withdrawal-fees")
    (listed,) = await shelves.redirects(work, part="", after="", limit=9)
    assert (listed.path, listed.kind) == ("/hc/en-us/articles/42-fees", "import")
    await shelving.stop_leading(work, listed.path)
    assert await moving.led(work, "/hc/en-us/articles/42-fees") is None
