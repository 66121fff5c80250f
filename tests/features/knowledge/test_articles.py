"""Saving, publishing and withdrawing articles, and what follows from it."""

from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from fanlight.features.knowledge import queries, readers, service
from fanlight.features.knowledge.errors import ArticleMoved, ArticleNotFound, UnknownLanguage
from fanlight.features.knowledge.events import ArticlePublished, ArticleWithdrawn
from fanlight.features.knowledge.models import (
    Category,
    CategoryName,
    Placing,
    State,
    Text,
    Translation,
)
from fanlight.kernel.errors import NotAllowed, TooManyTries
from fanlight.kernel.work import Actor, Work

VISITOR = Actor(kind="visitor")
AGENT = Actor(kind="agent")
EDITOR = Actor(kind="agent", permissions=frozenset({"article.edit"}))
PUBLISHER = Actor(kind="agent", permissions=frozenset({"article.edit", "article.publish"}))
PLACE = Placing(path="fees/withdrawal", category="fees", slug="withdrawal")
ENGLISH = Text(title="Withdrawal fees", source="One USDT on TRON.\n", description="By network.")
CHINESE = Text(title="提现手续费", source="TRON 网络收 1 USDT。你“自己”看。\n")


@dataclass
class Fees:
    """The category that every article of these tests stands in, and its articles."""

    work: Work

    async def save(self, text: Text = ENGLISH, language: str = "en", **wanted: Any) -> Any:
        wanted = {"state": State.PUBLISHED} | wanted
        placing = wanted.pop("placing", PLACE)
        return await service.save(self.work, placing, language, text, **wanted)

    async def texts(self, actor: Actor | None = None) -> dict[str, Translation]:
        article = await queries.article_at(self.work, "fees", "withdrawal")
        work = self.work.acting_as(actor) if actor else self.work
        return {text.language: text for text in await queries.translations(work, article.id)}


@pytest.fixture
async def fees(work: Work) -> Fees:
    await service.save_category(
        work,
        Category(key="fees", position=1, icon="coins", names={"en": CategoryName(name="Fees")}),
    )
    return Fees(work)


async def test_saving_the_same_again_changes_nothing(work: Work, fees: Fees) -> None:
    first = await fees.save()
    published = len(work.outbox)
    again = await fees.save()

    assert first.is_changed
    assert not again.is_changed
    assert len(work.outbox) == published
    assert (await fees.texts())["en"].version == 1


async def test_what_is_published_is_told_and_what_is_withdrawn_too(work: Work, fees: Fees) -> None:
    article = (await fees.save()).article
    await service.set_state(work, article.id, "en", State.ARCHIVED)
    await service.set_state(work, article.id, "en", State.ARCHIVED)  # the same click again

    assert work.outbox == [
        ArticlePublished(article_id=article.id, language="en"),
        ArticleWithdrawn(article_id=article.id, language="en"),
    ]
    assert service.CHANGED in {signal.topic for signal in work.signals}


@pytest.mark.parametrize(
    ("state", "visitor", "agent", "editor"),
    [
        (State.PUBLISHED, True, True, True),
        (State.INTERNAL, False, True, True),
        (State.DRAFT, False, False, True),
        (State.ARCHIVED, False, False, True),
    ],
)
async def test_who_sees_what(
    fees: Fees, state: State, *, visitor: bool, agent: bool, editor: bool
) -> None:
    await fees.save(state=state)

    assert bool(await fees.texts(VISITOR)) is visitor
    assert bool(await fees.texts(AGENT)) is agent
    assert bool(await fees.texts(EDITOR)) is editor


async def test_writing_needs_the_right_and_publishing_another(work: Work, fees: Fees) -> None:
    for actor in (VISITOR, AGENT):
        with pytest.raises(NotAllowed):
            await service.save(work.acting_as(actor), PLACE, "en", ENGLISH, state=State.DRAFT)
    with pytest.raises(NotAllowed):
        await service.save(work.acting_as(EDITOR), PLACE, "en", ENGLISH, state=State.PUBLISHED)

    saved = await service.save(work.acting_as(EDITOR), PLACE, "en", ENGLISH, state=State.DRAFT)
    with pytest.raises(NotAllowed):
        await service.set_state(work.acting_as(EDITOR), saved.article.id, "en", State.PUBLISHED)
    await service.set_state(work.acting_as(PUBLISHER), saved.article.id, "en", State.PUBLISHED)
    assert (await fees.texts(VISITOR))["en"].title == "Withdrawal fees"


async def test_a_language_the_help_center_is_not_kept_in_is_refused(fees: Fees) -> None:
    with pytest.raises(UnknownLanguage):
        await fees.save(language="tlh")
    assert (await fees.save(language="en")).is_changed


