"""The socket: durable before shown, resumed without a gap or a repeat, hostile frames refused."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fanlight.surfaces.widget import live
from tests.surfaces.widget.house import Customer, House, Line, People


async def _begun(people: People) -> tuple[Customer, str]:
    guest = await people.guest()
    return guest, (await guest.begin("First"))["conversation"]["id"]


def _seqs(frames: list[dict[str, Any]]) -> list[int]:
    return [frame["message"]["seq"] for frame in frames if frame["t"] == "message"]


async def test_hello_brings_what_was_said_and_then_is_ready(people: People) -> None:
    guest, talk = await _begun(people)
    async with guest.line(talk) as line:
        frames = await line.until("state")
    assert [frame["t"] for frame in frames] == ["message", "ready", "receipt", "state"]
    assert frames[1]["last_seq"] == 1


async def test_words_are_acknowledged_once_stored_and_shown_to_the_other_tab(
    people: People,
) -> None:
    guest, talk = await _begun(people)
    async with guest.line(talk) as one, guest.line(talk) as other:
        await one.until("state")
        await other.until("state")
        key = str(uuid4())
        await one.say(t="send", client_key=key, text="Second")

        ack = (await one.until("ack"))[-1]
        assert (ack["client_key"], ack["message"]["seq"]) == (key, 2)
        assert _seqs(await other.until("message")) == [2]
        assert [each["seq"] for each in await guest.messages(talk)] == [1, 2]

        await one.say(t="send", client_key=key, text="Second")  # after a cut it is said again
        repeated = (await one.until("ack"))[-1]
        assert repeated["message"]["id"] == ack["message"]["id"]
    assert [each["seq"] for each in await guest.messages(talk)] == [1, 2]


async def test_an_answer_a_receipt_and_the_agents_name_arrive(people: People) -> None:
    house = people.house
    guest, talk = await _begun(people)
    async with guest.line(talk) as line:
        await line.until("state")
        await house.later(house.own(UUID(talk)))
        state = (await line.until("state"))[-1]
        assert state["agent"] == {"name": "林澈"}

        await house.later(house.answer(UUID(talk), "Your money is safe."))
        heard = await line.until("message")
        assert heard[-1]["message"]["text"] == "Your money is safe."
        assert heard[-1]["message"]["by"] == "agent"


async def test_what_was_said_during_a_cut_comes_on_return_and_nothing_twice(
    people: People,
) -> None:
    house = people.house
    guest, talk = await _begun(people)
    async with guest.line(talk) as line:
        await line.until("state")
    for number in range(3):
        await house.later(house.answer(UUID(talk), f"While away {number}"))
    async with guest.line(talk, after=1) as line:
        frames = await line.until("ready")
        assert _seqs(frames) == [2, 3, 4]


async def test_words_long_after_the_end_open_a_linked_ticket_and_the_talk_moves_on(
    people: People,
) -> None:
    house = people.house
    guest, talk = await _begun(people)
    email = {"email": "ling@mail.example"}
    await guest.client.post(f"/api/widget/chats/{talk}/email", json=email)
    await house.later(_solved_long_ago(house, UUID(talk)))

    async with guest.line(talk, after=1) as line:
        await line.until("state")
        key = str(uuid4())
        await line.say(t="send", client_key=key, text="It is missing again")
        moved = (await line.until("moved"))[-1]
    assert moved["client_key"] == key
    fresh = moved["conversation"]["id"]
    assert fresh != talk
    assert [each["text"] for each in await guest.messages(fresh)] == ["It is missing again"]

    async with guest.line(talk, after=1) as line:  # a page that has not heard of it yet
        assert (await line.hear())["conversation"]["id"] == fresh
    back = await people.guest(visitor=guest.session["visitor"])
    assert back.session["conversation"]["id"] == fresh
    assert back.session["customer"]["has_email"] is True  # where to reach them moved along


async def _solved_long_ago(house: House, talk: UUID) -> None:
    statement = """UPDATE tickets t SET status = 'solved', solved_at = now() - interval '30 days'
        FROM conversations c WHERE c.ticket_id = t.id AND c.id = %(id)s"""
    async with house.edge.work() as work:
        await work.run(statement, id=talk)


async def test_a_session_is_for_its_own_talks(people: People) -> None:
    guest, talk = await _begun(people)
    other = await people.guest()
    async with other.line(talk) as line:
        assert await line.hear() == {"t": "bye", "code": "conversation_not_found"}
    async with guest.line(talk) as line:
        assert (await line.until("ready"))[-1]["t"] == "ready"


async def test_logging_out_closes_the_sockets(people: People) -> None:
    guest, talk = await _begun(people)
    async with guest.line(talk) as line:
        await line.until("state")
        await guest.client.delete("/api/widget/session")
        assert (await line.until("bye"))[-1]["code"] == "signed_out"
    async with guest.line(talk) as line:
        assert await line.hear() == {"t": "bye", "code": "sign_in_needed"}


async def test_a_page_of_another_site_gets_no_socket(people: People) -> None:
    guest, _ = await _begun(people)
    with pytest.raises(InvalidStatus):
        async with connect(guest.socket_url, origin="https://www.impostor.example"):
            pass


@pytest.mark.parametrize(
    "frame",
    [
        "", "{", "null", "[]", "[" * 30_000, '{"t":"nothing"}', '{"t":"hello"}',
        '{"t":"send","client_key":"x","text":"Hi"}', '{"t":"ping"}',
        '{"t":"hello","token":"x","chat_id":"1","after":-1}',
    ],
)  # fmt: skip
async def test_whoever_does_not_greet_is_sent_away(people: People, frame: str) -> None:
    guest = await people.guest()
    async with connect(guest.socket_url, origin=people.house.url) as socket:
        await socket.send(frame)
        bye = json.loads(await socket.recv())
        assert bye["t"] == "bye"
        assert bye["code"] in {"malformed", "sign_in_needed"}
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_hostile_frames_are_refused_and_change_nothing(people: People) -> None:
    guest, talk = await _begun(people)
    async with guest.line(talk) as line:
        await line.until("state")
        for frame in ("{", '{"t":"send"}', '{"t":"read","seq":-1}', '{"t":"typing","on":"yes"}'):
            await line.socket.send(frame)
            refused = (await line.until("refused"))[-1]
            assert (refused["client_key"], refused["problem"]["code"]) == (None, "malformed")
        key = str(uuid4())
        await line.say(t="send", client_key=key, text="x" * 8001)
        refused = (await line.until("refused"))[-1]
        assert (refused["client_key"], refused["problem"]["code"]) == (key, "text_too_long")
        await line.say(t="ping")
        assert (await line.until("pong"))[-1] == {"t": "pong"}
        await line.socket.send("[" * 60_000)
        assert (await line.until("bye"))[-1]["code"] == "malformed"
    assert len(await guest.messages(talk)) == 1


async def test_of_signs_by_the_hundred_most_reach_nobody(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, talk = await _begun(people)
    told: list[bool] = []

    async def typing(self: object, is_on: bool) -> None:
        told.append(is_on)

    monkeypatch.setattr(live._Line, "_typing", typing)
    async with guest.line(talk) as line:
        await line.until("state")
        for number in range(2_000):
            await line.say(t="typing", on=number % 2 == 0)
        await line.say(t="ping")
        await line.until("pong")
        await line.say(t="send", client_key=str(uuid4()), text="and words still go through")
        await line.until("ack")

    assert 20 <= len(told) < 600


@pytest.mark.parametrize("frame", [b"\x00\x01", "x" * 70_000])
async def test_what_is_no_frame_of_ours_ends_the_line(people: People, frame: str | bytes) -> None:
    guest, talk = await _begun(people)
    async with guest.line(talk) as line:
        await line.until("state")
        await line.socket.send(frame)
        with pytest.raises(ConnectionClosed):
            await line.until("never")


async def test_a_flood_is_refused_and_the_rest_is_kept(people: People) -> None:
    guest, talk = await _begun(people)
    async with guest.line(talk) as line:
        await line.until("state")
        keys = [str(uuid4()) for _ in range(30)]
        for key in keys:
            await line.say(t="send", client_key=key, text="Again")
        answers = []
        while len(answers) < len(keys):
            frame = await line.hear()
            if frame["t"] in {"ack", "refused"}:
                answers.append(frame)
    refused = [each for each in answers if each["t"] == "refused"]
    assert refused
    assert {each["problem"]["code"] for each in refused} == {"too_many_tries"}
    assert len(await guest.messages(talk)) == 1 + len(answers) - len(refused)


async def test_a_cut_socket_loses_nothing_that_was_acknowledged(people: People) -> None:
    guest, talk = await _begun(people)
    acknowledged: set[str] = set()
    keys = [str(uuid4()) for _ in range(12)]
    waiting = list(keys)
    while waiting:
        async with guest.line(talk, after=0) as line:
            await line.until("ready")
            for key in waiting:
                await line.say(t="send", client_key=key, text=f"Key {key}")
            for _ in range(2):  # then the line is cut, with words still on their way
                acknowledged.add((await line.until("ack"))[-1]["client_key"])
            line.socket.transport.abort()
        waiting = [key for key in keys if key not in acknowledged]
    said = [each["client_key"] for each in await guest.messages(talk, after=1)]
    assert sorted(said) == sorted(keys)
    assert [each["seq"] for each in await guest.messages(talk)] == list(range(1, 14))


CUTS = some.lists(some.sampled_from(["say", "answer", "cut", "hear"]), min_size=1, max_size=14)


@given(steps=CUTS)
@settings(max_examples=12, deadline=None)
def test_old_state_and_frames_make_the_same_as_a_fresh_fetch(
    house: House, steps: list[str]
) -> None:
    """Whatever is said on either side and however often the line is cut."""
    asyncio.run(_same_after(house, steps))


async def _same_after(house: House, steps: list[str]) -> None:
    visitors = People(house)
    try:
        guest, talk = await _begun(visitors)
        held: dict[int, str] = {}
        for part in _parts(steps):
            async with guest.line(talk, after=max(held, default=0)) as line:
                await _live(house, guest, talk, line, part, held)
        assert [(each["seq"], each["text"]) for each in await guest.messages(talk)] == sorted(
            held.items()
        )
    finally:
        await visitors.leave()


def _parts(steps: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for step in steps:
        if step == "cut":
            parts.append([])
        else:
            parts[-1].append(step)
    return [*parts, []]


async def _live(
    house: House, guest: Customer, talk: str, line: Line, steps: list[str], held: dict[int, str]
) -> None:
    """One connection: what it hears joins what is held, and nothing comes twice or out of turn."""
    _hold(held, await line.until("ready"))
    for number, step in enumerate(steps):
        if step == "say":
            await line.say(t="send", client_key=str(uuid4()), text=f"Mine {number}")
            _hold(held, await line.until("ack"))
        elif step == "answer":
            await house.later(house.answer(UUID(talk), f"Theirs {number}"))
        else:
            await line.say(t="ping")
            _hold(held, await line.until("pong"))


def _hold(held: dict[int, str], frames: list[dict[str, Any]]) -> None:
    for frame in frames:
        if frame["t"] in {"message", "ack"}:
            message = frame["message"]
            assert message["seq"] == max(held, default=0) + 1
            held[message["seq"]] = message["text"]
