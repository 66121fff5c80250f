"""Statements on paths and on the teams that answer for articles."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from fanlight.features.knowledge.models import Path, Team
from fanlight.kernel.work import Work

# A step keeps the id of its article beside the address it was written with, so that it stays when
# the article moves or its category is renamed. One whose article is not there yet has the address.
PATHS: LiteralString = """
    SELECT key, position, names, version, (
        SELECT coalesce(jsonb_agg((s.step - 'id') || jsonb_build_object(
            'article', coalesce(a.category || '/' || a.slug, s.step->>'article')
        ) ORDER BY s.number), '[]')
        FROM jsonb_array_elements(steps) WITH ORDINALITY AS s(step, number)
        LEFT JOIN kb_articles a ON a.id = (s.step->>'id')::uuid
    ) AS steps
    FROM kb_paths ORDER BY position, key
"""
_STEPS: LiteralString = """(
    SELECT coalesce(jsonb_agg(s.step || jsonb_build_object('id', (
        SELECT a.id FROM kb_articles a
        WHERE s.step->>'article' IN (a.category || '/' || a.slug, a.slug)
        ORDER BY s.step->>'article' = a.slug, a.id
        LIMIT 1
    )) ORDER BY s.number), '[]')
    FROM jsonb_array_elements(%(steps)s::jsonb) WITH ORDINALITY AS s(step, number)
)"""
ADD_PATH = f"""
    INSERT INTO kb_paths (key, position, names, steps)
    VALUES (%(key)s, %(position)s, %(names)s::jsonb, {_STEPS})
    ON CONFLICT DO NOTHING
"""
CHANGE_PATH = f"""
    UPDATE kb_paths
    SET position = %(position)s, names = %(names)s::jsonb, steps = {_STEPS},
        version = version + 1
    WHERE key = %(key)s AND version = %(version)s
"""
PATHS_IN_ORDER: LiteralString = """
    SELECT key FROM kb_paths ORDER BY position, key FOR UPDATE
"""
ORDER_PATHS: LiteralString = """
    UPDATE kb_paths p SET position = o.position * 10
    FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS o(key, position)
    WHERE p.key = o.key AND p.position IS DISTINCT FROM o.position * 10
"""
REMOVE_PATH: LiteralString = "DELETE FROM kb_paths WHERE key = %(key)s AND version = %(version)s"
TEAMS: LiteralString = "SELECT key, names, categories, version FROM kb_teams ORDER BY key"
ADD_TEAM: LiteralString = """
    INSERT INTO kb_teams (key, names, categories)
    VALUES (%(key)s, %(names)s::jsonb, %(categories)s)
    ON CONFLICT DO NOTHING
"""
CHANGE_TEAM: LiteralString = """
    UPDATE kb_teams
    SET names = %(names)s::jsonb, categories = %(categories)s, version = version + 1
    WHERE key = %(key)s AND version = %(version)s
"""
LEAVE_TEAM: LiteralString = """
    UPDATE kb_articles SET team = NULL, changed_xid = pg_current_xact_id() WHERE team = %(key)s
"""
REMOVE_TEAM: LiteralString = "DELETE FROM kb_teams WHERE key = %(key)s AND version = %(version)s"
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


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def save_path(work: Work, path: Path) -> bool:
    """Whether it was stored; not, when somebody saved it since ``path.version``."""
    changed = await work.run(
        CHANGE_PATH if path.version else ADD_PATH,
        key=path.key,
        position=path.position,
        names=_json(path.names),
        steps=_json(path.steps),
        version=path.version,
    )
    return changed > 0


async def order_paths(work: Work, keys: Sequence[str], was: Sequence[str]) -> bool:
    """Whether they were put in order; not, when they stand otherwise than they ``was``."""
    if await work.rows(str, PATHS_IN_ORDER) != list(was):
        return False
    await work.run(ORDER_PATHS, keys=list(keys))
    return True


async def remove_path(work: Work, key: str, version: int) -> bool:
    return await work.run(REMOVE_PATH, key=key, version=version) > 0


async def teams(work: Work) -> list[Team]:
    """Every team that answers for articles; readers see their names."""
    return await work.rows(Team, TEAMS)


async def save_team(work: Work, team: Team) -> bool:
    """Whether it was stored; not, when somebody saved it since ``team.version``."""
    changed = await work.run(
        CHANGE_TEAM if team.version else ADD_TEAM,
        key=team.key,
        names=_json(team.names),
        categories=team.categories,
        version=team.version,
    )
    return changed > 0


async def remove_team(work: Work, key: str, version: int) -> bool:
    """Articles that were its own are its category's again."""
    await work.run(LEAVE_TEAM, key=key)
    return await work.run(REMOVE_TEAM, key=key, version=version) > 0


async def team_of(work: Work, category: str, slug: str) -> dict[str, str]:
    """The names of the team that answers for an article; none when nobody was named."""
    return await work.one(dict[str, str], TEAM_OF, category=category, slug=slug) or {}
