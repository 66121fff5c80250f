"""One-time links: the first administrator's at the first start, and an invited agent's."""

from datetime import timedelta

from fanlight.features.people.errors import LinkEnded
from fanlight.features.people.models import Agent, AgentState
from fanlight.features.people.names import checked_name
from fanlight.features.people.passwords import check_password, hash_password
from fanlight.features.people.queries import agents as agent_queries
from fanlight.features.people.queries import sign_in as queries
from fanlight.features.people.service.agents import make_agent
from fanlight.features.people.service.sessions import Where, end_all
from fanlight.features.people.service.sign_in import SignedIn, enter, unlock
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.ids import new_token
from fanlight.kernel.work import SYSTEM, Actor, Work

_SET_UP_LASTS = timedelta(hours=24)


async def make_set_up_token(work: Work) -> str | None:
    """A token for the very first administrator, to be shown in the terminal and nowhere else.

    None when there are agents already. The one made before stops working.
    """
    if await agent_queries.has_agents(work):
        return None
    token = new_token()
    await queries.hold_set_up(work, token, expires_at=work.now() + _SET_UP_LASTS)
    return token


async def set_up(
    work: Work,
    settings: SignInSettings,
    *,
    token: str,
    name: str,
    email: str,
    password: str,
    where: Where,
) -> SignedIn:
    """Make the first administrator. The link works once, for a day, and only while nobody is here.

    Raises:
        LinkEnded: used, too old, wrong, or there are agents already.
        PasswordTooWeak: easy to guess.
        Malformed: no mail address, no name.
    """
    check_password(password, at_least=settings.password_length, about=(email, name))
    if not await queries.use_set_up(work, token) or await agent_queries.has_agents(work):
        raise LinkEnded
    desk = work.acting_as(SYSTEM)
    agent = await make_agent(desk, email=email, name=name, password=password, roles=["admin"])
    return await _enter(work, settings, agent, where, action="desk.set_up")


async def accept_link(
    work: Work, settings: SignInSettings, *, token: str, name: str, password: str, where: Where
) -> SignedIn:
    """An invited agent's first sign-in, or a new password by an administrator's link.

    All sessions of the agent end. A second factor that was set up is still asked for.

    Raises:
        LinkEnded: used, too old, wrong, replaced by a newer one, or the agent is suspended.
        PasswordTooWeak: easy to guess.
    """
    agent_id = await queries.use_link(work, token)
    if agent_id is None:
        raise LinkEnded
    agent = await agent_queries.get_agent(work, agent_id, lock=True)
    if agent.state is AgentState.SUSPENDED:
        raise LinkEnded
    check_password(password, at_least=settings.password_length, about=(agent.email, agent.name))
    if name.strip():
        agent = agent.called(checked_name(name))
        await agent_queries.save_agent(work, agent)
    await queries.save_password(work, agent.id, await hash_password(password))
    await end_all(work, agent.id)
    await queries.drop_links(work, agent.id)
    await unlock(work, agent.id, agent.email)
    return await _enter(work, settings, agent, where, action="link.accepted")


async def _enter(
    work: Work, settings: SignInSettings, agent: Agent, where: Where, *, action: str
) -> SignedIn:
    known = await queries.credentials(work, agent.id)
    if known is None:
        raise SignInNeeded
    own = work.acting_as(Actor(kind="agent", id=agent.id, name=agent.name))
    await audit.record(own, action, f"agent:{agent.id}", ip=where.ip)
    return await enter(work, known, settings, method="link", where=where)
