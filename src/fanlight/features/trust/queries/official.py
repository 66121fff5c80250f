"""Statements on official sources, changes of them, agents' public ids, and lookups."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.trust.models import Agent, Change, Official
from fanlight.kernel.work import Work

_SOURCE: LiteralString = """s.id, s.kind, s.platform, s.value, s.native_id, s.state, s.words,
    s.since, s.until, s.version"""
_CHANGE: LiteralString = """c.id, c.source_id, c.act, c.source, c.reason, c.state, c.proposed_by,
    c.proposed_at, c.decided_by, c.decided_at, coalesce(p.name, '') AS proposer,
    coalesce(d.name, '') AS decider"""
_PEOPLE: LiteralString = """LEFT JOIN agents p ON p.id = c.proposed_by
    LEFT JOIN agents d ON d.id = c.decided_by"""

# A few hundred at most: an exchange that has more could not keep them.
ALL: LiteralString = f"""
    SELECT {_SOURCE} FROM official_sources s ORDER BY s.kind, s.since, s.platform, lower(s.value)
"""
# Tells two states of the whole registry apart: a row that is changed has a further version, and the
# number of its transaction, which no other has, even one that was undone.
STAMP: LiteralString = """
    SELECT count(*) || '.' || coalesce(sum(s.xmin::text::bigint), 0) || '.'
        || coalesce(sum(s.version), 0) AS stamp
    FROM official_sources s
"""
GET: LiteralString = f"SELECT {_SOURCE} FROM official_sources s WHERE s.id = %(source_id)s"
SAME: LiteralString = """
    SELECT EXISTS (
        SELECT FROM official_sources
        WHERE kind = %(kind)s AND platform = %(platform)s AND lower(value) = lower(%(value)s)
    ) OR EXISTS (
        SELECT FROM official_changes
        WHERE state = 'open' AND source->>'kind' = %(kind)s
          AND source->>'platform' = %(platform)s
          AND lower(source->>'value') = lower(%(value)s)
    )
"""
EVER_PROPOSED: LiteralString = """
    SELECT EXISTS (
        SELECT FROM official_changes
        WHERE source->>'kind' = %(kind)s AND source->>'platform' = %(platform)s
          AND lower(source->>'value') = lower(%(value)s)
    )
"""
SAVE: LiteralString = """
    INSERT INTO official_sources (id, kind, platform, value, native_id, state, words, since, until)
    VALUES (%(id)s, %(kind)s, %(platform)s, %(value)s, %(native_id)s, %(state)s,
            %(words)s::jsonb, %(since)s, %(until)s)
    ON CONFLICT (id) DO UPDATE SET native_id = excluded.native_id, state = excluded.state,
        words = excluded.words, until = excluded.until, version = official_sources.version + 1
    WHERE official_sources.version = %(version)s
"""
PROPOSE: LiteralString = """
    INSERT INTO official_changes (id, source_id, act, source, reason, state, proposed_by,
        proposed_at)
    VALUES (%(id)s, %(source_id)s, %(act)s, %(source)s::jsonb, %(reason)s, 'open',
        %(proposed_by)s, %(proposed_at)s)
    ON CONFLICT DO NOTHING
"""
CHANGE: LiteralString = f"""
    SELECT {_CHANGE} FROM official_changes c {_PEOPLE} WHERE c.id = %(change_id)s
"""
DECIDE: LiteralString = """
    UPDATE official_changes SET state = %(state)s, decided_by = %(by)s, decided_at = %(at)s
    WHERE id = %(change_id)s AND state = 'open'
"""
OPEN: LiteralString = f"""
    SELECT {_CHANGE} FROM official_changes c {_PEOPLE}
    WHERE c.state = 'open' ORDER BY c.proposed_at, c.id LIMIT 200
"""
HISTORY: LiteralString = f"""
    SELECT {_CHANGE} FROM official_changes c {_PEOPLE}
    WHERE (c.proposed_at, c.id) < (%(at)s, %(id)s) AND c.state <> 'open'
    ORDER BY c.proposed_at DESC, c.id DESC LIMIT %(limit)s
"""
GIVE_ID: LiteralString = """
    INSERT INTO agent_public_ids (agent_id, value)
    SELECT a.id, %(value)s FROM agents a WHERE a.id = %(agent_id)s
    ON CONFLICT DO NOTHING
