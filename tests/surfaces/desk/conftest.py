"""A house whose agents speak HTTP as the console does."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from fanlight.channels.contract import Author, InboundEvent
from fanlight.features.knowledge import service as knowledge
from fanlight.features.knowledge.models import Category, CategoryName
from fanlight.features.tickets.intake import receive
from fanlight.features.tickets.received import Received
from fanlight.surfaces.shared.sessions import COOKIE
from tests.builders.databases import Databases
from tests.surfaces.widget.house import House, Line, open_house
from tests.ui.console import scene
from tests.ui.console.scene import Staff


@pytest.fixture(scope="session")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(databases, tmp_path_factory.mktemp("desk")) as house:
        house.run(scene.open_teams(house))
        yield house


class Desk:
    """One agent's requests and sockets."""

    def __init__(self, house: House, staff: Staff) -> None:
        self.house, self.staff = house, staff
        self.client = httpx2.AsyncClient(
            base_url=house.url,
            timeout=10,
            cookies={COOKIE: staff.token},
            headers={"x-fanlight": "1", "origin": house.url},
        )

    @property
    def id(self) -> str:
        return str(self.staff.agent.id)

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.client.get(f"/api/console/{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    async def put(self, path: str, expect: int = 200, /, **body: Any) -> Any:
        answer = await self.client.put(f"/api/console/{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def post(self, path: str, expect: int = 201, /, **body: Any) -> Any:
        answer = await self.client.post(f"/api/console/{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def reply(self, taken: Received, text: str, *, seen: int, status: int = 201) -> Any:
        return await self.post(
            f"tickets/{taken.ticket_id}/replies",
            status,
            conversation_id=str(taken.conversation_id),
            text=text,
            client_key=uuid4().hex,
            seen={str(taken.conversation_id): seen},
        )

    def socket(self) -> connect:
        url = self.house.url.replace("http", "ws") + "/api/console/live"
        headers = {"cookie": f"{COOKIE}={self.staff.token}"}
        return connect(url, origin=Origin(self.house.url), additional_headers=headers)


def line_of(socket: ClientConnection) -> Line:
    return Line(socket)


Enter = Callable[..., Awaitable[Desk]]
Hear = Callable[..., Awaitable[Received]]


@pytest.fixture
async def enter(house: House) -> AsyncIterator[Enter]:
    """Somebody signs in."""
    desks: list[Desk] = []

    async def sign_in(name: str = "Mei Tan", **wanted: Any) -> Desk:
        staff = await house.later(scene.hire(house, name, **wanted))
        desks.append(Desk(house, staff))
        return desks[-1]

    yield sign_in
    for desk in desks:
        await desk.client.aclose()


@pytest.fixture
def hear(house: House) -> Hear:
    """The front door takes a message of a web chat."""

    async def take(
        text: str = "My deposit is missing", *, who: str = "", **wanted: Any
    ) -> Received:
        who = who or uuid4().hex

        async def work() -> Received:
            async with house.edge.work() as begun:
                plain: dict[str, Any] = {
                    "channel": "chat.web",
                    "account_id": "site",
                    "dedupe_key": uuid4().hex,
                    "kind": "message.created",
                    "occurred_at": begun.now(),
                    "thread_key": who,
                    "author": Author(native_id=who, display="Ling Yu"),
                    "identity_kind": "visitor",
                    "text": text,
                }
                team, raw = wanted.pop("team", "deposits"), wanted.pop("raw", None)
                return await receive(begun, InboundEvent(**plain | wanted), raw=raw, team=team)

        return await house.later(work())

    return take


def ticket_id(taken: Received) -> UUID:
    assert taken.ticket_id is not None
    return taken.ticket_id


@pytest.fixture
async def shelves(house: House) -> None:
    """Where articles of these tests stand."""

    async def make() -> None:
        async with house.edge.work() as work:
            for key in ("fees", "basics"):
                names = {"en": CategoryName(name=key.capitalize())}
                await knowledge.save_category(
                    work, Category(key=key, position=1, icon="coins", names=names)
                )

    await house.later(make())
