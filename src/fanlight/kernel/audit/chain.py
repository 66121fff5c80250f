"""The chain of the audit log: every line is tied to the one before, so that a change shows."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

_BATCH = 1000
FIRST = bytes(32)  # what the first line is tied to
_LOCK = 0x_FA_AD_17  # advisory lock: one process links at a time

COLUMNS = "id, at, actor_kind, actor_id, action, target, detail::text AS detail"
MAY_LINK = "SELECT pg_try_advisory_xact_lock(%(lock)s) AS mine"
HEAD = "SELECT link, hash FROM audit_log WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1"
UNLINKED = f"SELECT {COLUMNS} FROM audit_log WHERE link IS NULL ORDER BY id LIMIT %(limit)s"
LINK = """
    UPDATE audit_log a SET link = u.link, hash = u.hash
    FROM unnest(%(ids)s::uuid[], %(links)s::bigint[], %(hashes)s::bytea[]) AS u(id, link, hash)
    WHERE a.id = u.id AND a.link IS NULL
"""
# The end of the chain is also kept aside: a log cut short at the end would still be a chain.
KEEP_HEAD = """
    INSERT INTO installation (key, value)
    VALUES ('audit.head', jsonb_build_object('link', %(link)s::bigint, 'hash', %(hash)s::text))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
KEPT_HEAD = """
    SELECT (value->>'link')::bigint AS link, decode(value->>'hash', 'hex') AS hash
    FROM installation WHERE key = 'audit.head'
"""
LINKED = f"""
    SELECT {COLUMNS}, link, hash FROM audit_log
    WHERE link > %(after)s ORDER BY link LIMIT %(limit)s
"""
Why = Literal["changed", "missing", "cut_short"]


class Broken(msgspec.Struct, frozen=True):
    """The first place at which the chain does not hold, and what is wrong there."""

    link: int
    why: Why


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line as stored."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID
    action: str
    target: str
    detail: str  # JSON as stored


class LinkedRow(Row, frozen=True, kw_only=True):
    """A line with its place and its hash."""

    link: int
    hash: bytes


class Head(msgspec.Struct, frozen=True):
    """How far a chain goes, and the hash it ends with."""

    link: int
    hash: bytes


NOTHING = Head(0, FIRST)


@job("audit.chain")
@cron("audit.chain", every_s=10)
async def chain_audit(work: Work, _: None) -> None:
    """Give every new line its link: a hash over itself and the link before.

    Done apart from the writing, in batches, so that writers never wait for one another. A second
    run finds nothing left to do.
    """
    if not await work.one(bool, MAY_LINK, lock=_LOCK):
        return
    rows = await work.rows(Row, UNLINKED, limit=_BATCH)
    if not rows:
        return
    links, hashes = _chained(rows, await head(work))
    await work.run(LINK, ids=[row.id for row in rows], links=links, hashes=hashes)
    await work.run(KEEP_HEAD, link=links[-1], hash=hashes[-1].hex())
    if len(rows) == _BATCH:
        work.enqueue("audit.chain", key="audit.chain")


async def head(work: Work) -> Head:
    """How far the chain goes."""
    return await work.one(Head, HEAD) or NOTHING


async def verify(work: Work, told: Callable[[int], None] = lambda _: None) -> Broken | None:
    """Walk the whole chain; the first place where it does not hold, or None.

    Lines not linked yet are not looked at. ``told`` hears how far it is.
    """
    at = NOTHING
    while rows := await linked(work, after=at.link):
        end = followed(rows, at)
        if isinstance(end, Broken):
            return end
        at = end
        told(at.link)
    return await ends_well(work, at)


async def linked(work: Work, *, after: int, limit: int = _BATCH) -> list[LinkedRow]:
    """The lines behind a link, in the order of the chain."""
    return await work.rows(LinkedRow, LINKED, after=after, limit=limit)


def followed(rows: Iterable[LinkedRow], at: Head) -> Head | Broken:
    """The end of the chain after these lines, or where it does not hold."""
    for row in rows:
        if row.link != at.link + 1:
            return Broken(at.link + 1, "missing")
        if row.hash != hash_of(at.hash, row, row.link):
            return Broken(row.link, "changed")
        at = Head(row.link, row.hash)
    return at


async def ends_well(work: Work, at: Head) -> Broken | None:
    """Whether a chain read to this place is as long as what was kept aside says."""
    kept = await work.one(Head, KEPT_HEAD)
    if kept is None or kept == at or await _goes_on(work, at, kept):
        return None
    return Broken(at.link + 1, "cut_short")


async def _goes_on(work: Work, at: Head, kept: Head) -> bool:
    """Whether the rest came while we were reading: then it must hold too."""
    while at.link < kept.link:
        rows = await linked(work, after=at.link, limit=min(_BATCH, kept.link - at.link))
        end = followed(rows, at) if rows else None
        if not isinstance(end, Head):
            return False
        at = end
    return at == kept


def _chained(rows: Sequence[Row], end: Head) -> tuple[list[int], list[bytes]]:
    links, hashes = [], []
    before = end.hash
    for link, row in enumerate(rows, end.link + 1):
        before = hash_of(before, row, link)
        links.append(link)
        hashes.append(before)
    return links, hashes


def hash_of(before: bytes, row: Row, link: int) -> bytes:
    """SHA-256 over the link before and the row as canonical JSON: sorted keys, UTC, no spaces."""
    body = {
        "id": str(row.id),
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": row.actor_kind,
        "actor_id": str(row.actor_id),
        "action": row.action,
        "target": row.target,
        "detail": msgspec.json.decode(row.detail),
        "link": link,
    }
    return hashlib.sha256(before + msgspec.json.encode(body, order="sorted")).digest()
