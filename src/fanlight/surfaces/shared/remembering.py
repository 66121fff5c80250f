"""Who is behind a cookie: remembered by each process for seconds, and forgotten at a word."""

from datetime import datetime, timedelta

from fanlight.features.people.access import CHANGED
from fanlight.features.people.queries.sign_in import hash_of
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.contract import LiveBus
from fanlight.kernel.work import Actor

# Long enough for the dozen requests of a page that opens. A word that was lost on its way leaves
# somebody in for no longer.
KEPT = timedelta(seconds=5)
_MOST = 10_000  # then the memory begins anew


class Remembered:
    """The agents whom this process has recognised just now.

    It remembers nothing while it cannot hear what changes.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[datetime, Actor]] = {}
        self._live: LiveBus | None = None
        self.generation = 0  # counts the words heard

    def find(self, token: str, now: datetime) -> Actor | None:
        """Who they were a moment ago, if nothing was heard since."""
        found = self._known.get(hash_of(token)) if self._hears() else None
        if found is None or not found[0] <= now < found[0] + KEPT:
            return None
        return found[1]

    def keep(self, token: str, actor: Actor, now: datetime, *, generation: int) -> None:
        """Remember whom the database named, unless a word came since ``generation`` was read:
        then nobody knows whether it was asked before or after."""
        if generation != self.generation or not self._hears():
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[hash_of(token)] = (now, actor)

    async def follow(self, live: LiveBus) -> None:
        """Forget everybody at each word that somebody's rights have changed, until cancelled."""
        try:
            async with live.listen(CHANGED) as words:
                self._live = live
                async for _ in words:  # one that was missed counts as well
                    self._forget()
        finally:
            self._live = None
            self._forget()

    def _hears(self) -> bool:
        return self._live is not None and self._live.is_up

    def _forget(self) -> None:
        self.generation += 1
        self._known.clear()


def equip(edge: Edge) -> None:
    """Each process remembers by itself."""
    edge.shelf.offer(Remembered())


async def keep_up(edge: Edge) -> None:
    await edge.shelf.of(Remembered).follow(edge.live)


RUNS = [keep_up]
