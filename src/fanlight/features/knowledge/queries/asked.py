"""Statements on what is asked for by the hour."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from fanlight.features.knowledge.queries.reading import visible_to
from fanlight.features.knowledge.queries.shelves import BEST, LINE, Line
from fanlight.kernel.work import Work

# Whoever searched and got an article first asked a question; many only pass by an article.
_SEARCH_WEIGHT = 3

ADD: LiteralString = """
    INSERT INTO kb_asked (hour, article_id, views, searches)
    SELECT u.hour, u.article_id, sum(u.views), sum(u.searches)
    FROM unnest(%(hours)s::timestamptz[], %(articles)s::uuid[], %(views)s::int[],
                %(searches)s::int[]) AS u(hour, article_id, views, searches)
    WHERE EXISTS (SELECT FROM kb_articles a WHERE a.id = u.article_id)
    GROUP BY u.hour, u.article_id
    ORDER BY u.hour, u.article_id  -- in one order on every node, so that none waits in a ring
    ON CONFLICT (hour, article_id) DO UPDATE
    SET views = kb_asked.views + excluded.views,
        searches = kb_asked.searches + excluded.searches
"""
TOTAL: LiteralString = """
    SELECT coalesce(sum(views + searches), 0)::int AS total FROM kb_asked
    WHERE hour > %(since)s
"""
MOST: LiteralString = f"""
    SELECT {LINE}
    FROM (
        SELECT article_id, sum(views + %(weight)s * searches) AS score
        FROM kb_asked WHERE hour > %(since)s
        GROUP BY article_id
    ) s
    JOIN kb_articles a ON a.id = s.article_id {BEST}
    ORDER BY s.score DESC, a.category, a.position, a.slug
    LIMIT %(limit)s
"""
FORGET: LiteralString = "DELETE FROM kb_asked WHERE hour < %(before)s"


async def add(work: Work, counts: Mapping[tuple[datetime, UUID, bool], int]) -> None:
    """Hour, article and whether it was a search: how often."""
    await work.run(
        ADD,
        hours=[hour for hour, _, _ in counts],
        articles=[article for _, article, _ in counts],
        views=[0 if is_search else count for (_, _, is_search), count in counts.items()],
        searches=[count if is_search else 0 for (_, _, is_search), count in counts.items()],
    )


async def total(work: Work, since: datetime) -> int:
    return await work.one(int, TOTAL, since=since) or 0


async def most_asked(
    work: Work, languages: Sequence[str], *, since: datetime, limit: int
) -> list[Line]:
    return await work.rows(
        Line,
        MOST,
        since=since,
        limit=limit,
        weight=_SEARCH_WEIGHT,
        languages=list(languages),
        **visible_to(work.actor),
    )


async def forget(work: Work, before: datetime) -> None:
    await work.run(FORGET, before=before)
