"""How messages come in: asked for by long polling, or brought to our webhook."""

import asyncio
import logging
from datetime import UTC, datetime

import msgspec

from fanlight.channels.adapters.telegram.calls import ApiRefused, BotApi
from fanlight.channels.adapters.telegram.reading import CHANNEL
from fanlight.channels.adapters.telegram.wire import WANTED, Numbered
from fanlight.channels.contract import RawEnvelope, Receive
from fanlight.kernel.http import HttpTrouble

log = logging.getLogger(__name__)

BATCH = 100  # the most Telegram gives at once
CONFLICT_S = 30.0  # somebody else polls or a webhook stands: look again later
LONGEST_PAUSE_S = 60.0
CHECK_S = 300.0  # between looks at our webhook


class Poller:
    """Asks one bot for its messages. What is not stored is asked for again."""

    def __init__(self, account_id: str, api: BotApi, *, wait_s: int) -> None:
        self.name = f"telegram {account_id}"
        self._account_id, self._api, self._wait_s = account_id, api, wait_s

    async def run(self, receive: Receive) -> None:
        offset, pause_s = 0, 0.0
        is_free = False
        while True:
            try:
                if not is_free:
                    # A webhook would keep everything from us; what waits is not dropped.
                    await self._api.call("deleteWebhook", bool, json={})
                    is_free = True
                taken, is_complete = await self._take(offset, receive)
                offset = max(offset, taken)
                pause_s = 0.0 if is_complete else _longer(pause_s)
            except ApiRefused as refusal:
                is_free = refusal.status != 409
                pause_s = CONFLICT_S if refusal.status == 409 else _pause_after(refusal, pause_s)
                log.warning("%s: Telegram refused: %s", self.name, refusal)
            except HttpTrouble as trouble:
                pause_s = _longer(pause_s)
                log.warning("%s: Telegram cannot be reached: %s", self.name, trouble)
            await asyncio.sleep(pause_s)

    async def _take(self, offset: int, receive: Receive) -> tuple[int, bool]:
        """Store one batch; the next offset, and whether everything of it was stored.

        The next call's offset tells Telegram what we have, so it never goes beyond the first
        update that could not be stored. Those behind it are stored all the same: one that breaks
        us must not stand before everybody else, and a repeat changes nothing.
        """
        updates = await self._api.call(
            "getUpdates",
            list[msgspec.Raw],
            json={
                "offset": offset,
                "limit": BATCH,
                "timeout": self._wait_s,
                "allowed_updates": WANTED,
            },
        )
        is_complete = True
        for update in updates:
            number = msgspec.json.decode(update, type=Numbered).update_id
            try:
                await receive(self._envelope(bytes(update)))
            except Exception:
                log.exception(
                    "%s: update %d was not stored, it is asked for again", self.name, number
                )
                is_complete = False
            if is_complete:
                offset = number + 1
        return offset, is_complete

    def _envelope(self, body: bytes) -> RawEnvelope:
        return RawEnvelope(
            channel=CHANNEL,
            account_id=self._account_id,
            body=body,
            received_at=datetime.now(UTC),
        )


class WebhookKeeper:
    """Sees to it that Telegram knows our webhook, and says in the log when it cannot reach us."""

    def __init__(self, account_id: str, api: BotApi, url: str, secret: str) -> None:
        self.name = f"telegram webhook {account_id}"
        self._api, self._url, self._secret = api, url, secret

    async def run(self, receive: Receive) -> None:
        pause_s = 0.0
        while True:
            try:
                # Set each time: the secret may have changed, and Telegram does not tell it.
                await self._api.call(
                    "setWebhook",
                    bool,
                    json={
                        "url": self._url,
                        "secret_token": self._secret,
                        "allowed_updates": WANTED,
                    },
                )
                pause_s = CHECK_S
            except ApiRefused as refusal:
                pause_s = _pause_after(refusal, pause_s)
                log.warning("%s: Telegram refused: %s", self.name, refusal)
            except HttpTrouble as trouble:
                pause_s = _longer(pause_s)
                log.warning("%s: Telegram cannot be reached: %s", self.name, trouble)
            await asyncio.sleep(pause_s)


def _pause_after(refusal: ApiRefused, pause_s: float) -> float:
    return refusal.wait.total_seconds() if refusal.wait is not None else _longer(pause_s)


def _longer(pause_s: float) -> float:
    return min(max(1.0, pause_s * 2), LONGEST_PAUSE_S)
