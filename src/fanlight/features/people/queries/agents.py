"""Every statement on agents, their roles and their presence."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from fanlight.features.people import access
from fanlight.features.people.errors import (
    AgentNotFound,
    EmailTaken,
    LastAdministrator,
    RoleNotFound,
)
from fanlight.features.people.models import Agent, AgentRow, PresenceState, Profile, Role
from fanlight.kernel.work import Work

_AGENT = """a.id, a.email, a.name, a.public_name, a.language, a.languages, a.theme, a.density,
    a.state, a.created_at"""
_PERMISSIONS = """ARRAY(SELECT DISTINCT granted FROM agent_roles ar
        JOIN roles r ON r.key = ar.role_key, unnest(r.permissions) AS granted
        WHERE ar.agent_id = a.id ORDER BY granted) AS permissions"""
_TEAMS = """ARRAY(SELECT m.team_key FROM team_members m JOIN teams t ON t.key = m.team_key
        WHERE m.agent_id = a.id AND t.archived_at IS NULL ORDER BY m.team_key) AS teams"""
_ROLES = """ARRAY(SELECT ar.role_key FROM agent_roles ar WHERE ar.agent_id = a.id
        ORDER BY ar.role_key) AS roles"""
_PRESENCE = "coalesce(p.state, 'off') AS presence"
_FACTORS = """(a.totp_secret IS NOT NULL) AS totp_on,
    (SELECT count(*) FROM passkeys k WHERE k.agent_id = a.id) AS passkeys"""

GET = f"SELECT {_AGENT} FROM agents a WHERE a.id = %(agent_id)s"
LOCK = f"{GET} FOR UPDATE"
BY_EMAIL = f"SELECT {_AGENT} FROM agents a WHERE a.email = %(email)s"
ANY = "SELECT EXISTS (SELECT FROM agents) AS found"
NAMES = "SELECT a.id, a.name FROM agents a WHERE a.id = ANY(%(agent_ids)s)"
EVERYBODY = "SELECT a.id, a.name FROM agents a ORDER BY a.name, a.id LIMIT 1000"
PROFILE = f"""
    SELECT a.id, a.email, a.name, a.public_name, a.language, a.languages, a.theme, a.density,
        {_PERMISSIONS}, {_ROLES}, {_TEAMS}, {_PRESENCE}, {_FACTORS},
        (SELECT count(*) FROM recovery_codes c
         WHERE c.agent_id = a.id AND c.used_at IS NULL) AS recovery_codes_left
    FROM agents a LEFT JOIN presence p ON p.agent_id = a.id
    WHERE a.id = %(agent_id)s
"""
_ROW = f"""
    SELECT a.id, a.email, a.name, a.public_name, a.languages, a.state, a.created_at,
        {_ROLES}, {_TEAMS}, {_PRESENCE}, p.since AS presence_since, {_FACTORS},
        (SELECT max(s.last_seen_at) FROM agent_sessions s
         WHERE s.agent_id = a.id AND s.revoked_at IS NULL) AS last_seen_at
    FROM agents a LEFT JOIN presence p ON p.agent_id = a.id
"""
ROW = f"{_ROW} WHERE a.id = %(agent_id)s"
# A desk has tens of agents, a large one some hundreds: one page holds them.
LIST = f"{_ROW} ORDER BY a.name, a.id LIMIT 1000"
PERMISSIONS_OF = f"SELECT {_PERMISSIONS} FROM agents a WHERE a.id = %(agent_id)s"
ADD = """
    INSERT INTO agents (id, email, name, public_name, password_hash, language, languages, theme,
        density, state, created_at)
    VALUES (%(id)s, %(email)s, %(name)s, %(public_name)s, %(password_hash)s, %(language)s,
        %(languages)s, %(theme)s, %(density)s, %(state)s, %(created_at)s)
    ON CONFLICT ON CONSTRAINT agents_one_email DO NOTHING
"""
SAVE = """
    UPDATE agents SET name = %(name)s, public_name = %(public_name)s, language = %(language)s,
        languages = %(languages)s, theme = %(theme)s, density = %(density)s, state = %(state)s
    WHERE id = %(id)s
"""
# Whoever else changes who administers waits here, so that the last two cannot remove each other.
LOCK_ADMINS = "SELECT r.key FROM roles r WHERE 'agent.manage' = ANY(r.permissions) FOR UPDATE"
ADMINS = """
    SELECT EXISTS (
        SELECT FROM agents a JOIN agent_roles ar ON ar.agent_id = a.id
        JOIN roles r ON r.key = ar.role_key
        WHERE a.state = 'active'
          AND 'agent.manage' = ANY(r.permissions) AND 'role.manage' = ANY(r.permissions)
    ) AS found
