"""Writing until readers get it: drafts, review, schedule, versions, addresses, pictures."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fanlight.features.knowledge import (
    editing,
    pictures,
    placing,
    queries,
    render,
    revisions,
    service,
)
from fanlight.features.knowledge.drafts import Stage
from fanlight.features.knowledge.errors import (
    AddressTaken,
    AddressUnfit,
    ArticleMoved,
    ArticleNotFound,
    ArticleTooLong,
    ArticleUntitled,
    DraftMoved,
    PictureNotFound,
    PictureRefused,
    TimePassed,
    UnknownLanguage,
)
from fanlight.features.knowledge.models import Article, Category, CategoryName, State, Text
from fanlight.features.knowledge.node import read_entries
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.revisions import Change
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor, Work
from tests.conftest import NOON

VISITOR = Actor(kind="visitor")
AGENT = Actor(kind="agent")
EDITOR = Actor(kind="agent", id=UUID(int=7), permissions=frozenset({"article.edit"}))
FEES = Text(title="Withdrawal fees", source="One USDT on TRON.\n", description="By network.")
DEARER = replace(FEES, source="Two USDT on TRON.\n")


class Room:
    """An editors' room with one shelf, and its articles."""

    def __init__(self, work: Work) -> None:
        self.work = work

    async def create(self, title: str = "Withdrawal fees", **wanted: Any) -> Article:
        return await placing.create(
            self.work, **{"language": "en", "title": title, "category": "fees"} | wanted
        )

    async def published(self, text: Text = FEES, language: str = "en", **wanted: Any) -> Article:
        article = await self.create(**wanted)
        await self.publish(article, text, language)
        return article

    async def publish(self, article: Article, text: Text, language: str = "en") -> None:
        over = await self.over(article, language)
        draft = await editing.keep(self.work, article.id, language, text, version=0, over=over)
        await editing.publish(self.work, article.id, language, version=draft.version, over=over)

    async def over(self, article: Article, language: str = "en") -> int:
        found = (await editing.read(self.work, article.id, language)).translation
        return 0 if found is None else found.version

    async def readers_see(self, article: Article, language: str = "en") -> str | None:
        work = self.work.acting_as(VISITOR)
        have = {each.language: each for each in await queries.translations(work, article.id)}
        return have[language].source if language in have else None


@pytest.fixture
async def room(work: Work) -> Room:
    for key, name in (("fees", "Fees"), ("basics", "Basics")):
        await service.save_category(
            work,
            Category(key=key, position=1, icon="coins", names={"en": CategoryName(name=name)}),
        )
    return Room(work)


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
        kept.lines(others, limit=10),
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
    assert [line.id for line in await kept.lines(room.work, mark="stale", limit=9)] == [article.id]

    await editing.confirm(room.work, article.id, "zh-Hans")
    after = (await kept.line(room.work, article.id)).standings
    assert not any(each.is_stale for each in after)
    with pytest.raises(ArticleNotFound):
        await editing.confirm(room.work, article.id, "en")  # the source follows nothing


async def test_moving_leads_the_old_address_on(room: Room) -> None:
    article = await room.published()
    other = await room.published(title="Gas", slug="gas")
    line = await placing.move(
        room.work, article.id, category="basics", slug="what-it-costs", position=3, is_risk=True
    )
    assert (line.category, line.slug, line.is_risk) == ("basics", "what-it-costs", True)
    found = await kept.now_at(room.work, "fees", "withdrawal-fees")
    assert found is not None
    assert found.slug == "what-it-costs"

    for category, slug, refusal in (
        ("fees", "gas", AddressTaken),
        ("fees", "Was kostet das?", AddressUnfit),
        ("fees", "../admin", AddressUnfit),
    ):
        with pytest.raises(refusal):
            await placing.move(
                room.work, article.id, category=category, slug=slug, position=0, is_risk=False
            )
    # Back again: the first address is in use, the second leads on.
    await placing.move(
        room.work, article.id, category="fees", slug="withdrawal-fees", position=0, is_risk=False
    )
    assert await kept.now_at(room.work, "fees", "withdrawal-fees") is None
    assert await kept.now_at(room.work, "basics", "what-it-costs") is not None
    assert other.id != article.id


async def test_links_written_with_an_old_address_still_arrive(room: Room) -> None:
    article = await room.published()
    linking = await room.published(
        Text(title="All", source="See [fees](article:fees/withdrawal-fees).\n"), title="All"
    )
    await placing.move(
        room.work, article.id, category="basics", slug="costs", position=0, is_risk=False
    )
    await service.mend_links(room.work, article.id)
    have = await queries.translations(room.work, linking.id)
    assert 'href="/en/a/basics/costs"' in have[0].html
    again = await editing.render(room.work, await editing.read(room.work, linking.id, "en"))
    assert again.html == have[0].html


async def test_only_publishers_move_what_readers_have(room: Room) -> None:
    writing = room.work.acting_as(EDITOR)
    article = await room.create()
    await placing.move(
        writing, article.id, category="basics", slug="fees", position=0, is_risk=False
    )
    await room.publish(article, FEES)
    with pytest.raises(NotAllowed):
        await placing.move(
            writing, article.id, category="fees", slug="fees", position=0, is_risk=False
        )


async def test_an_address_is_made_of_the_title(room: Room) -> None:
    assert (await room.create("Why is my deposit missing?")).slug == "why-is-my-deposit-missing"
    assert (await room.create("提现手续费")).slug.startswith("article-")
    with pytest.raises(AddressTaken):
        await room.create("Why is my deposit missing")


