"""Checking the whole chain as a job: once a day, and whenever somebody asks. Says how far it is."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from fanlight.kernel.audit.chain import NOTHING, Broken, Head, ends_well, followed, head, linked
from fanlight.kernel.audit.log import record
from fanlight.kernel.edge import Edge
from fanlight.kernel.events import Event
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import NOBODY, Work

JOB = "audit.check"
_PIECE = 10_000  # lines read before it says how far it is
_SILENT = timedelta(minutes=3)  # after which a check that says nothing has died

# One of each stands: the latest check, and how far the chain was last found whole.
KEEP = """
    INSERT INTO installation (key, value) VALUES (%(key)s, %(value)s::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
KEPT = "SELECT value::text FROM installation WHERE key = %(key)s"


class ChainBroken(Event, frozen=True, kw_only=True, tag="audit.chain_broken"):
    """The audit log was changed or cut: nobody can do that by a door of ours."""

    link: int
    why: str
    found_at: datetime


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One walk along the chain."""

    state: Literal["waiting", "running", "whole", "broken"]
    done: int = 0
    total: int = 0
    begun_at: datetime
    begun_by: UUID
    told_at: datetime
    broken: Broken | None = None

    def is_running(self, now: datetime) -> bool:
        return self.state in {"waiting", "running"} and now - self.told_at < _SILENT


class Whole(msgspec.Struct, frozen=True):
    """Up to this place the chain was found whole, at that time."""

    link: int
    at: datetime


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the chain: its end, the latest check, and how far it was last whole."""

    link: int
    check: Check | None
    whole: Whole | None


async def state(work: Work) -> State:
    """Whether the chain holds, as far as was looked."""
    end = await head(work)
    return State(link=end.link, check=await _latest(work), whole=await _whole(work))


async def ask(work: Work) -> Check:
    """Have the chain checked; one that is under way is not begun again."""
    latest, now = await _latest(work), work.now()
    if latest is not None and latest.is_running(now):
        return latest
    check = Check(state="waiting", begun_at=now, begun_by=work.actor.id, told_at=now)
    await _keep(work, "audit.check", check)
    await record(work, "audit.check_asked")
    work.enqueue(JOB, key=JOB)
    return check


@cron(JOB, every_s=86_400)
@job(JOB, outside=True, max_attempts=3)
async def run(shelf: Shelf, _: None) -> None:
    """Walk along it, a piece at a time; a second run walks again and finds the same."""
    edge = shelf.of(Edge)
    async with edge.work() as work:
        now, latest = work.now(), await _latest(work)
        total = (await head(work)).link
        by = latest.begun_by if latest and latest.state == "waiting" else NOBODY
        check = Check(state="running", total=total, begun_at=now, begun_by=by, told_at=now)
        await _keep(work, "audit.check", check)
    at = NOTHING
    while True:
        async with edge.work() as work:
            rows = await linked(work, after=at.link, limit=_PIECE)
            end = followed(rows, at)
            if isinstance(end, Broken) or not rows:
                await _end(work, check, at, end if isinstance(end, Broken) else None)
                return
            at = end
            check = msgspec.structs.replace(check, done=at.link, told_at=work.now())
            await _keep(work, "audit.check", check)


async def _end(work: Work, check: Check, at: Head, broken: Broken | None) -> None:
    broken = broken or await ends_well(work, at)
    now = work.now()
    state = "broken" if broken else "whole"
    ended = msgspec.structs.replace(check, state=state, done=at.link, told_at=now, broken=broken)
    await _keep(work, "audit.check", ended)
    if broken is None:
        await _keep(work, "audit.whole", Whole(at.link, now))
        await record(work, "audit.checked", link=at.link)
        return
    await record(work, "audit.broken", link=broken.link, why=broken.why)
    work.publish(ChainBroken(link=broken.link, why=broken.why, found_at=now))


async def _keep(work: Work, key: str, value: Check | Whole) -> None:
    await work.run(KEEP, key=key, value=msgspec.json.encode(value).decode())


async def _latest(work: Work) -> Check | None:
    kept = await work.one(str, KEPT, key="audit.check")
    return msgspec.json.decode(kept, type=Check) if kept else None


async def _whole(work: Work) -> Whole | None:
    kept = await work.one(str, KEPT, key="audit.whole")
    return msgspec.json.decode(kept, type=Whole) if kept else None
