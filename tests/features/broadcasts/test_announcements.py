"""Announcements: written, scheduled, published, withdrawn; and who sees which, when."""

from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.features.broadcasts import loading, queries, service
from fanlight.features.broadcasts.errors import (
    AnnouncementMoved,
    AnnouncementNotFound,
    AnnouncementTooLong,
    AnnouncementUnwritten,
)
from fanlight.features.broadcasts.events import AnnouncementPublished, AnnouncementWithdrawn
from fanlight.features.broadcasts.models import Announcement, Kind, Standing, Words
from fanlight.features.knowledge.errors import AddressTaken, AddressUnfit, UnknownLanguage
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor, Work
from tests.conftest import ROOT

VISITOR = Actor(kind="visitor")
EDITOR = Actor(kind="agent", id=UUID(int=7), permissions=frozenset({"article.edit"}))
ORDER = ["en", "zh-Hans"]
WORDS = Words(title="Wallets pause", summary="For two hours.", source="On **Wednesday**.")


async def written(
    work: Work, *, kind: Kind = Kind.MAINTENANCE, slug: str = "pause"
) -> Announcement:
    made = await service.create(work, kind=kind, language="en", title="Wallets pause", slug=slug)
    return await service.write(work, made, "en", WORDS, version=1)


async def published(work: Work, **wanted: object) -> Announcement:
    made = await written(work, **wanted)  # type: ignore[arg-type]
    return await service.publish(work, made.id, version=made.version)


async def slugs(work: Work) -> list[str]:
    return [told.slug for told in await queries.latest(work.acting_as(VISITOR), ORDER)]


async def test_readers_see_nothing_before_it_is_published(work: Work) -> None:
    made = await written(work)
    visitor = work.acting_as(VISITOR)

    assert await slugs(work) == []
    with pytest.raises(AnnouncementNotFound):
        await queries.told(visitor, "pause", ORDER)
    with pytest.raises(AnnouncementNotFound):
        await queries.get(visitor, made.id)
    assert await queries.texts(visitor, made.id) == {}
    assert await queries.rows(visitor) == []

    await service.publish(work, made.id, version=made.version)
    told = await queries.told(visitor, "pause", ORDER)
    assert told.html.strip() == "<p>On <strong>Wednesday</strong>.</p>"
    assert await slugs(work) == ["pause"]
    assert AnnouncementPublished in [type(event) for event in work.outbox]


async def test_a_scheduled_one_appears_by_the_clock(work: Work) -> None:
    made = await written(work)
    at = work.now() + timedelta(hours=3)
    saved = await service.publish(work, made.id, at=at, version=made.version)

    assert saved.standing(work.now()) is Standing.SCHEDULED
    assert await slugs(work) == []
    later = Work(connection=work.connection, actor=VISITOR, now=lambda: at, shelf=work.shelf)
    assert [told.slug for told in await queries.latest(later, ORDER)] == ["pause"]

    back = await service.withdraw(work, made.id, version=saved.version)
    assert back.standing(work.now()) is Standing.DRAFT


async def test_what_is_withdrawn_is_gone_and_can_come_back(work: Work) -> None:
    made = await published(work)
    gone = await service.withdraw(work, made.id, version=made.version)

    assert gone.standing(work.now()) is Standing.WITHDRAWN
    assert await slugs(work) == []
    assert AnnouncementWithdrawn in [type(event) for event in work.outbox]
    await service.publish(work, made.id, version=gone.version)
    assert await slugs(work) == ["pause"]


