"""Every statement on teams and who is in them."""

from datetime import datetime
from uuid import UUID

from fanlight.features.people import access
from fanlight.features.people.errors import TeamNotFound
from fanlight.features.people.models import Team
from fanlight.kernel.work import Work

_TEAM = """t.key, t.name, t.languages, t.created_at, t.archived_at,
    ARRAY(SELECT m.agent_id FROM team_members m WHERE m.team_key = t.key
          ORDER BY m.agent_id) AS members"""

GET = f"SELECT {_TEAM} FROM teams t WHERE t.key = %(key)s"
# Teams are few: the page shows them all, the archived ones last.
LIST = f"SELECT {_TEAM} FROM teams t ORDER BY t.archived_at IS NOT NULL, t.name, t.key LIMIT 500"
KNOWN = "SELECT t.key FROM teams t WHERE t.key = ANY(%(keys)s) AND t.archived_at IS NULL"
ADD = """
    INSERT INTO teams (key, name, languages, created_at)
    VALUES (%(key)s, %(name)s, %(languages)s, %(created_at)s)
    ON CONFLICT (key) DO NOTHING
"""
SAVE = """
    UPDATE teams SET name = %(name)s, languages = %(languages)s, archived_at = %(archived_at)s
    WHERE key = %(key)s
"""
CLEAR_MEMBERS = "DELETE FROM team_members WHERE team_key = %(key)s"
ADD_MEMBERS = """
    INSERT INTO team_members (team_key, agent_id)
    SELECT %(key)s, a.id FROM agents a WHERE a.id = ANY(%(agent_ids)s)
    ON CONFLICT DO NOTHING
"""
CLEAR_TEAMS = "DELETE FROM team_members WHERE agent_id = %(agent_id)s"
JOIN_TEAMS = """
    INSERT INTO team_members (team_key, agent_id)
    SELECT wanted, %(agent_id)s FROM unnest(%(keys)s::text[]) AS wanted
    ON CONFLICT DO NOTHING
"""


async def get_team(work: Work, key: str) -> Team:
    team = await work.one(Team, GET, key=key) if key.isprintable() else None
    if team is None:
        raise TeamNotFound(team=key)
    return team


async def teams(work: Work) -> list[Team]:
    return await work.rows(Team, LIST)


async def check_teams(work: Work, keys: list[str]) -> None:
    """Raises TeamNotFound when one of them does not exist or is archived."""
    askable = [key for key in keys if key.isprintable()]  # PostgreSQL takes no NUL in a text
    missing = set(keys) - set(await work.rows(str, KNOWN, keys=askable))
    if missing:
        raise TeamNotFound(team=min(missing))


async def add_team(
    work: Work, *, key: str, name: str, languages: list[str], created_at: datetime
) -> bool:
    """False when the key is taken."""
    added = await work.run(ADD, key=key, name=name, languages=languages, created_at=created_at)
    return added == 1


async def save_team(work: Work, team: Team) -> None:
    access.changed(work)
    await work.run(
        SAVE,
        key=team.key,
        name=team.name,
        languages=list(team.languages),
        archived_at=team.archived_at,
    )


async def set_members(work: Work, key: str, agent_ids: list[UUID]) -> None:
    access.changed(work)
    await work.run(CLEAR_MEMBERS, key=key)
    await work.run(ADD_MEMBERS, key=key, agent_ids=agent_ids)


async def set_teams(work: Work, agent_id: UUID, keys: list[str]) -> None:
    access.changed(work)
    await work.run(CLEAR_TEAMS, agent_id=agent_id)
    await work.run(JOIN_TEAMS, agent_id=agent_id, keys=keys)
