"""The audit log: who did what, appended with the deed itself, linked into a chain afterwards."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

_BATCH = 1000
_FIRST = bytes(32)  # what the first row is linked to
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_LOCK = 0x_FA_AD_17  # advisory lock: one process links at a time

APPEND = """
    INSERT INTO audit_log (id, at, actor_kind, actor_id, action, target, detail)
    VALUES (%(id)s, %(at)s, %(actor_kind)s, %(actor_id)s, %(action)s, %(target)s,
            %(detail)s::jsonb)
"""
_COLUMNS = "id, at, actor_kind, actor_id, action, target, detail::text AS detail"
MAY_LINK = "SELECT pg_try_advisory_xact_lock(%(lock)s) AS mine"
HEAD = "SELECT link, hash FROM audit_log WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1"
UNLINKED = f"SELECT {_COLUMNS} FROM audit_log WHERE link IS NULL ORDER BY id LIMIT %(limit)s"
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
    SELECT {_COLUMNS}, link, hash FROM audit_log
    WHERE link > %(after)s ORDER BY link LIMIT %(limit)s
"""
PAGE = """
    SELECT id, at, actor_kind, actor_id, action, target, detail, link FROM audit_log
    WHERE (at, id) < (%(at)s, %(id)s)
      AND (%(target)s::text IS NULL OR target = %(target)s)
      AND (%(actor_id)s::uuid IS NULL OR actor_id = %(actor_id)s)
      AND (%(action)s::text IS NULL OR action = %(action)s)
      AND at >= %(since)s AND at < %(until)s
    ORDER BY at DESC, id DESC  -- walks audit_log_newest, or audit_log_by_target
    LIMIT %(limit)s
"""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log. ``link`` is its place in the chain; None until the worker came by."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID
    action: str  # "customer.revealed", "sign_in.refused": what was done, never renamed
    target: str  # "customer:<id>"; empty when the action says it all
    detail: dict[str, Any]
    link: int | None


class Place(msgspec.Struct, frozen=True):
    """Where a page ended; the next one starts right below."""

    at: datetime
    id: UUID


TOP = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


class Broken(msgspec.Struct, frozen=True):
    """The first place at which the chain does not hold, and what is wrong there."""

    link: int
    why: str  # "changed", "missing", "cut_short"


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID
    action: str
    target: str
    detail: str  # JSON as stored


class _Linked(_Row, frozen=True, kw_only=True):
    link: int
    hash: bytes


class _Head(msgspec.Struct, frozen=True):
    link: int
    hash: bytes


async def record(work: Work, action: str, target: str = "", **detail: object) -> None:
    """Append one line in the actor's name; it stands or falls with the caller's transaction.

    ``detail`` says what changed, never a secret and never a customer's words.
    """
    await work.run(
        APPEND,
        id=new_id(),
        at=work.now(),
        actor_kind=work.actor.kind,
        actor_id=work.actor.id,
        action=action,
        target=target,
        detail=msgspec.json.encode(detail).decode(),
    )


async def page(
    work: Work,
    *,
    below: Place = TOP,
    target: str | None = None,
    actor_id: UUID | None = None,
    action: str | None = None,
    since: datetime = _BEGINNING,
    until: datetime = TOP.at,
    limit: int = 50,
) -> list[Entry]:
    """The log, newest first; who may read it is decided at the door (``audit.see``)."""
    only = {"target": target, "actor_id": actor_id, "action": action}
    span = {"since": since, "until": until}
    return await work.rows(Entry, PAGE, at=below.at, id=below.id, limit=limit, **only, **span)


@job("audit.chain")
@cron("audit.chain", every_s=10)
async def chain_audit(work: Work, _: None) -> None:
    """Give every new line its link: a hash over itself and the link before.

    Done apart from the writing, in batches, so that writers never wait for one another. A second
    run finds nothing left to do.
    """
    if not await work.one(bool, MAY_LINK, lock=_LOCK):
        return
    rows = await work.rows(_Row, UNLINKED, limit=_BATCH)
    if not rows:
        return
    head = await work.one(_Head, HEAD) or _Head(0, _FIRST)
    links, hashes = _chained(rows, head)
    await work.run(LINK, ids=[row.id for row in rows], links=links, hashes=hashes)
    await work.run(KEEP_HEAD, link=links[-1], hash=hashes[-1].hex())
    if len(rows) == _BATCH:
        work.enqueue("audit.chain", key="audit.chain")


async def verify(work: Work) -> Broken | None:
    """Walk the whole chain; the first place where it does not hold, or None.

    Lines not linked yet are not looked at.
    """
    at = _Head(0, _FIRST)
    while rows := await work.rows(_Linked, LINKED, after=at.link, limit=_BATCH):
        for row in rows:
            if row.link != at.link + 1:
                return Broken(at.link + 1, "missing")
            if row.hash != _hash(at.hash, row, row.link):
                return Broken(row.link, "changed")
            at = _Head(row.link, row.hash)
    kept = await work.one(_Head, KEPT_HEAD)
    if kept is not None and kept != at:
        return Broken(at.link + 1, "cut_short")
    return None


def _chained(rows: Sequence[_Row], head: _Head) -> tuple[list[int], list[bytes]]:
    links, hashes = [], []
    before = head.hash
    for link, row in enumerate(rows, head.link + 1):
        before = _hash(before, row, link)
        links.append(link)
        hashes.append(before)
    return links, hashes


def _hash(before: bytes, row: _Row, link: int) -> bytes:
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
