"""Statements on what readers wanted and did not get. For editors alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.queries.reading import visible_to
from fanlight.features.knowledge.traditional import SIMPLIFIED
from fanlight.features.people.permissions import needs
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

EDIT = "article.edit"


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search that was answered badly."""

    id: UUID
    text: str
    language: str
    results: int
    is_foreign: bool
    is_opened: bool
    searched_at: datetime


# One that found something waits until its reader has had time to open it.
TO_GATHER: LiteralString = """
    SELECT id, text, language, results, is_foreign, opened_at IS NOT NULL OR door <> 'site'
        AS is_opened, searched_at
    FROM kb_searches
    WHERE NOT is_gathered AND (results = 0 OR searched_at < %(before)s)
    ORDER BY searched_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
"""
GATHERED: LiteralString = """
    UPDATE kb_searches SET is_gathered = true WHERE id = ANY(%(ids)s::uuid[])
"""
OPENED: LiteralString = """
    UPDATE kb_searches SET opened_at = %(at)s WHERE id = %(id)s AND opened_at IS NULL
"""
FORGET_SEARCHES: LiteralString = """
    DELETE FROM kb_searches WHERE searched_at < %(before)s
"""


async def to_gather(work: Work, *, before: datetime, limit: int) -> list[Search]:
    """Searches nobody has counted yet, the oldest first; they stay locked until the work ends."""
    return await work.rows(Search, TO_GATHER, before=before, limit=limit)


async def gathered(work: Work, ids: Sequence[UUID]) -> None:
    await work.run(GATHERED, ids=list(ids))


async def opened(work: Work, search_id: UUID) -> None:
    """Somebody opened what their search found; only the first time counts."""
    await work.run(OPENED, id=search_id, at=work.now())


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How often the same thing was wanted in one week."""

    kind: str
    key: str
    language: str
    text: str
    week: date
    times: int
    since: datetime
    latest: datetime
    article_id: UUID | None = None


WISH: LiteralString = """
    INSERT INTO kb_wishes (id, kind, key, language, text, article_id, since, latest)
    VALUES (%(id)s, %(kind)s, %(key)s, %(language)s, %(text)s, %(article_id)s, %(since)s,
        %(latest)s)
    ON CONFLICT (kind, language, key) DO UPDATE
    SET text = excluded.text, latest = greatest(kb_wishes.latest, excluded.latest),
        since = least(kb_wishes.since, excluded.since)
    RETURNING id
"""
ADD: LiteralString = """
    WITH week AS (
        INSERT INTO kb_wish_weeks (wish_id, week, times) VALUES (%(id)s, %(week)s, %(times)s)
        ON CONFLICT (wish_id, week) DO UPDATE SET times = kb_wish_weeks.times + excluded.times
    )
    UPDATE kb_wishes SET times = times + %(times)s WHERE id = %(id)s
"""
ADD_TICKET: LiteralString = """
    INSERT INTO kb_wish_tickets (wish_id, ticket_id) VALUES (%(wish_id)s, %(ticket_id)s)
    ON CONFLICT DO NOTHING
"""


async def add(work: Work, counted: Counted, *, ticket_id: UUID | None = None) -> None:
    """Count something wanted; a ticket that was counted for it already changes nothing."""
    values = msgspec.structs.asdict(counted)
    wish_id = await work.one(UUID, WISH, **values | {"id": new_id()})
    if ticket_id is not None:
        told = await work.run(ADD_TICKET, wish_id=wish_id, ticket_id=ticket_id)
        if told == 0:
            return
    await work.run(ADD, id=wish_id, week=counted.week, times=counted.times)


class Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    """What readers said of an article in one language since an editor last settled it."""

    title: str
    helped: int
    failed: int
    since: datetime | None
    latest: datetime | None
    weeks: dict[str, int]  # Monday -> how often it did not help


VERDICTS: LiteralString = """
    WITH said AS (
        SELECT f.is_helpful, f.given_at FROM kb_feedback f
        WHERE f.article_id = %(article_id)s AND f.language = %(language)s
            AND f.given_at > greatest(%(after)s, coalesce((
                SELECT w.settled_at FROM kb_wishes w
                WHERE w.kind = 'bad_feedback' AND w.language = %(language)s
                    AND w.key = %(key)s), '-infinity'))
    )
    SELECT t.title, (SELECT count(*) FROM said WHERE is_helpful)::int AS helped,
        (SELECT count(*) FROM said WHERE NOT is_helpful)::int AS failed,
        (SELECT min(given_at) FROM said WHERE NOT is_helpful) AS since,
        (SELECT max(given_at) FROM said WHERE NOT is_helpful) AS latest,
        coalesce((SELECT jsonb_object_agg(w.week, w.times) FROM (
            SELECT date_trunc('week', given_at AT TIME ZONE 'UTC')::date AS week, count(*) AS times
            FROM said WHERE NOT is_helpful GROUP BY 1) w), '{}') AS weeks
    FROM kb_translations t
    WHERE t.article_id = %(article_id)s AND t.language = %(language)s
