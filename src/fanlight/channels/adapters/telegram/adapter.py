"""Telegram private chats. Source: Bot API 10.1, https://core.telegram.org/bots/api"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Any

import msgspec

from fanlight.channels.adapters.telegram.calls import ApiRefused, BotApi, Sent
from fanlight.channels.adapters.telegram.listening import Poller, WebhookKeeper
from fanlight.channels.adapters.telegram.planning import entities, is_photo, plan
from fanlight.channels.adapters.telegram.reading import CHANNEL, native_id, read
from fanlight.channels.adapters.telegram.settings import Bot, TelegramSettings
from fanlight.channels.contract import (
    Accepted,
    Account,
    AttachmentRef,
    Capabilities,
    DataClass,
    Failed,
    Failure,
    Health,
    InboundEvent,
    Listener,
    OutboundMessage,
    Outcome,
    Plan,
    PlannedPart,
    RawEnvelope,
    RawRequest,
    Reject,
    Secret,
    ThreadState,
    Unknown,
    Verdict,
    Verified,
)
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.http import HostNotAllowed, HttpTrouble, NotSent, OutboundHttp

_MIB = 2**20
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header


class TelegramAdapter:
    """Every bot of the settings."""

    key: str = CHANNEL

    def __init__(self, settings: TelegramSettings) -> None:
        self._bots = dict(settings.bots)
        self._settings = settings
        self._able = Capabilities(
            visibility="private",
            max_text=4096,
            text_unit="utf16",
            max_data=DataClass.CASE,
            is_resend_safe=False,  # the Bot API has no idempotency key
            has_typing_out=True,
            has_edits_out=True,
            max_file_bytes=settings.upload_mib * _MIB,
            max_files=10,
            max_identity=2,
        )
        self._accounts = [
            Account(id=name, channel=CHANNEL, name=_name(bot), address=f"@{bot.username}")
            for name, bot in self._bots.items()
        ]

    @property
    def accounts(self) -> Sequence[Account]:
        return self._accounts

    def capabilities(self, account_id: str) -> Capabilities:
        return self._able

    async def verify(self, request: RawRequest) -> Verdict:
        # Telegram repeats our secret in a header; it signs no body, so there is none to check.
        bot = self._bots.get(request.account_id)
        given = request.headers.get(_SECRET_HEADER, "").encode()
        if bot is None or request.method != "POST":
            return Reject("no such door")
        matches = [compare_digest(given, secret.encode()) for secret in bot.webhook_secrets]
        return Verified() if any(matches) else Reject("secret_token")

    def parse(self, raw: RawEnvelope) -> list[InboundEvent]:
        return [read(raw)]

    def plan(self, message: OutboundMessage, thread: ThreadState, now: datetime) -> Plan:
        return plan(message, thread, self._able)

    async def send(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        message = part.message
        bot = self._bots.get(message.account_id)
        if bot is None:
            return Failed(Failure.AUTH, detail="this bot is not set up here any more")
        chat = message.thread_key or message.to
        api = self._api(bot, http)
        try:
            if message.intent == "typing":
                return await _type(api, chat)
            if message.intent == "edit":
                return await _edit(api, chat, part)
            return await _post(api, chat, part)
        except ApiRefused as refusal:
            return refusal.outcome
        except NotSent as trouble:  # no connection, so no byte left us: trying again is harmless
            return Failed(Failure.TRANSIENT, detail=str(trouble))
        except HostNotAllowed:
            return Failed(Failure.BUG, detail="the Bot API server is no allowed host")
        except HttpTrouble as trouble:
            if message.intent in {"typing", "edit"}:  # done twice, it is still done once
                return Failed(Failure.TRANSIENT, detail=str(trouble))
            return Unknown()

    async def reconcile(self, part: PlannedPart, http: OutboundHttp) -> Outcome:
        return Unknown()  # a bot cannot look up what it sent: a person decides

    async def fetch(self, account_id: str, ref: AttachmentRef, http: OutboundHttp) -> bytes:
        limit = self._settings.download_mib * _MIB
        return await self._api(self._bots[account_id], http).download(
            ref.native_id, limit_bytes=limit
        )

    async def backfill(self, account_id: str, http: OutboundHttp) -> AsyncIterator[RawEnvelope]:
        # Telegram itself keeps what we have not taken for a day, and brings it again.
        for envelope in _NOTHING:
            yield envelope

    async def health(self, account_id: str, http: OutboundHttp) -> Health:
        bot = self._bots[account_id]
        try:
            api = self._api(bot, http)
            hook = await api.call("getWebhookInfo", WebhookInfo)
        except ApiRefused as refusal:
            return Health(is_ok=False, detail=f"Telegram refuses this bot: {refusal}")
        except HttpTrouble as trouble:
            return Health(is_ok=False, detail=f"Telegram cannot be reached: {trouble}")
        if bot.receive == "webhook" and not hook.url:
            return Health(is_ok=False, detail="Telegram knows no webhook for this bot")
        if hook.last_error_message and hook.pending_update_count:
            return Health(is_ok=False, detail=f"Webhook fails: {hook.last_error_message[:200]}")
        return Health(is_ok=True, detail=f"{hook.pending_update_count} updates wait")

    def listeners(self, http: OutboundHttp) -> Sequence[Listener]:
        found: list[Listener] = []
        for name, bot in self._bots.items():
            api = self._api(bot, http)
            if bot.receive == "poll":
                found.append(Poller(name, api, wait_s=self._settings.poll_s))
            elif bot.webhook_url:
                found.append(WebhookKeeper(name, api, bot.webhook_url, bot.webhook_secrets[0]))
        return found

    def _api(self, bot: Bot, http: OutboundHttp) -> BotApi:
        base = self._settings.api.rstrip("/")
        allowed = http.allowing({base.partition("://")[2].partition("/")[0]})
        return BotApi(base, Secret(bot.token), allowed)


class WebhookInfo(msgspec.Struct, frozen=True):
    """What Telegram tells about our webhook."""

    url: str = ""
    pending_update_count: int = 0
    last_error_message: str = ""


_NOTHING: Sequence[RawEnvelope] = ()


def _name(bot: Bot) -> str:
    return bot.name or f"@{bot.username}"


async def _type(api: BotApi, chat: str) -> Outcome:
    await api.call("sendChatAction", bool, json={"chat_id": chat, "action": "typing"})
    return Accepted(f"{chat}:typing")


async def _edit(api: BotApi, chat: str, part: PlannedPart) -> Outcome:
    native = part.message.edits_native_id or ""
    number = native.rpartition(":")[2]
    if not number.isdecimal():
        return Failed(Failure.CONTENT, detail="no message of this chat")
    body = {"chat_id": chat, "message_id": int(number), **_marked("text", part)}
    try:
        await api.call("editMessageText", Sent, json=body)
    except ApiRefused as refusal:
        if "message is not modified" not in refusal.words:
            raise
    return Accepted(native)


async def _post(api: BotApi, chat: str, part: PlannedPart) -> Outcome:
    about: dict[str, Any] = {"chat_id": chat, **_answering(part)}
    if part.file is None:
        sent = await api.call("sendMessage", Sent, json={**about, **_marked("text", part)})
        return Accepted(native_id(chat, sent.message_id))
    try:
        content = await part.file.read()
    except (FanlightError, OSError) as trouble:
        return Failed(
            Failure.TRANSIENT, detail=f"the file cannot be read: {type(trouble).__name__}"
        )
    # Refused as a photo (too long a side, too odd a shape), it still goes as a document.
    kind = "photo" if is_photo(part.file) and not part.is_plain else "document"
    captioned = {**about, **(_marked("caption", part) if part.text else {})}
    sent = await api.call(
        f"send{kind.title()}",
        Sent,
        data=_form(captioned),
        files={kind: (part.file.name, content, part.file.media_type)},
    )
    return Accepted(native_id(chat, sent.message_id))


def _answering(part: PlannedPart) -> dict[str, Any]:
    """Which message this answers, on the first part; one deleted since is no hindrance."""
    number = (part.message.reply_to_native_id or "").rpartition(":")[2]
    if part.number > 1 or not number.isdecimal():
        return {}
    return {
        "reply_parameters": {"message_id": int(number), "allow_sending_without_reply": True},
    }


def _marked(field: str, part: PlannedPart) -> dict[str, Any]:
    marks = [] if part.is_plain else entities(part.text)
    name = "entities" if field == "text" else "caption_entities"
    return {field: part.text, **({name: marks} if marks else {})}


def _form(fields: Mapping[str, Any]) -> dict[str, str]:
    """Fields of a multipart form; what is no text travels in it as JSON."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in fields.items()
    }
