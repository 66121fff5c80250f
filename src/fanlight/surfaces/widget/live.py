"""The widget's socket: words both ways, durable before they are shown, resumed by seq."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import WebSocket, websocket
from msgspec import Meta

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk_verbs
from fanlight.features.conversations.signals import Typing as TypingSignal
from fanlight.features.conversations.signals import encode, ticket_topic
from fanlight.features.tickets import continuation
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import FanlightError, Malformed, SignInNeeded, TooManyTries, Unavailable
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.keys import ClientKey
from fanlight.surfaces.shared.problems import problem_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page
from fanlight.surfaces.widget import queries, sessions, speaking
from fanlight.surfaces.widget.pace import Pace
from fanlight.surfaces.widget.queries import Talk
from fanlight.surfaces.widget.rooms import (
    PAGE,
    Bye,
    CatchUp,
    Frame,
    LineCut,
    MessageFrame,
    ReceiptFrame,
    Room,
    Rooms,
    Seat,
    StateFrame,
    encoded,
    rooms_of,
)
from fanlight.surfaces.widget.settings import WidgetSettings
from fanlight.surfaces.widget.wire import (
    MOST_FILES,
    MessageOut,
    TalkOut,
    agent_of,
    shown_status,
)

AnySocket = WebSocket[Any, Any, Any]
LONGEST_FRAME = 64 * 1024  # characters
HELLO_WITHIN_S = 10.0
MOST_MISTAKES = 5  # frames we could not read before we hang up
TYPING_EVERY_S = 2.0
SIGNS = 5  # typing, read and the like, for each message somebody may send
HANG_UP, TOO_LARGE, TRY_LATER = 1008, 1009, 1013  # RFC 6455 7.4 and its registry


class _In(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """What a client may say."""


class Hello(_In, frozen=True, kw_only=True, tag="hello"):
    token: Annotated[str, Meta(max_length=64)]
    chat_id: UUID
    after: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0


class Send(_In, frozen=True, kw_only=True, tag="send"):
    client_key: ClientKey
    text: str
    file_ids: Annotated[list[UUID], Meta(max_length=MOST_FILES)] = []


class Typing(_In, frozen=True, kw_only=True, tag="typing"):
    on: bool


class Read(_In, frozen=True, kw_only=True, tag="read"):
    seq: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Delivered(_In, frozen=True, kw_only=True, tag="delivered"):
    seq: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Ping(_In, frozen=True, kw_only=True, tag="ping"):
    pass


ClientFrame = Hello | Send | Typing | Read | Delivered | Ping


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="ready"):
    last_seq: int


class Ack(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="ack"):
    client_key: str
    message: MessageOut


class Moved(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="moved"):
    """The talk goes on under another ticket; what was said under this key is there."""

    client_key: str | None
    conversation: TalkOut


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="refused"):
    client_key: str | None
    problem: dict[str, Any]


_PONG = Frame('{"t":"pong"}')
_decode = msgspec.json.Decoder(ClientFrame).decode


@websocket("/api/widget/live")
async def live(socket: AnySocket) -> None:
    """One customer's socket, from hello to the end of their line."""
    if not is_from_our_page(socket):
        await socket.close(code=HANG_UP)
        return
    await socket.accept()
    line = _Line(socket, edge_of(socket), rooms_of(socket))
    try:
        await line.greet()
        while True:
            # One coroutine deep, on purpose: this is where thousands of idle sockets wait.
            await line.take(await socket.receive())
    except LineCut:
        pass
    except FanlightError as error:
        # A refusal ends the line, and so does a database that does not answer: come back later.
        with suppress(LineCut):
            await _say(socket, encoded(Bye(code=error.code)))
            code = TRY_LATER if isinstance(error, Unavailable) else HANG_UP
            await socket.close(code=code)
    finally:
        await line.leave()


