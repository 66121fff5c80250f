"""From a user's phone to a ticket and back: the whole road on a real database."""

import asyncio
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fanlight.app.discovery import load_rooms
from fanlight.app.worker import LANES
from fanlight.channels.adapters.telegram.adapter import TelegramAdapter
from fanlight.channels.adapters.telegram.settings import Bot, TelegramSettings
from fanlight.channels.contract import RawEnvelope
from fanlight.channels.registry import Channels
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Speaker, Words
from fanlight.features.conversations.queries import get_conversation
from fanlight.features.tickets.inbox import take_envelope
from fanlight.features.tickets.received import Received
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.ids import new_id
from fanlight.kernel.runner import Runner
from tests.builders.door import Door, open_door
from tests.builders.tickets import without_mark

from .conftest import SECRET
from .fake import TOKEN, FakeTelegram, Trouble

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


@pytest.fixture
async def desk(edge: Edge, adapter: TelegramAdapter, http: OutboundHttp) -> Edge:
    load_rooms()
    edge.shelf.offer(Channels([adapter]))
    edge.shelf.offer(http)
    return edge


async def take(desk: Edge, update: dict[str, Any]) -> Received:
    raw = RawEnvelope(
        channel="telegram.private",
        account_id="main",
        body=json.dumps(update).encode(),
        received_at=desk.now(),
    )
    (received,) = await take_envelope(desk, raw)
    return received


async def answer(desk: Edge, to: Received, text: str) -> Any:
    assert to.conversation_id is not None
    async with desk.work() as work:
        conversation = await get_conversation(work, to.conversation_id)
        author = Author(kind=Speaker.AGENT, id=new_id(), name="Mei")
        said = await talk.say(work, conversation, author, Words(text=text))
    await run_jobs(desk)
    return said.id


async def run_jobs(desk: Edge) -> None:
    await Runner(desk, lanes=LANES).run_due()


async def rows(desk: Edge, statement: str, **values: Any) -> list[Any]:
    async with desk.work() as work:
        cursor = await work.connection.execute(statement.encode(), values)
        return await cursor.fetchall()


async def test_a_talk_goes_there_and_back(fake: FakeTelegram, desk: Edge) -> None:
    chat = fake.user()
    asked = await take(desk, fake.says("Where is my deposit?"))
    assert asked.is_new_ticket

    await answer(desk, asked, "Which network did you use?")
    (shown,) = chat.from_bot
    reply = fake.says("TRON", reply_to_message={"message_id": shown.message_id})
    again = await take(desk, reply)
    edited = await take(desk, fake.edits(reply["message"]["message_id"], "Ethereum"))

    assert without_mark(shown.text) == "Which network did you use?"
    assert (again.ticket_id, again.conversation_id) == (asked.ticket_id, asked.conversation_id)
    assert edited.message_id == again.message_id
    said = await rows(
        desk, "SELECT kind, text, delivery FROM messages WHERE kind <> 'activity' ORDER BY seq"
    )
    assert [tuple(each) for each in said] == [
        ("inbound", "Where is my deposit?", None),
        ("outbound", "Which network did you use?", "sent"),
        ("inbound", "Ethereum", None),
    ]


async def test_an_album_is_one_message_in_whatever_order_it_comes(
    fake: FakeTelegram, desk: Edge
) -> None:
    fake.user()
    updates = [
        fake.sends("photo", PICTURE, caption="both receipts", media_group_id="900"),
        fake.sends("photo", PICTURE, media_group_id="900"),
        fake.sends("photo", PICTURE, media_group_id="900"),
    ] * 3
    random.Random(5).shuffle(updates)

    outcomes = await asyncio.gather(*(take(desk, update) for update in updates))
    await run_jobs(desk)

    assert sorted(each.outcome for each in outcomes) == ["repeat"] * 6 + ["stored"] * 3
    assert len(await rows(desk, "SELECT 1 FROM tickets")) == 1
    assert [row[0] for row in await rows(desk, "SELECT text FROM messages")] == ["both receipts"]
    files = await rows(desk, "SELECT state, media_type, size_bytes > 0 FROM files")
    assert [tuple(each) for each in files] == [("clean", "image/png", True)] * 3


async def test_two_albums_are_two_messages(fake: FakeTelegram, desk: Edge) -> None:
    for group in ("1", "2"):
        for _ in range(2):
            await take(desk, fake.sends("photo", PICTURE, media_group_id=group))

    assert len(await rows(desk, "SELECT 1 FROM messages")) == 2


async def test_an_edit_before_its_message_is_the_message(fake: FakeTelegram, desk: Edge) -> None:
    first = fake.says("0.5 BTC")
    edit = fake.edits(first["message"]["message_id"], "0.05 BTC")

    assert (await take(desk, edit)).outcome == "stored"

    assert [row[0] for row in await rows(desk, "SELECT text FROM messages")] == ["0.05 BTC"]


