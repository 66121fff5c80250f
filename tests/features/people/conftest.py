"""People at hand: sealed secrets, agents with roles, an actor with a fresh session."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from fanlight.features.people.models import Agent, AgentState
from fanlight.features.people.passwords import hash_password
from fanlight.features.people.queries import sign_in
from fanlight.features.people.service import make_agent as make
from fanlight.features.people.service import make_team, sessions
from fanlight.features.people.service.sessions import Where
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work
from tests.builders.passkey import SoftPasskey

PASSWORD = "lantern over the river"
HERE = Where(ip="192.0.2.7", user_agent="Firefox on Linux")

MakeAgent = Callable[..., Awaitable[Agent]]
ActAs = Callable[[Agent], Awaitable[Work]]


class Clock:
    """A still clock that a test moves by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock(work: Work) -> Clock:
    clock = Clock(work.now())
    work.now = clock
    return clock


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(bytes(range(32)))


@pytest.fixture
def rules() -> SignInSettings:
    return SignInSettings()


@pytest.fixture
def optional(rules: SignInSettings) -> SignInSettings:
    return msgspec.structs.replace(rules, second_factor="optional")


@pytest.fixture(scope="session")
async def password_hash() -> str:
    """Hashed once: it is slow on purpose, and hundreds of tests need an agent."""
    return await hash_password(PASSWORD)


@pytest.fixture
def make_agent(work: Work, password_hash: str) -> MakeAgent:
    """An agent whose password is the one of this file; invited only, with ``password=None``."""

    async def build(**wanted: Any) -> Agent:
        is_invited = wanted.pop("password", PASSWORD) is None
        plain = {"email": f"{new_id().hex}@desk.example", "name": "Mei Tan", "roles": ["agent"]}
        agent = await make(work, password=None, **plain | wanted)
        if is_invited:
            return agent
        await sign_in.save_password(work, agent.id, password_hash)
        return msgspec.structs.replace(agent, state=AgentState.ACTIVE)

    return build


@pytest.fixture
async def team(work: Work) -> str:
    return (await make_team(work, key="deposits", name="Deposits")).key


@pytest.fixture
def act_as(work: Work, rules: SignInSettings, clock: Clock) -> ActAs:
    """The same work in the name of an agent who signed in this moment."""

    async def act(agent: Agent) -> Work:
        opened = await sessions.open_session(
            work, agent.id, rules, state="full", method="password", where=HERE
        )
        return work.acting_as(await sessions.actor_for(work, opened.token))

    return act


@pytest.fixture
def new_passkey() -> Callable[..., SoftPasskey]:
    return SoftPasskey
