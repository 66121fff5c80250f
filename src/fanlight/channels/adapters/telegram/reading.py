"""From an update to our own words: pure and total, what is not known is kept as unsupported."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from fanlight.channels.adapters.telegram.wire import (
    Media,
    MemberChange,
    Message,
    Numbered,
    Update,
    User,
)
from fanlight.channels.contract import (
    AttachmentRef,
    Author,
    EventKind,
    InboundEvent,
    InboundFile,
    RawEnvelope,
)

CHANNEL = "telegram.private"
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def read(raw: RawEnvelope) -> InboundEvent:
    """The one event of an update."""
    try:
        update = msgspec.json.decode(raw.body, type=Update)
    except _UNREADABLE:
        return _unsupported(raw, _number_of(raw))
    key = str(update.update_id)
    if update.message is not None and update.message.chat.type == "private":
        return _message(raw, key, update.message)
    if update.edited_message is not None and update.edited_message.chat.type == "private":
        return _edited(raw, key, update.edited_message)
    if update.my_chat_member is not None and update.my_chat_member.chat.type == "private":
        return _member(raw, key, update.my_chat_member)
    return _unsupported(raw, key)


def native_id(chat: int | str, message_id: int) -> str:
    """Telegram counts messages per chat, so the chat is part of the id."""
    return f"{chat}:{message_id}"


def _number_of(raw: RawEnvelope) -> str:
    try:
        return str(msgspec.json.decode(raw.body, type=Numbered).update_id)
    except _UNREADABLE:
        return sha256(raw.body).hexdigest()


def _message(raw: RawEnvelope, key: str, message: Message) -> InboundEvent:
    text, files = _text_of(message), tuple(_files_of(message))
    if text == "/start" or text.startswith("/start "):
        # The button everybody presses first. It asks nothing; it only says that we may write.
        return _event(raw, key, message, "member.unblocked")
    if not text and not files:
        return _unsupported(raw, key)  # a game, a poll, a pinned message, whatever comes next
    event = _event(raw, key, message, "message.created")
    answered = message.reply_to_message
    reply_to = native_id(message.chat.id, answered.message_id) if answered is not None else None
    return msgspec.structs.replace(
        event,
        native_message_id=native_id(message.chat.id, message.message_id),
        reply_to_native_id=reply_to,
        references=(reply_to,) if reply_to is not None else (),
        media_group=message.media_group_id,
        text=text,
        files=files,
        enclosed=_all_words(raw),
        auth={"forwarded": "yes"} if message.forward_origin is not None else {},
    )


def _edited(raw: RawEnvelope, key: str, message: Message) -> InboundEvent:
    event = _event(raw, key, message, "message.edited")
    edited = native_id(message.chat.id, message.message_id)
    return msgspec.structs.replace(
        event,
        occurred_at=_at(message.edit_date or message.date, raw),
        native_message_id=edited,
        edits_native_id=edited,
        text=_text_of(message),
    )


def _member(raw: RawEnvelope, key: str, change: MemberChange) -> InboundEvent:
    is_gone = change.new_chat_member.status in {"kicked", "left"}
    return InboundEvent(
        channel=CHANNEL,
        account_id=raw.account_id,
        dedupe_key=key,
        kind="member.blocked" if is_gone else "member.unblocked",
        occurred_at=_at(change.date, raw),
        author=_author(change.sender),
        thread_key=str(change.chat.id),
    )


def _event(raw: RawEnvelope, key: str, message: Message, kind: EventKind) -> InboundEvent:
    return InboundEvent(
        channel=CHANNEL,
        account_id=raw.account_id,
        dedupe_key=key,
        kind=kind,
        occurred_at=_at(message.date, raw),
        author=_author(message.sender or User(id=message.chat.id)),
        thread_key=str(message.chat.id),
    )


def _unsupported(raw: RawEnvelope, key: str) -> InboundEvent:
    return InboundEvent(
        channel=CHANNEL,
        account_id=raw.account_id,
        dedupe_key=key,
        kind="unsupported",
        occurred_at=raw.received_at,
        author=Author(native_id="unknown"),
    )


def _all_words(raw: RawEnvelope) -> str:
    """Every text of an update, a quoted message's too: the original holds them all."""
    found, left = [], [msgspec.json.decode(raw.body)]
    while left:
        value = left.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict | list):
            left += value.values() if isinstance(value, dict) else value
    return "\n".join(found)


def _author(user: User) -> Author:
    return Author(
        native_id=str(user.id),
        display=" ".join(filter(None, [user.first_name, user.last_name])),
        handle=f"@{user.username}" if user.username else None,
        language=_language(user.language_code),
        is_bot=user.is_bot,
    )


def _language(tag: str | None) -> str | None:
    """Telegram writes ``zh-hans``; BCP 47 writes scripts with a capital: ``zh-Hans``."""
    if not tag:
        return None
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part for part in rest)])


def _at(seconds: int, raw: RawEnvelope) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else raw.received_at
    except (OverflowError, ValueError, OSError):
        return raw.received_at


def _text_of(message: Message) -> str:
    if message.text is not None or message.caption is not None:
        return message.text or message.caption or ""
    lines: list[str] = []
    if message.sticker is not None and message.sticker.emoji:
        lines.append(message.sticker.emoji)
    if message.contact is not None:
        contact = message.contact
        lines += [f"{contact.first_name} {contact.last_name}".strip(), contact.phone_number]
    if message.venue is not None:
        lines += [message.venue.title, message.venue.address]
    if message.location is not None:
        lines.append(f"geo:{message.location.latitude},{message.location.longitude}")
    return "\n".join(filter(None, lines))


def _files_of(message: Message) -> Iterator[InboundFile]:
    number = message.message_id
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        yield _file(largest, f"photo-{number}.jpg", "image/jpeg")
    if message.animation is not None:  # comes with the same file as a document, for old clients
        yield _file(message.animation, f"animation-{number}.mp4", "video/mp4")
    elif message.document is not None:
        yield _file(message.document, f"document-{number}", "application/octet-stream")
    if message.video is not None:
        yield _file(message.video, f"video-{number}.mp4", "video/mp4")
    if message.video_note is not None:
        yield _file(message.video_note, f"video-{number}.mp4", "video/mp4")
    if message.audio is not None:
        yield _file(message.audio, f"audio-{number}.mp3", "audio/mpeg")
    if message.voice is not None:
        yield _file(message.voice, f"voice-{number}.ogg", "audio/ogg")
    if message.sticker is not None and not message.sticker.emoji:
        yield _file(message.sticker, f"sticker-{number}.webp", "image/webp")


def _file(media: Media, name: str, media_type: str) -> InboundFile:
    return InboundFile(
        name=media.file_name or name,
        declared_type=media.mime_type or media_type,
        fetch=AttachmentRef(native_id=media.file_id, size_bytes=media.file_size),
    )
