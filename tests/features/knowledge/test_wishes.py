"""What to write next: counted once, redacted, made into drafts, flat in cost."""

import time
from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.features.knowledge import editing, readers, wishes
from fanlight.features.knowledge.errors import ReasonMissing, WishNotFound, WishSettled
from fanlight.features.knowledge.events import ArticleRated
from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.queries import wishes as kept
from fanlight.features.knowledge.queries.wishes import Wish
from fanlight.features.knowledge.readers import Reason
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work
from tests.conftest import NOON
from tests.features.knowledge.room import EDITOR, VISITOR, Room

LATER = NOON + timedelta(hours=1)


async def searched(
    work: Work, text: str, *, results: int = 0, language: str = "en", is_foreign: bool = False
) -> UUID:
    noted = await readers.note_search(
        work, text, language, door="site", results=results, is_foreign=is_foreign
    )
    assert noted is not None
    return noted


async def listed(work: Work, kind: str = "", state: str = "open") -> list[Wish]:
    return await kept.page(work, kind=kind, language="", state=state, limit=50)


def later(work: Work) -> Work:
    work.now = lambda: LATER
    return work


async def test_searches_alike_are_one_wish_and_count_once(work: Work) -> None:
    for text in ("Card top up", "card  TOP up", "ｃａｒｄ top up", "staking tax form"):
        await searched(work, text)
    await wishes.gather(work, None)
    await wishes.gather(work, None)  # the same job again

    found = await listed(work)
    assert [(each.text, each.times) for each in found] == [
        ("ｃａｒｄ top up", 3),
        ("staking tax form", 1),
    ]
    assert found[0].weeks == {"2026-11-23": 3}
    with pytest.raises(NotAllowed):
        await listed(work.acting_as(VISITOR))


async def test_what_was_found_and_not_opened_waits_half_an_hour(work: Work) -> None:
    opened, _ = await searched(work, "fees", results=3), await searched(work, "limits", results=2)
    await kept.opened(work, opened)
    await wishes.gather(work, None)
    assert await listed(work) == []

    await wishes.gather(later(work), None)
    assert [(each.kind, each.text) for each in await listed(work)] == [("no_click", "limits")]


@pytest.mark.parametrize(
    ("text", "language", "results", "is_foreign", "kind"),
    [
        ("tixian shouxufei", "zh-Hans", 0, False, "other_script"),  # pinyin
        ("提幣手續費", "zh-Hans", 0, False, "other_script"),  # Traditional on a Simplified page
        ("ERC20", "zh-Hans", 0, False, "no_result"),  # a code is written alike everywhere
        ("提现手续费", "zh-Hans", 0, False, "no_result"),
        ("withdrawal fee", "zh-Hant", 4, True, "other_script"),  # only English answers
    ],
)
async def test_another_script_is_told_from_nothing_found(
    work: Work, text: str, language: str, results: int, is_foreign: bool, kind: str
) -> None:
    await searched(work, text, language=language, results=results, is_foreign=is_foreign)
    await wishes.gather(later(work), None)
    assert [each.kind for each in await listed(work)] == [kind]


async def test_no_secret_gets_onto_the_list(work: Work) -> None:
    await searched(work, "card 4111 1111 1111 1111 declined")
    await wishes.gather(work, None)
    (wish,) = await listed(work)
    assert "4111" not in wish.text


async def test_one_act_makes_a_draft_that_is_asked_for_as_readers_did(room: Room) -> None:
    work = room.work
    await searched(work, "can I cancel a withdrawal")
    await wishes.gather(work, None)
    (wish,) = await listed(work)
    begun = await wishes.write(work, wish.id, category="fees")

    draft = (await editing.read(work, begun.article_id, "en")).draft
    assert draft is not None
    assert (draft.title, draft.asked_as) == (
        "Can I cancel a withdrawal",
        ["can I cancel a withdrawal"],
    )
    assert await listed(work) == []
    assert [each.article_id for each in await listed(work, state="taken")] == [begun.article_id]
    with pytest.raises(WishSettled):
        await wishes.write(work, wish.id, category="fees")
    with pytest.raises(WishNotFound):
        await wishes.write(work, new_id(), category="fees")


async def test_what_is_dismissed_says_why_and_stays_away_until_asked_back(work: Work) -> None:
    await searched(work, "lottery numbers")
    await wishes.gather(work, None)
    (wish,) = await listed(work)
    with pytest.raises(ReasonMissing):
        await wishes.dismiss(work, wish.id, "  ")
    with pytest.raises(NotAllowed):
        await wishes.dismiss(work.acting_as(VISITOR), wish.id, "Not ours.")
    await wishes.dismiss(work.acting_as(EDITOR), wish.id, "Not ours.")
    await searched(work, "lottery numbers")
    await wishes.gather(work, None)

    assert await listed(work) == []
    (gone,) = await listed(work, state="dismissed")
    assert (gone.reason, gone.settled_by, gone.times) == ("Not ours.", EDITOR.id, 2)
    await wishes.reopen(work, wish.id)
    assert len(await listed(work)) == 1


