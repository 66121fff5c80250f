"""Facts leave in bulk by two persons: one asks and says why, another confirms, the first takes it.

There is no other door for many at once. The file is sealed, is taken once, and is forgotten then
or when its time is over, or when either of the two stops it. ``carrying`` writes it.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from fanlight.features.oversight.alerts import TOPIC, raise_alert
from fanlight.features.oversight.errors import (
    ExportNotFound,
    ExportNotOnesOwn,
    ExportSettled,
    ExportTooLarge,
)
from fanlight.features.oversight.models import Kind
from fanlight.features.people.errors import ReasonNeeded
from fanlight.features.people.names import one_line
from fanlight.features.people.permissions import needs
from fanlight.features.people.service.sessions import needs_fresh_proof
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.errors import Malformed
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

JOB = "oversight.export"
ASK, CONFIRM = "export.ask", "export.confirm"
What = Literal["tickets", "customers"]
Form = Literal["jsonl", "csv"]
MOST = {"tickets": 20_000, "customers": 100_000}  # a file is held in memory once
_SHORTEST, _LONGEST = 8, 300
_ASKED_FOR = timedelta(days=7)  # what nobody confirms by then is over
_LISTED = 50

_COLUMNS = """e.id, e.what, e.form, e.is_clear, e.since, e.until, e.reason, e.state, e.asked_by,
    e.asked_at, e.settled_by, e.settled_at, e.done, e.total, e.blob_id, e.size_bytes, e.sha256,
    e.expires_at, e.taken_at"""
ADD = """
    INSERT INTO export_requests (id, what, form, is_clear, since, until, reason, state, asked_by,
        asked_at, total)
    VALUES (%(id)s, %(what)s, %(form)s, %(is_clear)s, %(since)s, %(until)s, %(reason)s, 'asked',
        %(asked_by)s, %(asked_at)s, %(total)s)
"""
GET = f"SELECT {_COLUMNS} FROM export_requests e WHERE e.id = %(id)s"
LOCK = f"{GET} FOR UPDATE"
LATEST = f"""
    SELECT {_COLUMNS} FROM export_requests e ORDER BY e.asked_at DESC, e.id DESC LIMIT %(limit)s
"""
SETTLE = """
    UPDATE export_requests SET state = %(state)s, settled_by = %(by)s, settled_at = %(at)s
    WHERE id = %(id)s
"""
TAKE = """
    UPDATE export_requests SET state = 'taken', taken_at = %(at)s, blob_id = NULL
    WHERE id = %(id)s
"""
OVER = f"""
    SELECT {_COLUMNS} FROM export_requests e
    WHERE (e.state = 'ready' AND e.expires_at < %(now)s)
       OR (e.state = 'asked' AND e.asked_at < %(before)s)
    ORDER BY e.asked_at LIMIT 100 FOR UPDATE
"""
EXPIRE = "UPDATE export_requests SET state = 'expired', blob_id = NULL WHERE id = %(id)s"
EMPTY = "UPDATE export_requests SET blob_id = NULL WHERE id = %(id)s"
# The alert that told of it is done with it.
QUIET = """
    UPDATE oversight_alerts SET settled_at = %(at)s, settled_by = %(by)s
    WHERE key = %(key)s AND settled_at IS NULL
