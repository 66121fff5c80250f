"""Reading articles, and the one place that says who may see which."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.errors import ArticleNotFound, CategoryNotFound
from fanlight.features.knowledge.models import Article, Category, State, Translation
from fanlight.features.knowledge.render import Heading
from fanlight.kernel.work import Actor, Work

_ARTICLE = "a.id, a.number, a.path, a.category, a.slug, a.position, a.is_risk, a.related"
_TRANSLATION = """t.article_id, t.language, t.title, t.description, t.tags, t.asked_as, t.source,
    t.html, t.toc, t.state, t.is_derived, t.reviewed_on, t.published_at, t.saved_at,
    t.import_key, t.version"""
# For whom an article is written stands beside its address: all its translations share it, so
# that none of them stands in for another before somebody who may not read that one.
READS: LiteralString = "(%(reads)s::text[] IS NULL OR a.audience && %(reads)s)"
_VISIBLE: LiteralString = f"t.state = ANY(%(states)s) AND {READS}"


def visible_to(actor: Actor) -> Mapping[str, object]:
    """The parameters of ``_VISIBLE``: no statement has the one without the other."""
    if actor.may("article.edit"):
        return {"states": list(State), "reads": None}
    if actor.kind == "agent":
        return {"states": [State.PUBLISHED, State.INTERNAL], "reads": None}
    return {"states": [State.PUBLISHED], "reads": list(actor.reads)}


CATEGORIES = "SELECT key, position, icon, names FROM kb_categories ORDER BY position, key"
CATEGORY = "SELECT key, position, icon, names FROM kb_categories WHERE key = %(key)s"


async def categories(work: Work) -> list[Category]:
    return await work.rows(Category, CATEGORIES)


async def get_category(work: Work, key: str) -> Category:
    found = await work.one(Category, CATEGORY, key=key)
    if found is None:
        raise CategoryNotFound(category=key)
    return found


ARTICLE = f"SELECT {_ARTICLE} FROM kb_articles a WHERE a.id = %(article_id)s"
ARTICLE_AT = (
    f"SELECT {_ARTICLE} FROM kb_articles a WHERE a.category = %(category)s AND a.slug = %(slug)s"
)
ARTICLE_OF_PATH = f"SELECT {_ARTICLE} FROM kb_articles a WHERE a.path = %(path)s"


async def get_article(work: Work, article_id: UUID) -> Article:
    found = await work.one(Article, ARTICLE, article_id=article_id)
    if found is None:
        raise ArticleNotFound(article_id=article_id)
    return found


async def article_at(work: Work, category: str, slug: str) -> Article:
    found = await work.one(Article, ARTICLE_AT, category=category, slug=slug)
    if found is None:
        raise ArticleNotFound(category=category, slug=slug)
    return found


ARTICLES_NAMED = f"""
    SELECT {_ARTICLE} FROM kb_articles a
    WHERE a.path = ANY(%(names)s) OR a.slug = ANY(%(names)s)
        OR a.category || '/' || a.slug = ANY(%(names)s)
"""
ALL_ARTICLES = f"SELECT {_ARTICLE} FROM kb_articles a"


async def articles_named(work: Work, names: Sequence[str]) -> list[Article]:
    """The articles with one of these paths, slugs, or slugs with their category in front."""
    return await work.rows(Article, ARTICLES_NAMED, names=list(names))


async def all_articles(work: Work) -> list[Article]:
    return await work.rows(Article, ALL_ARTICLES)


async def article_of_path(work: Work, path: str) -> Article | None:
    return await work.one(Article, ARTICLE_OF_PATH, path=path)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """An article as one reader gets it: in the best language that is there for them."""

    article_id: UUID
    category: str
    slug: str
    is_risk: bool
    related: list[str]
    language: str
    languages: list[str]  # in which it exists
    title: str
    description: str
    html: str
    toc: list[Heading]
    reviewed_on: date | None
    saved_at: datetime


READING = f"""
    SELECT a.id AS article_id, a.category, a.slug, a.is_risk, a.related, t.language, t.title,
        t.description, t.html, t.toc, t.reviewed_on, t.saved_at,
        (SELECT array_agg(x.language) FROM kb_translations x
         WHERE x.article_id = a.id AND x.state = ANY(%(states)s)) AS languages
    FROM kb_articles a
    JOIN kb_translations t ON t.article_id = a.id
    WHERE a.category = %(category)s AND a.slug = %(slug)s AND {_VISIBLE}
    ORDER BY array_position(%(languages)s::text[], t.language), t.language
    LIMIT 1
