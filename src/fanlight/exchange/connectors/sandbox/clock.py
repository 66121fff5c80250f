"""A clock that goes with the real one and can be driven on: blocks arrive, holds end."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fanlight.exchange.connectors.sandbox.kept import Kept
from fanlight.kernel.clock import Now


class SandboxClock:
    """The time at the invented exchange."""

    def __init__(self, kept: Kept, now: Now) -> None:
        self._kept = kept
        self._base: Callable[[], datetime] = now

    def now(self) -> datetime:
        return self._base() + self._kept.read().ahead

    def advance(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Drive it on; the time it then shows."""
        with self._kept.changing() as state:
            state.ahead += timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return self.now()
