"""Telegram for the conformance suite: one adapter that polls, on the fake and its ledger."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from fanlight.channels.adapters.telegram.adapter import TelegramAdapter
from fanlight.channels.conformance import FileKind, Peer, SecretKind, Trouble
from fanlight.channels.contract import AttachmentRef, OutboundMessage, RawEnvelope, RawRequest
from fanlight.kernel.http import OutboundHttp

from . import fake as far
from .conftest import OLD_SECRET, SECRET, adapter_for, served
from .fake import FakeTelegram

_TROUBLES = {
    "throttled": far.Trouble("refuse", 429, "Too Many Requests", {"retry_after": 3}),
    "token": far.Trouble("refuse", 401, "Unauthorized"),
    "blocked": far.Trouble("refuse", 403, "Forbidden: bot was blocked by the user"),
    "lost": far.Trouble("error"),
    "slow": far.Trouble("hang"),
}


class TelegramPeer:
    account_id = "main"
    secrets = (far.TOKEN.split(":")[1], SECRET, OLD_SECRET)

    def __init__(self, adapter: TelegramAdapter, fake: FakeTelegram, http: OutboundHttp) -> None:
        self.adapter, self.http = adapter, http
        self._fake = fake
        self._chat = fake.user()

    def inbound(self, text: str) -> RawEnvelope:
        body = json.dumps(self._fake.says(text)).encode()
        return RawEnvelope(
            channel="telegram.private", account_id="main", body=body, received_at=datetime.now(UTC)
        )

    def call(self, raw: RawEnvelope, secret: SecretKind) -> RawRequest | None:
        given = {"present": SECRET, "former": OLD_SECRET, "forged": SECRET.upper()}.get(secret)
        headers = {} if given is None else {"x-telegram-bot-api-secret-token": given}
        return RawRequest(
            account_id="main", method="POST", headers=headers, query={}, body=raw.body
        )

    def outbound(self, text: str) -> OutboundMessage:
        return OutboundMessage(
            message_id=uuid4(), conversation_id=uuid4(), participant_id=uuid4(),
            account_id="main", thread_key="4242", to="4242", text=text,
        )  # fmt: skip

    def seen(self) -> Sequence[str]:
        return [message.text for message in self._chat.from_bot]

    def meet(self, trouble: Trouble) -> bool:
        if trouble in _TROUBLES:
            self._fake.trouble("sendMessage", _TROUBLES[trouble])
        return trouble in _TROUBLES

    def file(self, kind: FileKind) -> tuple[AttachmentRef, bytes] | None:
        content = b"0" * (20 * 2**20 + 1) if kind == "too_large" else b"content"
        self._fake.sends("document", content)
        file_id = "gone" if kind == "gone" else list(self._fake.files)[-1]
        if kind == "elsewhere":
            self._fake.trouble("file", far.Trouble("redirect"))
        return AttachmentRef(native_id=file_id), content

    def waiting(self, texts: Sequence[str]) -> bool:
        for text in texts:
            self._fake.says(text)
        return True

    def text_of(self, raw: RawEnvelope) -> str:
        return str(json.loads(raw.body)["message"]["text"])


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    fake, http = FakeTelegram(), OutboundHttp(allowed=(), read_s=3)
    async with served(fake) as url:
        yield TelegramPeer(adapter_for(url, receive="poll"), fake, http)
        fake.released.set()
    await http.close()
