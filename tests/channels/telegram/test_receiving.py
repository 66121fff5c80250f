"""Messages come in by webhook or by polling; each is stored once, and none is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fanlight.app.discovery import adapters
from fanlight.channels.adapters.telegram import listening
from fanlight.channels.adapters.telegram.adapter import TelegramAdapter
from fanlight.channels.adapters.telegram.settings import Bot, TelegramSettings
from fanlight.channels.contract import (
    AttachmentRef,
    FetchRefused,
    RawEnvelope,
    RawRequest,
    Reject,
    Verified,
)
from fanlight.kernel.http import HttpTrouble, OutboundHttp
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import BadSettings, Settings, load

from .conftest import OLD_SECRET, SECRET, adapter_for
from .fake import TOKEN, FakeTelegram, Trouble

HEADER = "x-telegram-bot-api-secret-token"


class Desk:
    """What was stored, in order; ``broken`` updates cannot be stored yet."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.broken: set[str] = set()
        self.is_down = False

    async def receive(self, raw: RawEnvelope) -> None:
        text = json.loads(raw.body)["message"]["text"]
        if self.is_down or text in self.broken:
            raise RuntimeError("not stored")
        self.stored.append(text)

    @property
    def first_times(self) -> list[str]:
        return list(dict.fromkeys(self.stored))


@asynccontextmanager
async def listening_to(
    adapter: TelegramAdapter, desk: Desk, http: OutboundHttp
) -> AsyncIterator[None]:
    (listener,) = adapter.listeners(http)
    task = asyncio.create_task(listener.run(desk.receive))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(8):
        while not holds():  # noqa: ASYNC110 - several things at once are waited for
            await asyncio.sleep(0.02)


@pytest.fixture
async def patient() -> AsyncIterator[OutboundHttp]:
    client = OutboundHttp(allowed=(), read_s=5)
    yield client
    await client.close()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "CONFLICT_S", 0.05)
    monkeypatch.setattr(listening, "LONGEST_PAUSE_S", 0.05)


async def test_polling_brings_what_waited_and_what_comes(
    fake: FakeTelegram, url: str, patient: OutboundHttp
) -> None:
    desk = Desk()
    fake.webhook = {"url": "https://old.example/hook"}  # left over from before
    for text in ("one", "two"):
        fake.says(text)

    async with listening_to(adapter_for(url, receive="poll"), desk, patient):
        await until(lambda: desk.stored == ["one", "two"])
        fake.says("three")
        await until(lambda: desk.stored == ["one", "two", "three"])
        await until(lambda: fake.pending == [])  # the next call said that we have them

    assert fake.webhook == {}
    asked = next(given for method, given in fake.calls if method == "getUpdates")
    assert asked["allowed_updates"] == ["message", "edited_message", "my_chat_member"]


async def test_what_was_not_stored_is_asked_for_again(
    fake: FakeTelegram, url: str, patient: OutboundHttp
) -> None:
    desk = Desk()
    desk.broken = {"two"}
    for text in ("one", "two", "three"):
        fake.says(text)

    async with listening_to(adapter_for(url, receive="poll"), desk, patient):
        await until(lambda: "three" in desk.stored)  # one that breaks us does not stop the others
        assert [each["message"]["text"] for each in fake.pending][-2:] == ["two", "three"]
        desk.broken = set()
        await until(lambda: "two" in desk.stored)
        await until(lambda: fake.pending == [])

    assert desk.first_times == ["one", "three", "two"]


async def test_a_day_without_us_loses_nothing(
    fake: FakeTelegram, url: str, patient: OutboundHttp
) -> None:
    desk, adapter = Desk(), adapter_for(url, receive="poll")
    desk.is_down = True
    texts = [f"message {n}" for n in range(250)]

    async with listening_to(adapter, desk, patient):
        for text in texts:
            fake.says(text)
        await asyncio.sleep(0.2)
    desk.is_down = False
    async with listening_to(adapter, desk, patient):
        await until(lambda: fake.pending == [] and len(desk.stored) >= 250)

    assert desk.first_times == texts


async def test_polling_outlives_every_trouble(
    fake: FakeTelegram, url: str, patient: OutboundHttp
) -> None:
    desk = Desk()
    fake.trouble(
        "getUpdates",
        Trouble("error"),
        Trouble("break"),
        Trouble("truncate"),
        Trouble("nonsense"),
        Trouble("refuse", 409, "Conflict: terminated by other getUpdates request"),
        Trouble("refuse", 401, "Unauthorized"),
    )
    fake.says("still here")

    async with listening_to(adapter_for(url, receive="poll"), desk, patient):
        await until(lambda: "still here" in desk.stored)


async def test_a_second_poller_waits_and_nothing_is_lost(
    fake: FakeTelegram, url: str, patient: OutboundHttp
) -> None:
    desk = Desk()
    async with (
        listening_to(adapter_for(url, receive="poll"), desk, patient),
        listening_to(adapter_for(url, receive="poll"), desk, patient),
    ):
        for n in range(5):
            fake.says(f"{n}")
            await asyncio.sleep(0.05)
        await until(lambda: len(desk.first_times) == 5)