async def test_who_has_blocked_us_is_not_written_to(fake: FakeTelegram, desk: Edge) -> None:
    chat = fake.user()
    asked = await take(desk, fake.says("hello"))
    await take(desk, fake.blocks())
    await answer(desk, asked, "Are you there?")
    assert chat.from_bot == []

    await take(desk, fake.blocks(is_blocked=False))
    await answer(desk, asked, "Welcome back.")

    assert [without_mark(seen.text) for seen in chat.from_bot] == ["Welcome back."]
    sent = await rows(desk, "SELECT delivery FROM messages WHERE kind = 'outbound' ORDER BY seq")
    assert [row[0] for row in sent] == ["refused", "sent"]


async def test_a_lost_answer_is_never_sent_twice(fake: FakeTelegram, desk: Edge) -> None:
    chat = fake.user()
    asked = await take(desk, fake.says("hello"))
    fake.trouble("sendMessage", Trouble("error"))

    await answer(desk, asked, "Good morning.")
    await run_jobs(desk)

    assert [without_mark(seen.text) for seen in chat.from_bot] == ["Good morning."]
    assert [row[0] for row in await rows(desk, _OUTBOUND)] == ["unknown"]


async def test_a_refused_send_waits_and_appears_once(fake: FakeTelegram, desk: Edge) -> None:
    chat = fake.user()
    asked = await take(desk, fake.says("hello"))
    words = "Bad Request: can't parse entities"
    fake.trouble("sendMessage", Trouble("refuse", 400, words))

    await answer(desk, asked, f"Your transaction 0x{'ab' * 32} has arrived.")
    await run_jobs(desk)

    (seen,) = chat.from_bot
    assert seen.entities == []
    assert [row[0] for row in await rows(desk, _OUTBOUND)] == ["sent"]


_OUTBOUND = "SELECT delivery FROM messages WHERE kind = 'outbound'"


async def test_a_seed_phrase_is_kept_nowhere(
    fake: FakeTelegram, desk: Edge, fresh_database: str, tmp_path: Path
) -> None:
    received = await take(desk, fake.says(f"my words are {PHRASE}"))

    assert [finding.kind for finding in received.findings] == ["seed_phrase"]
    tables = await rows(desk, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        found = await rows(desk, f"SELECT 1 FROM {table} t WHERE t::text LIKE '%%sausage%%'")
        assert found == [], table
    assert not _holds(tmp_path, b"sausage")
    assert await rows(desk, "SELECT original_id FROM inbound_events") == [(None,)]


async def test_an_original_nobody_reads_holds_no_secret_either(
    fake: FakeTelegram, desk: Edge
) -> None:
    async def kept(update: dict[str, Any]) -> list[str]:
        await take(desk, update)
        number = str(update["update_id"])
        statement = "SELECT original_id FROM inbound_events WHERE dedupe_key = %(number)s"
        ((original,),) = await rows(desk, statement, number=number)
        async with desk.work() as work:
            return [(await work.of(Blobs).get(work, original)).decode()] if original else []

    quoted = {"reply_to_message": fake.says(PHRASE)["message"]}
    poll = fake.says("", poll={"id": "1", "question": "Who?", "options": [{"text": PHRASE}]})
    del poll["message"]["text"]
    harmless = fake.says("", poll={"id": "2", "question": "Who?"})
    del harmless["message"]["text"]

    assert await kept(fake.says("Did you get that?", **quoted)) == []
    (rest,) = await kept(poll)
    assert "sausage" not in rest
    assert "Who?" in rest
    assert await kept(harmless) == [json.dumps(harmless)]


def _holds(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def door(fresh_database: str, tmp_path: Path) -> Iterator[Door]:
    bot = Bot(token=TOKEN, username="MeridianDeskBot", receive="webhook", webhook_secrets=(SECRET,))
    with open_door(
        fresh_database, tmp_path / "desk", TelegramSettings(bots={"main": bot})
    ) as open_:
        yield open_


async def test_the_webhook_stores_once_what_comes_three_times(
    fake: FakeTelegram, door: Door
) -> None:
    updates = [fake.says(f"message {n}", 100 + n) for n in range(8)] * 3
    random.Random(3).shuffle(updates)
    path = f"{door.url}/hooks/telegram.private/main"
    headers = {"x-telegram-bot-api-secret-token": SECRET}

    async with httpx2.AsyncClient(timeout=30) as client:
        answers = await asyncio.gather(
            *(client.post(path, json=update, headers=headers) for update in updates)
        )
        forged = [
            await client.post(path, json=fake.says("forged")),
            await client.post(path, json=fake.says("forged"), headers={**headers, **_WRONG}),
            await client.post(f"{path}2", json=fake.says("forged"), headers=headers),
        ]

    assert {each.status_code for each in answers} == {200}
    assert [each.status_code for each in forged] == [403, 403, 404]
    assert _count(door, "SELECT count(*) FROM messages") == 8
    assert _count(door, "SELECT count(*) FROM tickets") == 8


_WRONG = {"x-telegram-bot-api-secret-token": SECRET[::-1]}


def _count(door: Door, statement: str) -> int:
    import psycopg

    with psycopg.connect(door.database) as connection:
        found = connection.execute(statement.encode()).fetchone()
        assert found is not None
        return int(found[0])
