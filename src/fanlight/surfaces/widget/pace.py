"""How fast one open line may speak, counted where the line is: no row is written for it."""

import time

from fanlight.kernel.errors import TooManyTries


class Pace:
    """How fast one line may speak: a bucket of tries that fills with time."""

    __slots__ = ("_at", "_left", "_most", "_per_second")

    def __init__(self, per_minute: int) -> None:
        self._per_second = per_minute / 60
        self._most = float(max(per_minute / 3, 10))
        self._left, self._at = self._most, time.monotonic()

    def spend(self) -> None:
        """Raises TooManyTries when the bucket is empty."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            raise TooManyTries(retry_after_s=int((1 - self._left) / self._per_second) + 1)
        self._left -= 1
