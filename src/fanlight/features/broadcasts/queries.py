"""Every statement on announcements, and the one place that says who may see which."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.broadcasts.errors import AnnouncementMoved, AnnouncementNotFound
from fanlight.features.broadcasts.models import URGENT, Announcement, Kind, Told, Words
from fanlight.kernel.work import Actor, Work

_COLUMNS: LiteralString = """n.id, n.slug, n.kind, n.is_pinned, n.published_at, n.withdrawn_at,
    n.ends_at, n.saved_at, n.version"""
_TOLD: LiteralString = """n.id, n.slug, n.kind, n.is_pinned, n.published_at, n.ends_at,
    greatest(n.published_at, t.saved_at) AS saved_at, t.language, t.languages, t.title, t.summary"""
_OPEN: LiteralString = "n.published_at <= %(now)s AND n.withdrawn_at IS NULL"
_VISIBLE: LiteralString = f"(%(sees_all)s OR ({_OPEN}))"
# Where it is not written in the reader's language, the best other one stands in.
_BEST: LiteralString = """
    JOIN LATERAL (
        SELECT x.language, x.title, x.summary, x.html, x.saved_at,
            array_agg(x.language) OVER () AS languages
        FROM announcement_texts x WHERE x.announcement_id = n.id
        ORDER BY array_position(%(languages)s::text[], x.language), x.language
        LIMIT 1
    ) t ON true
"""


def visible_to(actor: Actor, now: datetime) -> Mapping[str, object]:
    """The parameters of ``_VISIBLE``: no statement has the one without the other."""
    return {"sees_all": actor.may("article.edit"), "now": now}


GET: LiteralString = (
    f"SELECT {_COLUMNS} FROM announcements n WHERE n.id = %(announcement_id)s AND {_VISIBLE}"
)


async def get(work: Work, announcement_id: UUID) -> Announcement:
    found = await work.one(
        Announcement, GET, announcement_id=announcement_id, **visible_to(work.actor, work.now())
    )
    if found is None:
        raise AnnouncementNotFound(announcement_id=announcement_id)
    return found


class Place(msgspec.Struct, frozen=True):
    """Where a page ended; the next one starts right below."""

    at: datetime
    id: UUID


TOP = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))

# Readers' lists: always by what is open to all, whoever asks.
LATEST: LiteralString = f"""
    SELECT {_TOLD} FROM announcements n {_BEST}
    WHERE {_OPEN} AND (n.published_at, n.id) < (%(at)s, %(id)s)
      AND n.kind = ANY(%(kinds)s)
    ORDER BY n.published_at DESC, n.id DESC  -- walks the index announcements_latest
    LIMIT %(limit)s
"""
PINNED: LiteralString = f"""
    SELECT {_TOLD} FROM announcements n {_BEST}
    WHERE {_OPEN} AND n.is_pinned AND (n.ends_at IS NULL OR n.ends_at > %(now)s)
    ORDER BY n.published_at DESC, n.id DESC
    LIMIT %(limit)s
"""
TOLD: LiteralString = f"""
    SELECT {_TOLD}, t.html FROM announcements n {_BEST}
    WHERE n.slug = %(slug)s AND {_OPEN}
"""
NEWER: LiteralString = f"""
    SELECT {_TOLD} FROM announcements n {_BEST}
    WHERE {_OPEN} AND (n.published_at, n.id) > (%(at)s, %(id)s)
    ORDER BY n.published_at, n.id
    LIMIT 1
"""


async def latest(
    work: Work,
    languages: Sequence[str],
    *,
    kinds: Sequence[Kind] = tuple(Kind),
    below: Place = TOP,
    limit: int = 30,
) -> list[Told]:
    """What readers can see, the newest first."""
    return await work.rows(
        Told,
        LATEST,
        languages=list(languages),
        kinds=list(kinds),
        now=work.now(),
        at=below.at,
        id=below.id,
        limit=limit,
    )


async def pinned(work: Work, languages: Sequence[str], *, limit: int = 3) -> list[Told]:
    return await work.rows(Told, PINNED, languages=list(languages), now=work.now(), limit=limit)


async def newer(work: Work, languages: Sequence[str], than: Told) -> Told | None:
    """The one published right after this one."""
    return await work.one(
        Told, NEWER, languages=list(languages), now=work.now(), at=than.published_at, id=than.id
    )


async def told(work: Work, slug: str, languages: Sequence[str]) -> Told:
    """The announcement at an address. Raises AnnouncementNotFound."""
    found = await work.one(Told, TOLD, slug=slug, languages=list(languages), now=work.now())
    if found is None:
        raise AnnouncementNotFound(slug=slug)
    return found


async def urgent(work: Work, languages: Sequence[str]) -> Told | None:
    """What stands over every page now: the newest about safety or trouble that is not over."""
    found = await latest(work, languages, kinds=URGENT, limit=5)
    return next((each for each in found if each.is_urgent(work.now())), None)


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """An address for search engines."""

    slug: str
    language: str
    changed_at: datetime


ALL_OPEN: LiteralString = f"""
    SELECT n.slug, t.language, greatest(n.published_at, t.saved_at) AS changed_at
    FROM announcements n JOIN announcement_texts t ON t.announcement_id = n.id
    WHERE {_OPEN}
    ORDER BY n.slug, t.language
