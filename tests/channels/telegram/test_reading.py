"""What Telegram brings becomes our events: pure, total, nothing lost."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.channels.adapters.telegram.reading import read
from fanlight.channels.contract import InboundEvent, RawEnvelope

from .fake import FakeTelegram

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def event_of(update: dict[str, Any] | bytes) -> InboundEvent:
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    return read(
        RawEnvelope(channel="telegram.private", account_id="main", body=body, received_at=NOON)
    )


@pytest.fixture
def fake() -> FakeTelegram:
    return FakeTelegram()


def test_a_text_is_a_message(fake: FakeTelegram) -> None:
    fake.user(77, first_name="Mei", last_name="Wu", username="meiwu", language_code="zh-hant")
    update = fake.says("提幣還沒到帳", 77)

    event = event_of(update)

    assert (event.kind, event.text, event.thread_key) == ("message.created", "提幣還沒到帳", "77")
    assert event.dedupe_key == str(update["update_id"])
    assert event.native_message_id == f"77:{update['message']['message_id']}"
    assert (event.author.native_id, event.author.display) == ("77", "Mei Wu")
    assert (event.author.handle, event.author.language) == ("@meiwu", "zh-Hant")
    assert event.occurred_at.timestamp() == update["message"]["date"]
    assert event.evidence.level == 0  # a Telegram account proves nothing about an exchange's


def test_an_answer_names_what_it_answers(fake: FakeTelegram) -> None:
    first = fake.says("first")["message"]
    event = event_of(fake.says("second", reply_to_message=first))

    assert event.reply_to_native_id == f"4242:{first['message_id']}"
    assert event.references == (event.reply_to_native_id,)


def test_a_photo_brings_its_largest_size(fake: FakeTelegram) -> None:
    event = event_of(fake.sends("photo", b"x" * 900, caption="my receipt", media_group_id="9"))

    (file,) = event.files
    assert (event.text, event.media_group) == ("my receipt", "9")
    assert (file.name, file.declared_type) == ("photo-11.jpg", "image/jpeg")
    assert file.fetch is not None
    assert file.fetch.native_id == "photo-1"
    assert file.fetch.size_bytes == 900


@pytest.mark.parametrize("kind", ["document", "voice", "audio", "video"])
def test_every_file_is_fetched_by_its_id(fake: FakeTelegram, kind: str) -> None:
    (file,) = event_of(fake.sends(kind, b"1234")).files

    assert file.fetch is not None
    assert file.fetch.native_id == f"{kind}-1"
    assert file.content is None


def test_an_animation_comes_once(fake: FakeTelegram) -> None:
    media = {"file_id": "a", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}
    event = event_of(fake.says("", animation=media, document={"file_id": "a"}))

    assert [file.declared_type for file in event.files] == ["video/mp4"]


def test_places_and_cards_are_written_down(fake: FakeTelegram) -> None:
    location = {"latitude": 25.03, "longitude": 121.56}
    place = event_of({**fake.says(""), "message": _said(fake, location=location)})
    card = event_of({**fake.says(""), "message": _said(fake, contact=_CONTACT)})

    assert place.text == "geo:25.03,121.56"
    assert card.text == "Jun\n+85255501234"


_CONTACT = {"phone_number": "+85255501234", "first_name": "Jun"}


def _said(fake: FakeTelegram, **body: Any) -> dict[str, Any]:
    message = dict(fake.says("")["message"])
    del message["text"]
    return {**message, **body}


def test_an_edit_names_the_message_it_changes(fake: FakeTelegram) -> None:
    first = fake.says("0.5 BTC")
    edit = fake.edits(first["message"]["message_id"], "0.05 BTC")

    event = event_of(edit)

    assert (event.kind, event.text) == ("message.edited", "0.05 BTC")
    assert event.edits_native_id == event_of(first).native_message_id
    assert event.dedupe_key != event_of(first).dedupe_key
    assert event.occurred_at.timestamp() == edit["edited_message"]["edit_date"]


def test_blocking_and_coming_back(fake: FakeTelegram) -> None:
    gone, back = event_of(fake.blocks()), event_of(fake.blocks(is_blocked=False))

    assert (gone.kind, gone.thread_key) == ("member.blocked", "4242")
    assert (back.kind, back.thread_key) == ("member.unblocked", "4242")


def test_the_start_button_asks_nothing_but_a_word_does(fake: FakeTelegram) -> None:
    assert event_of(fake.says("/start")).kind == "member.unblocked"
    assert event_of(fake.says("/start a1b2")).kind == "member.unblocked"
    assert event_of(fake.says("/started yesterday")).kind == "message.created"


def test_a_forwarded_message_says_so(fake: FakeTelegram) -> None:
    event = event_of(fake.says("we are support", forward_origin={"type": "hidden_user"}))

    assert event.auth == {"forwarded": "yes"}


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 5, "poll": {"id": "1"}},
        {"update_id": 5, "message": {"message_id": 1, "chat": {"id": -1, "type": "group"}}},
        {"update_id": 5, "message": {"message_id": 1, "chat": {"id": 1, "type": "private"}}},
        {"update_id": 5, "message": {"message_id": "one", "chat": 3}},
        {"update_id": 5, "my_chat_member": {}},
    ],
)
def test_what_is_not_known_is_kept_under_its_number(update: dict[str, Any]) -> None:
    event = event_of(update)

    assert (event.kind, event.dedupe_key) == ("unsupported", "5")
    assert event.occurred_at == NOON


def test_unknown_fields_change_nothing(fake: FakeTelegram) -> None:
    update = fake.says("hello")
    more = {**update, "new": [1], "message": {**update["message"], "newer": {"a": None}}}

    assert event_of(more) == event_of(update)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 100_000, b'{"update_id": 1', b"null"])
def test_rubbish_is_kept_too(body: bytes) -> None:
    event = event_of(body)

    assert event.kind == "unsupported"
    assert len(event.dedupe_key) == 64


def test_a_date_beyond_all_calendars_is_the_time_of_arrival(fake: FakeTelegram) -> None:
    update = fake.says("hello")
    update["message"]["date"] = 10**18

    assert event_of(update).occurred_at == NOON


@given(st.dictionaries(st.sampled_from(["message", "edited_message", "my_chat_member"]), JSON))
def test_reading_is_total_and_always_the_same(body: dict[str, Any]) -> None:
    event = event_of({"update_id": 1, **body})

    assert event == event_of({"update_id": 1, **body})
    assert event.account_id == "main"


@given(st.binary(max_size=200))
def test_any_bytes_are_read(body: bytes) -> None:
    assert event_of(body).channel == "telegram.private"
