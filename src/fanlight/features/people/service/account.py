"""An agent's own account: what they see of themselves, their settings, where they are."""

from msgspec.structs import replace

from fanlight.features.people.events import PresenceChanged
from fanlight.features.people.models import Density, PresenceState, Profile, Theme
from fanlight.features.people.names import checked_name
from fanlight.features.people.queries import agents as queries
from fanlight.kernel.errors import Malformed
from fanlight.kernel.i18n import languages
from fanlight.kernel.work import Work

PRESENCE = "presence"  # the live topic


async def profile(work: Work) -> Profile:
    """The actor's own account.

    Raises:
        AgentNotFound: the actor is no agent.
    """
    return await queries.profile(work, work.actor.id)


async def save_profile(
    work: Work,
    *,
    language: str | None = None,
    theme: Theme | None = None,
    density: Density | None = None,
    public_name: str | None = None,
) -> Profile:
    """Change one's own settings; what is None stays.

    Raises:
        Malformed: a language the console does not speak, or no name.
    """
    agent = await queries.get_agent(work, work.actor.id, lock=True)
    if language is not None and language not in languages():
        raise Malformed(where="language")
    agent = replace(
        agent,
        language=language or agent.language,
        theme=theme or agent.theme,
        density=density or agent.density,
        public_name=checked_name(public_name) if public_name is not None else agent.public_name,
    )
    await queries.save_agent(work, agent)
    return await queries.profile(work, agent.id)


async def set_presence(work: Work, state: PresenceState) -> None:
    """Say whether one answers now; saying it twice changes nothing."""
    agent = await queries.get_agent(work, work.actor.id)
    now = work.now()
    if await queries.store_presence(work, agent.id, state, since=now):
        work.publish(PresenceChanged(agent_id=agent.id, state=state, since=now))
        work.signal(PRESENCE)