async def test_traditional_is_made_from_simplified_and_follows_it(work: Work, fees: Fees) -> None:
    await service.save_traditional_words(work, {"提現": "提領"})
    await fees.save(CHINESE, "zh-Hans")
    made = (await fees.texts())["zh-Hant"]

    assert made.is_derived
    assert made.title == "提領手續費"
    assert "您「自己」看" in made.html

    await fees.save(replace(CHINESE, source="TRON 网络收 2 USDT。\n"), "zh-Hans")
    assert "2 USDT" in (await fees.texts())["zh-Hant"].html


async def test_what_a_person_wrote_in_traditional_is_never_overwritten(fees: Fees) -> None:
    own = Text(title="提領手續費說明", source="由人撰寫。\n")
    await fees.save(own, "zh-Hant")
    await fees.save(CHINESE, "zh-Hans")

    assert (await fees.texts())["zh-Hant"].title == own.title


async def test_withdrawing_simplified_withdraws_what_was_made_of_it(work: Work, fees: Fees) -> None:
    article = (await fees.save(CHINESE, "zh-Hans")).article
    await service.set_state(work, article.id, "zh-Hans", State.DRAFT)

    assert await fees.texts(VISITOR) == {}


async def test_the_slower_of_two_editors_is_told(work: Work, fees: Fees) -> None:
    article = (await fees.save()).article
    old = (await fees.texts())["en"]
    await fees.save(replace(ENGLISH, title="Fees"))

    with pytest.raises(ArticleMoved):
        await queries.set_state(work, old, State.DRAFT)
    assert (await queries.translations(work, article.id))[0].state is State.PUBLISHED


async def test_a_link_written_before_its_article_is_mended_when_that_comes(
    work: Work, fees: Fees
) -> None:
    early = replace(ENGLISH, source="See [the limits](article:limits) and [nothing](article:no).\n")
    outcome = await fees.save(early)
    assert outcome.broken_links == ("article:limits", "article:no")
    assert "href" not in (await fees.texts())["en"].html

    limits = Placing(path="fees/limits", category="fees", slug="limits")
    later = await fees.save(Text(title="Limits", source="x\n"), placing=limits)
    assert [job.kind for job in work.jobs].count("knowledge.mend_links") == 2
    await service.mend_links(work, later.article.id)
    await service.mend_links(work, later.article.id)  # delivered twice

    html = (await fees.texts())["en"].html
    assert 'href="/en/a/fees/limits"' in html
    assert html.count("href") == 1
    assert (await fees.texts())["en"].version == 1


async def test_links_lead_to_the_same_language(fees: Fees) -> None:
    limits = Placing(path="fees/limits", category="fees", slug="limits")
    await fees.save(Text(title="限额", source="x\n"), "zh-Hans", placing=limits)
    await fees.save(replace(CHINESE, source="看[限额](article:limits#day)。\n"), "zh-Hans")
    texts = await fees.texts()

    assert 'href="/zh-Hans/a/fees/limits#day"' in texts["zh-Hans"].html
    assert 'href="/zh-Hant/a/fees/limits#day"' in texts["zh-Hant"].html


async def test_a_verdict_is_kept_without_secrets_and_not_for_hidden_articles(
    work: Work, fees: Fees
) -> None:
    article = (await fees.save()).article
    reader = work.acting_as(VISITOR)
    await readers.rate(
        reader,
        article.id,
        "en",
        is_helpful=False,
        reason=readers.Reason.UNCLEAR,
        comment="my card 4111 1111 1111 1111 does not work",
        visitor="a",
    )
    kept = await work.one(str, "SELECT comment FROM kb_feedback")
    assert kept is not None
    assert "4111" not in kept
    assert "does not work" in kept

    await service.set_state(work, article.id, "en", State.DRAFT)
    with pytest.raises(ArticleNotFound):
        await readers.rate(reader, article.id, "en", is_helpful=True, visitor="a")


async def test_one_visitor_cannot_flood_the_verdicts(work: Work, fees: Fees) -> None:
    article = (await fees.save()).article
    reader = work.acting_as(VISITOR)
    for _ in range(30):
        await readers.rate(reader, article.id, "en", is_helpful=True, visitor="a")
    with pytest.raises(TooManyTries):
        await readers.rate(reader, article.id, "en", is_helpful=True, visitor="a")
    await readers.rate(reader, article.id, "en", is_helpful=True, visitor="b")


async def test_searches_are_noted_without_secrets(work: Work) -> None:
    await readers.note_search(work, "card 4111 1111 1111 1111", "en", door="site", results=0)
    await readers.note_search(work, "  ", "en", door="site", results=0)
    kept = await work.rows(str, "SELECT text FROM kb_searches")

    assert len(kept) == 1
    assert "4111" not in kept[0]
