"""A Bot API server on loopback, with a ledger of what a real user would see.

Written from https://core.telegram.org/bots/api (Bot API 10.1, 2026-06-11): the same paths, the
same three ways to pass parameters, the same refusals in the same words.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from . import wire

TOKEN = "7123456789:AAFakeTokenOfABotThatDoesNotExist00"
NOON = 1_795_348_800  # 2026-11-22 12:00:00 UTC
MAX_TEXT, MAX_CAPTION = 4096, 1024  # UTF-16 code units
MAX_DOWNLOAD, MAX_UPLOAD, MAX_PHOTO = 20 * 2**20, 50 * 2**20, 10 * 2**20


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Seen:
    """One message as it stands in the user's chat."""

    message_id: int
    by: Literal["user", "bot"]
    text: str
    kind: str = "text"
    content: bytes | None = None
    name: str | None = None
    entities: list[dict[str, Any]] = field(default_factory=list)
    reply_to: int | None = None
    is_edited: bool = False


@dataclass
class Chat:
    """One user's private chat with the bot."""

    user: dict[str, Any]
    is_started: bool = True
    is_blocked: bool = False
    seen: list[Seen] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    @property
    def from_bot(self) -> list[Seen]:
        return [message for message in self.seen if message.by == "bot"]


@dataclass
class Trouble:
    """What goes wrong with one request: refused, or done and then the answer is lost."""

    kind: Literal["refuse", "break", "hang", "truncate", "error", "redirect", "nonsense"]
    status: int = 500
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


class Refused(Exception):
    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.body = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.body["parameters"] = parameters
        self.status = status


