"""Teams and roles: who shares a queue, and what a kind of agent may do."""

import re
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from fanlight.features.people.errors import RoleFixed, TeamKeyTaken
from fanlight.features.people.models import Role, Team
from fanlight.features.people.names import checked_languages, checked_name
from fanlight.features.people.permissions import FACTS, PERMISSIONS, needs
from fanlight.features.people.queries import agents as agent_queries
from fanlight.features.people.queries import teams as queries
from fanlight.features.people.service.sessions import needs_fresh_proof
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import Malformed, NotAllowed
from fanlight.kernel.work import Work

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")


async def make_team(
    work: Work, *, key: str, name: str, languages: Sequence[str] = (), members: Sequence[UUID] = ()
) -> Team:
    """A new team and with it a queue; ``key`` stays for good.

    Raises:
        NotAllowed: the actor may not manage teams.
        TeamKeyTaken: also by an archived one, for old tickets still name it.
    """
    needs(work.actor, "team.manage")
    if not _KEY.match(key):
        raise Malformed(where="key")
    added = await queries.add_team(
        work,
        key=key,
        name=checked_name(name),
        languages=list(checked_languages(languages)),
        created_at=work.now(),
    )
    if not added:
        raise TeamKeyTaken(team=key)
    await queries.set_members(work, key, list(members))
    await audit.record(work, "team.made", f"team:{key}", name=name, members=list(members))
    return await queries.get_team(work, key)


async def change_team(
    work: Work,
    key: str,
    *,
    name: str | None = None,
    languages: Sequence[str] | None = None,
    members: Sequence[UUID] | None = None,
    is_archived: bool | None = None,
) -> Team:
    """Change a team; what is None stays. An archived team takes no new tickets.

    Raises:
        NotAllowed: the actor may not manage teams.
        TeamNotFound: there is none.
    """
    needs(work.actor, "team.manage")
    team = await queries.get_team(work, key)
    if name is not None:
        team = replace(team, name=checked_name(name))
    if languages is not None:
        team = replace(team, languages=checked_languages(languages))
    if is_archived is not None:
        team = replace(team, archived_at=(team.archived_at or work.now()) if is_archived else None)
    await queries.save_team(work, team)
    if members is not None:
        await queries.set_members(work, key, list(members))
    await audit.record(
        work, "team.changed", f"team:{key}", name=name, members=members, is_archived=is_archived
    )
    return await queries.get_team(work, key)


async def teams(work: Work) -> list[Team]:
    """All teams; every agent may see them, for tickets are handed to them."""
    return await queries.teams(work)


async def roles(work: Work) -> list[Role]:
    """All roles.

    Raises:
        NotAllowed: the actor manages neither agents nor roles.
    """
    if not work.actor.may("role.manage"):
        needs(work.actor, "agent.manage")
    return await agent_queries.roles(work)


async def store_role(
    work: Work, settings: SignInSettings, *, key: str, name: str, permissions: Sequence[str]
) -> Role:
    """Make a role of one's own, or change it; it holds for the next request of its agents.

    Raises:
        NotAllowed: the actor may not manage roles, or gives more than they may themselves.
        StepUpNeeded: the actor's last proof is too old.
        RoleFixed: it came with the desk.
        LastAdministrator: nobody would be left who can administer the desk.
        Malformed: no such permission, or a bad key.
    """
    needs(work.actor, "role.manage")
    await needs_fresh_proof(work, within_s=settings.step_up_s)
    if not _KEY.match(key):
        raise Malformed(where="key")
    for permission in permissions:
        if permission not in PERMISSIONS:
            raise Malformed(where="permissions")
        # Facts are nobody's by default, so whoever manages roles gives them without having them.
        if permission not in FACTS and not work.actor.may(permission):
            raise NotAllowed(permission=permission)
    granted = sorted(set(permissions))
    stored = await agent_queries.store_role(
        work, key=key, name=checked_name(name), permissions=granted
    )
    if not stored:
        raise RoleFixed(role=key)
    await agent_queries.keep_an_admin(work)
    await audit.record(work, "role.stored", f"role:{key}", permissions=granted)
    return (await agent_queries.roles_named(work, [key]))[0]
