"""Agents of the desk who have just proven that they sit before the screen."""

from collections.abc import Awaitable, Callable

import pytest

from fanlight.features.people.queries import sign_in
from fanlight.features.people.service import make_agent, sessions
from fanlight.features.people.service.sessions import Where
from fanlight.features.people.settings import SignInSettings
from fanlight.features.trust import loading
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Actor, Work
from tests.conftest import ROOT

Person = Callable[..., Awaitable[Work]]


@pytest.fixture
def person(work: Work) -> Person:
    """The same work in the name of an agent with a fresh proof, or a stale one."""

    async def build(name: str = "Mei Tan", *may: str, is_fresh: bool = True) -> Work:
        agent = await make_agent(
            work, email=f"{new_id().hex}@desk.example", name=name, roles=["agent"], password=None
        )
        opened = await sessions.open_session(
            work,
            agent.id,
            SignInSettings(),
            state="full",
            method="passkey",
            where=Where(ip="192.0.2.7", user_agent="x"),
        )
        await work.run("UPDATE agents SET state = 'active' WHERE id = %(id)s", id=agent.id)
        proven_at = work.now() if is_fresh else None
        await work.run(sign_in.STEP_UP, session_id=opened.session.id, now=proven_at)
        actor = Actor(
            kind="agent",
            id=agent.id,
            name=name,
            permissions=frozenset(may or ("official.manage",)),
            session_id=opened.session.id,
        )
        return work.acting_as(actor)

    return build


@pytest.fixture
async def meridian(work: Work) -> None:
    """The invented exchange's own sources."""
    await loading.load(work, loading.read(ROOT / "content" / "demo" / "official.toml"))
