"""What the help site shows of many articles at once: shelves, lists, one article's neighbours."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import CategoryName
from fanlight.features.knowledge.queries.reading import READS, visible_to
from fanlight.kernel.work import Work


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An article in a list."""

    article_id: UUID
    category: str
    slug: str
    language: str
    title: str
    description: str


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """A category on the home page, with the first of its articles."""

    key: str
    icon: str
    names: dict[str, CategoryName]
    articles: int
    lines: list[Line]


# For an article that is not there in the reader's language, the best other one stands in.
LINE: LiteralString = """
    a.id AS article_id, a.category, a.slug, t.language, t.title, t.description
"""
BEST: LiteralString = f"""
    JOIN LATERAL (
        SELECT x.language, x.title, x.description, x.asked_as, x.state,
            x.saved_at FROM kb_translations x
        WHERE x.article_id = a.id AND x.state = ANY(%(states)s) AND {READS}
        ORDER BY array_position(%(languages)s::text[], x.language), x.language
        LIMIT 1
    ) t ON true
"""
LINES_OF_CATEGORY: LiteralString = f"""
    SELECT {LINE} FROM kb_articles a {BEST}
    WHERE a.category = %(category)s
    ORDER BY a.position, a.slug
"""
LINES_OF_ALL: LiteralString = f"""
    SELECT {LINE} FROM kb_articles a {BEST}
    ORDER BY a.category, a.position, a.slug
"""
LINES_NAMED: LiteralString = f"""
    SELECT {LINE}, a.path FROM kb_articles a {BEST}
    WHERE a.slug = ANY(%(names)s) OR a.path = ANY(%(names)s)
        OR a.category || '/' || a.slug = ANY(%(names)s)
"""
LATEST_OF_CATEGORY: LiteralString = f"""
    SELECT {LINE}, t.saved_at AS changed_at FROM kb_articles a {BEST}
    WHERE a.category = %(category)s
    ORDER BY t.saved_at DESC, a.id
    LIMIT %(limit)s
"""
# Only in the reader's own language: a question is put as they would put it.
ASKED_OF_CATEGORY: LiteralString = f"""
    SELECT {LINE}, t.asked_as[1] AS question FROM kb_articles a {BEST}
    WHERE a.category = %(category)s AND t.language = (%(languages)s::text[])[1]
        AND t.asked_as[1] <> '' AND t.description <> ''
    ORDER BY a.position, a.slug
    LIMIT %(limit)s
"""
SHELVES: LiteralString = f"""
    SELECT c.key, c.icon, c.names, s.articles, s.lines
    FROM kb_categories c
    JOIN LATERAL (
        SELECT max(l.among) AS articles,
            jsonb_agg(jsonb_build_object('article_id', l.article_id, 'category', l.category,
                'slug', l.slug, 'language', l.language, 'title', l.title,
                'description', l.description) ORDER BY l.place)
                FILTER (WHERE l.place <= %(each)s) AS lines
        FROM (
            SELECT {LINE}, count(*) OVER () AS among,
                row_number() OVER (ORDER BY a.position, a.slug) AS place
            FROM kb_articles a {BEST}
            WHERE a.category = c.key
        ) l
    ) s ON s.articles > 0
    ORDER BY c.position, c.key
"""


class NamedLine(Line, frozen=True, kw_only=True):
    """A line that can be told by its path as well."""

    path: str


async def lines_of_category(work: Work, category: str, languages: Sequence[str]) -> list[Line]:
    """The articles of a category in the editors' order; ``languages`` by preference."""
    return await work.rows(
        Line,
        LINES_OF_CATEGORY,
        category=category,
        languages=list(languages),
        **visible_to(work.actor),
    )


class ChangedLine(Line, frozen=True, kw_only=True):
    """An article with the time of its last change."""

    changed_at: datetime


async def latest_of_category(
    work: Work, category: str, languages: Sequence[str], *, limit: int
) -> list[ChangedLine]:
    """The articles of a category, what changed last first."""
    return await work.rows(
        ChangedLine,
        LATEST_OF_CATEGORY,
        category=category,
        limit=limit,
        languages=list(languages),
        **visible_to(work.actor),
    )


class AskedLine(Line, frozen=True, kw_only=True):
    """An article by the question that readers put."""

    question: str


async def asked_of_category(
    work: Work, category: str, languages: Sequence[str], *, limit: int = 12
) -> list[AskedLine]:
    """What is asked about a category, in readers' own words, each with its article."""
    return await work.rows(
        AskedLine,
        ASKED_OF_CATEGORY,
        category=category,
        limit=limit,
        languages=list(languages),
        **visible_to(work.actor),
    )


async def lines_of_all(work: Work, languages: Sequence[str]) -> list[Line]:
    """Every visible article, by category and in the editors' order."""
    return await work.rows(Line, LINES_OF_ALL, languages=list(languages), **visible_to(work.actor))


async def lines_named(work: Work, names: Sequence[str], languages: Sequence[str]) -> list[Line]:
    """The articles with these slugs or paths, in the order in which they are named."""
    if not names:
        return []
    found = await work.rows(
        NamedLine,
        LINES_NAMED,
        names=list(names),
        languages=list(languages),
        **visible_to(work.actor),
    )
    by_name: dict[str, NamedLine] = {}
    for line in found:
        for name in (line.path, f"{line.category}/{line.slug}", line.slug):
            by_name.setdefault(name, line)
    named = [by_name[name] for name in names if name in by_name]
    return list({line.article_id: line for line in named}.values())


async def shelves(work: Work, languages: Sequence[str], *, each: int = 3) -> list[Shelf]:
    """Every category that has articles, with the first ``each`` of them."""
    return await work.rows(
        Shelf, SHELVES, each=each, languages=list(languages), **visible_to(work.actor)
    )


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """An address for search engines."""

    category: str
    slug: str
    language: str
    changed_at: datetime


PUBLISHED: LiteralString = f"""
    SELECT a.category, a.slug, t.language, t.saved_at AS changed_at
    FROM kb_articles a JOIN kb_translations t ON t.article_id = a.id
    WHERE t.state = ANY(%(states)s) AND {READS}
    ORDER BY a.category, a.slug, t.language
"""


async def published(work: Work) -> list[Published]:
    return await work.rows(Published, PUBLISHED, **visible_to(work.actor))