"""

_ROLE = "r.key, r.name, r.permissions, r.is_shipped"
ROLES = f"SELECT {_ROLE} FROM roles r ORDER BY r.is_shipped DESC, r.key"
ROLES_BY_KEY = f"SELECT {_ROLE} FROM roles r WHERE r.key = ANY(%(keys)s)"
STORE_ROLE = """
    INSERT INTO roles (key, name, permissions) VALUES (%(key)s, %(name)s, %(permissions)s)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, permissions = excluded.permissions
    WHERE NOT roles.is_shipped
"""
CLEAR_ROLES = "DELETE FROM agent_roles WHERE agent_id = %(agent_id)s"
GIVE_ROLES = """
    INSERT INTO agent_roles (agent_id, role_key)
    SELECT %(agent_id)s, wanted FROM unnest(%(roles)s::text[]) AS wanted
    ON CONFLICT DO NOTHING
"""

STORE_PRESENCE = """
    INSERT INTO presence (agent_id, state, since)
    VALUES (%(agent_id)s, %(state)s, %(since)s)
    ON CONFLICT (agent_id) DO UPDATE SET state = excluded.state, since = excluded.since
    WHERE presence.state <> excluded.state
"""


class _Name(msgspec.Struct, frozen=True):
    id: UUID
    name: str


async def get_agent(work: Work, agent_id: UUID, *, lock: bool = False) -> Agent:
    agent = await work.one(Agent, LOCK if lock else GET, agent_id=agent_id)
    if agent is None:
        raise AgentNotFound(agent_id=agent_id)
    return agent


async def agent_by_email(work: Work, email: str) -> Agent | None:
    return await work.one(Agent, BY_EMAIL, email=email)


async def has_agents(work: Work) -> bool:
    return bool(await work.one(bool, ANY))


async def names_of(work: Work, agent_ids: list[UUID]) -> dict[UUID, str]:
    """Names by id; whoever is not an agent is left out."""
    return {row.id: row.name for row in await work.rows(_Name, NAMES, agent_ids=agent_ids)}


async def everybody(work: Work) -> dict[UUID, str]:
    """All agents there are or were, by name."""
    return {row.id: row.name for row in await work.rows(_Name, EVERYBODY)}


async def profile(work: Work, agent_id: UUID) -> Profile:
    found = await work.one(Profile, PROFILE, agent_id=agent_id)
    if found is None:
        raise AgentNotFound(agent_id=agent_id)
    return found


async def agent_row(work: Work, agent_id: UUID) -> AgentRow:
    found = await work.one(AgentRow, ROW, agent_id=agent_id)
    if found is None:
        raise AgentNotFound(agent_id=agent_id)
    return found


async def agent_rows(work: Work) -> list[AgentRow]:
    """Every agent by name, suspended ones too."""
    return await work.rows(AgentRow, LIST)


async def permissions_of(work: Work, agent_id: UUID) -> frozenset[str]:
    return await work.one(frozenset[str], PERMISSIONS_OF, agent_id=agent_id) or frozenset()


async def add_agent(work: Work, agent: Agent, *, password_hash: str | None) -> None:
    """Raises EmailTaken when another agent has the address."""
    if await work.run(ADD, password_hash=password_hash, **_values(agent)) == 0:
        raise EmailTaken


def _values(agent: Agent) -> dict[str, object]:
    # psycopg sends a tuple as a row, a list as an array.
    return {**asdict(agent), "languages": list(agent.languages)}


async def save_agent(work: Work, agent: Agent) -> None:
    access.changed(work)
    await work.run(SAVE, **_values(agent))


async def keep_an_admin(work: Work) -> None:
    """Called after a change: raises LastAdministrator when nobody active could administer."""
    await work.rows(str, LOCK_ADMINS)
    if not await work.one(bool, ADMINS):
        raise LastAdministrator


async def roles(work: Work) -> list[Role]:
    return await work.rows(Role, ROLES)


async def roles_named(work: Work, keys: list[str]) -> list[Role]:
    """Raises RoleNotFound when one of them does not exist."""
    # PostgreSQL takes no NUL in a text; there is no such role either.
    askable = [key for key in keys if key.isprintable()]
    found = await work.rows(Role, ROLES_BY_KEY, keys=askable)
    missing = set(keys) - {role.key for role in found}
    if missing:
        raise RoleNotFound(role=min(missing))
    return found


async def store_role(work: Work, *, key: str, name: str, permissions: list[str]) -> bool:
    """False when the role came with the desk."""
    access.changed(work)
    return await work.run(STORE_ROLE, key=key, name=name, permissions=permissions) == 1


async def set_roles(work: Work, agent_id: UUID, keys: list[str]) -> None:
    access.changed(work)
    await work.run(CLEAR_ROLES, agent_id=agent_id)
    await work.run(GIVE_ROLES, agent_id=agent_id, roles=keys)


async def store_presence(
    work: Work, agent_id: UUID, state: PresenceState, *, since: datetime
) -> bool:
    """False when they were there already."""
    return await work.run(STORE_PRESENCE, agent_id=agent_id, state=state, since=since) == 1
