"""Agents: made, invited, changed, suspended; how they are listed and what they may."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.features.people.events import AgentSuspended
from fanlight.features.people.models import Agent, AgentRow, AgentState
from fanlight.features.people.names import checked_languages, checked_name
from fanlight.features.people.passwords import hash_password
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries import agents as queries
from fanlight.features.people.queries import passkeys as passkey_queries
from fanlight.features.people.queries import sign_in as sign_in_queries
from fanlight.features.people.queries import teams as team_queries
from fanlight.features.people.service.customers import typed_address
from fanlight.features.people.service.sessions import end_all, needs_fresh_proof
from fanlight.features.people.service.sign_in import unlock
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import Malformed, NotAllowed
from fanlight.kernel.ids import new_id, new_token
from fanlight.kernel.work import Work


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change about an agent; None leaves it as it is."""

    name: str | None = None
    public_name: str | None = None
    languages: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    state: AgentState | None = None


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """An agent and the token of their one-time link, shown once to whoever asked for it."""

    agent_id: UUID
    token: str


async def make_agent(
    work: Work,
    *,
    email: str,
    name: str,
    password: str | None,
    roles: Sequence[str] = (),
    teams: Sequence[str] = (),
    languages: Sequence[str] = ("en",),
    public_name: str | None = None,
    language: str = "en",
) -> Agent:
    """Make an agent, active when a password is given. How good it is, the caller has checked.

    Raises:
        NotAllowed: the actor may not manage agents, or gives more than they may themselves.
        EmailTaken, RoleNotFound, TeamNotFound, Malformed: as they say.
    """
    needs(work.actor, "agent.manage")
    name = checked_name(name)
    await _check_roles(work, roles)
    await team_queries.check_teams(work, list(teams))
    agent = Agent(
        id=new_id(),
        email=typed_address(email),
        name=name,
        public_name=checked_name(public_name or name),
        language=language,
        languages=checked_languages(languages),
        theme="system",
        density="compact",
        state=AgentState.ACTIVE if password is not None else AgentState.INVITED,
        created_at=work.now(),
    )
    password_hash = await hash_password(password) if password is not None else None
    await queries.add_agent(work, agent, password_hash=password_hash)
    await queries.set_roles(work, agent.id, list(roles))
    await team_queries.set_teams(work, agent.id, list(teams))
    await audit.record(
        work, "agent.made", f"agent:{agent.id}", roles=sorted(roles), teams=sorted(teams)
    )
    return agent


async def invite(
    work: Work,
    settings: SignInSettings,
    *,
    email: str,
    name: str,
    roles: Sequence[str],
    teams: Sequence[str] = (),
    languages: Sequence[str] = ("en",),
) -> Invited:
    """Make an agent without a password and a link by which they set one.

    Raises:
        StepUpNeeded: the actor's last proof is too old.
        NotAllowed, EmailTaken, RoleNotFound, TeamNotFound, Malformed: see ``make_agent``.
    """
    needs(work.actor, "agent.manage")
    await needs_fresh_proof(work, within_s=settings.step_up_s)
    agent = await make_agent(
        work,
        email=email,
        name=name,
        password=None,
        roles=roles,
        teams=teams,
        languages=languages,
    )
    return await _linked(work, settings, agent)


async def new_link(
    work: Work, settings: SignInSettings, agent_id: UUID, *, drop_second_factor: bool = False
) -> Invited:
    """A one-time link for an agent who lost the first one, the password, or the telephone.

    With ``drop_second_factor`` codes and passkeys go and every session ends at once.

    Raises:
        NotAllowed: the actor may not manage agents, or this one may more than the actor.
        StepUpNeeded: the actor's last proof is too old.
    """
    needs(work.actor, "agent.manage")
    await needs_fresh_proof(work, within_s=settings.step_up_s)
    agent = await queries.get_agent(work, agent_id, lock=True)
    await _check_reach(work, agent_id)
    if drop_second_factor:
        await sign_in_queries.turn_off_totp(work, agent_id)
        await sign_in_queries.store_codes(work, agent_id, [])
        await passkey_queries.remove_all(work, agent_id)
        await end_all(work, agent_id)
        await audit.record(work, "second_factor.dropped", f"agent:{agent_id}")
    await unlock(work, agent.id, agent.email)
    return await _linked(work, settings, agent)


