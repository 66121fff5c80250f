"""The console's socket: rows that change, the ticket on screen, who else is there."""

import asyncio
import contextlib
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.signals import Typing, tell
from fanlight.features.people.access import CHANGED
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.kernel.errors import FanlightError, SignInNeeded
from fanlight.surfaces.console.hub import Client, Hub, frame
from fanlight.surfaces.console.presence import Room
from fanlight.surfaces.shared.guards import signed_in
from fanlight.surfaces.shared.sessions import actor_now, agent_behind, edge_of, token_of

AnySocket = WebSocket[Any, Any, Any]

CHECK_SESSION_S = 30.0
SILENT_S = 90.0  # a browser says ping every 25 s; one that does not is gone
LONGEST_FRAME = 16_384  # characters
MOST_WATCHED = 8
GOING_AWAY = 1001  # RFC 6455 7.4.1
TOO_SLOW, TOO_SILENT, NOT_UNDERSTOOD, SIGNED_OUT = 4408, 4409, 4400, 4401


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello"):
    feed: str | None = None


class Watch(msgspec.Struct, frozen=True, tag_field="t", tag="watch"):
    ticket_id: UUID


class Unwatch(msgspec.Struct, frozen=True, tag_field="t", tag="unwatch"):
    ticket_id: UUID


class Writes(msgspec.Struct, frozen=True, tag_field="t", tag="typing"):
    ticket_id: UUID
    what: Literal["reply", "note", "none"]
    conversation_id: UUID | None = None


class Ping(msgspec.Struct, frozen=True, tag_field="t", tag="ping"):
    pass


Said = Hello | Watch | Unwatch | Writes | Ping


@websocket("/api/console/live", guards=[signed_in])
async def live(socket: AnySocket) -> None:
    """One console's live side, from its first word to its end."""
    actor = await agent_behind(socket)
    edge = edge_of(socket)
    hub = edge.shelf.of(Hub)
    await socket.accept()
    async with hub.client(actor) as client:
        tasks = [
            asyncio.create_task(_hear(socket, hub, client)),
            asyncio.create_task(_speak(socket, client)),
            asyncio.create_task(_check(socket, client)),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    code = next((each for each in ended if isinstance(each, int)), 1011)
    with contextlib.suppress(Exception):
        await socket.close(code=code)


async def _hear(socket: AnySocket, hub: Hub, client: Client) -> int:
    """Do what the browser says; the code to close with when it is over."""
    while True:
        try:
            async with asyncio.timeout(SILENT_S):
                text = await socket.receive_text()
        except TimeoutError:
            return TOO_SILENT
        except WebSocketDisconnect:
            return 1000
        try:
            if len(text) > LONGEST_FRAME:
                return NOT_UNDERSTOOD
            said = msgspec.json.decode(text.encode(), type=Said)
        except (msgspec.MsgspecError, RecursionError):
            return NOT_UNDERSTOOD
        try:
            await _do(socket, hub, client, said)
        except TicketNotFound:
            continue  # not theirs, or gone: the row says so
        except FanlightError as refusal:
            client.send(frame("refused", code=refusal.code))


async def _do(socket: AnySocket, hub: Hub, client: Client, said: Said) -> None:
    match said:
        case Hello():
            await hub.hello(client, said.feed)
        case Watch():
            if len(client.watches) < MOST_WATCHED:
                await hub.watch(client, said.ticket_id)
        case Unwatch():
            await hub.unwatch(client, said.ticket_id)
        case Writes():
            if said.ticket_id in client.watches:
                await _writes(socket, client, said)
        case Ping():
            client.send(frame("pong"))


async def _writes(socket: AnySocket, client: Client, said: Writes) -> None:
    """Tell colleagues who writes what, and the customer that somebody writes to them."""
    edge = edge_of(socket)
    actor = client.actor
    what = "looking" if said.what == "none" else said.what
    await edge.shelf.of(Room).enter(said.ticket_id, actor.id, actor.name, what)
    if said.what == "note" or said.conversation_id is None or not actor.may("ticket.reply"):
        return
    async with edge.work(actor) as work:
        talk = await conversations.get_conversation(work, said.conversation_id)
        if talk.ticket_id == said.ticket_id:
            typing = Typing(talk.id, "agent", actor.name, said.what == "reply")
            tell(work, talk.ticket_id, talk.id, typing)


async def _speak(socket: AnySocket, client: Client) -> int:
    while not client.is_too_slow:
        data = await client.waiting.get()
        try:
            await socket.send_data(data.decode(), mode="text")
        except Exception:
            return 1000
    return TOO_SLOW


async def _check(socket: AnySocket, client: Client) -> int:
    """Notice at once that a session was ended, or what it may was changed; within half a minute
    where the word was lost."""
    edge, token = edge_of(socket), token_of(socket)
    async with edge.live.listen(CHANGED) as words:
        while True:
            try:
                async with asyncio.timeout(CHECK_SESSION_S):
                    await anext(words)
            except TimeoutError:
                pass
            except StopAsyncIteration:
                return GOING_AWAY
            try:
                client.actor = await actor_now(edge, token)
            except SignInNeeded:
                client.send(frame("signed_out"))
                await asyncio.sleep(0.2)
                return SIGNED_OUT
            except FanlightError:
                continue  # the database is away: ask again later


ROUTES = [live]
