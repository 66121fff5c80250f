"""Announcements in the console: write, translate, schedule, publish, withdraw."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.broadcasts import queries, service
from fanlight.features.broadcasts.errors import AnnouncementNotFound
from fanlight.features.broadcasts.models import Announcement, Kind, Standing, Told, Words
from fanlight.kernel.errors import Malformed
from fanlight.kernel.work import Work
from fanlight.surfaces.console.articles_beside import framed
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.pages import Previews
from fanlight.surfaces.shared.sessions import NO_STORE

EDITORS, PUBLISHERS = may("article.edit"), may("article.publish")
_PAGE = 50
Version = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class AnnouncementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

    id: UUID
    slug: str
    kind: Kind
    standing: Standing
    is_pinned: bool
    published_at: datetime | None
    ends_at: datetime | None
    titles: dict[str, str]


class AnnouncementLines(msgspec.Struct, frozen=True):
    rows: list[AnnouncementLine]
    next: UUID | None


class AnnouncementText(msgspec.Struct, frozen=True, kw_only=True):
    """The words of one language."""

    title: str = ""
    summary: str = ""
    source: str = ""


class AnnouncementOut(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the editors of one announcement see."""

    id: UUID
    slug: str
    kind: Kind
    standing: Standing
    is_pinned: bool
    published_at: datetime | None
    withdrawn_at: datetime | None
    ends_at: datetime | None
    saved_at: datetime
    version: int
    texts: dict[str, AnnouncementText]

    @classmethod
    async def of(cls, work: Work, announcement: Announcement) -> Self:
        texts = await queries.texts(work, announcement.id)
        return cls(
            **msgspec.structs.asdict(announcement),
            standing=announcement.standing(work.now()),
            texts={
                tag: AnnouncementText(title=text.title, summary=text.summary, source=text.source)
                for tag, text in texts.items()
            },
        )


class NewAnnouncement(msgspec.Struct, frozen=True, kw_only=True):
    """``slug`` is the address; left empty it is made of the day and the title."""

    kind: Kind
    language: str
    title: str
    slug: str = ""


class ChangeAnnouncement(msgspec.Struct, frozen=True, kw_only=True):
    kind: Kind
    slug: str
    is_pinned: bool
    ends_at: datetime | None
    version: Version


class WriteAnnouncement(AnnouncementText, frozen=True, kw_only=True):
    """Empty words take the language away."""

    version: Version


class PublishAnnouncement(msgspec.Struct, frozen=True, kw_only=True):
    """Without ``at``: now."""

    version: Version
    at: datetime | None = None


class WithdrawAnnouncement(msgspec.Struct, frozen=True):
    version: Version


class AnnouncementController(Controller):
    path = "/api/console/announcements"
    cache_control = NO_STORE
    tags = ["announcements"]

    @get("/", guards=[EDITORS])
    async def list_announcements(
        self, work: NamedDependency[Work], after: FromQuery[UUID | None] = None
    ) -> AnnouncementLines:
        """Every announcement, the latest begun first."""
        found = await queries.rows(work, below=after, limit=_PAGE)
        now = work.now()
        rows = [
            AnnouncementLine(
                id=each.id,
                slug=each.slug,
                kind=each.kind,
                standing=each.standing(now),
                is_pinned=each.is_pinned,
                published_at=each.published_at,
                ends_at=each.ends_at,
                titles=each.titles,
            )
            for each in found
        ]
        return AnnouncementLines(rows, rows[-1].id if len(rows) == _PAGE else None)

    @post("/", guards=[EDITORS])
    async def create(
        self, data: JSONBody[NewAnnouncement], work: NamedDependency[Work]
    ) -> AnnouncementOut:
        """Begin one with its title; readers see nothing of it yet."""
        made = await service.create(
            work, kind=data.kind, language=data.language, title=_clean(data.title), slug=data.slug
        )
        return await AnnouncementOut.of(work, await queries.get(work, made))

    @get("/{announcement_id:uuid}", guards=[EDITORS])
    async def read(
        self, announcement_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> AnnouncementOut:
        """One announcement in every language."""
        return await AnnouncementOut.of(work, await queries.get(work, announcement_id))

    @put("/{announcement_id:uuid}", guards=[EDITORS])
    async def change(
        self,
        announcement_id: FromPath[UUID],
        data: JSONBody[ChangeAnnouncement],
        work: NamedDependency[Work],
    ) -> AnnouncementOut:
        """Kind, address, pin, and when it is over."""
        saved = await service.change(
            work,
            announcement_id,
            kind=data.kind,
            slug=data.slug,
            is_pinned=data.is_pinned,
            ends_at=_aware(data.ends_at),
            version=data.version,
        )
        return await AnnouncementOut.of(work, saved)

    @put("/{announcement_id:uuid}/texts/{language:str}", guards=[EDITORS])
    async def write(
        self,
        announcement_id: FromPath[UUID],
        language: FromPath[str],
        data: JSONBody[WriteAnnouncement],
        work: NamedDependency[Work],
    ) -> AnnouncementOut:
        """Store the words of one language."""
        words = Words(
            title=_clean(data.title), summary=_clean(data.summary), source=_clean(data.source)
        )
        saved = await service.write(work, announcement_id, language, words, version=data.version)
        return await AnnouncementOut.of(work, saved)

    @post("/{announcement_id:uuid}/publish", guards=[PUBLISHERS], status_code=200)
    async def publish(
        self,
        announcement_id: FromPath[UUID],
        data: JSONBody[PublishAnnouncement],
        work: NamedDependency[Work],
    ) -> AnnouncementOut:
        """Give it to readers, now or from a time on."""
        saved = await service.publish(
            work, announcement_id, at=_aware(data.at), version=data.version
        )
        return await AnnouncementOut.of(work, saved)

    @post("/{announcement_id:uuid}/withdraw", guards=[PUBLISHERS], status_code=200)
    async def withdraw(
        self,
        announcement_id: FromPath[UUID],
        data: JSONBody[WithdrawAnnouncement],
        work: NamedDependency[Work],
    ) -> AnnouncementOut:
        """Take it from readers; a scheduled one becomes a draft again."""
        saved = await service.withdraw(work, announcement_id, version=data.version)
        return await AnnouncementOut.of(work, saved)

    @get(
        "/{announcement_id:uuid}/{language:str}/preview",
        guards=[EDITORS],
        include_in_schema=False,
    )
    async def preview(
        self,
        request: Request[Any, Any, Any],
        announcement_id: FromPath[UUID],
        language: FromPath[str],
        work: NamedDependency[Work],
    ) -> Response[bytes]:
        """The page readers would get if this were published now."""
        announcement = await queries.get(work, announcement_id)
        text = (await queries.texts(work, announcement_id)).get(language)
        if text is None:
            raise AnnouncementNotFound(announcement_id=announcement_id)
        told = Told(
            id=announcement.id,
            slug=announcement.slug,
            kind=announcement.kind,
            is_pinned=announcement.is_pinned,
            published_at=announcement.published_at or work.now(),
            ends_at=announcement.ends_at,
            saved_at=text.saved_at,
            language=language,
            languages=[language],
            title=text.title,
            summary=text.summary,
            html=text.html,
        )
        return framed(await work.of(Previews).announcement(request, work, told))


def _clean(text: str) -> str:
    """Without what no keyboard types: PostgreSQL refuses NUL."""
    return "".join(c for c in text if c >= " " or c in "\n\t")


def _aware(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise Malformed(where="at")
    return at


ROUTES = [AnnouncementController]
