"""Every statement on reads, figures, alerts and words."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from fanlight.features.oversight.models import Alert, Figure, Measure, Word
from fanlight.features.people.permissions import needs
from fanlight.kernel.audit.log import APPEND
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

SLOT_S = 600  # a look: whatever an agent loads of one ticket within so many seconds
_WEEKS = timedelta(weeks=4)

_COUNT = """
    INSERT INTO agent_activity (agent_id, hour, measure, n)
    SELECT %(actor_id)s, date_trunc('hour', %(at)s::timestamptz), m, 1
    FROM unnest(%(measures)s::text[]) m {only}
    ON CONFLICT (agent_id, measure, hour) DO UPDATE SET n = agent_activity.n + 1
    RETURNING measure, n
"""
_NOTED = """
    SELECT coalesce((SELECT n FROM counted WHERE measure = %(capped)s), 0) AS n,
        EXISTS (SELECT FROM honey_records h WHERE h.customer_id = %(customer_id)s) AS is_bait
"""
# One round trip writes the line, counts it, and says whether it was too much or bait.
NOTE = f"""
    WITH counted AS ({_COUNT.format(only="")}), written AS ({APPEND}) {_NOTED}
"""
LOOK = f"""
    WITH look AS (
        INSERT INTO agent_looks (agent_id, ticket_id, slot)
        VALUES (%(actor_id)s, %(ticket_id)s, %(slot)s) ON CONFLICT DO NOTHING RETURNING 1
    ), counted AS ({_COUNT.format(only="WHERE EXISTS (SELECT FROM look)")}), written AS (
        INSERT INTO audit_log (id, at, actor_kind, actor_id, action, target, detail)
        SELECT %(id)s, %(at)s, %(actor_kind)s, %(actor_id)s, %(action)s, %(target)s,
            %(detail)s::jsonb FROM look
    ) {_NOTED}
"""
WORDS_GIVEN = """
    SELECT count(*) FROM oversight_words
    WHERE agent_id = %(agent_id)s AND measure = %(measure)s AND state = 'given'
      AND until > %(now)s
"""
SWEEP_LOOKS = "DELETE FROM agent_looks WHERE slot < %(before)s"
SWEEP_ACTIVITY = "DELETE FROM agent_activity WHERE hour < %(before)s"

# Usual: the mean of the hours of the last four weeks in which they did it, this one left out.
FIGURES = """
    SELECT a.agent_id, a.measure,
        coalesce(sum(n) FILTER (WHERE hour = %(hour)s), 0)::int AS hour,
        coalesce(sum(n) FILTER (WHERE hour > %(hour)s - interval '24 hours'), 0)::int AS day,
        coalesce(avg(n) FILTER (WHERE hour < %(hour)s), 0)::float8 AS usual,
        count(*) FILTER (WHERE hour < %(hour)s)::int AS hours
    FROM agent_activity a
    WHERE a.hour > %(since)s AND (%(agent_id)s::uuid IS NULL OR a.agent_id = %(agent_id)s)
    GROUP BY a.agent_id, a.measure
    ORDER BY day DESC, a.agent_id, a.measure
    LIMIT %(limit)s
"""
# The hour just over too: nobody hides in its last minute.
BUSY = """
    SELECT a.agent_id, a.measure, a.n AS hour, 0 AS day, coalesce(u.usual, 0)::float8 AS usual,
        coalesce(u.hours, 0)::int AS hours
    FROM agent_activity a CROSS JOIN LATERAL (
        SELECT avg(b.n) AS usual, count(*) AS hours FROM agent_activity b
        WHERE b.agent_id = a.agent_id AND b.measure = a.measure AND b.hour < a.hour
          AND b.hour > a.hour - interval '28 days'
    ) u
    WHERE a.hour = %(hour)s
"""

_ALERT = "id, at, kind, agent_id, detail, settled_at, settled_by, words"
RAISE = """
    INSERT INTO oversight_alerts (id, at, kind, agent_id, key, detail)
    VALUES (%(id)s, %(at)s, %(kind)s, %(agent_id)s, %(key)s, %(detail)s::jsonb)
    ON CONFLICT (key) DO NOTHING
"""
OPEN_ALERTS = f"""
    SELECT {_ALERT} FROM oversight_alerts WHERE settled_at IS NULL AND (at, id) < (%(at)s, %(id)s)
    ORDER BY at DESC, id DESC LIMIT %(limit)s
