"""A desk with low caps, agents of two teams, and a customer who wrote to one of them."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from fanlight.channels.contract import Author
from fanlight.features.oversight.looks import Looks
from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.assurance import Method, proof_by
from fanlight.features.people.service import link_identity
from fanlight.features.people.service.agents import make_agent
from fanlight.features.people.service.sessions import Where, actor_for, open_session
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Actor
from tests.builders.tickets import TEAM, hears

LOW = OversightSettings(
    alert_reveals=2, alert_opened=2, alert_searches=2, alert_pages=2,
    cap_reveals=3, cap_opened=3, cap_searches=3, cap_pages=3,
)  # fmt: skip

Hire = Callable[..., Awaitable[Actor]]
Write = Callable[..., Awaitable[UUID]]
Log = Callable[..., Awaitable[list[audit.Entry]]]


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    """As everywhere, with caps low enough to be reached."""
    shelf.offer(shelf.of(Settings).with_section(LOW))
    return shelf


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
def hire(edge: Edge) -> Hire:
    """An agent who has signed in this moment."""

    async def make(role: str = "agent", *, teams: tuple[str, ...] = ("support",)) -> Actor:
        async with edge.work() as work:
            for team in teams:
                await work.run(TEAM, key=team)
            agent = await make_agent(
                work, email=f"{new_id().hex}@desk.example", name="Mei Tan", roles=[role],
                teams=list(teams), password=None,
            )  # fmt: skip
            await work.run("UPDATE agents SET state = 'active' WHERE id = %(id)s", id=agent.id)
            opened = await open_session(
                work, agent.id, SignInSettings(), state="full", method="passkey", where=Where()
            )
            return await actor_for(work, opened.token)

    return make


@pytest.fixture
def write(edge: Edge) -> Write:
    """A customer with a name, an account and an address has written; their ticket."""

    async def tell(who: str = "lin", *, uid: str = "48812217", **wanted: Any) -> UUID:
        async with edge.work() as work:
            author = Author(native_id=who, display="Ling Yu")
            taken = await hears(work, thread_key=who, **{"author": author} | wanted)
            assert taken.ticket_id is not None
            [customer_id] = await work.rows(
                UUID, "SELECT customer_id FROM tickets WHERE id = %(id)s", id=taken.ticket_id
            )
            proof = proof_by(Method.SIGNED_SESSION, f"exchange:{uid}", at=work.now())
            await link_identity(work, customer_id, "exchange", uid, proof=proof)
            return taken.ticket_id

    return tell


@pytest.fixture
def log(edge: Edge) -> Log:
    """What an agent did, the latest first."""

    async def read(actor: Actor) -> list[audit.Entry]:
        async with edge.work() as work:
            entries = await audit.page(work, actor_id=actor.id, limit=100)
        return [each for each in entries if not each.action.startswith("sign_in")]

    return read
