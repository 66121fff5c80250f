"""What editors do with announcements: write, translate, schedule, publish, withdraw."""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec

from fanlight.features.broadcasts import queries
from fanlight.features.broadcasts.errors import (
    AnnouncementMoved,
    AnnouncementTooLong,
    AnnouncementUnwritten,
)
from fanlight.features.broadcasts.events import AnnouncementPublished, AnnouncementWithdrawn
from fanlight.features.broadcasts.models import Announcement, Kind, Standing, Words
from fanlight.features.knowledge import render
from fanlight.features.knowledge.errors import AddressTaken, UnknownLanguage
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.placing import address_from, fitting
from fanlight.features.knowledge.service import CHANGED, linker_to_all
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

EDIT, PUBLISH = "article.edit", "article.publish"
MOST_CHARACTERS = 50_000
_SHORT = 300  # of a title, of a summary


async def create(work: Work, *, kind: Kind, language: str, title: str, slug: str = "") -> UUID:
    """Begin an announcement with its title in one language; readers see nothing of it yet.

    Raises:
        NotAllowed, UnknownLanguage, AddressTaken, AddressUnfit, AnnouncementTooLong
        AnnouncementUnwritten: it has no title.
    """
    needs(work.actor, EDIT)
    announcement_id = new_id()
    day = f"{work.now():%Y-%m-%d}"
    slug = fitting(
        slug or f"{day}-{address_from(title) or announcement_id.hex[-6:]}"[:80].strip("-")
    )
    await _refuse_taken(work, slug, but=announcement_id)
    await queries.add(work, announcement_id, slug=slug, kind=kind)
    await _store(work, announcement_id, language, Words(title=title))
    return announcement_id


async def change(
    work: Work,
    announcement_id: UUID,
    *,
    kind: Kind,
    slug: str,
    is_pinned: bool,
    ends_at: datetime | None,
    version: int,
) -> Announcement:
    """Change what all languages share.

    Raises:
        NotAllowed: readers would notice, and the actor may not publish.
        AnnouncementNotFound, AnnouncementMoved, AddressTaken, AddressUnfit
    """
    announcement = await _seen(work, announcement_id, version)
    await _refuse_taken(work, fitting(slug), but=announcement_id)
    wanted = msgspec.structs.replace(
        announcement, kind=kind, slug=slug, is_pinned=is_pinned, ends_at=ends_at
    )
    return await _save(work, wanted)


async def write(
    work: Work, announcement_id: UUID, language: str, words: Words, *, version: int
) -> Announcement:
    """Store the words of one language; without title and text the language is taken away.

    Raises:
        NotAllowed: readers would notice, and the actor may not publish.
        AnnouncementNotFound, AnnouncementMoved, UnknownLanguage, AnnouncementTooLong
        AnnouncementUnwritten: a text without a title, or the last words of what readers have.
    """
    announcement = await _seen(work, announcement_id, version)
    if words.title.strip() or words.source.strip() or words.summary.strip():
        await _store(work, announcement_id, language, words)
    else:
        await queries.drop_text(work, announcement_id, language)
    if announcement.standing(work.now()) in {Standing.PUBLISHED, Standing.SCHEDULED}:
        await _refuse_unwritten(work, announcement_id)
    return await _save(work, announcement)


async def publish(
    work: Work, announcement_id: UUID, *, at: datetime | None = None, version: int
) -> Announcement:
    """Give it to readers, now or from a time on; also what was withdrawn.

    Raises:
        NotAllowed, AnnouncementNotFound, AnnouncementMoved
        AnnouncementUnwritten: no language has a title and a text.
    """
    needs(work.actor, PUBLISH)
    announcement = await _seen(work, announcement_id, version)
    await _refuse_unwritten(work, announcement_id)
    at = at or work.now()
    saved = await _save(
        work, msgspec.structs.replace(announcement, published_at=at, withdrawn_at=None)
    )
    work.publish(
        AnnouncementPublished(
            announcement_id=announcement_id, kind=announcement.kind, published_at=at
        )
    )
    await audit.record(
        work, "announcement.published", f"announcement:{announcement_id}", at=at.isoformat()
    )
    return saved


async def withdraw(work: Work, announcement_id: UUID, *, version: int) -> Announcement:
    """Take it from readers; what is not with readers becomes a draft again.

    Raises:
        NotAllowed, AnnouncementNotFound, AnnouncementMoved
    """
    needs(work.actor, PUBLISH)
    announcement = await _seen(work, announcement_id, version)
    is_told = announcement.standing(work.now()) is Standing.PUBLISHED
    wanted = msgspec.structs.replace(
        announcement,
        published_at=announcement.published_at if is_told else None,
        withdrawn_at=work.now() if is_told else None,
    )
    saved = await _save(work, wanted)
    work.publish(AnnouncementWithdrawn(announcement_id=announcement_id))
    await audit.record(work, "announcement.withdrawn", f"announcement:{announcement_id}")
    return saved


async def _seen(work: Work, announcement_id: UUID, version: int) -> Announcement:
    """The announcement as the editor saw it, which they may change."""
    needs(work.actor, EDIT)
    announcement = await queries.get(work, announcement_id)
    if announcement.version != version:
        raise AnnouncementMoved(slug=announcement.slug)
    if announcement.standing(work.now()) in {Standing.PUBLISHED, Standing.SCHEDULED}:
        needs(work.actor, PUBLISH)
    return announcement


async def _save(work: Work, wanted: Announcement) -> Announcement:
    saved = await queries.save(work, wanted)
    if wanted.published_at is not None:
        work.signal(CHANGED)
    return saved


async def _store(work: Work, announcement_id: UUID, language: str, words: Words) -> None:
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language, languages=list(LANGUAGES))
    words = Words(
        title=words.title.strip(), summary=words.summary.strip(), source=words.source.strip()
    )
    if not words.title:
        raise AnnouncementUnwritten
    too_long = max(len(words.title), len(words.summary)) > _SHORT
    if too_long or len(words.source) > MOST_CHARACTERS:
        raise AnnouncementTooLong(most=MOST_CHARACTERS, short=_SHORT)
    linker = await linker_to_all(work, path="news", language=language)
    made = await asyncio.to_thread(
        render.render, words.source, language=language, title=words.title, resolve=linker
    )
    await queries.write(work, announcement_id, language, words, made.html)


async def _refuse_taken(work: Work, slug: str, *, but: UUID) -> None:
    if await queries.is_taken(work, slug, but=but):
        raise AddressTaken(address=f"news/{slug}")


async def _refuse_unwritten(work: Work, announcement_id: UUID) -> None:
    texts = await queries.texts(work, announcement_id)
    if not any(text.title and text.source for text in texts.values()):
        raise AnnouncementUnwritten
