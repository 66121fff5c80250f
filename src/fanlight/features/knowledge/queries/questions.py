"""Statements on lists of questions: for a category or the home page, as editors keep them."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from fanlight.features.knowledge.models import Questions
from fanlight.features.knowledge.queries.reading import visible_to
from fanlight.features.knowledge.queries.shelves import BEST, LINE, AskedLine
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"

# An article that was taken away is left out.
LISTS: LiteralString = """
    SELECT q.place, q.version, coalesce((
        SELECT array_agg(a.category || '/' || a.slug ORDER BY o.nth)
        FROM unnest(q.articles) WITH ORDINALITY AS o(id, nth)
        JOIN kb_articles a ON a.id = o.id), '{}') AS articles
    FROM kb_questions q ORDER BY q.place
"""
ADD: LiteralString = """
    INSERT INTO kb_questions (place, articles) VALUES (%(place)s, %(articles)s)
    ON CONFLICT DO NOTHING
"""
CHANGE: LiteralString = """
    UPDATE kb_questions SET articles = %(articles)s, version = version + 1
    WHERE place = %(place)s AND version = %(version)s
"""
REMOVE: LiteralString = """
    DELETE FROM kb_questions WHERE place = %(place)s AND version = %(version)s
"""
ASKED_AT: LiteralString = f"""
    SELECT {LINE}, coalesce(nullif(t.asked_as[1], ''), t.title) AS question
    FROM kb_questions q
    CROSS JOIN unnest(q.articles) WITH ORDINALITY AS o(id, nth)
    JOIN kb_articles a ON a.id = o.id {BEST}
    WHERE q.place = %(place)s
    ORDER BY o.nth
"""


async def lists(work: Work) -> list[Questions]:
    """Every list that editors keep."""
    needs(work.actor, EDIT)
    return await work.rows(Questions, LISTS)


async def save(work: Work, place: str, articles: Sequence[UUID], version: int) -> bool:
    """Whether it was stored; not, when somebody saved it since ``version``."""
    statement = CHANGE if version else ADD
    values = {"place": place, "articles": list(articles), "version": version}
    return await work.run(statement, **values) > 0


async def remove(work: Work, place: str, version: int) -> bool:
    return await work.run(REMOVE, place=place, version=version) > 0


async def asked_at(work: Work, place: str, languages: Sequence[str]) -> list[AskedLine]:
    """What editors put there, in their order; nothing where they keep no list."""
    return await work.rows(
        AskedLine, ASKED_AT, place=place, languages=list(languages), **visible_to(work.actor)
    )
