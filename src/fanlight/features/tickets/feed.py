"""Every change of every ticket in one order, read so that none is ever skipped.

A transaction that began early may commit late. Reading stops below the oldest transaction still
running (``pg_snapshot_xmin``), so a cursor never passes a row that is not there yet.
"""

from datetime import timedelta
from uuid import UUID

import msgspec

from fanlight.kernel.errors import FanlightError, Kind
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

TOPIC = "feed.console"
KEPT = timedelta(hours=24)
MOST = 2000  # changes; whoever is further behind fetches afresh


class CursorTooOld(FanlightError):
    """What lies after this cursor is not kept any more: fetch afresh."""

    code, kind = "cursor_too_old", Kind.GONE


class Cursor(msgspec.Struct, frozen=True, order=True):
    """A place in the order of all changes."""

    xid: int
    id: int

    def __str__(self) -> str:
        return f"{self.xid}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """From what a client was given. Raises CursorTooOld for anything else."""
        xid, _, number = text.partition(".")
        if not (xid.isascii() and xid.isdigit() and number.isascii() and number.isdigit()):
            raise CursorTooOld
        return cls(int(xid), int(number))


class Change(msgspec.Struct, frozen=True):
    """Something on this ticket has changed."""

    xid: int
    id: int
    ticket_id: UUID


NOW = """
    SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint) AS xid, 0 AS id
"""
AFTER = """
    SELECT c.xid::text::bigint AS xid, c.id, c.ticket_id FROM ticket_changes c
    WHERE (c.xid, c.id) > (%(xid)s::text::xid8, %(id)s)
      AND c.xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY c.xid, c.id LIMIT %(limit)s
"""
KEPT_FROM = "SELECT (value #>> '{}')::bigint FROM installation WHERE key = 'feed.kept_from'"
SWEEP = """
    WITH gone AS (DELETE FROM ticket_changes WHERE at < %(before)s RETURNING xid)
    SELECT max(xid::text::bigint) + 1 FROM gone
"""
KEEP_FROM = """
    INSERT INTO installation (key, value) VALUES ('feed.kept_from', to_jsonb(%(xid)s::bigint))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value
"""


async def now(work: Work) -> Cursor:
    """A cursor such that a page read in this transaction shows all that lies before it.

    It may lie before things the page shows already: frames repeat, they never miss.
    """
    found = await work.one(Cursor, NOW)
    return found or Cursor(0, 0)


async def after(work: Work, cursor: Cursor, *, limit: int = MOST) -> tuple[list[UUID], Cursor]:
    """Tickets changed since, each once, and the cursor up to which that is all.

    Raises:
        CursorTooOld: more than ``limit`` changes, or changes that are no longer kept.
    """
    # In this order: what is swept between the two is noticed.
    changes, kept_from = await work.together(
        work.rows(Change, AFTER, xid=str(cursor.xid), id=cursor.id, limit=limit + 1),
        work.one(int, KEPT_FROM),
    )
    if cursor.xid < (kept_from or 0) or len(changes) > limit:
        raise CursorTooOld
    if not changes:
        return [], cursor
    last = changes[-1]
    tickets = dict.fromkeys(change.ticket_id for change in changes)
    return list(tickets), Cursor(last.xid, last.id)


@cron("tickets.sweep_feed", every_s=900)
@job("tickets.sweep_feed")
async def sweep(work: Work, _: None) -> None:
    """Forget changes older than a day; who was away longer fetches afresh."""
    swept = await work.one(int, SWEEP, before=work.now() - KEPT)
    if swept is not None:
        await work.run(KEEP_FROM, xid=swept)
