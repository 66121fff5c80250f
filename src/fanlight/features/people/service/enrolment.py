"""Setting up a second factor: by an agent who is signed in, or by one who cannot go on without."""

from uuid import UUID

import msgspec

from fanlight.features.people.models import Session
from fanlight.features.people.queries import sign_in as queries
from fanlight.features.people.service import sessions
from fanlight.features.people.service.sessions import Opened, Where
from fanlight.features.people.service.sign_in import welcome
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.work import Actor, Work


class Enroller(msgspec.Struct, frozen=True, kw_only=True):
    """Who may set up a second factor now. ``half`` is theirs to be made full by it."""

    actor: Actor
    half: Session | None

    @property
    def agent_id(self) -> UUID:
        return self.actor.id


async def enroller(work: Work, session_token: str, settings: SignInSettings) -> Enroller:
    """Who is behind the cookie, when they may add a second factor.

    Raises:
        SignInNeeded: nobody, or somebody who owes a second proof they already have: else a thief
            with the password could add a factor of their own.
        StepUpNeeded: they are signed in, but their last proof is too old.
    """
    half = await queries.half_session(work, session_token)
    if half is None:
        actor = await sessions.actor_for(work, session_token)
        await sessions.needs_fresh_proof(work.acting_as(actor), within_s=settings.step_up_s)
        return Enroller(actor=actor, half=None)
    known = await queries.credentials(work, half.agent_id)
    if known is None or known.has_second_factor:
        raise SignInNeeded
    return Enroller(actor=Actor(kind="agent", id=known.id, name=known.name), half=half)


async def finish(
    work: Work, who: Enroller, settings: SignInSettings, *, factor: str
) -> Opened | None:
    """The factor stands: a half session becomes a full one, under a new token."""
    if who.half is None:
        return None
    known = await queries.credentials(work, who.agent_id)
    if known is None:
        raise SignInNeeded
    method = f"{who.half.method}+{factor}"
    await welcome(work, known, where=Where(ip=who.half.ip), method=method)
    return await sessions.promote(work, who.half, settings, method=method)