async def test_who_may_edit_but_not_publish_changes_no_reader_s_words(work: Work) -> None:
    editor = work.acting_as(EDITOR)
    draft = await written(editor, slug="mine")
    with pytest.raises(NotAllowed):
        await service.publish(editor, draft.id, version=draft.version)
    with pytest.raises(NotAllowed):
        await service.create(
            work.acting_as(VISITOR), kind=Kind.NOTICE, language="en", title="Hello"
        )

    out = await service.publish(work, draft.id, version=draft.version)
    for refused in (
        service.write(editor, out.id, "en", WORDS, version=out.version),
        service.withdraw(editor, out.id, version=out.version),
        service.change(
            editor,
            out.id,
            kind=Kind.NOTICE,
            slug="other",
            is_pinned=True,
            ends_at=None,
            version=out.version,
        ),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_two_editors_at_once_are_told(work: Work) -> None:
    made = await written(work)
    await service.write(work, made.id, "zh-Hans", WORDS, version=made.version)
    with pytest.raises(AnnouncementMoved):
        await service.write(work, made.id, "en", WORDS, version=made.version)


async def test_what_cannot_be_shown_is_refused(work: Work) -> None:
    made = await service.create(work, kind=Kind.NOTICE, language="en", title="Bare", slug="bare")
    for refusal, wanted in (
        (AnnouncementUnwritten, service.publish(work, made, version=1)),
        (
            AnnouncementUnwritten,
            service.write(work, made, "en", Words(title=" ", source="x"), version=1),
        ),
        (AnnouncementTooLong, service.write(work, made, "en", Words(title="x" * 301), version=1)),
        (UnknownLanguage, service.write(work, made, "tlh", WORDS, version=1)),
        (
            AddressTaken,
            service.create(work, kind=Kind.NOTICE, language="en", title="B", slug="bare"),
        ),
        (
            AddressUnfit,
            service.create(work, kind=Kind.NOTICE, language="en", title="B", slug="../x"),
        ),
    ):
        with pytest.raises(refusal):
            await wanted

    # Readers always have something: the last written language cannot be taken from them.
    out = await published(work, slug="kept")
    with pytest.raises(AnnouncementUnwritten):
        await service.write(work, out.id, "en", Words(title=""), version=out.version)


async def test_markup_of_an_announcement_is_made_harmless(work: Work) -> None:
    made = await written(work)
    evil = Words(
        title="<script>",
        source='<script>alert(1)</script><img src=x onerror="x"> [a](javascript:x)',
    )
    await service.write(work, made.id, "en", evil, version=made.version)
    html = (await queries.texts(work, made.id))["en"].html
    assert "<script" not in html
    assert "href" not in html
    assert "onerror" not in html


async def test_the_newest_urgent_one_stands_over_pages_until_it_is_over(work: Work) -> None:
    visitor = work.acting_as(VISITOR)
    await published(work, kind=Kind.CAMPAIGN, slug="fees")
    assert await queries.urgent(visitor, ORDER) is None

    out = await published(work, kind=Kind.INCIDENT, slug="late")
    found = await queries.urgent(visitor, ORDER)
    assert found is not None
    assert found.slug == "late"

    over = await service.change(
        work,
        out.id,
        kind=Kind.INCIDENT,
        slug="late",
        is_pinned=False,
        ends_at=work.now() - timedelta(minutes=1),
        version=out.version,
    )
    assert await queries.urgent(visitor, ORDER) is None
    assert over.is_over(work.now())


async def test_pages_of_the_list_meet_without_gap_or_double(work: Work) -> None:
    entries = loading.read(ROOT / "content" / "demo" / "announcements.toml")
    await loading.load(work, entries)
    visitor = work.acting_as(VISITOR)

    whole = await queries.latest(visitor, ORDER, limit=50)
    seen: list[str] = []
    below = queries.TOP
    while page := await queries.latest(visitor, ORDER, below=below, limit=3):
        seen += [told.slug for told in page]
        below = queries.Place(page[-1].published_at, page[-1].id)
    assert seen == [told.slug for told in whole]
    # One of the file lies ahead, so readers do not have it yet; each is in every language.
    assert len(seen) == len(entries) - 1
    assert all(set(told.languages) == set(LANGUAGES) for told in whole)
    pinned = await queries.pinned(visitor, ORDER)
    assert [told.slug for told in pinned] == ["wallet-maintenance-december"]
    newer = await queries.newer(visitor, ORDER, whole[1])
    assert newer is not None
    assert newer.slug == whole[0].slug
