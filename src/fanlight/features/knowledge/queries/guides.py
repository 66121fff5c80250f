"""Statements on paths and on the teams that answer for articles."""

from typing import LiteralString

import msgspec

from fanlight.features.knowledge.models import Path, Team
from fanlight.kernel.work import Work

PATHS: LiteralString = "SELECT key, position, names, steps FROM kb_paths ORDER BY position, key"
SAVE_PATH: LiteralString = """
    INSERT INTO kb_paths (key, position, names, steps)
    VALUES (%(key)s, %(position)s, %(names)s::jsonb, %(steps)s::jsonb)
    ON CONFLICT (key) DO UPDATE
    SET position = excluded.position, names = excluded.names, steps = excluded.steps
"""
SAVE_TEAM: LiteralString = """
    INSERT INTO kb_teams (key, names, categories)
    VALUES (%(key)s, %(names)s::jsonb, %(categories)s)
    ON CONFLICT (key) DO UPDATE SET names = excluded.names, categories = excluded.categories
"""
TEAM_OF: LiteralString = """
    SELECT t.names FROM kb_teams t
    LEFT JOIN kb_articles a ON a.category = %(category)s AND a.slug = %(slug)s
    WHERE t.key = a.team OR (a.team IS NULL AND %(category)s = ANY(t.categories))
    ORDER BY t.key
    LIMIT 1
"""


async def paths(work: Work) -> list[Path]:
    """Every path, in the editors' order."""
    return await work.rows(Path, PATHS)


async def save_path(work: Work, path: Path) -> None:
    await work.run(
        SAVE_PATH,
        key=path.key,
        position=path.position,
        names=msgspec.json.encode(path.names).decode(),
        steps=msgspec.json.encode(path.steps).decode(),
    )


async def save_team(work: Work, team: Team) -> None:
    await work.run(
        SAVE_TEAM,
        key=team.key,
        names=msgspec.json.encode(team.names).decode(),
        categories=team.categories,
    )


async def team_of(work: Work, category: str, slug: str) -> dict[str, str]:
    """The names of the team that answers for an article; none when nobody was named."""
    return await work.one(dict[str, str], TEAM_OF, category=category, slug=slug) or {}
