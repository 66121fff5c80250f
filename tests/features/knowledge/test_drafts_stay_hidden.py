"""Whatever editors do, nothing public shows a draft."""

import random
from datetime import timedelta

import pytest
from msgspec.structs import replace

from fanlight.features.knowledge import (
    editing,
    placing,
    queries,
)
from fanlight.features.knowledge.drafts import Stage
from fanlight.features.knowledge.errors import (
    ArticleNotFound,
)
from fanlight.features.knowledge.models import Article, State
from fanlight.features.knowledge.node import read_entries
from tests.conftest import NOON
from tests.features.knowledge.room import FEES, VISITOR, Room

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
                slug=f"at-{step}", is_risk=False,
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