class _Line:
    """What one open socket needs to remember: little, for there are many."""

    __slots__ = (
        "_delivered_seq", "_edge", "_mistakes", "_pace", "_read_seq", "_room", "_rooms", "_seat",
        "_sent_seq", "_session", "_signs", "_socket", "_talk", "_typed_at",
    )  # fmt: skip

    def __init__(self, socket: AnySocket, edge: Edge, rooms: Rooms) -> None:
        self._socket, self._edge, self._rooms = socket, edge, rooms
        self._room: Room | None = None
        self._sent_seq = self._mistakes = self._read_seq = self._delivered_seq = 0
        self._typed_at = 0.0
        self._pace: Pace | None = None  # made with the first word said
        self._signs: Pace | None = None  # of what is no word

    async def greet(self) -> None:
        """Let the customer in, take a seat, tell what they do not have yet."""
        hello = await self._greeting()
        self._session, self._talk = await self._enter(hello)
        token_hash, language = self._session.row.token_hash, self._session.row.language
        limit = self._edge.shelf.of(Settings)[WidgetSettings].sockets_per_session
        if self._rooms.sockets_of(token_hash) >= limit:
            raise TooManyTries(retry_after_s=30)
        self._seat = Seat(token_hash, self._deliver)
        talk = self._talk
        self._room = await self._rooms.sit(
            self._seat, talk.id, last_seq=talk.last_seq, language=language
        )
        if talk.id != hello.chat_id:
            self._seat.give(Frame(encoded(Moved(client_key=None, conversation=TalkOut.of(talk)))))
        self._seat.give(CatchUp(hello.after))

    async def leave(self) -> None:
        """The line is gone: the last one of a talk notes that its customer has left."""
        if self._room is None:
            return
        is_last = self._room.seats <= {self._seat}
        await self._rooms.leave(self._room, self._seat)
        if is_last:
            with suppress(Unavailable):
                async with self._edge.work() as work:
                    await continuation.left(work, self._talk.id)

    # ------------------------------------------------------------------ greeting

    async def _greeting(self) -> Hello:
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                said = await _text(self._socket, await self._socket.receive())
        except TimeoutError:
            raise SignInNeeded from None
        try:
            frame = _decode(said)
        except (msgspec.MsgspecError, RecursionError):
            raise Malformed(where="hello") from None
        if not isinstance(frame, Hello):
            raise SignInNeeded
        return frame

    async def _enter(self, hello: Hello) -> tuple[sessions.Session, Talk]:
        """Whose talk this is; one retired meanwhile leads to where it goes on."""
        async with self._edge.work() as work:
            session = await sessions.of_token(work, hello.token)
            talk = await speaking.own_talk(work, session, hello.chat_id)
            now = await queries.talk_on(work, session.kind, session.key, talk.thread_key)
            await continuation.came(work, (now or talk).id)
        return session, now or talk

    # ------------------------------------------------------------------ hearing

    async def take(self, event: Any) -> None:
        """One frame of the customer's."""
        said = await _text(self._socket, event)
        try:
            await self._take(_decode(said))
        except (msgspec.MsgspecError, RecursionError):
            self._mistakes += 1
            self._refuse(None, Malformed(where="frame"))
            if self._mistakes >= MOST_MISTAKES:
                raise Malformed(where="frame") from None

    async def _take(self, frame: ClientFrame) -> None:
        match frame:
            case Send():
                try:
                    await self._send(frame)
                except Unavailable:
                    raise  # not refused: the client keeps it and comes back with it
                except FanlightError as error:
                    self._refuse(frame.client_key, error)
            case Ping():
                self._seat.give(_PONG)
            case Hello():
                self._signs = self._spent(self._signs, SIGNS)
                await self._greeted_again(frame)
            case _:
                with suppress(TooManyTries):  # of signs by the hundred some may be missing
                    self._signs = self._spent(self._signs, SIGNS)
                    await self._sign(frame)

    async def _sign(self, frame: ClientFrame) -> None:
        match frame:
            case Typing(on=is_on):
                await self._typing(is_on)
            case Read(seq=seq):
                await self._mark(seq, is_read=True)
            case Delivered(seq=seq):
                await self._mark(seq, is_read=False)

    async def _greeted_again(self, hello: Hello) -> None:
        """The client found a gap, or has a fresh session: the same person's, or none of ours."""
        async with self._edge.reading() as work:
            session = await sessions.of_token(work, hello.token)
        if (session.kind, session.key) != (self._session.kind, self._session.key):
            raise SignInNeeded
        self._session = session
        self._seat.give(CatchUp(hello.after))

    async def _send(self, frame: Send) -> None:
        """Store, commit, acknowledge: in this order, so that an ack is never a promise."""
        self._pace = self._spent(self._pace, 1)
        async with self._edge.work() as work:
            session = sessions.still(work, self._session)
            said = await speaking.say(
                work,
                session,
                thread_key=self._talk.thread_key,
                text=frame.text,
                client_key=frame.client_key,
                file_ids=frame.file_ids,
                talk_id=self._talk.id,
            )
            shown = await speaking.shown_now(work, said, session.row.language)
            moved = None
            if said.conversation_id != self._talk.id:
                moved = await speaking.own_talk(work, session, said.conversation_id)
        if moved is not None:
            talk = TalkOut.of(moved)
            body = encoded(Moved(client_key=frame.client_key, conversation=talk))
            self._seat.give(Frame(body))
            return
        if said.is_new and self._room is not None:
            self._room.told(shown, by=self._seat)
        body = encoded(Ack(client_key=frame.client_key, message=shown))
        self._seat.give(Frame(body, shown.seq, is_due=True))

    def _spent(self, pace: Pace | None, times: int) -> Pace:
        """Count a frame. Raises TooManyTries."""
        if pace is None:
            settings = self._edge.shelf.of(Settings)[WidgetSettings]
            pace = Pace(times * settings.messages_per_minute)
        pace.spend()
        return pace

    async def _typing(self, is_on: bool) -> None:
        now = time.monotonic()
        if is_on and now - self._typed_at < TYPING_EVERY_S:
            return
        self._typed_at = now if is_on else 0.0
        signal = TypingSignal(conversation_id=self._talk.id, by="customer", name="", is_on=is_on)
        await self._edge.live.publish(ticket_topic(self._talk.ticket_id), encode(signal))

    async def _mark(self, seq: int, *, is_read: bool) -> None:
        if seq <= (self._read_seq if is_read else self._delivered_seq):
            return
        async with self._edge.work() as work:
            if is_read:
                await talk_verbs.mark_read(work, self._talk.id, by="customer", seq=seq)
            else:
                await talk_verbs.mark_delivered(work, self._talk.id, seq=seq)
        if is_read:
            self._read_seq = seq
        else:
            self._delivered_seq = seq

    def _refuse(self, client_key: str | None, error: FanlightError) -> None:
        problem = msgspec.to_builtins(problem_of(error, self._session.row.language), enc_hook=str)
        self._seat.give(Frame(encoded(Refused(client_key=client_key, problem=problem))))

    # ------------------------------------------------------------------ speaking

    async def _deliver(self, given: Frame | CatchUp) -> None:
        """Put one thing on the wire; the seat calls it for one after the other."""
        if isinstance(given, CatchUp):
            await self._catch_up(given.after)
            await self._ready()
            return
        if given.seq is not None:
            if given.seq > self._sent_seq + 1:
                await self._catch_up(self._sent_seq, below=given.seq)
            if not given.is_due and given.seq <= self._sent_seq:
                return
            self._sent_seq = max(self._sent_seq, given.seq)
        await _say(self._socket, given.body)
        if given.is_last:
            await self._socket.close(code=TRY_LATER)

    async def _catch_up(self, after: int, *, below: int | None = None) -> None:
        """Everything above a seq (and below another), in order, from the database."""
        self._sent_seq = after
        while True:
            async with self._edge.reading() as work:
                said = await conversations.messages_after(
                    work, self._talk.id, after=self._sent_seq, limit=PAGE
                )
                shown: Sequence[MessageOut] = await speaking.shown(
                    work, said, self._session.row.language
                )
            for message in shown:
                if below is not None and message.seq >= below:
                    return
                await _say(self._socket, encoded(MessageFrame(message=message)))
                self._sent_seq = message.seq
            if len(shown) < PAGE:
                return

    async def _ready(self) -> None:
        async with self._edge.reading() as work:
            talk = await queries.state(work, self._talk.id) or self._talk
        seen = talk.agent_read_seq
        await _say(self._socket, encoded(Ready(last_seq=self._sent_seq)))
        receipt = ReceiptFrame(agent_read_seq=seen, agent_delivered_seq=seen)
        await _say(self._socket, encoded(receipt))
        state = StateFrame(status=shown_status(talk), agent=agent_of(talk))
        await _say(self._socket, encoded(state))


async def _text(socket: AnySocket, event: Any) -> str:
    """The text of what came. Raises LineCut at its end, Malformed for what is no text."""
    if event["type"] == "websocket.disconnect":
        raise LineCut
    text = event.get("text")
    if not isinstance(text, str):
        raise Malformed(where="frame")
    if len(text) > LONGEST_FRAME:
        await socket.close(code=TOO_LARGE)
        raise LineCut
    return text


async def _say(socket: AnySocket, body: str) -> None:
    try:
        await socket.send({"type": "websocket.send", "bytes": None, "text": body})
    except Exception as error:  # whatever the server raises for a line that is cut
        raise LineCut from error


ROUTES = [live]