async def change_agent(
    work: Work, settings: SignInSettings, agent_id: UUID, wanted: Wanted
) -> AgentRow:
    """Change what an agent is called, may do, or whether they work here at all.

    Raises:
        NotAllowed: the actor may not manage agents, gives more than they may themselves, or
            changes one who may more.
        StepUpNeeded: the actor's last proof is too old.
        LastAdministrator: nobody would be left who can administer the desk.
        AgentNotFound, RoleNotFound, TeamNotFound, Malformed: as they say.
    """
    needs(work.actor, "agent.manage")
    await needs_fresh_proof(work, within_s=settings.step_up_s)
    before = await queries.get_agent(work, agent_id, lock=True)
    await _check_reach(work, agent_id)
    if wanted.state is AgentState.INVITED or (
        wanted.state is AgentState.ACTIVE and before.state is AgentState.INVITED
    ):
        raise Malformed(where="state")  # only the invited themselves end that state
    after = _changed(before, wanted)
    await queries.save_agent(work, after)
    if wanted.roles is not None:
        await _check_roles(work, wanted.roles)
        await queries.set_roles(work, agent_id, list(wanted.roles))
    if wanted.teams is not None:
        await team_queries.check_teams(work, list(wanted.teams))
        await team_queries.set_teams(work, agent_id, list(wanted.teams))
    if after.state is AgentState.SUSPENDED and before.state is not AgentState.SUSPENDED:
        await _suspend(work, agent_id)
    if wanted.roles is not None or wanted.state is not None:
        await queries.keep_an_admin(work)
    await audit.record(work, "agent.changed", f"agent:{agent_id}", **_said(wanted))
    return await queries.agent_row(work, agent_id)


async def agent_rows(work: Work) -> list[AgentRow]:
    """Every agent with roles, teams and presence.

    Raises:
        NotAllowed: the actor manages neither agents nor teams.
    """
    if not work.actor.may("team.manage"):
        needs(work.actor, "agent.manage")
    return await queries.agent_rows(work)


async def _suspend(work: Work, agent_id: UUID) -> None:
    await end_all(work, agent_id)
    await sign_in_queries.drop_links(work, agent_id)
    work.publish(AgentSuspended(agent_id=agent_id))


async def _linked(work: Work, settings: SignInSettings, agent: Agent) -> Invited:
    token = new_token()
    lasts = timedelta(seconds=settings.invite_s)
    await sign_in_queries.add_link(work, agent.id, token, lasts=lasts)
    await audit.record(work, "agent.link_made", f"agent:{agent.id}")
    return Invited(agent_id=agent.id, token=token)


def _changed(agent: Agent, wanted: Wanted) -> Agent:
    if wanted.name is not None:
        agent = agent.called(checked_name(wanted.name))
    if wanted.public_name is not None:
        agent = replace(agent, public_name=checked_name(wanted.public_name))
    if wanted.languages is not None:
        agent = replace(agent, languages=checked_languages(wanted.languages))
    if wanted.state is not None:
        agent = replace(agent, state=wanted.state)
    return agent


def _said(wanted: Wanted) -> dict[str, object]:
    """What the log keeps of a change."""
    said = msgspec.structs.asdict(wanted)
    return {name: value for name, value in said.items() if value is not None}


async def _check_roles(work: Work, keys: Sequence[str]) -> None:
    """Nobody hands out what they do not hold."""
    for role in await queries.roles_named(work, list(keys)):
        for permission in role.permissions:
            if not work.actor.may(permission):
                raise NotAllowed(permission=permission)


async def _check_reach(work: Work, agent_id: UUID) -> None:
    """Nobody changes one who may more: a new password by link would be a way up."""
    for permission in await queries.permissions_of(work, agent_id):
        if not work.actor.may(permission):
            raise NotAllowed(permission=permission)
