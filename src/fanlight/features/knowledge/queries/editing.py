"""Statements on drafts, the editors' list and addresses that articles have left.

Drafts are for editors alone: every function that reads one asks for ``article.edit`` first.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.drafts import Draft, Line, Origin, Version
from fanlight.features.knowledge.errors import ArticleNotFound, DraftMoved
from fanlight.features.knowledge.models import LANGUAGES, Article
from fanlight.features.knowledge.queries.reading import READS, visible_to
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"
_DRAFT: LiteralString = """d.article_id, d.language, d.title, d.description, d.tags, d.asked_as,
    d.source, d.stage, d.publish_at, d.based_on, d.saved_at, d.saved_by, d.version,
    d.authors, d.sent_back, d.sent_back_by"""

DRAFT: LiteralString = f"""
    SELECT {_DRAFT} FROM kb_drafts d
    WHERE d.article_id = %(article_id)s AND d.language = %(language)s
"""


async def draft_of(work: Work, article_id: UUID, language: str) -> Draft | None:
    needs(work.actor, EDIT)
    return await work.one(Draft, DRAFT, article_id=article_id, language=language)


ADD_DRAFT: LiteralString = """
    INSERT INTO kb_drafts (article_id, language, title, description, tags, asked_as, source, stage,
        publish_at, based_on, saved_at, saved_by, authors)
    VALUES (%(article_id)s, %(language)s, %(title)s, %(description)s, %(tags)s, %(asked_as)s,
        %(source)s, %(stage)s, %(publish_at)s, %(based_on)s, %(saved_at)s, %(saved_by)s,
        %(authors)s)
    ON CONFLICT DO NOTHING
"""
SAVE_DRAFT: LiteralString = """
    UPDATE kb_drafts
    SET title = %(title)s, description = %(description)s, tags = %(tags)s,
        asked_as = %(asked_as)s, source = %(source)s, stage = %(stage)s,
        publish_at = %(publish_at)s, based_on = %(based_on)s, saved_at = %(saved_at)s,
        saved_by = %(saved_by)s, authors = %(authors)s, sent_back = %(sent_back)s,
        sent_back_by = %(sent_back_by)s, version = version + 1
    WHERE article_id = %(article_id)s AND language = %(language)s AND version = %(version)s
"""


async def save_draft(work: Work, draft: Draft) -> Draft:
    """Store a changed copy, or a new one (version 0), in the actor's name.

    Raises:
        DraftMoved: somebody saved it since it was read.
    """
    saved = msgspec.structs.replace(draft, saved_at=work.now(), saved_by=work.actor.id)
    values = msgspec.structs.asdict(saved)
    if await work.run(SAVE_DRAFT if draft.version else ADD_DRAFT, **values) == 0:
        raise DraftMoved(article_id=draft.article_id, language=draft.language)
    return msgspec.structs.replace(saved, version=draft.version + 1)


DROP_DRAFT: LiteralString = """
    DELETE FROM kb_drafts
    WHERE article_id = %(article_id)s AND language = %(language)s AND version = %(version)s
"""


async def drop_draft(work: Work, draft: Draft) -> None:
    """DraftMoved when somebody saved it since it was read."""
    dropped = await work.run(
        DROP_DRAFT, article_id=draft.article_id, language=draft.language, version=draft.version
    )
    if dropped == 0:
        raise DraftMoved(article_id=draft.article_id, language=draft.language)


REBASE_DRAFT: LiteralString = """
    UPDATE kb_drafts d
    SET based_on = t.version
    FROM kb_translations t
    WHERE d.article_id = %(article_id)s AND d.based_on = %(before)s AND d.language = %(language)s
        AND t.article_id = d.article_id AND t.language = d.language
"""


async def rebase_draft(work: Work, article_id: UUID, language: str, *, before: int) -> None:
    """A state was changed, no word: who works on a text need not hear of it."""
    await work.run(REBASE_DRAFT, article_id=article_id, language=language, before=before)


DUE: LiteralString = f"""
    SELECT {_DRAFT} FROM kb_drafts d
    WHERE d.stage = 'scheduled' AND d.publish_at <= %(now)s
    ORDER BY d.publish_at
    FOR UPDATE SKIP LOCKED
    LIMIT 100
"""


async def due(work: Work) -> list[Draft]:
    """Drafts whose time has come, the earliest first; they stay locked until the work ends."""
    needs(work.actor, EDIT)
    return await work.rows(Draft, DUE, now=work.now())


# The language the others are translated from.
_SOURCE_LANGUAGE: LiteralString = """
    SELECT coalesce(a.source_language, (
        SELECT x.language FROM kb_translations x WHERE x.article_id = a.id AND NOT x.is_derived
        ORDER BY array_position(%(languages)s::text[], x.language) LIMIT 1)) AS language