"""
COUNT = {
    "tickets": """
        SELECT count(*) FROM tickets t
        WHERE t.opened_at >= %(since)s AND t.opened_at < %(until)s AND NOT t.is_set_aside
    """,
    "customers": """
        SELECT count(*) FROM customers c
        WHERE c.created_at >= %(since)s AND c.created_at < %(until)s AND c.merged_into IS NULL
          AND NOT EXISTS (SELECT FROM honey_records h WHERE h.customer_id = c.id)
    """,
}


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One export, from being asked for to being taken."""

    id: UUID
    what: What
    form: Form
    is_clear: bool  # facts of customers stand in it unmasked
    since: datetime
    until: datetime
    reason: str
    state: Literal[
        "asked", "refused", "withdrawn", "writing", "ready", "taken", "expired", "failed"
    ]
    asked_by: UUID
    asked_at: datetime
    settled_by: UUID | None
    settled_at: datetime | None
    done: int
    total: int
    blob_id: UUID | None
    size_bytes: int
    sha256: str
    expires_at: datetime | None
    taken_at: datetime | None

    @property
    def name(self) -> str:
        ending = "jsonl" if self.form == "jsonl" else "zip"
        return f"{self.what}-{self.asked_at:%Y-%m-%d}.{ending}"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. ``until`` is not included."""

    what: What
    form: Form
    since: datetime
    until: datetime
    reason: str
    is_clear: bool = False


async def ask(work: Work, wanted: Wanted) -> Export:
    """Ask for an export; leads are told.

    Raises:
        NotAllowed: the actor may not, or does not see every ticket themselves.
        StepUpNeeded, ReasonNeeded, Malformed, ExportTooLarge
    """
    await _proven(work, ASK)
    needs(work.actor, "ticket.see_all")
    reason = one_line(redact(wanted.reason[:2_000]).text, _LONGEST)
    if len(reason) < _SHORTEST:
        raise ReasonNeeded
    since, until = _aware(wanted.since), _aware(wanted.until)
    if until <= since:
        raise Malformed(where="until")
    total = await work.one(int, COUNT[wanted.what], since=since, until=until) or 0
    if total > MOST[wanted.what]:
        raise ExportTooLarge(most=MOST[wanted.what])
    export_id, by = new_id(), work.actor.id
    values = msgspec.structs.asdict(wanted)
    values |= {"since": since, "until": until, "reason": reason, "total": total}
    await work.run(ADD, **values, id=export_id, asked_by=by, asked_at=work.now())
    said = {"what": wanted.what, "form": wanted.form, "is_clear": wanted.is_clear, "rows": total}
    await audit.record(work, "export.asked", f"export:{export_id}", reason=reason, **said)
    await raise_alert(work, Kind.EXPORT, _key(export_id), agent_id=by, reason=reason, **said)
    return await get(work, export_id)


async def get(work: Work, export_id: UUID) -> Export:
    """Raises NotAllowed, ExportNotFound."""
    _may_look(work)
    found = await work.one(Export, GET, id=export_id)
    if found is None:
        raise ExportNotFound
    return found


async def latest(work: Work) -> list[Export]:
    """The latest first. Raises NotAllowed."""
    _may_look(work)
    return await work.rows(Export, LATEST, limit=_LISTED)


async def confirm(work: Work, export_id: UUID) -> Export:
    """Say yes to what somebody else asked for: it is written now.

    Raises:
        NotAllowed, StepUpNeeded, ExportNotFound
        ExportNotOnesOwn: whoever asks does not confirm.
        ExportSettled: somebody has decided already.
    """
    await _decide(work, export_id, "writing", "export.confirmed")
    work.enqueue(JOB, export_id, key=f"{JOB}:{export_id}")
    return await get(work, export_id)


async def refuse(work: Work, export_id: UUID) -> Export:
    """Say no. Raises as ``confirm``."""
    await _decide(work, export_id, "refused", "export.refused")
    return await get(work, export_id)


async def withdraw(work: Work, export_id: UUID) -> Export:
    """Not wanted after all. Raises NotAllowed, ExportNotFound, ExportSettled."""
    needs(work.actor, ASK)
    export = await _locked(work, export_id)
    if export.asked_by != work.actor.id:
        raise ExportNotFound
    await _settle(work, export, "withdrawn", "export.withdrawn")
    return await get(work, export_id)


async def revoke(work: Work, export_id: UUID) -> Export:
    """Take back either half, the asking or the yes, until the file is taken: it is gone then.

    No fresh proof is asked for: stopping is easier than letting out.

    Raises:
        NotAllowed, ExportNotFound
        ExportSettled: it is not on its way any more.
    """
    _may_look(work)
    export = await work.one(Export, LOCK, id=export_id)
    if export is None or not (export.asked_by == work.actor.id or work.actor.may(CONFIRM)):
        raise ExportNotFound
    if export.state not in {"writing", "ready"}:
        raise ExportSettled
    await _settle(work, export, "withdrawn", "export.revoked")
    if export.blob_id is not None:
        await work.run(EMPTY, id=export.id)
        await forget(work, export.blob_id)
    return await get(work, export_id)


async def take(work: Work, export_id: UUID) -> tuple[Export, bytes]:
    """The file, once, for whoever asked for it; its bytes are forgotten with it.

    Raises:
        NotAllowed, StepUpNeeded
        ExportNotFound: it is not theirs, not ready, taken already, or over.
    """
    await _proven(work, ASK)
    export = await work.one(Export, LOCK, id=export_id)
    is_theirs = export is not None and export.asked_by == work.actor.id
    if export is None or not is_theirs or export.state != "ready" or export.blob_id is None:
        raise ExportNotFound
    if export.expires_at is None or export.expires_at <= work.now():
        raise ExportNotFound
    content = await work.of(Blobs).get(work, export.blob_id)
    await work.run(TAKE, id=export.id, at=work.now())
    await forget(work, export.blob_id)
    await audit.record(work, "export.taken", f"export:{export.id}", sha256=export.sha256)
    return export, content


@cron("oversight.expire_exports", every_s=600)
@job("oversight.expire_exports")
async def expire(work: Work, _: None) -> None:
    """What nobody took or confirmed in its time is over; a second run finds nothing."""
    now = work.now()
    for export in await work.rows(Export, OVER, now=now, before=now - _ASKED_FOR):
        await work.run(EXPIRE, id=export.id)
        await work.run(QUIET, key=_key(export.id), at=now, by=None)
        if export.blob_id is not None:
            await forget(work, export.blob_id)
        await audit.record(work, "export.expired", f"export:{export.id}")


async def _decide(
    work: Work, export_id: UUID, state: Literal["writing", "refused"], action: str
) -> None:
    await _proven(work, CONFIRM)
    export = await _locked(work, export_id)
    if export.asked_by == work.actor.id:
        raise ExportNotOnesOwn
    await _settle(work, export, state, action)


async def _settle(work: Work, export: Export, state: str, action: str) -> None:
    at, by = work.now(), work.actor.id
    await work.run(SETTLE, id=export.id, state=state, by=by, at=at)
    await work.run(QUIET, key=_key(export.id), at=at, by=by)
    await audit.record(work, action, f"export:{export.id}", what=export.what)
    work.signal(TOPIC)


async def _locked(work: Work, export_id: UUID) -> Export:
    export = await work.one(Export, LOCK, id=export_id)
    if export is None:
        raise ExportNotFound
    if export.state != "asked":
        raise ExportSettled
    return export


async def forget(work: Work, blob_id: UUID) -> None:
    """The bytes of a file that nobody takes any more."""
    await work.of(Blobs).forget(work, blob_id)
    work.enqueue("knowledge.drop_bytes", blob_id)


async def _proven(work: Work, permission: str) -> None:
    needs(work.actor, permission)
    await needs_fresh_proof(work, within_s=work.of(Settings)[SignInSettings].step_up_s)


def _may_look(work: Work) -> None:
    if not work.actor.may(ASK):
        needs(work.actor, CONFIRM)


def _key(export_id: UUID) -> str:
    return f"export:{export_id}"


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
