"""Writing until readers get it: drafts, review, schedule, versions, what changed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fanlight.features.knowledge import (
    editing,
    pictures,
    placing,
    queries,
    revisions,
    service,
)
from fanlight.features.knowledge.drafts import Stage
from fanlight.features.knowledge.errors import (
    ArticleMoved,
    ArticleNotFound,
    ArticleTooLong,
    ArticleUntitled,
    DraftMoved,
    TimePassed,
    UnknownLanguage,
)
from fanlight.features.knowledge.models import State, Text
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.queries import listing
from fanlight.features.knowledge.revisions import Change
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor
from tests.conftest import NOON
from tests.features.knowledge.room import AGENT, DEARER, EDITOR, FEES, VISITOR, Room


async def test_readers_keep_their_text_until_the_draft_is_published(room: Room) -> None:
    article = await room.published()
    over = await room.over(article)
    draft = await editing.keep(room.work, article.id, "en", DEARER, version=0, over=over)

    assert await room.readers_see(article) == FEES.source
    await editing.publish(room.work, article.id, "en", version=draft.version, over=over)
    assert await room.readers_see(article) == DEARER.source
    assert (await editing.read(room.work, article.id, "en")).draft is None


async def test_the_same_words_again_change_nothing(room: Room) -> None:
    article = await room.create()
    first = await editing.keep(room.work, article.id, "en", FEES, version=0)
    again = await editing.keep(room.work, article.id, "en", FEES, version=first.version)
    assert again == first


async def test_two_editors_do_not_overwrite_each_other(room: Room) -> None:
    article = await room.create()
    mine = await editing.keep(room.work, article.id, "en", FEES, version=0)
    await editing.keep(room.work, article.id, "en", DEARER, version=mine.version)

    for version in (0, mine.version, 99):
        with pytest.raises(DraftMoved):
            await editing.keep(room.work, article.id, "en", FEES, version=version)
        with pytest.raises(DraftMoved):
            await editing.publish(room.work, article.id, "en", version=version, over=0)
        with pytest.raises(DraftMoved):
            await editing.drop(room.work, article.id, "en", version=version)
    assert (await editing.read(room.work, article.id, "en")).present().source == DEARER.source


async def test_a_draft_of_an_older_text_replaces_nothing_unseen(room: Room) -> None:
    article = await room.published()
    over = await room.over(article)
    draft = await editing.keep(room.work, article.id, "en", DEARER, version=0, over=over)
    place = editing.placing_of(article)
    other = replace(FEES, source="Imported meanwhile.\n")
    await service.save(room.work, place, "en", other, state=State.PUBLISHED)

    with pytest.raises(ArticleMoved):
        await editing.publish(room.work, article.id, "en", version=draft.version, over=over)
    assert await room.readers_see(article) == "Imported meanwhile.\n"
    now = await room.over(article)
    await editing.publish(room.work, article.id, "en", version=draft.version, over=now)
    assert await room.readers_see(article) == DEARER.source


async def test_a_dropped_draft_leaves_what_readers_have(room: Room) -> None:
    article = await room.published()
    over = await room.over(article)
    draft = await editing.keep(room.work, article.id, "en", DEARER, version=0, over=over)
    await editing.drop(room.work, article.id, "en", version=draft.version)
    assert (await editing.read(room.work, article.id, "en")).present().source == FEES.source
    assert await room.readers_see(article) == FEES.source


async def test_review_and_back_and_writing_on_takes_it_back_too(room: Room) -> None:
    article = await room.create()
    draft = await editing.keep(room.work, article.id, "en", FEES, version=0)
    asked = await editing.set_stage(
        room.work, article.id, "en", Stage.REVIEW, version=draft.version
    )
    assert asked.stage is Stage.REVIEW
    changed = await editing.keep(room.work, article.id, "en", DEARER, version=asked.version)
    assert changed.stage is Stage.WRITING


async def test_what_is_scheduled_is_published_at_its_time_and_once(room: Room) -> None:
    article = await room.create()
    draft = await editing.keep(room.work, article.id, "en", FEES, version=0)
    with pytest.raises(TimePassed):
        await editing.schedule(room.work, article.id, "en", NOON, version=draft.version)
    at = NOON + timedelta(hours=1)
    await editing.schedule(room.work, article.id, "en", at, version=draft.version)

    await editing.publish_due(room.work, None)
    assert await room.readers_see(article) is None
    room.work.now = lambda: at
    for _ in range(2):
        await editing.publish_due(room.work, None)
    assert await room.readers_see(article) == FEES.source
    assert len(await revisions.versions(room.work, article.id, "en")) == 1


async def test_a_schedule_does_not_overwrite_a_newer_text(room: Room) -> None:
    article = await room.published()
    over, at = await room.over(article), NOON + timedelta(hours=1)
    draft = await editing.keep(room.work, article.id, "en", DEARER, version=0, over=over)
    await editing.schedule(room.work, article.id, "en", at, version=draft.version)
    newer = replace(FEES, source="Corrected at once.\n")
    place = editing.placing_of(article)
    await service.save(room.work, place, "en", newer, state=State.PUBLISHED)
    room.work.now = lambda: at

    await editing.publish_due(room.work, None)
    found = await editing.read(room.work, article.id, "en")
    assert await room.readers_see(article) == "Corrected at once.\n"
    assert found.draft is not None
    assert found.draft.stage is Stage.REVIEW


async def test_an_editor_writes_and_a_publisher_publishes(room: Room) -> None:
    article = await room.create()
    writing = room.work.acting_as(EDITOR)
    draft = await editing.keep(writing, article.id, "en", FEES, version=0)
    assert draft.saved_by == EDITOR.id
    later = NOON + timedelta(days=1)
    with pytest.raises(NotAllowed):
        await editing.publish(writing, article.id, "en", version=draft.version, over=0)
    with pytest.raises(NotAllowed):
        await editing.schedule(writing, article.id, "en", later, version=draft.version)
    with pytest.raises(NotAllowed):
        await editing.set_state(writing, article.id, "en", State.ARCHIVED)
    assert await room.readers_see(article) is None


@pytest.mark.parametrize("actor", [VISITOR, AGENT], ids=["visitor", "agent"])
async def test_drafts_are_for_editors_alone(room: Room, actor: Actor) -> None:
    article = await room.create()
    draft = await editing.keep(room.work, article.id, "en", FEES, version=0)
    others = room.work.acting_as(actor)
    for attempt in (
        editing.read(others, article.id, "en"),
        editing.keep(others, article.id, "en", DEARER, version=draft.version),
        editing.drop(others, article.id, "en", version=draft.version),
        editing.set_stage(others, article.id, "en", Stage.REVIEW, version=draft.version),
        editing.confirm(others, article.id, "en"),
        revisions.versions(others, article.id, "en"),
        listing.lines(others, listing.Wanted(), limit=10),
        placing.create(others, language="en", title="Mine", category="fees"),
        placing.review_by(others, article.id, date(2026, 12, 1)),
        pictures.add(others, b"x", media_type="image/png", width=1, height=1),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_what_is_empty_or_endless_or_in_no_language_is_refused(room: Room) -> None:
    article = await room.create()
    empty = Text(title=" ", source="")
    draft = await editing.keep(room.work, article.id, "en", empty, version=0)
    with pytest.raises(ArticleUntitled):
        await editing.publish(room.work, article.id, "en", version=draft.version, over=0)
    with pytest.raises(ArticleUntitled):
        await editing.set_stage(room.work, article.id, "en", Stage.REVIEW, version=draft.version)
    for text in (
        replace(FEES, source="x" * 200_001),
        replace(FEES, title="x" * 401),
        replace(FEES, tags=("x",) * 41),
    ):
        with pytest.raises(ArticleTooLong):
            await editing.keep(room.work, article.id, "en", text, version=draft.version)
    with pytest.raises(UnknownLanguage):
        await editing.read(room.work, article.id, "tlh")


async def test_an_older_version_comes_back_as_a_draft(room: Room) -> None:
    article = await room.published()
    await room.publish(article, DEARER)
    have = await revisions.versions(room.work, article.id, "en")
    oldest = have[-1]
    over = await room.over(article)
    await revisions.restore(room.work, article.id, "en", oldest.number, version=0, over=over)

    assert (await editing.read(room.work, article.id, "en")).present().source == FEES.source
    assert await room.readers_see(article) == DEARER.source
    with pytest.raises(ArticleNotFound):
        await revisions.restore(room.work, article.id, "en", 99, version=1, over=over)


async def test_a_translation_is_marked_when_its_source_changes(room: Room) -> None:
    article = await room.published()
    room.work.now = lambda: NOON + timedelta(minutes=1)
    await room.publish(article, Text(title="提现手续费", source="TRON 收 1 USDT。\n"), "zh-Hans")
    before = (await kept.line(room.work, article.id)).standings
    room.work.now = lambda: NOON + timedelta(minutes=2)
    await room.publish(article, DEARER)

    standings = {s.language: s for s in (await kept.line(room.work, article.id)).standings}
    assert [each.language for each in before if each.is_stale] == []
    assert [tag for tag, each in standings.items() if each.is_stale] == ["zh-Hans"]
    origin = (await editing.read(room.work, article.id, "zh-Hans")).origin
    assert origin is not None
    assert (origin.is_changed, origin.before, origin.source) == (True, FEES.source, DEARER.source)
    stale = await listing.lines(room.work, listing.Wanted(mark="stale"), limit=9)
    assert [line.id for line in stale] == [article.id]

    await editing.confirm(room.work, article.id, "zh-Hans")
    after = (await kept.line(room.work, article.id)).standings
    assert not any(each.is_stale for each in after)
    with pytest.raises(ArticleNotFound):
        await editing.confirm(room.work, article.id, "en")  # the source follows nothing


async def test_the_preview_is_what_readers_will_get(room: Room) -> None:
    article = await room.create()
    text = replace(FEES, source="::: risk\nIt may fall.\n:::\n\n<script>alert(1)</script>\n")
    draft = await editing.keep(room.work, article.id, "en", text, version=0)
    seen = await editing.render(room.work, await editing.read(room.work, article.id, "en"))
    await editing.publish(room.work, article.id, "en", version=draft.version, over=0)
    have = await queries.translations(room.work, article.id)
    assert have[0].html == seen.html
    assert 'class="aside risk"' in seen.html
    assert "script" not in seen.html


def test_differences_are_shown_by_words_and_by_characters() -> None:
    pieces = revisions.differences("One USDT on TRON.\n", "Two USDT on TRON.\n")
    assert [(each.change, each.text) for each in pieces] == [
        (Change.REMOVED, "One"), (Change.ADDED, "Two"), (Change.SAME, " USDT on TRON.\n"),
    ]  # fmt: skip
    chinese = revisions.differences("收一个币", "收两个币")
    assert [each.text for each in chinese if each.change is Change.ADDED] == ["两"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_differences_lose_nothing(before: str, after: str) -> None:
    pieces = revisions.differences(before, after)
    assert "".join(p.text for p in pieces if p.change is not Change.ADDED) == before
    assert "".join(p.text for p in pieces if p.change is not Change.REMOVED) == after