async def test_an_article_that_fails_is_listed_with_what_readers_say(room: Room) -> None:
    work, article = room.work, await room.published()

    async def say(is_helpful: bool) -> None:
        await readers.rate(
            work,
            article.id,
            "en",
            is_helpful=is_helpful,
            reason=None if is_helpful else Reason.OUTDATED,
            comment="" if is_helpful else "The menu has moved.",
            visitor=new_id().hex,
        )
        event = ArticleRated(article_id=article.id, language="en", is_helpful=is_helpful)
        await wishes.weigh(work, event)
        await wishes.weigh(work, event)  # delivered twice

    for verdict in (True, False, False):
        await say(verdict)
    assert await listed(work) == []
    await say(False)
    (wish,) = await listed(work, "bad_feedback")
    assert (wish.text, wish.times, wish.article_id) == ("Withdrawal fees", 3, article.id)
    said = await kept.said(work, article.id, ["en"], limit=5)
    assert (said[0].reason, said[0].comment) == ("outdated", "The menu has moved.")

    begun = await wishes.write(later(work), wish.id, category="")
    assert begun.article_id == article.id  # revised, not made a second time
    edited = await editing.read(work, article.id, "en")
    assert edited.draft is not None
    assert edited.translation is not None
    assert edited.draft.based_on == edited.translation.version
    assert edited.draft.source == edited.translation.source
    await say(False)
    assert await listed(work) == []  # one more is no reason yet


async def test_a_text_made_of_another_is_revised_where_it_is_written(room: Room) -> None:
    work, article = room.work, await room.published(language="zh-Hans")
    for _ in range(3):
        await readers.rate(
            work, article.id, "zh-Hant", is_helpful=False, comment="看不懂", visitor=new_id().hex
        )
    await wishes.weigh(
        work, ArticleRated(article_id=article.id, language="zh-Hant", is_helpful=False)
    )
    (wish,) = await listed(work, "bad_feedback")
    begun = await wishes.write(work, wish.id, category="")
    assert begun.language == "zh-Hans"
    assert (await editing.read(work, article.id, "zh-Hant")).draft is None
    assert (await editing.read(work, article.id, "zh-Hans")).draft is not None
    languages = await kept.read_as(work, article.id, "zh-Hans")
    said = await kept.said(work, article.id, languages, limit=5)
    assert {(each.language, each.comment) for each in said} == {("zh-Hant", "看不懂")}


async def test_a_ticket_counts_once_for_each_of_its_tags(work: Work) -> None:
    ticket = new_id()
    for _ in range(2):
        await wishes.note_uncited(
            work, ticket, subject="Help", tags=["tron", "memo"], language="en", at=NOON
        )
    await wishes.note_uncited(
        work, new_id(), subject="Where is it?", tags=[], language="fr", at=NOON
    )
    assert sorted((each.text, each.times) for each in await listed(work, "uncited")) == [
        ("Where is it?", 1),
        ("memo", 1),
        ("tron", 1),
    ]


async def test_what_is_old_no_longer_counts(work: Work) -> None:
    await searched(work, "twice wanted")
    await searched(work, "twice wanted")
    await searched(work, "wanted once")
    await wishes.gather(work, None)
    work.now = lambda: NOON + timedelta(weeks=5)
    await wishes.forget(work, None)
    assert [each.text for each in await listed(work)] == ["twice wanted"]
    work.now = lambda: NOON + timedelta(weeks=14)
    await wishes.forget(work, None)
    assert await listed(work) == []


ADD_MANY = """
    INSERT INTO kb_searches (id, text, language, door, results, searched_at, is_gathered)
    SELECT gen_random_uuid(), 'word ' || n %% 5000, 'en', 'site', 0, %(at)s, %(is_gathered)s
    FROM generate_series(1, %(many)s) n
"""


@pytest.mark.slow
async def test_a_hundred_thousand_searches_cost_the_list_nothing(work: Work) -> None:
    async def took() -> float:
        begin = time.perf_counter()
        for _ in range(5):
            await listed(work)
        return (time.perf_counter() - begin) / 5

    await work.run(ADD_MANY, at=NOON, many=2_000, is_gathered=False)
    await wishes.gather(work, None)
    few = await took()
    await work.run(ADD_MANY, at=NOON, many=100_000, is_gathered=True)
    await work.run(ADD_MANY, at=NOON, many=2_000, is_gathered=False)
    begin = time.perf_counter()
    await wishes.gather(work, None)
    gathering = time.perf_counter() - begin
    assert await took() < max(few * 3, 0.05)
    assert gathering < 15  # 2,000 searches of 2,000 different texts


async def test_the_address_of_a_wish_leads_only_to_what_its_reader_may_see(room: Room) -> None:
    article = await room.published()
    reader = room.work.acting_as(VISITOR)
    assert await kept.stands_at(reader, article.id) == "fees/withdrawal-fees"
    await editing.set_state(room.work, article.id, "en", State.INTERNAL)
    assert await kept.stands_at(reader, article.id) is None
