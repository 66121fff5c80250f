"""Alerts: raised once for each thing, shown to leads at once, settled by one of them in words."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from fanlight.features.oversight import queries
from fanlight.features.oversight.errors import AlertNotFound
from fanlight.features.oversight.events import AlertRaised
from fanlight.features.oversight.models import Alert, Kind
from fanlight.features.people.names import one_line
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.ids import new_id
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Work

TOPIC = "oversight.alerts"  # the signal that what stands open has changed
_LONGEST = 500


class Place(msgspec.Struct, frozen=True):
    """Where a page ended; the next one starts right below."""

    at: datetime
    id: UUID


TOP = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


async def raise_alert(
    work: Work, kind: Kind, key: str, *, agent_id: UUID | None = None, **detail: object
) -> None:
    """Tell leads; the same ``key`` a second time tells nobody anything new."""
    alert_id, now = new_id(), work.now()
    values = {"id": alert_id, "at": now, "kind": kind, "agent_id": agent_id, "key": key}
    body = msgspec.json.encode(detail).decode()
    if not await work.run(queries.RAISE, **values, detail=body):
        return
    target = f"agent:{agent_id}" if agent_id else ""
    await audit.record(work, "alert.raised", target, kind=kind, **detail)
    work.publish(AlertRaised(alert_id=alert_id, kind=kind, agent_id=agent_id, at=now))
    work.signal(TOPIC)


async def page(
    work: Work, *, is_open: bool = True, below: Place = TOP, limit: int = 50
) -> list[Alert]:
    """Alerts, the latest first. Raises NotAllowed."""
    needs(work.actor, "oversight.see")
    statement = queries.OPEN_ALERTS if is_open else queries.ALERTS
    return await work.rows(Alert, statement, at=below.at, id=below.id, limit=limit)


async def count(work: Work) -> int:
    """How many things wait for a lead."""
    return await work.one(int, queries.COUNT_OPEN) or 0


async def settle(work: Work, alert_id: UUID, words: str) -> Alert:
    """Say what came of it.

    Raises:
        NotAllowed: the actor may not, or it is about themselves.
        AlertNotFound: there is none, or somebody settled it before.
    """
    said = one_line(redact(words[: 4 * _LONGEST]).text, _LONGEST)
    alert = await queries.settle(work, alert_id, said)
    if alert is None or alert.agent_id == work.actor.id:
        raise AlertNotFound
    target = f"agent:{alert.agent_id}" if alert.agent_id else ""
    await audit.record(work, "alert.settled", target, kind=alert.kind, words=said)
    work.signal(TOPIC)
    return alert
