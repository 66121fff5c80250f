"""A whole desk on a free port, the invented exchange beside it: for tests through the doors."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx2
import uvicorn
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from fanlight.app import demo_exchange
from fanlight.app.build import create_app
from fanlight.app.desk import open_desk, read_settings
from fanlight.app.processes.protocol import Protocol
from fanlight.features.conversations.models import Message
from fanlight.features.conversations.queries import get_conversation
from fanlight.features.people.models import Agent
from fanlight.features.people.service import make_agent, set_presence
from fanlight.features.tickets import replies, service
from fanlight.features.tickets.queries import get_ticket
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor
from fanlight.surfaces.shared.settings import HelpSettings
from tests.builders.databases import Databases
from tests.conftest import ROOT
from tests.kernel.peers import free_port

T = TypeVar("T")
PASSWORD = "three quiet lanterns by the door"
MAY = ("ticket.see_all", "ticket.reply", "ticket.assign", "ticket.solve", "ticket.edit")


class House:
    """Everything runs on one loop in a thread of its own, so that any test can use it."""

    def __init__(self, settings: Settings, port: int, exchange_port: int) -> None:
        self.settings = settings
        self.url = f"http://localhost:{port}"
        self.exchange_url = f"http://127.0.0.1:{exchange_port}"
        self._ports = (port, exchange_port)
        self._loop: asyncio.AbstractEventLoop  # made by the thread that closes it
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._live, name="house", daemon=True)
        self._up: Future[None] = Future()
        self.edge: Edge
        self.agent: Agent

    def __enter__(self) -> "House":
        self._thread.start()
        self._up.result(120)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(120)
        assert not self._thread.is_alive(), "the house does not close: its loop would stay open"

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the house's own loop, from a plain test."""
        asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return asked.result(120)
        except TimeoutError:
            asked.cancel()  # else it goes on behind the tests that follow
            raise

    async def later(self, work: Coroutine[Any, Any, T]) -> T:
        """The same from an asynchronous test."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def _live(self) -> None:
        try:
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                runner.run(self._serve())
        except BaseException as error:
            if self._up.done():
                raise
            self._up.set_exception(error)

    async def _serve(self) -> None:
        desk = _server(create_app(self.settings), self._ports[0])
        exchange = _server(demo_exchange.create_app(self.settings), self._ports[1])
        async with AsyncExitStack() as stack:
            self.edge = await stack.enter_async_context(open_desk(self.settings, name="agents"))
            async with self.edge.work() as work:
                self.agent = await make_agent(
                    work,
                    email="lin@meridian.example",
                    name="Lin Che",
                    public_name="林澈",
                    password=PASSWORD,
                    roles=["lead"],
                    teams=["support"],
                )
            servers = [asyncio.create_task(each.serve()) for each in (desk, exchange)]
            while not (desk.started and exchange.started):
                await asyncio.sleep(0.02)
                for task in servers:
                    if task.done():
                        task.result()
            self._up.set_result(None)
            await self._stop.wait()
            for each in (desk, exchange):
                each.should_exit = True
            await asyncio.gather(*servers, return_exceptions=True)

    # ------------------------------------------------------------------ the agent's side

    def as_agent(self) -> Actor:
        return Actor(
            kind="agent",
            id=self.agent.id,
            name=self.agent.public_name,
            permissions=frozenset(MAY),
            queues=("support",),
        )

    async def presence(self, state: Any) -> None:
        async with self.edge.work(self.as_agent()) as work:
            await set_presence(work, state)

    async def answer(self, talk_id: UUID, text: str, *, confirmed: Sequence[str] = ()) -> Message:
        """Answer as an agent who has read everything."""
        async with self.edge.work(self.as_agent()) as work:
            chat = await get_conversation(work, talk_id)
            return await replies.reply(
                work,
                chat.ticket_id,
                conversation_id=chat.id,
                text=text,
                seen={chat.id: chat.last_seq},
                client_key=str(uuid4()),
                confirmed=confirmed,
            )

    async def end_talks(self) -> None:
        """End what other files left open in this house: it waits in line or is gone on with."""
        async with self.edge.work() as work:
            await work.run("UPDATE conversations SET is_current = false WHERE channel = 'chat.web'")
            await work.run("UPDATE tickets SET needs_answer = false WHERE channel = 'chat.web'")

    async def own(self, talk_id: UUID) -> None:
        """Take the talk's ticket."""
        async with self.edge.work(self.as_agent()) as work:
            chat = await get_conversation(work, talk_id)
            ticket = await get_ticket(work, chat.ticket_id)
            await service.assign(work, ticket.id, to=self.agent.id, version=ticket.version)


