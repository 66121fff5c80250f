"""The talks that somebody in this process is looking at: read once a change, told to all.

A wake-up may be lost, doubled or late; it only says that the database holds more than was told.
What a socket gets is therefore decided by seq: it asks for what lies above its last one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Message
from fanlight.features.conversations.signals import (
    Receipt,
    Said,
    Turned,
    Typing,
    conversation_topic,
    decode,
)
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.contract import Missed, Signal
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.widget import queries, speaking
from fanlight.surfaces.widget.sessions import SIGNED_OUT
from fanlight.surfaces.widget.wire import AgentOut, MessageOut, agent_of, shown_status

log = logging.getLogger(__name__)
PAGE = 200  # messages read at once
MOST_WAITING = 256  # frames; a reader slower than this is sent away and comes back by its seq


class MessageFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="message"):
    message: MessageOut


class TypingFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="typing"):
    name: str
    on: bool


class ReceiptFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="receipt"):
    agent_read_seq: int
    agent_delivered_seq: int


class StateFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="state"):
    status: str
    agent: AgentOut | None


class Bye(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="bye"):
    code: str


class LineCut(Exception):
    """The other side has left."""


class Frame(msgspec.Struct, frozen=True):
    """Text for a socket, and which message it carries, if any.

    ``is_due``: goes out whatever the socket has had (an acknowledgement, an edit); otherwise only
    to whoever does not have this seq yet. ``is_last``: the socket is closed after it.
    """

    body: str
    seq: int | None = None
    is_due: bool = False
    is_last: bool = False


class CatchUp(msgspec.Struct, frozen=True):
    """Tell this socket everything above a seq, from the database, and say that it is ready."""

    after: int


Deliver = Callable[[Frame | CatchUp], Awaitable[None]]
_encoder = msgspec.json.Encoder()


def encoded(frame: msgspec.Struct) -> str:
    """A frame as text: encoded once, sent to many."""
    return _encoder.encode(frame).decode()


class Seat:
    """One socket's place in a room: frames wait here until the socket has taken them.

    While nothing waits there is no queue and no task: most sockets are idle, and there are many.
    """

    __slots__ = ("_deliver", "_task", "_waiting", "is_over", "token_hash")

    def __init__(self, token_hash: bytes, deliver: Deliver) -> None:
        self.token_hash = token_hash
        self._deliver = deliver
        self._waiting: deque[Frame | CatchUp] | None = None
        self._task: asyncio.Task[None] | None = None
        self.is_over = False

    def give(self, frame: Frame | CatchUp) -> None:
        """Hand over a frame; they reach the socket one after the other, in this order."""
        if self.is_over:
            return
        if self._waiting is not None and len(self._waiting) >= MOST_WAITING:
            self.close("too_slow")
        else:
            self._add(frame)

    def close(self, why: str) -> None:
        """No more frames after those that wait, save the word why."""
        if not self.is_over:
            self.is_over = True
            self._add(Frame(encoded(Bye(code=why)), is_last=True))

    def _add(self, frame: Frame | CatchUp) -> None:
        if self._waiting is not None:
            self._waiting.append(frame)
        else:
            self._waiting = deque([frame])
            self._task = asyncio.create_task(self._drain(), name="chat line")

    async def leave(self) -> None:
        """The socket is gone: what waits for it is dropped."""
        self.is_over = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _drain(self) -> None:
        while self._waiting:
            frame = self._waiting.popleft()
            try:
                await self._deliver(frame)
            except LineCut:
                self.is_over = True
                break
            except Exception:
                log.warning("a chat line broke; its page comes back", exc_info=True)
                self.is_over = True
                await self._deliver(Frame(encoded(Bye(code="restarting")), is_last=True))
                break
        self._waiting = self._task = None


class Room:
    """One talk: the sockets that show it, and how far they were told."""

    def __init__(self, edge: Edge, talk_id: UUID, *, last_seq: int, language: str) -> None:
        self._edge, self.talk_id, self._language = edge, talk_id, language
        self.seats: set[Seat] = set()
        self.last_seq = last_seq  # nothing is missing up to here
        self.is_listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"chat room {self.talk_id}")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def tell(self, frame: Frame) -> None:
        for seat in self.seats:
            seat.give(frame)

    def told(self, message: MessageOut, *, by: Seat) -> None:
        """This process has just stored a message: tell it without reading it again."""
        if message.seq == self.last_seq + 1:
            self.last_seq = message.seq  # else its wake-up brings what lies between
        frame = Frame(encoded(MessageFrame(message=message)), message.seq)
        for seat in self.seats - {by}:
            seat.give(frame)

    async def _run(self) -> None:
        try:
            async with self._edge.live.listen(conversation_topic(self.talk_id)) as signals:
                self.is_listening.set()
                async for signal in signals:
                    await self._hear(signal)
        except Exception:
            log.warning("a chat room broke; its sockets come back", exc_info=True)
        finally:
            self.is_listening.set()
            for seat in list(self.seats):
                seat.close("restarting")

    async def _hear(self, signal: Signal | Missed) -> None:
        found = None if isinstance(signal, Missed) else decode(signal.payload)
        match found:
            case Said(message_id=message_id, seq=int() as seq, is_new=is_new):
                if seq > self.last_seq:
                    await self._read_on()
                elif not is_new:
                    await self._changed(message_id)
            case Receipt(by="agent") as receipt:
                frame = ReceiptFrame(
                    agent_read_seq=receipt.read_seq, agent_delivered_seq=receipt.delivered_seq
                )
                self.tell(Frame(encoded(frame)))
            case Typing(by="agent") as typing:
                self.tell(Frame(encoded(TypingFrame(name=typing.name, on=typing.is_on))))
            case Turned():
                await self._turned()
            case None:
                await self._read_on()
                await self._turned()

    async def _read_on(self) -> None:
        """Tell everything above the last seq told."""
        while True:
            async with self._edge.work() as work:
                said = await conversations.messages_after(
                    work, self.talk_id, after=self.last_seq, limit=PAGE
                )
                shown = await speaking.shown(work, said, self._language)
            for message in shown:
                self.last_seq = max(self.last_seq, message.seq)
                self.tell(Frame(encoded(MessageFrame(message=message)), message.seq))
            if len(shown) < PAGE:
                return

    async def _changed(self, message_id: UUID) -> None:
        """A message told before is another now: edited, withdrawn, or its file has come."""
        async with self._edge.work() as work:
            message: Message = await conversations.get_message(work, message_id)
            shown = await speaking.shown(work, [message], self._language)
        body = encoded(MessageFrame(message=shown[0]))
        self.tell(Frame(body, shown[0].seq, is_due=True))

    async def _turned(self) -> None:
        async with self._edge.work() as work:
            talk = await queries.state(work, self.talk_id)
        if talk is not None:
            state = StateFrame(status=shown_status(talk), agent=agent_of(talk))
            self.tell(Frame(encoded(state)))


class Rooms:
    """Every room of this process. A room stands while somebody sits in it."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._rooms: dict[UUID, Room] = {}
        self._doorman: asyncio.Task[None] | None = None
        self._seats: dict[bytes, set[Seat]] = {}

    def sockets_of(self, token_hash: bytes) -> int:
        return len(self._seats.get(token_hash, ()))

    async def sit(self, seat: Seat, talk_id: UUID, *, last_seq: int, language: str) -> Room:
        """Take a seat before reading what was said: what comes meanwhile waits in it.

        ``last_seq`` was read before, so nothing can hide between it and the first wake-up.
        """
        if self._doorman is None:
            self._doorman = asyncio.create_task(self._watch_the_door(), name="chat doorman")
        room = self._rooms.get(talk_id)
        if room is None:
            room = self._rooms[talk_id] = Room(
                self._edge, talk_id, last_seq=last_seq, language=language
            )
            room.open()
        room.seats.add(seat)
        self._seats.setdefault(seat.token_hash, set()).add(seat)
        try:
            await room.is_listening.wait()
        except BaseException:  # cancelled: the process ends
            await self.leave(room, seat)
            raise
        return room

    async def leave(self, room: Room, seat: Seat) -> None:
        """Give the seat up; whoever leaves last closes the room."""
        room.seats.discard(seat)
        mine = self._seats.get(seat.token_hash)
        if mine is not None:
            mine.discard(seat)
            if not mine:
                del self._seats[seat.token_hash]
        await seat.leave()
        if not room.seats and self._rooms.get(room.talk_id) is room:
            del self._rooms[room.talk_id]
            await room.close()

    async def _watch_the_door(self) -> None:
        """Close the sockets of sessions that logged out, here or in another process."""
        async with self._edge.live.listen(SIGNED_OUT) as signals:
            async for signal in signals:
                if isinstance(signal, Missed):
                    continue
                with suppress(ValueError):
                    for seat in list(self._seats.get(bytes.fromhex(signal.payload.decode()), ())):
                        seat.close("signed_out")


def rooms_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Rooms:
    """The rooms of this process, made when the first socket comes."""
    state = connection.app.state
    if not hasattr(state, "chat_rooms"):
        state.chat_rooms = Rooms(edge_of(connection))
    rooms: Rooms = state.chat_rooms
    return rooms