"""
# One row a language: what readers have (t) beside what is worked on (d), measured by the source.
_STANDINGS: LiteralString = """
    SELECT coalesce(t.language, d.language) AS language, coalesce(d.title, t.title) AS title,
        t.state, coalesce(d.stage, CASE WHEN t.state = 'draft' THEN 'writing' END) AS stage,
        d.publish_at, coalesce(d.saved_at, t.saved_at) AS saved_at,
        coalesce(t.is_derived, false) AS is_derived,
        coalesce(t.language <> o.language AND NOT t.is_derived
            AND s.saved_at > coalesce(t.source_at, t.saved_at), false) AS is_stale
    FROM (SELECT x.language, x.title, x.state, x.saved_at, x.is_derived, x.source_at
          FROM kb_translations x WHERE x.article_id = a.id) t
    FULL JOIN (SELECT x.language, x.title, x.stage, x.publish_at, x.saved_at
               FROM kb_drafts x WHERE x.article_id = a.id) d ON d.language = t.language
    LEFT JOIN kb_translations s ON s.article_id = a.id AND s.language = o.language
"""
LINE_OF: LiteralString = f"""
    SELECT a.id, a.path, a.category, a.slug, a.position, a.is_risk, a.review_by, a.audience,
        a.owner_id, a.reviewer_id, a.team, coalesce(f.views, 0) AS views,
        coalesce(f.helped, 0) AS helped, coalesce(f.failed, 0) AS failed,
        coalesce(f.changed_at, a.created_at) AS changed_at,
        ARRAY(SELECT x.key FROM kb_contexts x WHERE x.article_id = a.id ORDER BY x.key) AS contexts,
        o.language AS source_language, coalesce(l.standings, '[]') AS standings
    FROM kb_articles a
    LEFT JOIN kb_facts f ON f.article_id = a.id
    CROSS JOIN LATERAL ({_SOURCE_LANGUAGE}) o
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('language', n.language, 'title', n.title,
                'state', n.state, 'stage', n.stage, 'publish_at', n.publish_at,
                'saved_at', n.saved_at, 'is_derived', n.is_derived, 'is_stale', n.is_stale)
                ORDER BY array_position(%(languages)s::text[], n.language)) AS standings,
            string_agg(n.title, ' ') AS titles,
            coalesce(array_agg(DISTINCT n.state) || array_agg(DISTINCT n.stage), '{{}}') AS words,
            coalesce(bool_or(n.is_stale), false) AS is_stale
        FROM ({_STANDINGS}) n
    ) l
"""
LINE: LiteralString = f"{LINE_OF} WHERE a.id = %(article_id)s"


async def line(work: Work, article_id: UUID) -> Line:
    """One article as the list shows it; ArticleNotFound."""
    needs(work.actor, EDIT)
    found = await work.one(Line, LINE, article_id=article_id, languages=list(LANGUAGES))
    if found is None:
        raise ArticleNotFound(article_id=article_id)
    return found


# The last version of the source that was there when the translation was last known to follow it.
ORIGIN: LiteralString = """
    SELECT s.language, s.title, s.description, s.source, s.saved_at,
        coalesce(s.saved_at > k.at, false) AS is_changed,
        coalesce((SELECT r.source FROM kb_revisions r
                  WHERE r.article_id = s.article_id AND r.language = s.language
                      AND s.saved_at > k.at AND r.saved_at <= k.at
                  ORDER BY r.number DESC LIMIT 1), s.source) AS before
    FROM kb_translations s
    LEFT JOIN LATERAL (
        SELECT coalesce(t.source_at, t.saved_at) AS at FROM kb_translations t
        WHERE t.article_id = s.article_id AND t.language = %(language)s AND NOT t.is_derived
    ) k ON true
    WHERE s.article_id = %(article_id)s AND s.language = %(source_language)s
"""


async def origin(work: Work, article: Line, language: str) -> Origin | None:
    """What this language is translated from; None for the source itself."""
    needs(work.actor, EDIT)
    if article.source_language in (None, language):
        return None
    return await work.one(
        Origin,
        ORIGIN,
        article_id=article.id,
        language=language,
        source_language=article.source_language,
    )


SET_SOURCE_AT: LiteralString = """
    UPDATE kb_translations SET source_at = %(at)s
    WHERE article_id = %(article_id)s AND language = %(language)s
"""


async def set_source_at(work: Work, article_id: UUID, language: str, at: datetime) -> bool:
    """Whether there is such a translation."""
    return await work.run(SET_SOURCE_AT, article_id=article_id, language=language, at=at) > 0


SET_SOURCE: LiteralString = """
    UPDATE kb_articles SET source_language = %(language)s WHERE id = %(article_id)s
"""
SET_REVIEW: LiteralString = "UPDATE kb_articles SET review_by = %(day)s WHERE id = %(article_id)s"


async def set_source_language(work: Work, article_id: UUID, language: str) -> None:
    await work.run(SET_SOURCE, article_id=article_id, language=language)


async def set_review_by(work: Work, article_id: UUID, day: date | None) -> None:
    await work.run(SET_REVIEW, article_id=article_id, day=day)


LEAVE: LiteralString = """
    INSERT INTO kb_left_addresses (category, slug, article_id, left_at)
    VALUES (%(category)s, %(slug)s, %(article_id)s, %(at)s)
    ON CONFLICT (category, slug) DO UPDATE
    SET article_id = excluded.article_id, left_at = excluded.left_at