class People:
    """Whoever comes to the widget in one test; their connections are closed after it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._clients: list[httpx2.AsyncClient] = []

    def client(self) -> httpx2.AsyncClient:
        client = httpx2.AsyncClient(base_url=self.house.url, timeout=10)
        self._clients.append(client)
        return client

    async def guest(self, **given: Any) -> "Customer":
        return await Customer.enter(self, **given)

    async def signed(self, uid: str = "61724093", **given: Any) -> "Customer":
        return await Customer.enter(self, identity=self.token(uid), **given)

    def token(self, uid: str = "61724093") -> str:
        customer = next(each for each in demo_exchange.site().customer if each.uid == uid)
        return demo_exchange.identity_token(self.house.settings, customer, self.house.edge.now())

    async def leave(self) -> None:
        for client in self._clients:
            await client.aclose()


class Customer:
    """Somebody at the widget, speaking HTTP as it does."""

    def __init__(self, house: House, client: httpx2.AsyncClient, session: dict[str, Any]) -> None:
        self.house, self.client, self.session = house, client, session
        client.headers["authorization"] = f"Bearer {session['token']}"

    @classmethod
    async def enter(cls, people: People, **given: Any) -> "Customer":
        client = people.client()
        response = await client.post("/api/widget/session", json={"language": "en", **given})
        assert response.status_code == 200, response.text
        return cls(people.house, client, response.json())

    async def begin(self, text: str = "My deposit is missing.", **more: Any) -> dict[str, Any]:
        """Begin a chat; the talk as the widget gets it."""
        body = {"text": text, "client_key": str(uuid4()), **more}
        response = await self.client.post("/api/widget/chats", json=body)
        assert response.status_code == 201, response.text
        begun: dict[str, Any] = response.json()
        return begun

    async def messages(self, talk_id: str, after: int = 0) -> list[dict[str, Any]]:
        response = await self.client.get(f"/api/widget/chats/{talk_id}/messages?after={after}")
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["messages"]
        return found

    @asynccontextmanager
    async def line(self, talk_id: str, after: int = 0) -> AsyncIterator["Line"]:
        """An open socket that has said hello."""
        async with connect(self.socket_url, origin=Origin(self.house.url)) as socket:
            line = Line(socket)
            await line.say(t="hello", token=self.session["token"], chat_id=talk_id, after=after)
            yield line

    @property
    def socket_url(self) -> str:
        return self.house.url.replace("http", "ws") + "/api/widget/live"


class Line:
    """A socket whose frames are dictionaries."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self, wait_s: float = 5) -> dict[str, Any]:
        async with asyncio.timeout(wait_s):
            frame: dict[str, Any] = json.loads(await self.socket.recv())
            return frame

    async def until(self, kind: str, wait_s: float = 5) -> list[dict[str, Any]]:
        """Every frame up to and with the next of this kind."""
        heard: list[dict[str, Any]] = []
        async with asyncio.timeout(wait_s):
            while not heard or heard[-1]["t"] != kind:
                heard.append(await self.hear(wait_s))
        return heard


@contextmanager
def open_house(databases: Databases, folder: Path, *sections: Any) -> Iterator[House]:
    """A house of its own on the test server: its data is committed, so it shares with nobody.

    ``sections``: settings that differ from those as shipped.
    """
    url = databases.copy("house")
    port, exchange_port = free_port(), free_port()
    settings = read_settings(folder)
    brand = replace(settings[BrandSettings], help_url=f"http://localhost:{port}", name="Meridian")
    settings = settings.with_section(replace(settings[DatabaseSettings], url=url))
    settings = settings.with_section(brand)
    openapi = str(ROOT / "content" / "demo" / "openapi" / "1.9.0.yaml")
    settings = settings.with_section(replace(settings[HelpSettings], openapi=openapi))
    for section in sections:
        settings = settings.with_section(section)
    settings = demo_exchange.demo_settings(settings, port=exchange_port)
    with House(settings, port, exchange_port) as house:
        yield house


def _server(app: Any, port: int) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            http=Protocol,
            ws="websockets-sansio",
            ws_max_size=262_144,
            ws_per_message_deflate=False,
            log_level="warning",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
    )