class FakeTelegram:
    """The server: an ASGI application. Tests act as the user and read the ledger."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, bytes] = {}
        self.lying_sizes: dict[str, int] = {}
        self.paths: dict[str, str] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.pending: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.arrived = asyncio.Event()
        self.released = asyncio.Event()
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._waiting: asyncio.Event | None = None
        self._update_ids, self._message_ids = count(500_000_001), count(11)
        self._file_ids, self._clock = count(1), count(NOON)

    # What goes wrong -----------------------------------------------------------------------

    def trouble(self, method: str, *troubles: Trouble) -> None:
        """The next calls of this method meet these, one each; ``file`` is the download."""
        self._troubles[method].extend(troubles)

    def expire_links(self) -> None:
        self.paths.clear()

    # What users do -------------------------------------------------------------------------

    def user(self, user_id: int = 4242, **more: Any) -> Chat:
        if user_id not in self.chats:
            plain = {"id": user_id, "is_bot": False, "first_name": "Lin", "language_code": "en"}
            self.chats[user_id] = Chat(user={**plain, **more})
        return self.chats[user_id]

    def says(self, text: str, user_id: int = 4242, **more: Any) -> dict[str, Any]:
        return self._posts(user_id, {"text": text, **more}, Seen(0, "user", text))

    def sends(
        self, kind: str, content: bytes, user_id: int = 4242, *, caption: str = "", **more: Any
    ) -> dict[str, Any]:
        """A photo, document, voice and so on; ``more`` lands in the message."""
        file_id = f"{kind}-{next(self._file_ids)}"
        self.files[file_id] = content
        media: Any = {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_size": len(content),
        }
        if kind == "photo":
            small = {**media, "file_id": f"{file_id}-s", "width": 90, "height": 60}
            media = [small, {**media, "width": 1280, "height": 853}]
        elif kind == "document":
            media |= {"file_name": more.pop("name", "a.pdf"), "mime_type": "application/pdf"}
        elif kind in {"voice", "audio", "video"}:
            media |= {"duration": 3, **({"width": 4, "height": 3} if kind == "video" else {})}
        body = {kind: media, **({"caption": caption} if caption else {}), **more}
        return self._posts(user_id, body, Seen(0, "user", caption, kind, content))

    def edits(self, message_id: int, text: str, user_id: int = 4242) -> dict[str, Any]:
        seen = next(each for each in self.user(user_id).seen if each.message_id == message_id)
        seen.text, seen.is_edited = text, True
        message = {**self._message(user_id, message_id), "edit_date": next(self._clock)}
        return self._update({"edited_message": {**message, "text": text}})

    def blocks(self, user_id: int = 4242, *, is_blocked: bool = True) -> dict[str, Any]:
        chat = self.user(user_id)
        chat.is_blocked = is_blocked
        there = {"status": "member", "user": self.me}
        gone = {"status": "kicked", "until_date": 0, "user": self.me}
        change = {
            "chat": self._chat(user_id), "from": chat.user, "date": next(self._clock),
            "old_chat_member": there if is_blocked else gone,
            "new_chat_member": gone if is_blocked else there,
        }  # fmt: skip
        return self._update({"my_chat_member": change})

    @property
    def me(self) -> dict[str, Any]:
        return {
            "id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Meridian",
            "username": "MeridianDeskBot", "can_join_groups": False,
            "can_read_all_group_messages": False, "supports_inline_queries": False,
        }  # fmt: skip

    def _posts(self, user_id: int, body: dict[str, Any], seen: Seen) -> dict[str, Any]:
        seen.message_id = next(self._message_ids)
        self.user(user_id).seen.append(seen)
        return self._update({"message": {**self._message(user_id, seen.message_id), **body}})

    def _message(self, user_id: int, message_id: int) -> dict[str, Any]:
        return {
            "message_id": message_id, "from": self.user(user_id).user,
            "chat": self._chat(user_id), "date": next(self._clock),
        }  # fmt: skip

    def _chat(self, user_id: int) -> dict[str, Any]:
        return {"id": user_id, "type": "private", "first_name": "Lin"}

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        update = {"update_id": next(self._update_ids), **body}
        self.pending.append(update)
        self.arrived.set()
        return update

    # What bots call ------------------------------------------------------------------------

    async def answer(self, method: str, given: Mapping[str, Any]) -> Any:
        handler: Callable[[Mapping[str, Any]], Any] | None = {
            "getMe": lambda _: self.me,
            "sendMessage": self._send_message,
            "sendPhoto": lambda fields: self._send_file("photo", fields, MAX_PHOTO),
            "sendDocument": lambda fields: self._send_file("document", fields, MAX_UPLOAD),
            "editMessageText": self._edit,
            "sendChatAction": self._act,
            "getFile": self._get_file,
            "setWebhook": self._set_webhook,
            "deleteWebhook": lambda _: bool(self.webhook.clear() or True),
            "getWebhookInfo": lambda _: {
                "url": self.webhook.get("url", ""),
                "has_custom_certificate": False,
                "pending_update_count": len(self.pending),
            },
        }.get(method)
        if method == "getUpdates":
            return await self._get_updates(given)
        if handler is None:
            raise Refused(404, "Not Found")
        return handler(given)

    def _reachable(self, given: Mapping[str, Any]) -> Chat:
        chat = self.chats.get(int(given.get("chat_id") or 0))
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if not chat.is_started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        if chat.is_blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _checked(self, given: Mapping[str, Any], name: str, limit: int) -> tuple[str, list[Any]]:
        text = str(given.get(name) or "").strip()
        if units(text) > limit:
            words = "message is too long" if name == "text" else "message caption is too long"
            raise Refused(400, f"Bad Request: {words}")
        if given.get("parse_mode") == "HTML" and text.count("<") != text.count(">"):
            raise Refused(400, "Bad Request: can't parse entities: Unclosed start tag")
        marks = given.get("entities" if name == "text" else "caption_entities") or []
        whole = text.encode("utf-16-le")
        for mark in marks:
            end = mark["offset"] + mark["length"]
            piece = whole[2 * mark["offset"] : 2 * end]
            if mark["length"] <= 0 or 2 * end > len(whole) or not _is_whole(piece):
                raise Refused(400, "Bad Request: can't parse entities: wrong offset")
        return text, list(marks)

    def _send_message(self, given: Mapping[str, Any]) -> Any:
        chat = self._reachable(given)
        text, marks = self._checked(given, "text", MAX_TEXT)
        if not text:
            raise Refused(400, "Bad Request: message text is empty")
        return self._shown(chat, given, Seen(0, "bot", text, entities=marks), {"text": text})

    def _send_file(self, kind: str, given: Mapping[str, Any], limit: int) -> Any:
        chat = self._reachable(given)
        caption, marks = self._checked(given, "caption", MAX_CAPTION)
        file = given.get(kind)
        if isinstance(file, str) and file.startswith("attach://"):
            file = given.get(file.removeprefix("attach://"))
        if not isinstance(file, tuple):
            raise Refused(400, f"Bad Request: there is no {kind} in the request")
        name, content = file
        if len(content) > limit:
            raise Refused(413, "Request Entity Too Large")
        if kind == "photo" and content[:4] == b"ODD:":
            raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        media: Any = {"file_id": f"sent-{next(self._file_ids)}", "file_unique_id": "u"}
        media = [{**media, "width": 1, "height": 1}] if kind == "photo" else media
        seen = Seen(0, "bot", caption, kind, content, name, marks)
        return self._shown(chat, given, seen, {kind: media, "caption": caption})

    def _shown(self, chat: Chat, given: Mapping[str, Any], seen: Seen, body: dict[str, Any]) -> Any:
        seen.message_id = next(self._message_ids)
        answered = (given.get("reply_parameters") or {}).get("message_id")
        if answered in {message.message_id for message in chat.seen}:
            seen.reply_to = answered
        elif answered and not given["reply_parameters"].get("allow_sending_without_reply"):
            raise Refused(400, "Bad Request: message to be replied not found")
        chat.seen.append(seen)
        message = self._message(chat.user["id"], seen.message_id)
        return {**message, "from": self.me, **body}

    def _edit(self, given: Mapping[str, Any]) -> Any:
        chat = self._reachable(given)
        text, marks = self._checked(given, "text", MAX_TEXT)
        wanted = int(given.get("message_id") or 0)
        seen = next((each for each in chat.from_bot if each.message_id == wanted), None)
        if seen is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if seen.kind != "text":
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        if (seen.text, seen.entities) == (text, marks):
            raise Refused(400, "Bad Request: message is not modified")
        seen.text, seen.entities, seen.is_edited = text, marks, True
        return {**self._message(chat.user["id"], wanted), "from": self.me, "text": text}

    def _act(self, given: Mapping[str, Any]) -> bool:
        self._reachable(given).actions.append(str(given["action"]))
        return True

    def _get_file(self, given: Mapping[str, Any]) -> Any:
        file_id = str(given.get("file_id") or "")
        content = self.files.get(file_id)
        if content is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = self.lying_sizes.get(file_id, len(content))
        if size > MAX_DOWNLOAD:
            raise Refused(400, "Bad Request: file is too big")
        path = f"documents/file_{next(self._file_ids)}.bin"
        self.paths[path] = file_id
        return {
            "file_id": file_id, "file_unique_id": "u", "file_size": size, "file_path": path,
        }  # fmt: skip

    def _set_webhook(self, given: Mapping[str, Any]) -> bool:
        self.webhook = dict(given)
        return True

    async def _get_updates(self, given: Mapping[str, Any]) -> Any:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._waiting is not None:
            self._waiting.set()  # the newcomer wins
        ended = self._waiting = asyncio.Event()
        offset = int(given.get("offset") or 0)
        self.pending = [each for each in self.pending if each["update_id"] >= offset]
        if not self.pending and int(given.get("timeout") or 0):
            self.arrived.clear()
            waits = [asyncio.create_task(event.wait()) for event in (self.arrived, ended)]
            await asyncio.wait(
                waits, timeout=min(int(given["timeout"]), 2), return_when="FIRST_COMPLETED"
            )
            for task in waits:
                task.cancel()
        if ended.is_set():
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        self._waiting = None
        return self.pending[: int(given.get("limit") or 100)]

    # The wire ------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = await wire.body_of(receive)
        path = scope["path"]
        if path.startswith("/file/bot"):
            await self._download(path, send)
            return
        token, _, method = path.removeprefix("/bot").partition("/")
        if token != self.token:
            await wire.reply(
                send, 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
            )
            return
        given = wire.fields(scope, body)
        self.calls.append((method, given))
        await self._act_out(method, given, send)

    async def _act_out(self, method: str, given: Mapping[str, Any], send: Any) -> None:
        waiting = self._troubles[method]
        trouble = waiting.popleft() if waiting else None
        if trouble is not None and trouble.kind == "refuse":
            words = Refused(trouble.status, trouble.description, **trouble.parameters)
            await wire.reply(send, words.status, words.body)
            return
        if trouble is not None and trouble.kind == "redirect":
            await wire.reply(send, 302, {}, location="http://169.254.169.254/latest/meta-data")
            return
        try:
            result = await self.answer(method, given)
        except Refused as refusal:
            await wire.reply(send, refusal.status, refusal.body)
            return
        await self._lost(trouble, {"ok": True, "result": result}, send)

    async def _lost(self, trouble: Trouble | None, whole: dict[str, Any], send: Any) -> None:
        """It was done; what of the answer arrives is the trouble's to say."""
        match trouble.kind if trouble is not None else None:
            case "hang":
                await asyncio.wait_for(self.released.wait(), 20)
            case "break":
                raise ConnectionAbortedError  # the server closes without a word
            case "truncate":
                await wire.reply(send, 200, whole, cut=12)
            case "error":
                await wire.reply(send, 502, None)
            case "nonsense":
                await wire.reply(send, 200, {"ok": True, "result": "what"})
            case _:
                await wire.reply(send, 200, whole)

    async def _download(self, path: str, send: Any) -> None:
        token, _, wanted = path.removeprefix("/file/bot").partition("/")
        file_id = self.paths.get(wanted)
        if token != self.token or file_id is None:
            await wire.reply(
                send, 404, {"ok": False, "error_code": 404, "description": "Not Found"}
            )
            return
        waiting = self._troubles["file"]
        trouble = waiting.popleft() if waiting else None
        if trouble is not None and trouble.kind == "redirect":
            await wire.reply(send, 302, {}, location="http://169.254.169.254/latest/meta-data")
            return
        await wire.content(send, 200, self.files[file_id], "application/octet-stream")


def _is_whole(piece: bytes) -> bool:
    try:
        piece.decode("utf-16-le")
    except UnicodeDecodeError:
        return False
    return True