"""


async def all_open(work: Work) -> list[Open]:
    return await work.rows(Open, ALL_OPEN, now=work.now())


class Row(Announcement, frozen=True, kw_only=True):
    """One line of the editors' list."""

    titles: dict[str, str]  # by language


ROWS: LiteralString = f"""
    SELECT {_COLUMNS}, coalesce((SELECT jsonb_object_agg(x.language, x.title)
        FROM announcement_texts x WHERE x.announcement_id = n.id), '{{}}') AS titles
    FROM announcements n
    WHERE {_VISIBLE} AND (n.created_at, n.id) < (%(at)s, %(id)s)
    ORDER BY n.created_at DESC, n.id DESC
    LIMIT %(limit)s
"""
CREATED: LiteralString = "SELECT created_at AS at, id FROM announcements WHERE id = %(id)s"


async def rows(work: Work, *, below: UUID | None = None, limit: int = 50) -> list[Row]:
    """Every announcement for its editors, the latest begun first; ``below``: the last one seen."""
    place = TOP if below is None else await work.one(Place, CREATED, id=below)
    if place is None:
        raise AnnouncementNotFound(announcement_id=below)
    return await work.rows(
        Row,
        ROWS,
        at=place.at,
        id=place.id,
        limit=limit,
        **visible_to(work.actor, work.now()),
    )


class Text(Words, frozen=True, kw_only=True):
    """One language of an announcement, as its editors see it."""

    language: str
    html: str
    saved_at: datetime


TEXTS: LiteralString = f"""
    SELECT t.language, t.title, t.summary, t.source, t.html, t.saved_at
    FROM announcement_texts t JOIN announcements n ON n.id = t.announcement_id
    WHERE n.id = %(announcement_id)s AND {_VISIBLE}
    ORDER BY t.language
"""


async def texts(work: Work, announcement_id: UUID) -> dict[str, Text]:
    found = await work.rows(
        Text, TEXTS, announcement_id=announcement_id, **visible_to(work.actor, work.now())
    )
    return {each.language: each for each in found}


IS_TAKEN: LiteralString = (
    "SELECT EXISTS (SELECT FROM announcements WHERE slug = %(slug)s AND id <> %(but)s)"
)


async def is_taken(work: Work, slug: str, *, but: UUID) -> bool:
    return await work.one(bool, IS_TAKEN, slug=slug, but=but) or False


ADD: LiteralString = """
    INSERT INTO announcements (id, slug, kind, created_at, saved_at)
    VALUES (%(id)s, %(slug)s, %(kind)s, %(now)s, %(now)s)
"""
SAVE: LiteralString = """
    UPDATE announcements
    SET slug = %(slug)s, kind = %(kind)s, is_pinned = %(is_pinned)s,
        published_at = %(published_at)s, withdrawn_at = %(withdrawn_at)s, ends_at = %(ends_at)s,
        saved_at = %(saved_at)s, version = version + 1
    WHERE id = %(id)s AND version = %(version)s
"""
WRITE: LiteralString = """
    INSERT INTO announcement_texts
        (announcement_id, language, title, summary, source, html, saved_at)
    VALUES (%(id)s, %(language)s, %(title)s, %(summary)s, %(source)s, %(html)s, %(now)s)
    ON CONFLICT (announcement_id, language) DO UPDATE
    SET title = excluded.title, summary = excluded.summary, source = excluded.source,
        html = excluded.html, saved_at = excluded.saved_at
"""
DROP_TEXT: LiteralString = """
    DELETE FROM announcement_texts
    WHERE announcement_id = %(id)s AND language = %(language)s
"""


async def add(work: Work, announcement_id: UUID, *, slug: str, kind: Kind) -> None:
    await work.run(ADD, id=announcement_id, slug=slug, kind=kind, now=work.now())


async def save(work: Work, wanted: Announcement) -> Announcement:
    """Store a changed copy; AnnouncementMoved when someone saved it since it was read."""
    wanted = msgspec.structs.replace(wanted, saved_at=work.now())
    if await work.run(SAVE, **msgspec.structs.asdict(wanted)) == 0:
        raise AnnouncementMoved(slug=wanted.slug)
    return msgspec.structs.replace(wanted, version=wanted.version + 1)


async def write(work: Work, announcement_id: UUID, language: str, words: Words, html: str) -> None:
    await work.run(
        WRITE,
        id=announcement_id,
        language=language,
        title=words.title,
        summary=words.summary,
        source=words.source,
        html=html,
        now=work.now(),
    )


async def drop_text(work: Work, announcement_id: UUID, language: str) -> None:
    await work.run(DROP_TEXT, id=announcement_id, language=language)
