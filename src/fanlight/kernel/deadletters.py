"""Jobs that failed too often: shown to people, and sent round again when they say so."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from fanlight.kernel.jobs import JOBS_READY
from fanlight.kernel.work import Work

TOP = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A job nobody runs any more; ``error`` is what the last try said, secrets removed."""

    id: UUID
    kind: str
    attempts: int
    error: str | None
    created_at: datetime


DEAD = """
    SELECT id, kind, attempts, error, created_at FROM jobs
    WHERE state = 'dead' AND (created_at, id) < (%(created_at)s, %(id)s)
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""
REPLAY = """
    UPDATE jobs SET state = 'ready', attempts = 0, run_at = now(), key = NULL
    WHERE state = 'dead' AND id = ANY(%(ids)s)
"""
DROP = "DELETE FROM jobs WHERE state = 'dead' AND id = ANY(%(ids)s)"


async def dead_letters(
    work: Work, *, below: tuple[datetime, UUID] = TOP, limit: int = 50
) -> list[DeadLetter]:
    """The dead, newest first."""
    return await work.rows(DeadLetter, DEAD, created_at=below[0], id=below[1], limit=limit)


async def replay(work: Work, ids: list[UUID]) -> int:
    """Let them try again from the first attempt; how many there were."""
    work.signal(JOBS_READY)
    return await work.run(REPLAY, ids=ids)


async def drop(work: Work, ids: list[UUID]) -> int:
    """Forget them for good; how many there were."""
    return await work.run(DROP, ids=ids)
