"""Presses no exchange that is in trouble: a circuit, and answers told again for a moment."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

_KEPT = 4_096

Key = tuple[str, str | None, str]
"""Question, account, address."""


class Circuit:
    """Open after so many failures in a row; then one question is let through now and again."""

    def __init__(self, *, failures: int, rests_s: float, clock: Callable[[], float]) -> None:
        self._most, self._rests_s, self._clock = failures, rests_s, clock
        self._failures = 0
        self._closed_until = 0.0

    @property
    def lets_through(self) -> bool:
        """Asking is trying: whoever is let through says how it went."""
        if self._failures < self._most:
            return True
        now = self._clock()
        if now < self._closed_until:
            return False
        self._closed_until = now + self._rests_s  # the others wait for how this one ends
        return True

    def went_well(self) -> None:
        self._failures = 0

    def went_wrong(self) -> None:
        self._failures += 1
        if self._failures >= self._most:
            self._closed_until = self._clock() + self._rests_s


class Answers:
    """Answers told again for a moment, and one asking for all who ask the same at once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, Any]] = OrderedDict()
        self._asking: dict[Key, asyncio.Task[Any]] = {}

    async def get(self, key: Key, keeps_s: float, ask: Callable[[], Awaitable[Any]]) -> Any:
        """The kept answer, or the one that ``ask`` gives."""
        found = self._kept.get(key)
        if found is not None and self._clock() < found[0]:
            return found[1]
        task = self._asking.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, keeps_s, ask))
            self._asking[key] = task
            task.add_done_callback(lambda task: self._asked(key, task))
        return await asyncio.shield(task)  # somebody who goes away takes nobody's answer along

    async def _ask(self, key: Key, keeps_s: float, ask: Callable[[], Awaitable[Any]]) -> Any:
        answer = await ask()
        self._kept[key] = (self._clock() + keeps_s, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return answer

    def _asked(self, key: Key, task: asyncio.Task[Any]) -> None:
        self._asking.pop(key, None)
        if not task.cancelled():
            task.exception()  # it is known, even where everybody who waited has gone

    def forget(self, uid: str | None) -> None:
        """What was said of this account before something was done to it."""
        for key in [key for key in self._kept if key[1] == uid]:
            del self._kept[key]
