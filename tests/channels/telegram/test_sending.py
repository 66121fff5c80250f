"""What the desk says appears in the user's chat once, or we know that it did not, or we say so."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from fanlight.channels.adapters.telegram.adapter import TelegramAdapter
from fanlight.channels.adapters.telegram.splitting import units
from fanlight.channels.contract import (
    Accepted,
    DataClass,
    Failed,
    Failure,
    OutboundFile,
    OutboundMessage,
    Outcome,
    PlannedPart,
    Refusal,
    ThreadState,
    Unknown,
)
from fanlight.kernel.http import OutboundHttp

from .conftest import adapter_for
from .fake import FakeTelegram, Trouble

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HASH = "0x" + "ab" * 32


def message(text: str = "Your deposit has arrived.", **more: Any) -> OutboundMessage:
    plain = {
        "message_id": uuid4(), "conversation_id": uuid4(), "participant_id": uuid4(),
        "account_id": "main", "thread_key": "4242", "to": "4242", "text": text,
    }  # fmt: skip
    return OutboundMessage(**{**plain, **more})


def file(content: bytes, media_type: str = "application/pdf", name: str = "a.pdf") -> OutboundFile:
    async def read() -> bytes:
        return content

    return OutboundFile(name=name, media_type=media_type, size_bytes=len(content), read=read)


def planned(adapter: TelegramAdapter, said: OutboundMessage) -> list[PlannedPart]:
    plan = adapter.plan(said, ThreadState(), NOON)
    assert not isinstance(plan, Refusal), plan
    return list(plan)


async def send(adapter: TelegramAdapter, said: OutboundMessage, http: OutboundHttp) -> Outcome:
    (part,) = planned(adapter, said)
    return await adapter.send(part, http)


async def test_a_text_appears_under_the_id_we_are_told(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()

    outcome = await send(adapter, message(), http)

    (seen,) = chat.from_bot
    assert outcome == Accepted(f"4242:{seen.message_id}")
    assert seen.text == "Your deposit has arrived."


async def test_a_long_answer_appears_in_order(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    text = " ".join(f"第{n}句话。👍\U0001f3fd" for n in range(1200))

    for part in planned(adapter, message(text)):
        assert isinstance(await adapter.send(part, http), Accepted)

    assert len(chat.from_bot) > 1
    assert "".join("".join(seen.text.split()) for seen in chat.from_bot) == "".join(text.split())


async def test_hashes_and_addresses_can_be_copied_with_a_touch(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()

    await send(adapter, message(f"👋 交易 {HASH} 已确认 <b>&"), http)

    (seen,) = chat.from_bot
    assert seen.text == f"👋 交易 {HASH} 已确认 <b>&"
    assert seen.entities == [{"type": "code", "offset": units("👋 交易 "), "length": len(HASH)}]


async def test_marks_that_are_refused_are_left_out_the_second_time(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    words = "Bad Request: can't parse entities: wrong offset"
    fake.trouble("sendMessage", Trouble("refuse", 400, words))
    (part,) = planned(adapter, message(f"tx {HASH}"))

    first = await adapter.send(part, http)
    second = await adapter.send(replace(part, is_plain=True), http)

    assert isinstance(first, Failed)
    assert first.failure is Failure.CONTENT
    assert isinstance(second, Accepted)
    assert [(seen.text, seen.entities) for seen in chat.from_bot] == [(f"tx {HASH}", [])]


async def test_an_answer_stands_under_the_question(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    asked = fake.says("Where is it?")["message"]["message_id"]

    await send(adapter, message(reply_to_native_id=f"4242:{asked}"), http)
    await send(adapter, message("Later.", reply_to_native_id="4242:999999"), http)

    assert [seen.reply_to for seen in chat.from_bot] == [asked, None]


async def test_files_go_with_their_caption_and_in_order(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    files = (file(b"\xff\xd8pic", "image/jpeg", "回执.jpg"), file(b"%PDF"))

    for part in planned(adapter, message(f"See {HASH}", files=files)):
        assert isinstance(await adapter.send(part, http), Accepted)

    assert [(seen.kind, seen.text, seen.content, seen.name) for seen in chat.from_bot] == [
        ("photo", f"See {HASH}", b"\xff\xd8pic", "回执.jpg"),
        ("document", "", b"%PDF", "a.pdf"),
    ]
    assert chat.from_bot[0].entities[0]["type"] == "code"


@pytest.mark.parametrize(("length", "kinds"), [(1024, ["document"]), (1025, ["text", "document"])])
async def test_a_text_too_long_for_a_caption_goes_before_the_file(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp, length: int, kinds: list[str]
) -> None:
    chat = fake.user()

    for part in planned(adapter, message("字" * length, files=(file(b"%PDF"),))):
        assert isinstance(await adapter.send(part, http), Accepted)

    assert [seen.kind for seen in chat.from_bot] == kinds


async def test_a_picture_refused_as_a_photo_goes_as_a_document(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    (part,) = planned(adapter, message("", files=(file(b"ODD:", "image/png", "long.png"),)))

    first = await adapter.send(part, http)
    second = await adapter.send(replace(part, is_plain=True), http)

    assert isinstance(first, Failed)
    assert first.failure is Failure.CONTENT
    assert isinstance(second, Accepted)
    assert [seen.kind for seen in chat.from_bot] == ["document"]


async def test_a_file_that_cannot_be_read_is_tried_later(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    async def read() -> bytes:
        raise OSError("disk")

    chat = fake.user()
    lost = OutboundFile(name="a.pdf", media_type="application/pdf", size_bytes=4, read=read)

    outcome = await send(adapter, message("", files=(lost,)), http)

    assert isinstance(outcome, Failed)
    assert outcome.failure is Failure.TRANSIENT
    assert chat.from_bot == []


async def test_an_edit_changes_the_message_and_twice_changes_nothing(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    sent = await send(adapter, message("Fee: 10"), http)
    assert isinstance(sent, Accepted)
    edit = message("Fee: 1", intent="edit", edits_native_id=sent.native_id)

    assert await send(adapter, edit, http) == sent
    assert await send(adapter, edit, http) == sent

    assert [(seen.text, seen.is_edited) for seen in chat.from_bot] == [("Fee: 1", True)]


async def test_an_edit_of_what_is_gone_fails(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    fake.user()

    outcome = await send(adapter, message(intent="edit", edits_native_id="4242:99"), http)

    assert isinstance(outcome, Failed)
    assert outcome.failure is Failure.CONTENT


async def test_typing_is_shown(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()

    assert isinstance(await send(adapter, message("", intent="typing"), http), Accepted)

    assert chat.actions == ["typing"]
    assert chat.from_bot == []


REFUSALS = [
    (429, "Too Many Requests: retry after 7", {"retry_after": 7}, Failure.THROTTLED),
    (403, "Forbidden: bot was blocked by the user", {}, Failure.RECIPIENT),
    (403, "Forbidden: user is deactivated", {}, Failure.RECIPIENT),
    (400, "Bad Request: chat not found", {}, Failure.RECIPIENT),
    (400, "Bad Request: not enough rights to send text messages", {}, Failure.PERMISSION),
    (400, "Bad Request: message is too long", {}, Failure.CONTENT),
    (401, "Unauthorized", {}, Failure.AUTH),
    (404, "Not Found", {}, Failure.AUTH),
    (409, "Conflict", {}, Failure.BUG),
]


@pytest.mark.parametrize(("status", "words", "parameters", "failure"), REFUSALS)
async def test_a_refusal_is_understood_and_nothing_appears(
    fake: FakeTelegram,
    adapter: TelegramAdapter,
    http: OutboundHttp,
    status: int,
    words: str,
    parameters: dict[str, Any],
    failure: Failure,
) -> None:
    chat = fake.user()
    fake.trouble("sendMessage", Trouble("refuse", status, words, parameters))

    outcome = await send(adapter, message(), http)

    assert isinstance(outcome, Failed)
    assert outcome.failure is failure
    assert outcome.retry_after == (timedelta(seconds=7) if parameters else None)
    assert words.removeprefix("Bad Request: ") in outcome.detail
    assert chat.from_bot == []
    assert isinstance(await send(adapter, message(), http), Accepted)


@pytest.mark.parametrize("kind", ["error", "hang", "break", "truncate", "nonsense"])
async def test_an_answer_that_is_lost_leaves_us_not_knowing(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp, kind: Any
) -> None:
    chat = fake.user()
    fake.trouble("sendMessage", Trouble(kind))
    (part,) = planned(adapter, message())

    assert await adapter.send(part, http) == Unknown()
    assert await adapter.reconcile(part, http) == Unknown()

    assert len(chat.from_bot) == 1  # it was there all along, and asking did not send it again


@pytest.mark.parametrize("kind", ["error", "hang", "break"])
async def test_an_edit_or_typing_may_be_repeated_when_the_answer_is_lost(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp, kind: Any
) -> None:
    fake.user()
    sent = await send(adapter, message("Fee: 10"), http)
    assert isinstance(sent, Accepted)
    edit = message("Fee: 1", intent="edit", edits_native_id=sent.native_id)
    fake.trouble("editMessageText", Trouble(kind))

    first = await send(adapter, edit, http)

    assert isinstance(first, Failed)
    assert first.failure is Failure.TRANSIENT
    assert await send(adapter, edit, http) == sent


async def test_a_redirect_is_not_followed(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    fake.trouble("sendMessage", Trouble("redirect"))

    outcome = await send(adapter, message(), http)

    assert isinstance(outcome, Failed)
    assert outcome.failure is Failure.BUG
    assert chat.from_bot == []


async def test_nobody_there_means_nothing_was_sent(http: OutboundHttp) -> None:
    outcome = await send(adapter_for("http://127.0.0.1:9"), message(), http)

    assert isinstance(outcome, Failed)
    assert outcome.failure is Failure.TRANSIENT


async def test_a_wrong_token_and_a_bot_taken_away(
    fake: FakeTelegram, url: str, http: OutboundHttp
) -> None:
    fake.user()
    wrong = adapter_for(url, token="7123456789:wrong")

    refused = await send(wrong, message(), http)
    gone = await send(wrong, message(account_id="other"), http)

    assert isinstance(refused, Failed)
    assert isinstance(gone, Failed)
    assert (refused.failure, gone.failure) == (Failure.AUTH, Failure.AUTH)


async def test_a_process_that_dies_while_sending_never_sends_twice(
    fake: FakeTelegram, adapter: TelegramAdapter, http: OutboundHttp
) -> None:
    chat = fake.user()
    fake.trouble("sendMessage", Trouble("hang"))
    (part,) = planned(adapter, message())

    task = asyncio.create_task(adapter.send(part, http))
    while not chat.from_bot:  # noqa: ASYNC110 - until the fake has it
        await asyncio.sleep(0.01)
    task.cancel()

    assert await adapter.reconcile(part, http) == Unknown()
    assert len(chat.from_bot) == 1


def test_what_must_not_be_said_is_refused_before_anything_is_sent() -> None:
    adapter = adapter_for("http://127.0.0.1:9")

    def refused(said: OutboundMessage, thread: ThreadState | None = None) -> str:
        plan = adapter.plan(said, thread or ThreadState(), NOON)
        assert isinstance(plan, Refusal)
        return plan.code

    assert refused(message(data_class=DataClass.ACCOUNT)) == "policy_blocked"
    assert refused(message(data_class=DataClass.SECRET)) == "policy_blocked"
    assert refused(message(), ThreadState(is_blocked=True)) == "blocked"
    assert refused(message("字" * (5 * 4096 + 1))) == "too_long"
    assert refused(message("字" * 4097, intent="edit", edits_native_id="4242:1")) == "too_long"
    big = OutboundFile(name="a", media_type="a/b", size_bytes=50 * 2**20 + 1, read=file(b"").read)
    assert refused(message(files=(big,))) == "content"
    assert refused(message("  ")) == "content"
    assert len(planned(adapter, message("字" * (5 * 4096)))) == 5


async def test_no_token_in_any_word_that_is_written(
    fake: FakeTelegram,
    adapter: TelegramAdapter,
    http: OutboundHttp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fake.user()
    caplog.set_level("DEBUG")

    outcomes = [await send(adapter, message(), http)]
    fake.trouble("sendMessage", Trouble("break"), Trouble("refuse", 400, "Bad Request: no"))
    outcomes += [await send(adapter, message(), http), await send(adapter, message(), http)]

    written = caplog.text + repr(outcomes) + repr(adapter.accounts) + repr(adapter._bots)
    assert fake.token.split(":")[1] not in written