"""
REPLACE: LiteralString = """
    UPDATE kb_wishes SET times = %(times)s, state = 'open', reason = '' WHERE id = %(id)s
"""
CLEAR_WEEKS: LiteralString = "DELETE FROM kb_wish_weeks WHERE wish_id = %(id)s"
ADD_WEEKS: LiteralString = """
    INSERT INTO kb_wish_weeks (wish_id, week, times)
    SELECT %(id)s, w.week, w.times
    FROM unnest(%(weeks)s::date[], %(times)s::int[]) AS w(week, times)
    ON CONFLICT (wish_id, week) DO UPDATE SET times = excluded.times
"""


async def verdicts(
    work: Work, article_id: UUID, language: str, *, after: datetime
) -> Verdicts | None:
    return await work.one(
        Verdicts,
        VERDICTS,
        article_id=article_id,
        language=language,
        key=str(article_id),
        after=after,
    )


async def replace(work: Work, counted: Counted, weeks: Mapping[date, int]) -> None:
    """Say anew how often something was wanted: counted twice, it is the same."""
    values = msgspec.structs.asdict(counted)
    wish_id = await work.one(UUID, WISH, **values | {"id": new_id()})
    await work.run(REPLACE, id=wish_id, times=counted.times)
    await work.run(CLEAR_WEEKS, id=wish_id)
    await work.run(ADD_WEEKS, id=wish_id, weeks=list(weeks), times=list(weeks.values()))


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what to write next."""

    id: UUID
    kind: str
    language: str
    text: str
    article_id: UUID | None
    times: int
    since: datetime
    latest: datetime
    state: str
    reason: str
    settled_at: datetime | None
    settled_by: UUID | None
    weeks: dict[str, int]  # Monday -> how often


_WISH: LiteralString = """
    SELECT w.id, w.kind, w.language, w.text, w.article_id, w.times, w.since, w.latest, w.state,
        w.reason, w.settled_at, w.settled_by,
        coalesce((SELECT jsonb_object_agg(k.week, k.times) FROM kb_wish_weeks k
                  WHERE k.wish_id = w.id), '{}') AS weeks
    FROM kb_wishes w
"""
GET: LiteralString = f"{_WISH} WHERE w.id = %(id)s FOR UPDATE OF w"
PAGE: LiteralString = f"""
    {_WISH}
    WHERE w.state = %(state)s AND (w.times, w.id) < (%(times)s, %(id)s)
        AND (%(language)s = '' OR w.language = %(language)s)
    ORDER BY w.times DESC, w.id DESC
    LIMIT %(limit)s
"""
PAGE_OF: LiteralString = f"""
    {_WISH}
    WHERE w.state = %(state)s AND w.kind = %(kind)s AND (w.times, w.id) < (%(times)s, %(id)s)
        AND (%(language)s = '' OR w.language = %(language)s)
    ORDER BY w.times DESC, w.id DESC
    LIMIT %(limit)s
"""


class Place(msgspec.Struct, frozen=True):
    """Where a page ended."""

    times: int
    id: UUID


TOP = Place(2**31 - 1, UUID(int=2**128 - 1))


