"""Checks of what an exchange sends by itself: as the desk would take it, with why it would not."""

import time
from collections.abc import Callable, Mapping

import msgspec

from fanlight.exchange.conformance.case import AHEAD, OLD, Nonconforming, Result, need
from fanlight.exchange.connectors.http.signing import Verifier
from fanlight.exchange.connectors.http.telling import PATH
from fanlight.exchange.facts import FreezeEvent
from fanlight.kernel.clock import Now
from fanlight.kernel.clock import now as real_now

EVENTS = "events"


class Ear:
    """Hears an exchange's events, and says of each sending whether it is right."""

    def __init__(
        self,
        keys: Mapping[str, bytes],
        *,
        now: Now = real_now,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._verifier = Verifier(keys, now_s)
        self._now = now
        self._heard: dict[str, FreezeEvent] = {}

    def hear(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Result:
        """One sending; ``headers`` in small letters."""
        try:
            self._judge(method, target, headers, body)
        except Nonconforming as broken:
            return Result(EVENTS, "wrong", str(broken))
        return Result(EVENTS, "right")

    def _judge(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> None:
        need((method, target) == ("POST", PATH), f"it is no POST to {PATH}")
        is_believed = self._verifier.believes(method, target, headers, body)
        need(is_believed, "signature, time or nonce is wrong, or it was sent like this before")
        try:
            event = msgspec.json.decode(body, type=FreezeEvent)
        except msgspec.MsgspecError as broken:
            raise Nonconforming(f"it is no event: {broken}") from None
        need(event.at <= self._now() + AHEAD, "at is of the future")
        before = self._heard.setdefault(event.id, event)
        need(before == event, "the same id tells another thing")
        need(before is not event or event.at >= self._now() - OLD, f"told more than {OLD} late")
