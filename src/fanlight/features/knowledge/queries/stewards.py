"""Statements on who looks after articles, and when somebody looks at them again."""

from collections.abc import Sequence
from datetime import date
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.queries.editing import LINE_OF
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"

HAND_OVER: LiteralString = """
    UPDATE kb_articles
    SET owner_id = %(owner_id)s, reviewer_id = %(reviewer_id)s,
        team = (SELECT t.key FROM kb_teams t WHERE t.key = %(team)s)
    WHERE id = ANY(%(ids)s::uuid[])
"""
AGAIN: LiteralString = """
    UPDATE kb_articles SET review_by = %(until)s, changed_xid = pg_current_xact_id()
    WHERE id = ANY(%(ids)s::uuid[])
"""
LOOKED_AT: LiteralString = """
    UPDATE kb_translations SET reviewed_on = %(today)s
    WHERE article_id = ANY(%(ids)s::uuid[]) AND state IN ('published', 'internal')
"""


async def hand_over(
    work: Work,
    ids: Sequence[UUID],
    *,
    owner_id: UUID | None,
    reviewer_id: UUID | None,
    team: str | None,
) -> None:
    needs(work.actor, EDIT)
    await work.run(HAND_OVER, ids=list(ids), owner_id=owner_id, reviewer_id=reviewer_id, team=team)


async def still_true(work: Work, ids: Sequence[UUID], *, today: date, until: date) -> None:
    needs(work.actor, EDIT)
    await work.run(AGAIN, ids=list(ids), until=until)
    await work.run(LOOKED_AT, ids=list(ids), today=today)


class Place(msgspec.Struct, frozen=True):
    """Where a page ended."""

    review_by: date
    id: UUID


TOP = Place(date.min, UUID(int=0))
# Archived articles are looked at no more.
DUE: LiteralString = f"""
    {LINE_OF}
    WHERE (a.review_by, a.id) > (%(review_by)s, %(id)s)
        AND (%(owner_id)s::uuid IS NULL OR a.owner_id = %(owner_id)s)
        AND EXISTS (SELECT FROM kb_translations x
                    WHERE x.article_id = a.id AND x.state <> 'archived')
    ORDER BY a.review_by, a.id
    LIMIT %(limit)s
"""


async def due(
    work: Work, *, owner_id: UUID | None = None, below: Place = TOP, limit: int
) -> list[Line]:
    """Articles with a day by which somebody looks, the earliest first."""
    needs(work.actor, EDIT)
    return await work.rows(
        Line,
        DUE,
        review_by=below.review_by,
        id=below.id,
        owner_id=owner_id,
        languages=list(LANGUAGES),
        limit=limit,
    )


class TeamName(msgspec.Struct, frozen=True, kw_only=True):
    """Who readers are told keeps an article."""

    key: str
    names: dict[str, str]


TEAMS: LiteralString = "SELECT key, names FROM kb_teams ORDER BY key"


async def teams(work: Work) -> list[TeamName]:
    needs(work.actor, EDIT)
    return await work.rows(TeamName, TEAMS)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may look after articles."""

    id: UUID
    name: str


PEOPLE: LiteralString = """
    SELECT DISTINCT a.id, a.name FROM agents a
    JOIN agent_roles r ON r.agent_id = a.id JOIN roles o ON o.key = r.role_key
    WHERE a.state <> 'suspended' AND 'article.edit' = ANY(o.permissions)
    ORDER BY a.name, a.id LIMIT 500
"""


async def people(work: Work) -> list[Person]:
    """Those who may write articles."""
    needs(work.actor, EDIT)
    return await work.rows(Person, PEOPLE)