"""


async def reading(work: Work, category: str, slug: str, languages: Sequence[str]) -> Reading:
    """The article at an address; ``languages`` by the reader's preference.

    Raises:
        ArticleNotFound: there is none that the actor may see.
    """
    found = await work.one(
        Reading,
        READING,
        category=category,
        slug=slug,
        languages=list(languages),
        **visible_to(work.actor),
    )
    if found is None:
        raise ArticleNotFound(category=category, slug=slug)
    return found


TRANSLATIONS = f"""
    SELECT {_TRANSLATION} FROM kb_translations t JOIN kb_articles a ON a.id = t.article_id
    WHERE t.article_id = %(article_id)s AND {_VISIBLE}
    ORDER BY t.language
"""


async def translations(work: Work, article_id: UUID) -> list[Translation]:
    """Every translation of an article that the actor may see."""
    return await work.rows(
        Translation, TRANSLATIONS, article_id=article_id, **visible_to(work.actor)
    )


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """One search result's words, as stored."""

    number: int
    article_id: UUID
    category: str
    slug: str
    language: str
    title: str
    description: str
    reviewed_on: str | None
    import_key: str | None
    anchor: str
    heading: str
    text: str


EXCERPTS = f"""
    SELECT a.number, a.id AS article_id, a.category, a.slug, t.language, t.title, t.description,
        t.reviewed_on::text AS reviewed_on, t.import_key, p.anchor, p.heading, p.text
    FROM unnest(%(numbers)s::int[], %(tags)s::text[], %(passages)s::int[])
        AS w(number, language, passage)
    JOIN kb_articles a ON a.number = w.number
    JOIN kb_translations t ON t.article_id = a.id AND t.language = w.language
    JOIN kb_passages p ON p.article_id = a.id AND p.language = w.language AND p.number = w.passage
    WHERE {_VISIBLE}
"""


async def excerpts(work: Work, wanted: Sequence[tuple[int, str, int]]) -> list[Excerpt]:
    """Article number, language and passage, each with its words; what is hidden is left out."""
    found = await work.rows(
        Excerpt,
        EXCERPTS,
        numbers=[number for number, _, _ in wanted],
        tags=[language for _, language, _ in wanted],
        passages=[passage for _, _, passage in wanted],
        **visible_to(work.actor),
    )
    by_number = {each.number: each for each in found}
    return [by_number[number] for number, _, _ in wanted if number in by_number]


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """Under which heading one passage stands."""

    article: int  # its number
    language: str
    anchor: str


ANCHORS = """
    SELECT a.number AS article, p.language, p.anchor
    FROM kb_articles a JOIN kb_passages p ON p.article_id = a.id
    WHERE a.number = ANY(%(numbers)s::int[]) AND p.language = ANY(%(tags)s::text[])
    ORDER BY a.number, p.language, p.number
"""


async def anchors(
    work: Work, numbers: Sequence[int], tags: Sequence[str]
) -> dict[tuple[int, str], list[str]]:
    """The headings of all passages of these articles in these languages, in reading order."""
    rows = await work.rows(Anchor, ANCHORS, numbers=list(numbers), tags=list(tags))
    found: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.article, row.language), []).append(row.anchor)
    return found


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one translation, by its article's path."""

    path: str
    language: str
    state: State


STATES = """
    SELECT a.path, t.language, t.state
    FROM kb_articles a JOIN kb_translations t ON t.article_id = a.id
"""


async def states(work: Work) -> dict[tuple[str, str], State]:
    """Every translation's state by path and language, for an import."""
    found = await work.rows(Standing, STATES)
    return {(each.path, each.language): each.state for each in found}


class BrokenLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link to an article of ours that is not there."""

    import_key: str
    address: str


BROKEN_LINKS = """
    SELECT t.import_key, l.address
    FROM kb_links l
    JOIN kb_translations t ON t.article_id = l.article_id AND t.language = l.language
    WHERE l.target_id IS NULL AND t.import_key = ANY(%(keys)s)
    ORDER BY t.import_key, l.address
"""


async def broken_links(work: Work, keys: Sequence[str]) -> list[BrokenLink]:
    """What leads nowhere in these imported files."""
    return await work.rows(BrokenLink, BROKEN_LINKS, keys=list(keys))