"""
PUBLIC_ID: LiteralString = "SELECT value FROM agent_public_ids WHERE agent_id = %(agent_id)s"
AGENT: LiteralString = """
    SELECT i.value AS public_id, a.public_name AS name, a.state = 'active' AS is_active
    FROM agent_public_ids i JOIN agents a ON a.id = i.agent_id WHERE i.value = %(public_id)s
"""
AGENT_IDS: LiteralString = """
    SELECT i.value AS public_id, '' AS name, a.state = 'active' AS is_active
    FROM agent_public_ids i JOIN agents a ON a.id = i.agent_id
    WHERE a.state <> 'invited' ORDER BY i.value
"""
COUNT_LOOKUP: LiteralString = """
    INSERT INTO official_lookups (day, kind, verdict, door, asked)
    VALUES (%(day)s, %(kind)s, %(verdict)s, %(door)s, 1)
    ON CONFLICT (day, kind, verdict, door)
        DO UPDATE SET asked = official_lookups.asked + 1
"""


async def stamp(work: Work) -> str:
    """The same as long as no source is added or changed."""
    return await work.one(str, STAMP) or ""


async def sources(work: Work) -> list[Official]:
    """All that is or was ours; everybody may read them."""
    return await work.rows(Official, ALL)


async def source(work: Work, source_id: UUID) -> Official | None:
    return await work.one(Official, GET, source_id=source_id)


async def is_known(work: Work, kind: str, platform: str, value: str) -> bool:
    """Whether it stands in the registry or waits for a second person."""
    return bool(await work.one(bool, SAME, kind=kind, platform=platform, value=value))


async def was_proposed(work: Work, kind: str, platform: str, value: str) -> bool:
    """Whether somebody has looked at this before, whatever became of it."""
    return bool(await work.one(bool, EVER_PROPOSED, kind=kind, platform=platform, value=value))


async def save(work: Work, source: Official) -> bool:
    """Store a source; False when it has changed since it was read."""
    values = msgspec.structs.asdict(source)
    return await work.run(SAVE, **values | {"words": _json(dict(source.words))}) == 1


async def propose(work: Work, change: Change) -> bool:
    """Store a change; False when one of the same source is open."""
    changed = await work.run(
        PROPOSE,
        id=change.id,
        source_id=change.source_id,
        act=change.act,
        source=_json(change.source),
        reason=change.reason,
        proposed_by=change.proposed_by,
        proposed_at=change.proposed_at,
    )
    return changed == 1


async def change(work: Work, change_id: UUID) -> Change | None:
    return await work.one(Change, CHANGE, change_id=change_id)


async def decide(work: Work, change_id: UUID, state: str) -> bool:
    """Close an open change; False when somebody has."""
    by, at = work.actor.id, work.now()
    return await work.run(DECIDE, change_id=change_id, state=state, by=by, at=at) == 1


async def open_changes(work: Work) -> list[Change]:
    return await work.rows(Change, OPEN)


async def history(work: Work, *, at: datetime, id: UUID, limit: int) -> list[Change]:  # noqa: A002
    """Changes that were decided, the latest first."""
    return await work.rows(Change, HISTORY, at=at, id=id, limit=limit)


async def give_public_id(work: Work, agent_id: UUID, value: str) -> None:
    await work.run(GIVE_ID, agent_id=agent_id, value=value)


async def public_id(work: Work, agent_id: UUID) -> str | None:
    return await work.one(str, PUBLIC_ID, agent_id=agent_id)


async def agent(work: Work, public_id: str) -> Agent | None:
    return await work.one(Agent, AGENT, public_id=public_id)


async def agent_ids(work: Work) -> list[Agent]:
    """Every agent's public id, without names."""
    return await work.rows(Agent, AGENT_IDS)


async def count_lookup(work: Work, *, kind: str, verdict: str, door: str) -> None:
    """One more question of this kind today; who asked, and what, is kept nowhere."""
    day = work.now().date()
    await work.run(COUNT_LOOKUP, day=day, kind=kind, verdict=verdict, door=door)


def _json(thing: object) -> str:
    return msgspec.json.encode(thing).decode()