async def test_the_webhook_is_made_known_with_its_secret(
    fake: FakeTelegram, url: str, http: OutboundHttp
) -> None:
    bot = Bot(
        token=TOKEN,
        username="MeridianDeskBot",
        receive="webhook",
        webhook_url="https://desk.example/hooks/telegram.private/main",
        webhook_secrets=(SECRET,),
    )
    adapter = TelegramAdapter(TelegramSettings(bots={"main": bot}, api=url))

    async with listening_to(adapter, Desk(), http):
        await until(lambda: fake.webhook)

    assert fake.webhook["url"] == bot.webhook_url
    assert fake.webhook["secret_token"] == SECRET
    assert (await adapter.health("main", http)).is_ok


def call(**headers: str) -> RawRequest:
    return RawRequest(
        account_id="main", method="POST", headers=headers, query={}, body=b'{"update_id": 1}'
    )


async def test_only_telegram_may_call_the_webhook(adapter: TelegramAdapter) -> None:
    assert await adapter.verify(call(**{HEADER: SECRET})) == Verified()
    assert await adapter.verify(call(**{HEADER: OLD_SECRET})) == Verified()  # during a change
    assert isinstance(await adapter.verify(call(**{HEADER: SECRET[:-1]})), Reject)
    assert isinstance(await adapter.verify(call(**{HEADER: ""})), Reject)
    assert isinstance(await adapter.verify(call(**{HEADER: "geheimnis-ü"})), Reject)
    assert isinstance(await adapter.verify(call()), Reject)


async def test_a_bot_that_polls_has_no_webhook_to_call(url: str) -> None:
    bot = Bot(token=TOKEN, username="MeridianDeskBot")
    polls = TelegramAdapter(TelegramSettings(bots={"main": bot}, api=url))

    assert isinstance(await polls.verify(call(**{HEADER: ""})), Reject)
    assert isinstance(await polls.verify(call()), Reject)


async def fetched(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp, content: bytes
) -> bytes:
    update = fake.sends("document", content)
    (event,) = adapter.parse(
        RawEnvelope(
            channel=adapter.key,
            account_id="main",
            body=json.dumps(update).encode(),
            received_at=datetime.now(UTC),
        )
    )
    ref = event.files[0].fetch
    assert ref is not None
    return await adapter.fetch("main", ref, http)


async def test_a_file_is_fetched(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    assert await fetched(fake, adapter, http, b"%PDF-1.7") == b"%PDF-1.7"


async def test_files_that_cannot_be_had_say_why(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    with pytest.raises(FetchRefused, match="empty"):
        await fetched(fake, adapter, http, b"")
    with pytest.raises(FetchRefused, match="gone"):
        await adapter.fetch("main", AttachmentRef(native_id="nobody's"), http)
    with pytest.raises(FetchRefused, match="larger than a bot may fetch"):
        await fetched(fake, adapter, http, b"0" * (20 * 2**20 + 1))
    fake.sends("document", b"0" * (20 * 2**20 + 1))
    file_id = list(fake.files)[-1]
    fake.lying_sizes[file_id] = 10
    with pytest.raises(FetchRefused, match="larger than 20 MiB"):
        await adapter.fetch("main", AttachmentRef(native_id=file_id), http)


async def test_files_that_cannot_be_had_now_are_tried_again(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    fake.sends("document", b"content")
    ref = AttachmentRef(native_id=list(fake.files)[-1])
    fake.trouble("getFile", Trouble("error"), Trouble("refuse", 429, "", {"retry_after": 1}))
    fake.trouble("file", Trouble("redirect"))

    for _ in range(3):  # a bad gateway, throttled, sent elsewhere
        with pytest.raises(HttpTrouble):
            await adapter.fetch("main", ref, http)
    fake.lying_sizes[ref.native_id] = 99
    with pytest.raises(HttpTrouble, match="incomplete"):
        await adapter.fetch("main", ref, http)
    del fake.lying_sizes[ref.native_id]

    assert await adapter.fetch("main", ref, http) == b"content"


async def test_health_tells_a_wrong_token_and_a_missing_webhook(
    fake: FakeTelegram, url: str, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    missing = await adapter.health("main", http)
    wrong = await adapter_for(url, token="1:x").health("main", http)
    away = await adapter_for("http://127.0.0.1:9").health("main", http)
    fake.webhook = {"url": "https://desk.example/"}

    assert (missing.is_ok, wrong.is_ok, away.is_ok) == (False, False, False)
    assert "no webhook" in missing.detail
    assert "refuses" in wrong.detail
    assert "reached" in away.detail
    assert (await adapter.health("main", http)).is_ok


def test_settings_are_read_and_found_by_the_desk(tmp_path: Path) -> None:
    bots = {"main": {"token": TOKEN, "username": "MeridianDeskBot", "receive": "webhook"}}
    secured = {"main": {**bots["main"], "webhook_secrets": [SECRET]}}

    def found(given: dict[str, Any]) -> list[str]:
        environment = {"FANLIGHT_TELEGRAM__BOTS": json.dumps(given)}
        settings: Settings = load(data_dir=tmp_path, environment=environment)
        return [each.key for each in adapters(settings, Sealer(b"k" * 32))]

    assert "telegram.private" in found(secured)
    assert "telegram.private" not in found({})
    with pytest.raises(BadSettings, match="webhook_secrets"):
        found(bots)
    with pytest.raises(BadSettings):
        found({"main": {"token": "no token", "username": "x"}})
