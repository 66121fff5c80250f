"""Writes an export in the worker, page by page, sealed at the end; told how far it is."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import structlog

from fanlight.features.oversight.exports import GET, JOB, Export, forget
from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.masks import BLIND, Field, Sight
from fanlight.kernel import audit
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.edge import Edge
from fanlight.kernel.jobs import job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

log = structlog.get_logger(__name__)

_PIECE = 200  # rows of a page
_SEES_ALL = Sight(frozenset(Field))
_FIRST = datetime.min.replace(tzinfo=UTC)

TICKETS = """
    SELECT t.id, t.opened_at AS at, t.reference, t.subject, t.team, t.status, t.priority,
        t.channel, t.language, t.tags, t.answered_at, t.solved_at, t.customer_id,
        c.name AS customer_name,
        coalesce((SELECT jsonb_agg(jsonb_build_object('at', m.occurred_at, 'kind', m.kind,
            'by', m.author_kind, 'text', m.text) ORDER BY m.occurred_at, m.id)
            FROM messages m WHERE m.ticket_id = t.id AND m.kind <> 'activity'), '[]') AS parts
    FROM tickets t JOIN customers c ON c.id = t.customer_id
    WHERE t.opened_at >= %(since)s AND t.opened_at < %(until)s AND NOT t.is_set_aside
      AND (t.opened_at, t.id) > (%(after_at)s, %(after_id)s)
    ORDER BY t.opened_at, t.id LIMIT %(limit)s
"""
CUSTOMERS = """
    SELECT c.id, c.created_at AS at, c.name AS customer_name, c.language,
        coalesce((SELECT jsonb_agg(jsonb_build_object('kind', i.kind, 'value',
            coalesce(nullif(i.display, ''), i.key), 'proven_at', i.proven_at)
            ORDER BY i.created_at, i.id)
            FROM identities i WHERE i.customer_id = c.id), '[]') AS parts
    FROM customers c
    WHERE c.created_at >= %(since)s AND c.created_at < %(until)s AND c.merged_into IS NULL
      AND NOT EXISTS (SELECT FROM honey_records h WHERE h.customer_id = c.id)
      AND (c.created_at, c.id) > (%(after_at)s, %(after_id)s)
    ORDER BY c.created_at, c.id LIMIT %(limit)s
"""
PAGES: dict[str, LiteralString] = {"tickets": TICKETS, "customers": CUSTOMERS}
PARTS = {"tickets": "messages", "customers": "identities"}
PROGRESS = "UPDATE export_requests SET done = %(done)s WHERE id = %(id)s AND state = 'writing'"
READY = """
    UPDATE export_requests SET state = 'ready', done = %(done)s, total = %(done)s,
        blob_id = %(blob_id)s, size_bytes = %(size_bytes)s, sha256 = %(sha256)s,
        expires_at = %(expires_at)s
    WHERE id = %(id)s AND state = 'writing'
"""
FAILED = "UPDATE export_requests SET state = 'failed' WHERE id = %(id)s AND state = 'writing'"

Row = dict[str, Any]


@job(JOB, outside=True, max_attempts=3)
async def carry(shelf: Shelf, export_id: UUID) -> None:
    """Write it. What is not being waited for is left alone, so a second run does nothing."""
    edge = shelf.of(Edge)
    async with edge.reading() as work:
        export = await work.one(Export, GET, id=export_id)
    if export is None or export.state != "writing":
        return
    try:
        rows = await _rows(edge, export)
        content = _jsonl(rows) if export.form == "jsonl" else _csv(export, rows)
    except Exception:
        log.exception("export_failed", export=str(export_id))
        async with edge.work() as work:
            await work.run(FAILED, id=export_id)
            await audit.record(work, "export.failed", f"export:{export_id}")
        return
    async with edge.work() as work:
        await _keep(work, export, content, len(rows))


async def _keep(work: Work, export: Export, content: bytes, rows: int) -> None:
    lives = timedelta(hours=work.of(Settings)[OversightSettings].export_lives_h)
    digest = hashlib.sha256(content).hexdigest()
    blob_id = await work.of(Blobs).put(work, content, sealed=True)
    values = {"id": export.id, "done": rows, "blob_id": blob_id, "size_bytes": len(content)}
    until = work.now() + lives
    if not await work.run(READY, **values, sha256=digest, expires_at=until):
        await forget(work, blob_id)  # stopped while it was written
        return
    await audit.record(work, "export.written", f"export:{export.id}", rows=rows, sha256=digest)


async def _rows(edge: Edge, export: Export) -> list[Row]:
    """Everything that belongs into it, masked unless it was asked for in clear."""
    sight = _SEES_ALL if export.is_clear else BLIND
    found: list[Row] = []
    after_at, after_id = _FIRST, UUID(int=0)
    while True:
        async with edge.work() as work:
            page = await work.raw(
                PAGES[export.what], since=export.since, until=export.until,
                after_at=after_at, after_id=after_id, limit=_PIECE,
            )  # fmt: skip
            await work.run(PROGRESS, id=export.id, done=len(found) + len(page))
        if not page:
            return found
        after_at, after_id = page[-1]["at"], page[-1]["id"]
        found += [_shown(export, row, sight) for row in page]


def _shown(export: Export, row: Row, sight: Sight) -> Row:
    row["customer_name"] = sight.name(row["customer_name"])
    parts = row.pop("parts")
    for part in parts:
        if export.what == "customers":
            part["value"] = sight.identity(part["kind"], part["value"])
        else:
            part["text"] = sight.words(part["text"])
    if export.what == "tickets":
        row["subject"] = sight.words(row["subject"])
    return row | {PARTS[export.what]: parts}


def _jsonl(rows: Iterable[Row]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def _csv(export: Export, rows: list[Row]) -> bytes:
    """Two tables in one archive: the things, and what belongs to each, by its id."""
    name, parts = export.what, PARTS[export.what]
    beside = [{"of": row["id"], **part} for row in rows for part in row.pop(parts)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.csv", _table(rows))
        archive.writestr(f"{parts}.csv", _table(beside))
    return out.getvalue()


def _table(rows: list[Row]) -> str:
    out = io.StringIO(newline="")
    if rows:
        table = csv.writer(out)
        table.writerow(rows[0])
        table.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    """A spreadsheet takes what begins like a formula for one: a customer may have written it."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