"""
TAKE: LiteralString = """
    DELETE FROM kb_left_addresses WHERE category = %(category)s AND slug = %(slug)s
"""
NOW_AT: LiteralString = f"""
    SELECT a.id, a.number, a.path, a.category, a.slug, a.position, a.is_risk, a.related
    FROM kb_left_addresses l JOIN kb_articles a ON a.id = l.article_id
    WHERE l.category = %(category)s AND l.slug = %(slug)s
        AND EXISTS (SELECT 1 FROM kb_translations t
                    WHERE t.article_id = a.id AND t.state = ANY(%(states)s) AND {READS})
"""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """An address that an article has left, and where it stands now."""

    id: UUID
    left_category: str
    left_slug: str
    category: str
    slug: str


LEFT: LiteralString = """
    SELECT a.id, l.category AS left_category, l.slug AS left_slug, a.category, a.slug
    FROM kb_left_addresses l JOIN kb_articles a ON a.id = l.article_id
    ORDER BY l.left_at DESC
"""


async def left(work: Work) -> list[Left]:
    """Every address that was left, the latest first: links may still be written with one."""
    return await work.rows(Left, LEFT)


async def leave(work: Work, article: Article) -> None:
    """Remember the address an article is about to leave."""
    await work.run(
        LEAVE, category=article.category, slug=article.slug, article_id=article.id, at=work.now()
    )


async def take(work: Work, category: str, slug: str) -> None:
    """An address is in use again: nothing is led away from it."""
    await work.run(TAKE, category=category, slug=slug)


async def now_at(work: Work, category: str, slug: str) -> Article | None:
    """The article that used to stand at this address, where the actor may see it."""
    return await work.one(Article, NOW_AT, category=category, slug=slug, **visible_to(work.actor))


VERSIONS: LiteralString = """
    SELECT r.number, r.title, r.saved_at, r.saved_by FROM kb_revisions r
    WHERE r.article_id = %(article_id)s AND r.language = %(language)s
    ORDER BY r.number DESC
    LIMIT 200
"""
VERSION: LiteralString = """
    SELECT r.article_id, r.language, r.title, r.description, r.tags, r.asked_as, r.source,
        'writing' AS stage, NULL::timestamptz AS publish_at, 0 AS based_on, r.saved_at, r.saved_by,
        0 AS version, '{}'::uuid[] AS authors
    FROM kb_revisions r
    WHERE r.article_id = %(article_id)s AND r.language = %(language)s AND r.number = %(number)s
"""


async def versions(work: Work, article_id: UUID, language: str) -> Sequence[Version]:
    """What readers have had, the latest first."""
    needs(work.actor, EDIT)
    return await work.rows(Version, VERSIONS, article_id=article_id, language=language)


async def version(work: Work, article_id: UUID, language: str, number: int) -> Draft:
    """A kept version, as a draft that nobody saved yet.

    Raises:
        ArticleNotFound: there is no such version.
    """
    needs(work.actor, EDIT)
    found = await work.one(Draft, VERSION, article_id=article_id, language=language, number=number)
    if found is None:
        raise ArticleNotFound(article_id=article_id, number=number)
    return found


LOCK: LiteralString = "SELECT a.id FROM kb_articles a WHERE a.id = %(article_id)s FOR UPDATE"
IS_TAKEN: LiteralString = """
    SELECT EXISTS (
        SELECT 1 FROM kb_articles a WHERE a.category = %(category)s AND a.slug = %(slug)s)
"""
LAST_POSITION: LiteralString = """
    SELECT coalesce(max(a.position), 0) FROM kb_articles a WHERE a.category = %(category)s
"""

# Held before the order is read: rows that are sorted, then waited for, come in the old order.
HOLD_SHELF: LiteralString = """
    SELECT c.key FROM kb_categories c WHERE c.key = %(category)s FOR NO KEY UPDATE
"""
IN_ORDER: LiteralString = """
    SELECT a.id FROM kb_articles a WHERE a.category = %(category)s
    ORDER BY a.position, a.slug FOR UPDATE
"""
PUT_IN_ORDER: LiteralString = """
    UPDATE kb_articles a SET position = n.number
    FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS n(id, number)
    WHERE a.id = n.id AND a.position <> n.number
"""


async def in_order(work: Work, category: str) -> Sequence[UUID]:
    """The articles of a category as readers meet them, held until the work ends."""
    await work.one(str, HOLD_SHELF, category=category)
    return await work.rows(UUID, IN_ORDER, category=category)


async def put_in_order(work: Work, ids: Sequence[UUID]) -> None:
    await work.run(PUT_IN_ORDER, ids=list(ids))


async def lock(work: Work, article_id: UUID) -> None:
    """Hold an article until the work ends, so that two moves do not cross."""
    await work.one(UUID, LOCK, article_id=article_id)


async def is_taken(work: Work, category: str, slug: str) -> bool:
    return await work.one(bool, IS_TAKEN, category=category, slug=slug) or False


async def last_position(work: Work, category: str) -> int:
    return await work.one(int, LAST_POSITION, category=category) or 0
