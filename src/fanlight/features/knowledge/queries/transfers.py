"""Statements on imports and exports asked for in the console. For those who publish."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

import msgspec

from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

PUBLISH = "article.publish"
Direction = Literal["in", "out"]
RUNNING = ("looking", "importing", "exporting")
_LOCK = 0x_FA_AD_2B  # advisory: whoever starts one looks first whether another runs


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody chose: the last two count for an export, the others for an import."""

    source: str = ""  # what it is; "" as the files look
    language: str = ""  # of what does not say its own
    is_published: bool = False  # what is new is shown to readers at once
    is_overwriting: bool = False  # also what editors changed since it came in
    are_samples: bool = False  # what looks like keys and passwords is kept
    languages: list[str] = []  # empty: all
    states: list[str] = []


class Remark(msgspec.Struct, frozen=True):
    """One line of a report."""

    kind: str  # added, changed, kept, skipped, secret, sample, broken_link, …
    place: str  # file, and where in it
    words: str = ""  # why, or which link
    key: str = ""  # of the sentence that says why, for other languages
    params: dict[str, str | int] = {}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a transfer did or would do."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    skipped: int = 0
    pictures: int = 0
    redirects: int = 0
    remarks: list[Remark] = []
    left_out: int = 0  # lines beyond those that are kept


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One import or export."""

    id: UUID
    direction: Direction
    name: str
    size_bytes: int
    options: Options
    state: str
    done: int
    total: int
    report: Report | None
    fault: str
    blob_id: UUID | None
    begun_by: UUID
    begun_at: datetime
    ended_at: datetime | None


_COLUMNS: LiteralString = """t.id, t.direction, t.name, t.size_bytes, t.options, t.state, t.done,
    t.total, t.report, t.fault, t.blob_id, t.begun_by, t.begun_at, t.ended_at"""
ADD: LiteralString = """
    INSERT INTO kb_transfers (id, direction, name, size_bytes, options, state, blob_id, begun_by,
        begun_at)
    VALUES (%(id)s, %(direction)s, %(name)s, %(size_bytes)s, %(options)s::jsonb, %(state)s,
        %(blob_id)s, %(begun_by)s, %(begun_at)s)
"""
GET: LiteralString = f"SELECT {_COLUMNS} FROM kb_transfers t WHERE t.id = %(id)s"
# Lists leave out the lines of a report, save the one that says why it failed.
_REPORT: LiteralString = """CASE t.state WHEN 'failed' THEN t.report
    ELSE t.report - 'remarks' END AS report"""
LATEST: LiteralString = f"""
    SELECT {_COLUMNS.replace("t.report", _REPORT)} FROM kb_transfers t
    WHERE t.state <> 'dropped'
    ORDER BY t.begun_at DESC, t.id DESC
    LIMIT %(limit)s
"""
LOCK: LiteralString = "SELECT pg_advisory_xact_lock(%(lock)s)"
IS_RUNNING: LiteralString = """
    SELECT EXISTS (SELECT FROM kb_transfers
                   WHERE direction = %(direction)s AND state = ANY(%(running)s))
"""


async def add(work: Work, transfer: Transfer) -> None:
    values = msgspec.structs.asdict(transfer)
    await work.run(ADD, **values | {"options": msgspec.json.encode(transfer.options).decode()})


async def get(work: Work, transfer_id: UUID) -> Transfer | None:
    needs(work.actor, PUBLISH)
    return await work.one(Transfer, GET, id=transfer_id)


async def latest(work: Work, limit: int) -> list[Transfer]:
    """The latest first; what their reports say line by line is asked for one by one."""
    needs(work.actor, PUBLISH)
    return await work.rows(Transfer, LATEST, limit=limit)


async def is_running(work: Work, direction: Direction) -> bool:
    """Whether one of them runs; no other can be started before this work ends."""
    await work.run(LOCK, lock=_LOCK)
    running = list(RUNNING)
    return await work.one(bool, IS_RUNNING, direction=direction, running=running) or False


GO_ON: LiteralString = """
    UPDATE kb_transfers
    SET state = %(state)s, options = coalesce(%(options)s::jsonb, options), done = 0, total = 0,
        fault = '', ended_at = NULL
    WHERE id = %(id)s AND state = ANY(%(of)s) AND blob_id IS NOT NULL
"""
COUNT: LiteralString = """
    UPDATE kb_transfers SET done = %(done)s, total = %(total)s
    WHERE id = %(id)s AND state = %(state)s
"""
END: LiteralString = """
    UPDATE kb_transfers
    SET state = %(to)s, report = %(report)s::jsonb, fault = %(fault)s, ended_at = %(at)s,
        done = coalesce(%(read)s, done), total = coalesce(%(read)s, total),
        blob_id = coalesce(%(blob_id)s, blob_id),
        size_bytes = coalesce(%(size_bytes)s, size_bytes)
    WHERE id = %(id)s AND state = %(state)s
"""
DROP: LiteralString = """
    UPDATE kb_transfers SET state = 'dropped', blob_id = NULL, report = NULL, ended_at = %(at)s
    WHERE id = %(id)s AND state <> 'dropped'
"""
OLD: LiteralString = f"""
    SELECT {_COLUMNS} FROM kb_transfers t
    WHERE t.begun_at < %(before)s AND t.blob_id IS NOT NULL AND NOT t.state = ANY(%(running)s)
    ORDER BY t.begun_at LIMIT 100
"""
WITHOUT_FILE: LiteralString = "UPDATE kb_transfers SET blob_id = NULL WHERE id = %(id)s"
FORGET: LiteralString = "DELETE FROM kb_transfers WHERE begun_at < %(before)s AND blob_id IS NULL"


async def go_on(
    work: Work, transfer_id: UUID, state: str, *, of: Sequence[str], options: Options | None
) -> bool:
    """False when it does not stand where it could."""
    chosen = None if options is None else msgspec.json.encode(options).decode()
    return await work.run(GO_ON, id=transfer_id, state=state, of=list(of), options=chosen) > 0


async def count(work: Work, transfer: Transfer, done: int, total: int) -> bool:
    """Say how far it is; False when somebody stopped it."""
    values = {"id": transfer.id, "state": transfer.state, "done": done, "total": total}
    return await work.run(COUNT, **values) > 0


async def end(
    work: Work,
    transfer: Transfer,
    to: str,
    *,
    report: Report | None = None,
    fault: str = "",
    blob_id: UUID | None = None,
    size_bytes: int | None = None,
) -> bool:
    """False when somebody stopped it meanwhile."""
    told = None if report is None else msgspec.json.encode(report).decode()
    values = {"id": transfer.id, "state": transfer.state, "to": to, "report": told}
    values["read"] = None if report is None else report.read
    more = {"fault": fault, "blob_id": blob_id, "size_bytes": size_bytes, "at": work.now()}
    return await work.run(END, **values, **more) > 0


async def drop(work: Work, transfer_id: UUID) -> bool:
    return await work.run(DROP, id=transfer_id, at=work.now()) > 0


async def old(work: Work, before: datetime) -> list[Transfer]:
    """Those whose file is to be forgotten."""
    return await work.rows(Transfer, OLD, before=before, running=list(RUNNING))


async def without_file(work: Work, transfer_id: UUID) -> None:
    await work.run(WITHOUT_FILE, id=transfer_id)


async def forget(work: Work, before: datetime) -> None:
    await work.run(FORGET, before=before)
