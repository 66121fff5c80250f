"""The lines of the audit log: written with the deed itself, read newest first."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

BEGINNING = datetime.min.replace(tzinfo=UTC)

APPEND = """
    INSERT INTO audit_log (id, at, actor_kind, actor_id, action, target, detail)
    VALUES (%(id)s, %(at)s, %(actor_kind)s, %(actor_id)s, %(action)s, %(target)s,
            %(detail)s::jsonb)
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
    since: datetime = BEGINNING,
    until: datetime = TOP.at,
    limit: int = 50,
) -> list[Entry]:
    """The log, newest first; who may read it is decided at the door (``audit.see``)."""
    only = {"target": target, "actor_id": actor_id, "action": action}
    span = {"since": since, "until": until}
    return await work.rows(Entry, PAGE, at=below.at, id=below.id, limit=limit, **only, **span)
