"""What readers ask for most now: counted as they read and search, stored a few times a minute."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog
from psycopg import Error

from fanlight.features.knowledge.queries import asked as kept
from fanlight.features.knowledge.queries.shelves import Line
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Unavailable
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.shelf import NotOnShelf
from fanlight.kernel.work import Work

log = structlog.get_logger(__name__)

_FLUSH_S = 10
_MOST = 20_000  # visitors and articles remembered in an hour; beyond, nobody is counted twice
_KEPT_DAYS = 90


class Tally:
    """Views and searches of this process. A visitor counts once an hour for an article."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[datetime, UUID, bool]] = Counter()
        self._seen: set[tuple[str, UUID, bool]] = set()
        self._hour: datetime | None = None

    def add(self, article_id: UUID, visitor: str, *, now: datetime, is_search: bool) -> None:
        """Count somebody who read an article, or whose search found it first."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            self._hour, self._seen = hour, set()
        one = (visitor, article_id, is_search)
        if one not in self._seen and len(self._seen) < _MOST:
            self._seen.add(one)
            self._counts[hour, article_id, is_search] += 1

    async def store(self, edge: Edge) -> None:
        """Write down what was counted; what could not be written is counted on."""
        if not self._counts:
            return
        counts, self._counts = self._counts, Counter()
        try:
            async with edge.work() as work:
                await kept.add(work, counts)
        except (Error, Unavailable):
            self._counts.update(counts)
            raise


async def keep_tally(edge: Edge) -> None:
    """Store the counts of this process every few seconds, and once more when it ends."""
    tally = tally_of(edge)
    try:
        while True:
            await asyncio.sleep(_FLUSH_S)
            try:
                await tally.store(edge)
            except (Error, Unavailable):
                log.warning("asked.not_stored")
    finally:
        with suppress(Error, Unavailable):
            await asyncio.shield(tally.store(edge))


def tally_of(edge: Edge) -> Tally:
    """The tally of this process, made on first use."""
    try:
        return edge.shelf.of(Tally)
    except NotOnShelf:
        edge.shelf.offer(Tally())
        return edge.shelf.of(Tally)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for most in the last hours."""

    lines: list[Line]
    hours: int


async def most_asked(
    work: Work, languages: list[str], *, hours: int, limit: int, least: int
) -> Asked | None:
    """The articles asked for most; None while fewer than ``least`` asks say what that is."""
    since = work.now() - timedelta(hours=hours)
    if await kept.total(work, since) < least:
        return None
    lines = await kept.most_asked(work, languages, since=since, limit=limit)
    return Asked(lines=lines, hours=hours) if len(lines) >= limit else None


@cron("knowledge.forget_asked", every_s=86_400)
@job("knowledge.forget_asked")
async def forget(work: Work, _: None) -> None:
    """Counts of old hours go. Twice does no harm."""
    await kept.forget(work, work.now() - timedelta(days=_KEPT_DAYS))
