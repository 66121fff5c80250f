"""The editors' list: every article with its standings, by shelf or by how it does."""

from collections.abc import Mapping
from typing import Literal, LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.queries.editing import LINE_OF
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"
By = Literal["views", "failed", "changed_at"]

_WANTED: LiteralString = """
    (%(only)s = '' OR a.category = %(only)s)
        AND (%(owner_id)s::uuid IS NULL OR a.owner_id = %(owner_id)s)
        AND (%(reviewer_id)s::uuid IS NULL
             OR coalesce(a.reviewer_id, %(reviewer_id)s) = %(reviewer_id)s)
        AND (%(words)s = '' OR l.titles ILIKE %(pattern)s OR a.slug ILIKE %(pattern)s)
        AND (%(missing)s = '' OR NOT EXISTS (
            SELECT FROM kb_translations m
            WHERE m.article_id = a.id AND m.language = %(missing)s AND m.state <> 'archived'))
        AND CASE %(mark)s
            WHEN '' THEN true
            WHEN 'stale' THEN l.is_stale
            WHEN 'due' THEN coalesce(a.review_by <= %(today)s, false)
            ELSE %(mark)s = ANY(l.words) END
"""
LINES: LiteralString = f"""
    {LINE_OF}
    WHERE (a.category, a.position, a.slug) > (%(category)s, %(position)s, %(slug)s) AND {_WANTED}
    ORDER BY a.category, a.position, a.slug
    LIMIT %(limit)s
"""
# Each walks an index of kb_facts, so that a page of a long list costs what a page costs.
LINES_BY: dict[str, LiteralString] = {
    "views": f"""
        {LINE_OF.replace("LEFT JOIN kb_facts", "JOIN kb_facts")}
        WHERE (%(value)s::text IS NULL OR (f.views, f.article_id) < (%(value)s::int, %(id)s))
            AND {_WANTED}
        ORDER BY f.views DESC, f.article_id DESC LIMIT %(limit)s
    """,
    "failed": f"""
        {LINE_OF.replace("LEFT JOIN kb_facts", "JOIN kb_facts")}
        WHERE (%(value)s::text IS NULL OR (f.failed, f.article_id) < (%(value)s::int, %(id)s))
            AND {_WANTED}
        ORDER BY f.failed DESC, f.article_id DESC LIMIT %(limit)s
    """,
    "changed_at": f"""
        {LINE_OF.replace("LEFT JOIN kb_facts", "JOIN kb_facts")}
        WHERE (%(value)s::text IS NULL
               OR (f.changed_at, f.article_id) < (%(value)s::timestamptz, %(id)s))
            AND {_WANTED}
        ORDER BY f.changed_at DESC, f.article_id DESC LIMIT %(limit)s
    """,
}


class Place(msgspec.Struct, frozen=True):
    """Where a page of the list ended."""

    category: str
    position: int
    slug: str


TOP = Place("", -(2**31), "")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which articles are asked for; what is empty does not narrow."""

    category: str = ""
    mark: str = ""  # a state, a stage, ``stale`` or ``due``
    words: str = ""  # part of a title, in any language, or of an address
    missing: str = ""  # a language it is not there in
    owner_id: UUID | None = None
    reviewer_id: UUID | None = None  # asked by name, or nobody is


def _values(work: Work, wanted: Wanted) -> Mapping[str, object]:
    words = wanted.words
    literal = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "only": wanted.category,
        "mark": wanted.mark,
        "words": words,
        "pattern": f"%{literal}%",
        "missing": wanted.missing,
        "owner_id": wanted.owner_id,
        "reviewer_id": wanted.reviewer_id,
        "today": work.now().date(),
        "languages": list(LANGUAGES),
    }


async def lines(work: Work, wanted: Wanted, *, below: Place = TOP, limit: int) -> list[Line]:
    """Articles by category and in the editors' order."""
    needs(work.actor, EDIT)
    values = {**_values(work, wanted), **msgspec.structs.asdict(below), "limit": limit}
    return await work.rows(Line, LINES, **values)


async def lines_by(
    work: Work, wanted: Wanted, by: By, *, below: tuple[str, UUID] | None, limit: int
) -> list[Line]:
    """Articles by what they are counted for, the most first; ``below`` names the last one seen."""
    needs(work.actor, EDIT)
    value, last = below if below is not None else (None, None)
    return await work.rows(
        Line, LINES_BY[by], **_values(work, wanted), value=value, id=last, limit=limit
    )


COUNT: LiteralString = """
    INSERT INTO kb_facts (article_id, views, helped, failed, changed_at)
    SELECT a.id, coalesce(v.views, 0), coalesce(f.helped, 0), coalesce(f.failed, 0),
        greatest(a.created_at, t.saved_at, d.saved_at)
    FROM kb_articles a
    LEFT JOIN (SELECT article_id, sum(views)::int AS views FROM kb_asked
               WHERE hour >= %(since)s GROUP BY article_id) v ON v.article_id = a.id
    LEFT JOIN (SELECT article_id, count(*) FILTER (WHERE is_helpful)::int AS helped,
                   count(*) FILTER (WHERE NOT is_helpful)::int AS failed
               FROM kb_feedback WHERE given_at >= %(since)s GROUP BY article_id) f
        ON f.article_id = a.id
    LEFT JOIN (SELECT article_id, max(saved_at) AS saved_at FROM kb_translations
               GROUP BY article_id) t ON t.article_id = a.id
    LEFT JOIN (SELECT article_id, max(saved_at) AS saved_at FROM kb_drafts
               GROUP BY article_id) d ON d.article_id = a.id
    ORDER BY a.id
    ON CONFLICT (article_id) DO UPDATE
    SET views = excluded.views, helped = excluded.helped, failed = excluded.failed,
        changed_at = excluded.changed_at
    WHERE (kb_facts.views, kb_facts.helped, kb_facts.failed, kb_facts.changed_at)
        IS DISTINCT FROM (excluded.views, excluded.helped, excluded.failed, excluded.changed_at)
"""
