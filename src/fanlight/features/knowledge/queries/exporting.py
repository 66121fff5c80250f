"""Statements that read everything for an export, a piece at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import State
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A translation or a draft, with everything that its file says."""

    path: str
    category: str
    slug: str
    position: int
    is_risk: bool
    related: list[str]
    team: str | None
    review_by: date | None
    source_language: str | None
    audience: list[str]
    language: str
    title: str
    description: str
    tags: list[str]
    asked_as: list[str]
    source: str
    state: State | None
    stage: str | None
    publish_at: datetime | None
    reviewed_on: date | None
    published_at: datetime | None
    saved_at: datetime
    import_key: str | None


_ARTICLE: LiteralString = """a.path, a.category, a.slug, a.position, a.is_risk, a.related, a.team,
    a.review_by, a.source_language, a.audience"""
IDS: LiteralString = "SELECT a.id FROM kb_articles a ORDER BY a.category, a.slug"
TEXTS: LiteralString = f"""
    SELECT {_ARTICLE}, t.language, t.title, t.description, t.tags, t.asked_as, t.source, t.state,
        NULL AS stage, NULL::timestamptz AS publish_at, t.reviewed_on, t.published_at, t.saved_at,
        t.import_key
    FROM kb_translations t JOIN kb_articles a ON a.id = t.article_id
    WHERE a.id = ANY(%(ids)s) AND NOT t.is_derived
        AND (%(languages)s::text[] IS NULL OR t.language = ANY(%(languages)s))
        AND (%(states)s::text[] IS NULL OR t.state = ANY(%(states)s))
    ORDER BY a.category, a.slug, t.language
"""
DRAFTS: LiteralString = f"""
    SELECT {_ARTICLE}, d.language, d.title, d.description, d.tags, d.asked_as, d.source,
        NULL AS state, d.stage, d.publish_at, NULL::date AS reviewed_on,
        NULL::timestamptz AS published_at, d.saved_at, NULL AS import_key
    FROM kb_drafts d JOIN kb_articles a ON a.id = d.article_id
    WHERE a.id = ANY(%(ids)s) AND (%(languages)s::text[] IS NULL OR d.language = ANY(%(languages)s))
    ORDER BY a.category, a.slug, d.language
"""


class _Id(msgspec.Struct):
    id: UUID


async def ids(work: Work) -> list[UUID]:
    needs(work.actor, EDIT)
    return [row.id for row in await work.rows(_Id, IDS)]


async def texts(
    work: Work,
    some: Sequence[UUID],
    languages: Sequence[str] | None,
    states: Sequence[State] | None,
) -> list[Whole]:
    """What is written in these articles; texts made out of zh-Hans are made anew elsewhere."""
    needs(work.actor, EDIT)
    return await work.rows(
        Whole,
        TEXTS,
        ids=list(some),
        languages=None if languages is None else list(languages),
        states=None if states is None else [str(state) for state in states],
    )


async def drafts(work: Work, some: Sequence[UUID], languages: Sequence[str] | None) -> list[Whole]:
    needs(work.actor, EDIT)
    return await work.rows(
        Whole, DRAFTS, ids=list(some), languages=None if languages is None else list(languages)
    )


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """An old address, and the article it leads to."""

    old: str
    article: str


REDIRECTS: LiteralString = """
    SELECT r.path AS old, a.path AS article FROM kb_redirects r
    JOIN kb_articles a ON a.id = r.article_id ORDER BY r.path
"""
LEFT: LiteralString = """
    SELECT l.category || '/' || l.slug AS old, a.path AS article FROM kb_left_addresses l
    JOIN kb_articles a ON a.id = l.article_id ORDER BY 1
"""
CONTEXTS: LiteralString = """
    SELECT a.path AS article, array_agg(c.key ORDER BY c.key) AS keys
    FROM kb_contexts c JOIN kb_articles a ON a.id = c.article_id GROUP BY a.path ORDER BY a.path
"""


class Named(msgspec.Struct, frozen=True):
    """The names by which sites ask for an article."""

    article: str
    keys: list[str]


async def contexts(work: Work) -> list[Named]:
    return await work.rows(Named, CONTEXTS)


async def redirects(work: Work) -> list[Away]:
    return await work.rows(Away, REDIRECTS)


async def left(work: Work) -> list[Away]:
    return await work.rows(Away, LEFT)
