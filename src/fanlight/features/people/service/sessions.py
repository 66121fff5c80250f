"""Sessions of agents: opened, looked up once a request, stepped up, listed, revoked."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec

from fanlight.features.people.errors import StepUpNeeded
from fanlight.features.people.models import Session
from fanlight.features.people.queries import sign_in as queries
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import NotFound, SignInNeeded
from fanlight.kernel.ids import new_id, new_token
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Actor, Work

_SEEN_EVERY = timedelta(seconds=60)  # an agent's tab asks more often than is worth writing down
_HALF_S = 600  # time to find the telephone


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """From where somebody signs in; shown in the list of sessions."""

    ip: str = ""
    user_agent: str = ""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session and its token, which exists here and in the browser, nowhere else."""

    session: Session
    token: str


async def open_session(
    work: Work,
    agent_id: UUID,
    settings: SignInSettings,
    *,
    state: Literal["half", "full"],
    method: str,
    where: Where,
) -> Opened:
    """Begin a session; a full one begins with a fresh proof."""
    now = work.now()
    longest_s = settings.longest_s if state == "full" else _HALF_S
    session = Session(
        id=new_id(),
        agent_id=agent_id,
        state=state,
        method=method,
        created_at=now,
        last_seen_at=now,
        idle_s=settings.idle_s,
        expires_at=now + timedelta(seconds=longest_s),
        stepped_up_at=now if state == "full" else None,
        ip=where.ip[:45],
        user_agent=redact(where.user_agent[:1000]).text[:300],
    )
    token = new_token()
    await queries.open_session(work, session, token)
    return Opened(session=session, token=token)


async def actor_for(work: Work, session_token: str) -> Actor:
    """Who is behind a console cookie, with permissions and teams as they are now; and now seen.

    Raises:
        SignInNeeded: no such session, or it ended, was revoked, or is only half signed in.
    """
    actor, is_long_ago = await recognised(work, session_token)
    if is_long_ago:
        await queries.mark_seen(work, actor.session_id)
    return actor


async def recognised(work: Work, session_token: str) -> tuple[Actor, bool]:
    """The same by looking alone, and whether it is time to write down that they were seen."""
    found = await queries.behind(work, session_token)
    if found is None:
        raise SignInNeeded
    actor = Actor(
        kind="agent",
        id=found.id,
        name=found.name,
        permissions=found.permissions,
        queues=found.queues if "ticket.see_team" in found.permissions else (),
        language=found.language,
        session_id=found.session_id,
    )
    return actor, work.now() - found.last_seen_at >= _SEEN_EVERY


async def half_signed_in(work: Work, session_token: str) -> Session:
    """The session of somebody who still owes the second proof; good for giving it, no more.

    Raises:
        SignInNeeded: none, or too long ago.
    """
    session = await queries.half_session(work, session_token)
    if session is None:
        raise SignInNeeded
    return session


async def promote(work: Work, half: Session, settings: SignInSettings, *, method: str) -> Opened:
    """Replace a half session by a full one, under a new token."""
    await _end(work, half.agent_id, half.id)
    where = Where(ip=half.ip, user_agent=half.user_agent)
    return await open_session(
        work, half.agent_id, settings, state="full", method=method, where=where
    )


async def sign_out(work: Work, session_token: str) -> None:
    """End the session of this cookie, half or full; nothing happens when it has ended."""
    behind = await queries.behind(work, session_token)
    if behind is not None:
        await _end(work, behind.id, behind.session_id)
        return
    half = await queries.half_session(work, session_token)
    if half is not None:
        await _end(work, half.agent_id, half.id)


async def sessions_of(work: Work) -> list[Session]:
    """Where the actor is signed in, the latest first."""
    return await queries.sessions_of(work, work.actor.id)


async def revoke_others(work: Work) -> None:
    """End every session of the actor but the one at hand."""
    await end_all(work, work.actor.id, but=work.actor.session_id)
    await audit.record(work, "session.revoked_others", f"agent:{work.actor.id}")


async def revoke(work: Work, session_id: UUID) -> None:
    """End one session of the actor.

    Raises:
        NotFound: it is none of theirs, or has ended.
    """
    if not await _end(work, work.actor.id, session_id):
        raise NotFound
    await audit.record(work, "session.revoked", f"agent:{work.actor.id}", session_id=session_id)


async def end_all(work: Work, agent_id: UUID, *, but: UUID | None = None) -> None:
    """End every session of an agent, perhaps but the one at hand."""
    await queries.revoke_all(work, agent_id, but=but)


async def needs_fresh_proof(work: Work, *, within_s: int) -> None:
    """Raises StepUpNeeded unless the actor proved lately that they sit before the screen.

    The desk itself needs none; an agent without a session (a job in their name) has none to give.
    """
    if work.actor.kind == "system":
        return
    session_id = work.actor.session_id
    session = await queries.session(work, session_id) if session_id else None
    at = session.stepped_up_at if session else None
    if at is None or work.now() - at > timedelta(seconds=within_s):
        raise StepUpNeeded(within_s=within_s)


async def _end(work: Work, agent_id: UUID, session_id: UUID) -> bool:
    return await queries.revoke(work, agent_id, session_id)
