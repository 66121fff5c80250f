"""What we read of the Bot API. Source: Bot API 10.1, https://core.telegram.org/bots/api"""

from typing import Any

import msgspec
from msgspec import field


class User(msgspec.Struct, frozen=True):
    id: int
    first_name: str = ""
    last_name: str = ""
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False


class Chat(msgspec.Struct, frozen=True):
    id: int
    type: str


class Media(msgspec.Struct, frozen=True):
    """A photo size, document, audio, video, voice, animation or sticker: the same few fields."""

    file_id: str
    file_size: int | None = None
    file_name: str | None = None
    mime_type: str | None = None
    width: int = 0
    height: int = 0
    emoji: str | None = None
    is_animated: bool = False
    is_video: bool = False


class Contact(msgspec.Struct, frozen=True):
    phone_number: str
    first_name: str = ""
    last_name: str = ""


class Location(msgspec.Struct, frozen=True):
    latitude: float
    longitude: float


class Venue(msgspec.Struct, frozen=True):
    title: str = ""
    address: str = ""


class Answered(msgspec.Struct, frozen=True):
    """The message a message answers; nothing of it counts but its number."""

    message_id: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    message_id: int
    chat: Chat
    date: int = 0
    edit_date: int | None = None
    sender: User | None = field(name="from", default=None)
    text: str | None = None
    caption: str | None = None
    media_group_id: str | None = None
    reply_to_message: Answered | None = None
    forward_origin: Any = None
    photo: list[Media] = []
    document: Media | None = None
    animation: Media | None = None
    video: Media | None = None
    video_note: Media | None = None
    audio: Media | None = None
    voice: Media | None = None
    sticker: Media | None = None
    contact: Contact | None = None
    location: Location | None = None
    venue: Venue | None = None


class Member(msgspec.Struct, frozen=True):
    status: str


class MemberChange(msgspec.Struct, frozen=True, kw_only=True):
    chat: Chat
    sender: User = field(name="from")
    date: int = 0
    new_chat_member: Member


class Update(msgspec.Struct, frozen=True, kw_only=True):
    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    my_chat_member: MemberChange | None = None


class Numbered(msgspec.Struct, frozen=True):
    """All that must be readable of an update that is otherwise unlike any we know."""

    update_id: int


WANTED = ("message", "edited_message", "my_chat_member")
"""The updates asked of Telegram; what we do not ask for does not come."""