async def test_a_name_that_a_moved_article_keeps_is_not_taken_from_it(room: Room) -> None:
    first = await room.create()
    await placing.move(
        room.work, first.id, category="basics", slug="fees", position=0, is_risk=False
    )
    second = await room.create()
    assert second.id != first.id
    assert (await queries.get_article(room.work, first.id)).category == "basics"


async def test_the_list_is_paged_filtered_and_searched(room: Room) -> None:
    for number in range(5):
        await room.create(f"Rule {number}")
    published = await room.published(title="100% fees", slug="all-fees", category="basics")
    await placing.review_by(room.work, published.id, NOON.date())

    first = await kept.lines(room.work, limit=4)
    end = kept.Place(first[-1].category, first[-1].position, first[-1].slug)
    rest = await kept.lines(room.work, below=end, limit=4)
    assert len({line.id for line in (*first, *rest)}) == 6
    assert [each.id for each in await kept.lines(room.work, mark="due", limit=9)] == [published.id]
    assert [each.id for each in await kept.lines(room.work, mark="published", limit=9)] == [
        published.id
    ]
    assert len(await kept.lines(room.work, words="withdrawal", limit=9)) == 1
    assert await kept.lines(room.work, words="100%_", limit=9) == []
    assert len(await kept.lines(room.work, only="fees", limit=9)) == 5


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


async def test_a_picture_is_kept_and_shown_with_its_size(room: Room) -> None:
    picture = await pictures.add(
        room.work, b"pixels", media_type="image/png", width=640, height=320
    )
    name = picture.address.removeprefix("/media/")
    assert await pictures.read(room.work.acting_as(VISITOR), name) == ("image/png", b"pixels")
    for wrong in ("", "x" * 60, name.replace("640", "641"), name.replace("png", "svg")):
        with pytest.raises(PictureNotFound):
            await pictures.read(room.work, wrong)
    with pytest.raises(PictureRefused):
        await pictures.add(room.work, b"<svg/>", media_type="image/svg+xml", width=1, height=1)

    html = shown(f'![The form]({picture.address} "What you see")\n')
    assert f'src="{picture.address}"' in html
    assert 'width="640"' in html
    assert "<figcaption>What you see</figcaption>" in html


@pytest.mark.parametrize(
    "source",
    [
        "![x](https://tracker.example/a.png)",
        '<img src="https://tracker.example/a.png" alt="a > b">',
        "<img src=/console/secret onerror=alert(1)>",
        "![x](/media/../console)",
        '<img alt=">" src="data:image/png;base64,AAAA">',
    ],
)
def test_a_picture_from_elsewhere_is_not_shown(source: str) -> None:
    html = shown(source)
    assert "<img" not in html
    assert "tracker" not in html


def shown(source: str) -> str:
    return render.render(source, language="en", title="", resolve=lambda _: None).html


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


HIDDEN, STEPS = "zqdraft", 14  # a word that stands in drafts alone


@pytest.mark.parametrize("seed", range(10))
async def test_whatever_editors_do_readers_get_what_was_published(room: Room, seed: int) -> None:
    """Random walks through the room; after each step everything public is looked through."""
    chance = random.Random(seed)
    article, public = await room.create(), ""
    for step in range(STEPS):
        found = await editing.read(room.work, article.id, "en")
        version = 0 if found.draft is None else found.draft.version
        over = 0 if found.translation is None else found.translation.version
        act = chance.choice(["write", "write", "publish", "stage", "plan", "drop", "state", "move"])
        if act == "write":
            text = replace(FEES, title=f"{HIDDEN} {step}", source=f"{HIDDEN} text {step}.\n")
            await editing.keep(room.work, article.id, "en", text, version=version, over=over)
        elif act == "publish" and found.draft is not None:
            # What is published says so, so that it cannot be mistaken for a draft.
            public = f"Public text {step}.\n"
            text = replace(FEES, source=public)
            draft = await editing.keep(
                room.work, article.id, "en", text, version=version, over=over
            )
            state = chance.choice([State.PUBLISHED, State.INTERNAL])
            await editing.publish(
                room.work, article.id, "en", version=draft.version, over=over, state=state
            )
        elif act == "stage" and found.draft is not None:
            await editing.set_stage(room.work, article.id, "en", Stage.REVIEW, version=version)
        elif act == "plan" and found.draft is not None:
            later = NOON + timedelta(hours=1)
            await editing.schedule(room.work, article.id, "en", later, version=version)
            await editing.publish_due(room.work, None)
        elif act == "drop" and found.draft is not None:
            await editing.drop(room.work, article.id, "en", version=version)
        elif act == "state" and found.translation is not None:
            await editing.set_state(room.work, article.id, "en", chance.choice(list(State)))
        elif act == "move":
            await placing.move(
                room.work, article.id, category=chance.choice(["fees", "basics"]),
                slug=f"at-{step}", position=0, is_risk=False,
            )  # fmt: skip
        await _look_through(room, article, public)


async def _look_through(room: Room, article: Article, public: str) -> None:
    work = room.work.acting_as(VISITOR)
    after = await editing.read(room.work, article.id, "en")
    is_out = after.translation is not None and after.translation.state is State.PUBLISHED
    place = await queries.get_article(room.work, article.id)
    entries = await read_entries(work, [article.number])
    seen: list[object] = [
        await queries.translations(work, article.id),
        await queries.lines_of_all(work, ["en"]),
        await queries.shelves(work, ["en"]),
        await queries.published(work),
        entries,
    ]
    assert HIDDEN not in str(seen)
    assert any(entry.audience == "public" for entry in entries) is is_out
    assert await room.readers_see(article) == (public if is_out else None)
    if is_out:
        reading = await queries.reading(work, place.category, place.slug, ["en"])
        assert public.strip() in reading.html
    else:
        with pytest.raises(ArticleNotFound):
            await queries.reading(work, place.category, place.slug, ["en"])