"""
ALERTS = f"""
    SELECT {_ALERT} FROM oversight_alerts WHERE (at, id) < (%(at)s, %(id)s)
    ORDER BY at DESC, id DESC LIMIT %(limit)s
"""
COUNT_OPEN = """
    SELECT (SELECT count(*) FROM oversight_alerts WHERE settled_at IS NULL)
        + (SELECT count(*) FROM oversight_words WHERE state = 'asked')
"""
SETTLE = f"""
    UPDATE oversight_alerts SET settled_at = %(at)s, settled_by = %(by)s, words = %(words)s
    WHERE id = %(id)s AND settled_at IS NULL RETURNING {_ALERT}
"""

_WORD = "id, agent_id, measure, reason, asked_at, state, settled_by, settled_at, until"
ASK_WORD = """
    INSERT INTO oversight_words (id, agent_id, measure, reason, asked_at, state)
    VALUES (%(id)s, %(agent_id)s, %(measure)s, %(reason)s, %(at)s, 'asked')
    ON CONFLICT (agent_id, measure) WHERE state = 'asked' DO NOTHING
"""
ASKED_WORDS = f"""
    SELECT {_WORD} FROM oversight_words WHERE state = 'asked' ORDER BY asked_at, id LIMIT 100
"""
WORDS_OF = f"""
    SELECT {_WORD} FROM oversight_words
    WHERE agent_id = %(agent_id)s AND (state = 'asked' OR until > %(now)s) ORDER BY asked_at, id
"""
LOCK_WORD = f"SELECT {_WORD} FROM oversight_words WHERE id = %(id)s AND state = 'asked' FOR UPDATE"
SETTLE_WORD = """
    UPDATE oversight_words SET state = %(state)s, settled_by = %(by)s, settled_at = %(at)s,
        until = %(until)s
    WHERE id = %(id)s
"""


class Noted(msgspec.Struct, frozen=True):
    """What came of writing a read down: how many it makes this hour, and whether it was bait."""

    n: int
    is_bait: bool


async def note(
    work: Work,
    action: str,
    target: str,
    measure: Measure,
    *,
    customer_id: UUID | None = None,
    **detail: object,
) -> Noted:
    """Write a read down and count it, in the caller's transaction."""
    return await work.one(
        Noted, NOTE, **_line(work, action, target, detail), customer_id=customer_id,
        measures=[measure], capped=measure,
    ) or Noted(0, False)  # fmt: skip


async def look(
    work: Work, ticket_id: UUID, customer_id: UUID, measures: list[Measure], *, slot: datetime
) -> Noted:
    """Write down that the actor looks at a ticket; within one slot, once."""
    line = _line(work, "ticket.seen", f"customer:{customer_id}", {"ticket_id": ticket_id})
    return await work.one(
        Noted, LOOK, **line, ticket_id=ticket_id, slot=slot, customer_id=customer_id,
        measures=measures, capped=Measure.OPENED,
    ) or Noted(0, False)  # fmt: skip


def _line(work: Work, action: str, target: str, detail: dict[str, object]) -> dict[str, object]:
    return {
        "id": new_id(),
        "at": work.now(),
        "actor_kind": work.actor.kind,
        "actor_id": work.actor.id,
        "action": action,
        "target": target,
        "detail": msgspec.json.encode(detail).decode(),
    }


async def figures(
    work: Work, hour: datetime, *, agent_id: UUID | None = None, limit: int = 1000
) -> list[Figure]:
    """Each agent's figures; another's only for who oversees."""
    if agent_id != work.actor.id:
        needs(work.actor, "oversight.see")
    since = hour - _WEEKS
    return await work.rows(Figure, FIGURES, hour=hour, since=since, agent_id=agent_id, limit=limit)


async def settle(work: Work, alert_id: UUID, words: str) -> Alert | None:
    needs(work.actor, "oversight.manage")
    values = {"id": alert_id, "at": work.now(), "by": work.actor.id, "words": words}
    return await work.one(Alert, SETTLE, **values)


async def words_of(work: Work) -> list[Word]:
    """The actor's own: those still asked for and those that still hold."""
    return await work.rows(Word, WORDS_OF, agent_id=work.actor.id, now=work.now())
