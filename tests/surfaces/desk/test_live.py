"""The console's socket: stale state and the frames since equal a fresh fetch, cut as one likes."""

import asyncio
import contextlib
import json
import random
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.surfaces.desk.conftest import Desk, Enter, Hear, line_of
from tests.surfaces.widget.house import House, Line


class Screen:
    """What a console holds: rows by id, kept up to date as its code does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.rows: dict[str, dict[str, Any]] = {}
        self.feed = ""

    async def fetch(self) -> None:
        self.rows, after = {}, ""
        while True:
            page = await self.desk.get(f"tickets?view=all&limit=100{after}")
            self.feed = self.feed or page["feed"]
            self.rows |= {row["id"]: row for row in page["rows"]}
            if page["next"] is None:
                return
            after = f"&after={page['next']}"

    def take(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "row":
            row = frame["row"]
            known = self.rows.get(row["id"])
            if known is None or known["stamp"] <= row["stamp"]:
                self.rows[row["id"]] = row
        elif frame["t"] == "gone":
            self.rows.pop(frame["id"], None)
        self.feed = frame.get("feed", self.feed)

    def live(self) -> dict[str, dict[str, Any]]:
        return {key: row for key, row in self.rows.items() if row["status"] in {"open", "waiting"}}

    async def follow(self, socket: ClientConnection, until: asyncio.Event) -> None:
        """Say hello and take frames until told to stop."""
        await socket.send(json.dumps({"t": "hello", "feed": self.feed}))
        while not until.is_set():
            try:
                async with asyncio.timeout(0.3):
                    self.take(json.loads(await socket.recv()))
            except TimeoutError:
                continue


async def opened(desk: Desk) -> Line:
    socket = await desk.socket()
    return line_of(socket)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
async def test_stale_state_and_frames_equal_a_fresh_fetch(
    enter: Enter, hear: Hear, seed: int
) -> None:
    chance = random.Random(seed)
    mei = await enter()
    jun = await enter("Jun Sato")
    screen = Screen(mei)
    await screen.fetch()
    people = [uuid4().hex for _ in range(6)]
    is_over = asyncio.Event()

    async def happen(times: int) -> None:
        for _ in range(times):
            taken = await hear(f"message {chance.random()}", who=chance.choice(people))
            path = f"tickets/{taken.ticket_id}"
            row = (await jun.get(path))["ticket"]["row"]
            match chance.randrange(4):
                case 0:
                    await jun.put(f"{path}/priority", priority=0, version=row["version"])
                case 1:
                    seen = {str(taken.conversation_id): taken.seq}
                    await jun.put(
                        f"{path}/status", status="solved", version=row["version"], seen=seen
                    )
                case 2:
                    await jun.reply(taken, "we look", seen=taken.seq or 0)

    for _ in range(3):  # the network is cut twice, and things go on meanwhile
        is_over.clear()
        async with mei.socket() as socket:
            following = asyncio.create_task(screen.follow(socket, is_over))
            await happen(6)
            if chance.random() < 0.5:
                socket.transport.abort()  # no good-bye
            is_over.set()
            with contextlib.suppress(ConnectionClosed):
                await following
        await happen(4)
    is_over.clear()
    async with mei.socket() as socket:
        following = asyncio.create_task(screen.follow(socket, is_over))
        fresh = Screen(mei)
        await fresh.fetch()
        async with asyncio.timeout(20):
            while screen.live() != fresh.live():  # noqa: ASYNC110 - frames set no event
                await asyncio.sleep(0.05)
        is_over.set()
        await following

    await fresh.fetch()
    assert screen.live() == fresh.live()


async def test_a_watched_ticket_shows_what_happens_on_it(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear("one", who="w-live")
    async with mei.socket() as socket:
        line = line_of(socket)
        await line.say(t="watch", ticket_id=str(taken.ticket_id))
        await line.until("people")
        await hear("two", who="w-live")
        item = (await line.until("item"))[-1]

    assert item["item"]["text"] == "two"
    assert item["stamp"] >= 2


async def test_who_may_not_see_a_ticket_any_more_hears_no_more_of_it(
    enter: Enter, hear: Hear
) -> None:
    mei = await enter(roles=("agent",), teams=("deposits",))
    jun = await enter("Jun Sato")
    taken = await hear("one", who="w-moved")
    ticket = f"tickets/{taken.ticket_id}"
    async with mei.socket() as hers, jun.socket() as his:
        one, two = line_of(hers), line_of(his)
        for line in (one, two):
            await line.say(t="watch", ticket_id=str(taken.ticket_id))
            await line.until("people")
        await jun.post(f"{ticket}/notes", text="for all", client_key=uuid4().hex)
        assert (await one.until("item"))[-1]["item"]["text"] == "for all"
        row = (await jun.get(ticket))["ticket"]["row"]
        await jun.put(f"{ticket}/team", team="security", version=row["version"])
        await jun.post(f"{ticket}/notes", text="for the other team", client_key=uuid4().hex)
        while (await two.until("item"))[-1]["item"]["text"] != "for the other team":
            pass
        await one.say(t="ping")
        heard = await one.until("pong")

    assert "for the other team" not in json.dumps(heard)
    await mei.get(ticket, 404)


async def test_colleagues_see_who_looks_and_who_writes(enter: Enter, hear: Hear) -> None:
    mei, jun, taken = await enter(), await enter("Jun Sato"), await hear()
    ticket = str(taken.ticket_id)
    async with mei.socket() as hers, jun.socket() as his:
        one, two = line_of(hers), line_of(his)
        await one.say(t="watch", ticket_id=ticket)
        await one.until("people")
        await two.say(t="watch", ticket_id=ticket)
        await two.say(t="typing", ticket_id=ticket, what="note")
        async with asyncio.timeout(5):
            while True:
                people = (await one.until("people"))[-1]["people"]
                if any(each["what"] == "note" for each in people):
                    break

    assert {each["name"]: each["what"] for each in people} == {"Mei": "looking", "Jun": "note"}


async def test_what_moves_out_of_sight_goes(enter: Enter, hear: Hear) -> None:
    taken = await hear()
    lead = await enter()
    ravi = await enter("Ravi Menon", roles=("agent",), teams=("deposits",))
    row = (await ravi.get(f"tickets/{taken.ticket_id}"))["ticket"]["row"]
    async with ravi.socket() as socket:
        line = line_of(socket)
        await line.say(t="hello", feed=None)
        await line.until("ready")
        await lead.put(f"tickets/{taken.ticket_id}/team", team="security", version=row["version"])
        async with asyncio.timeout(8):
            while True:
                frame = await line.hear(8)
                if frame["t"] in {"row", "gone"}:
                    break

    assert (frame["t"], frame["id"]) == ("gone", str(taken.ticket_id))


async def test_a_ticket_of_another_team_is_not_watched(enter: Enter, hear: Hear) -> None:
    taken = await hear("one", who="w-hidden")
    theirs = await enter("Ravi Menon", roles=("agent",), teams=("security",))
    async with theirs.socket() as socket:
        line = line_of(socket)
        await line.say(t="watch", ticket_id=str(taken.ticket_id))
        await line.say(t="ping")
        assert (await line.hear())["t"] == "pong"
        await hear("two", who="w-hidden")
        with pytest.raises(TimeoutError):
            await line.until("item", 1.0)


@pytest.mark.parametrize("text", ["", "{", "null", '{"t":"drop"}', "[" * 9000, "x" * 20_000])
async def test_a_frame_that_is_none_ends_the_socket(enter: Enter, text: str) -> None:
    mei = await enter()
    async with mei.socket() as socket:
        await socket.send(text)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400


async def test_the_socket_opens_for_nobody_and_for_no_other_site(
    house: House, enter: Enter
) -> None:
    mei = await enter()
    url = house.url.replace("http", "ws") + "/api/console/live"
    cookie = {"cookie": f"fanlight_session={mei.staff.token}"}

    for origin, headers in ((house.url, {}), ("https://evil.example", cookie)):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            async with connect(url, origin=Origin(origin), additional_headers=headers) as socket:
                await socket.recv()


async def test_a_cursor_of_long_ago_asks_for_a_fresh_fetch(enter: Enter) -> None:
    mei = await enter()
    async with mei.socket() as socket:
        line = line_of(socket)
        await line.say(t="hello", feed="not a cursor")
        frames = await line.until("ready")

    assert "resync" in [frame["t"] for frame in frames]
