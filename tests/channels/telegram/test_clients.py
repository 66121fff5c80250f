"""The fake is believed because two real client libraries work with it unchanged."""

import pytest
import telegram
from pydantic import BaseModel
from telegram.error import Forbidden, InvalidToken, RetryAfter

from .fake import TOKEN, FakeTelegram, Trouble


# Importing aiogram costs four seconds: only the tests that use it pay, and not at collection.
@pytest.mark.slow
async def test_aiogram_works_against_the_fake(fake: FakeTelegram, url: str) -> None:
    from aiogram import Bot as Aiogram
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
    from aiogram.types import BufferedInputFile

    chat = fake.user()
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Aiogram(TOKEN, session=session) as bot:
        assert (await bot.get_me()).username == "MeridianDeskBot"
        sent = await bot.send_message(4242, "你好 👋")
        await bot.edit_message_text("你好", chat_id=4242, message_id=sent.message_id)
        await bot.send_photo(4242, BufferedInputFile(b"\xff\xd8picture", "a.jpg"), caption="see")
        await bot.send_document(4242, BufferedInputFile(b"%PDF", "b.pdf"))
        await bot.send_chat_action(4242, "typing")
        fake.sends("document", b"content")
        (update,) = await bot.get_updates(timeout=0)
        document = update.message.document
        file = await bot.download(document.file_id)
        assert file.read() == b"content"

        fake.trouble("sendMessage", Trouble("refuse", 429, "Too Many", {"retry_after": 7}))
        with pytest.raises(TelegramRetryAfter) as throttled:
            await bot.send_message(4242, "again")
        assert throttled.value.retry_after == 7
        fake.blocks()
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(4242, "again")

    assert [(seen.text, seen.kind) for seen in chat.from_bot] == [
        ("你好", "text"),
        ("see", "photo"),
        ("", "document"),
    ]
    assert [seen.content for seen in chat.from_bot][1:] == [b"\xff\xd8picture", b"%PDF"]
    assert chat.actions == ["typing"]


async def test_python_telegram_bot_works_against_the_fake(
    fake: FakeTelegram, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # its word for "yes, I know", else it warns
    chat = fake.user()
    bot = telegram.Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
    async with bot:
        sent = await bot.send_message(4242, "hello")
        await bot.edit_message_text("hello again", chat_id=4242, message_id=sent.message_id)
        await bot.send_photo(4242, b"\x89PNGpicture", caption="see", filename="a.png")
        await bot.send_document(4242, b"%PDF", filename="b.pdf")
        fake.sends("photo", b"pixels")
        (update,) = await bot.get_updates(timeout=0)
        file = await bot.get_file(update.message.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == b"pixels"
        assert (await bot.get_webhook_info()).pending_update_count == 1

        fake.trouble("sendMessage", Trouble("refuse", 429, "Too Many", {"retry_after": 7}))
        with pytest.raises(RetryAfter):
            await bot.send_message(4242, "again")
        fake.blocks()
        with pytest.raises(Forbidden):
            await bot.send_message(4242, "again")

    assert [seen.text for seen in chat.from_bot] == ["hello again", "see", ""]
    assert [seen.name for seen in chat.from_bot][1:] == ["a.png", "b.pdf"]


async def test_a_wrong_token_is_refused_as_telegram_does(fake: FakeTelegram, url: str) -> None:
    bot = telegram.Bot("1:WRONG", base_url=f"{url}/bot")
    async with bot.request:
        with pytest.raises(InvalidToken):
            await bot.get_me()


@pytest.mark.slow
def test_every_update_of_the_fake_has_the_shape_of_the_real_thing() -> None:
    from aiogram.types import Update

    fake = FakeTelegram()
    first = fake.says("hi", reply_to_message={**fake.says("before")["message"]})
    fake.sends("photo", b"p", media_group_id="77")
    fake.sends("document", b"d", name="x.pdf")
    fake.sends("voice", b"v")
    fake.edits(first["message"]["message_id"], "hi there")
    fake.blocks()
    fake.blocks(is_blocked=False)

    for update in fake.pending:
        read = Update.model_validate(update)
        assert read.event_type in {"message", "edited_message", "my_chat_member"}
        assert unknown_fields(read) == []


def unknown_fields(model: BaseModel) -> list[str]:
    """Fields that the library, made from the published interface, does not know."""
    found = list(model.model_extra or ())
    for value in vars(model).values():
        for each in value if isinstance(value, list) else [value]:
            found += unknown_fields(each) if isinstance(each, BaseModel) else []
    return found