async def page(
    work: Work, *, kind: str, language: str, state: str, below: Place = TOP, limit: int
) -> list[Wish]:
    """What was wanted most, first; ``kind`` and ``language`` may be empty."""
    needs(work.actor, EDIT)
    values = {"state": state, "language": language, "times": below.times, "id": below.id}
    if kind:
        return await work.rows(Wish, PAGE_OF, **values, kind=kind, limit=limit)
    return await work.rows(Wish, PAGE, **values, limit=limit)


async def get(work: Work, wish_id: UUID) -> Wish | None:
    """One of them, held until the work ends."""
    needs(work.actor, EDIT)
    return await work.one(Wish, GET, id=wish_id)


SETTLE: LiteralString = """
    UPDATE kb_wishes
    SET state = %(state)s, reason = %(reason)s, settled_at = %(at)s, settled_by = %(by)s,
        article_id = coalesce(%(article_id)s, article_id)
    WHERE id = %(id)s
"""


async def settle(
    work: Work, wish_id: UUID, state: str, *, reason: str = "", article_id: UUID | None = None
) -> None:
    is_open = state == "open"
    values: dict[str, Any] = {"at": None, "by": None}
    if not is_open:
        values = {"at": work.now(), "by": work.actor.id}
    await work.run(SETTLE, id=wish_id, state=state, reason=reason, article_id=article_id, **values)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Why an article did not help, in the words of one reader."""

    language: str
    reason: str | None
    step: str | None
    comment: str
    given_at: datetime


SAID: LiteralString = """
    SELECT f.language, f.reason, f.step, f.comment, f.given_at FROM kb_feedback f
    WHERE f.article_id = %(article_id)s AND f.language = ANY(%(languages)s) AND NOT f.is_helpful
    ORDER BY f.given_at DESC, f.id DESC
    LIMIT %(limit)s
"""


async def said(work: Work, article_id: UUID, languages: Sequence[str], *, limit: int) -> list[Said]:
    """The latest bad verdicts on an article in these languages."""
    needs(work.actor, EDIT)
    values = {"article_id": article_id, "languages": list(languages)}
    return await work.rows(Said, SAID, **values, limit=limit)


READ_AS: LiteralString = """
    SELECT t.language FROM kb_translations t
    WHERE t.article_id = %(article_id)s AND t.is_derived AND %(language)s = %(simplified)s
"""


async def read_as(work: Work, article_id: UUID, language: str) -> list[str]:
    """The languages in which readers have what is written in this one: those made of it too."""
    made = await work.rows(
        str, READ_AS, article_id=article_id, language=language, simplified=SIMPLIFIED
    )
    return [language, *made]


# An article is opened by its number among what the reader may see.
IS_READ: LiteralString = """
    SELECT a.category || '/' || a.slug FROM kb_articles a
    WHERE a.id = %(article_id)s AND EXISTS (
        SELECT FROM kb_translations t WHERE t.article_id = a.id AND t.state = ANY(%(states)s))
        AND (%(reads)s::text[] IS NULL OR a.audience && %(reads)s)
"""


async def stands_at(work: Work, article_id: UUID) -> str | None:
    """Category and slug of an article that the actor may read."""
    return await work.one(str, IS_READ, article_id=article_id, **visible_to(work.actor))


OLD_WEEKS: LiteralString = """
    WITH gone AS (DELETE FROM kb_wish_weeks WHERE week < %(before)s RETURNING wish_id, times)
    UPDATE kb_wishes w SET times = w.times - g.times
    FROM (SELECT wish_id, sum(times)::int AS times FROM gone GROUP BY wish_id) g
    WHERE w.id = g.wish_id
"""
FORGET: LiteralString = """
    DELETE FROM kb_wishes
    WHERE state = 'open' AND (times <= 0 OR (times = 1 AND latest < %(once_before)s))
"""


async def forget(work: Work, *, before: date, once_before: datetime) -> None:
    """Old weeks no longer count; what was wanted once, weeks ago, goes."""
    await work.run(OLD_WEEKS, before=before)
    await work.run(FORGET, once_before=once_before)


async def forget_searches(work: Work, before: datetime) -> None:
    await work.run(FORGET_SEARCHES, before=before)
