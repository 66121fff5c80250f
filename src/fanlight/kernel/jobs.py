"""Work for later: what may be asked for, and how it is stored with the change it follows from."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec.structs import asdict

from fanlight.kernel.events import subscribers_of
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import SYSTEM, Enqueued, Work

EVENT = "event:"  # jobs of this prefix deliver an event to one subscriber
JOBS_READY = "jobs"  # the live topic that wakes idle workers; its payload is a lane, or nothing
LINE = "line"  # the lane of what strangers can ask for in any number: a few at a time, no more
MAX_ATTEMPTS = 12  # with the backoff of runner.py about 25 minutes; then a person decides


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of job.

    ``run`` takes ``(work, payload)`` and commits together with the job's end. An ``outside`` job
    takes ``(shelf, payload)``: it talks to the world, so it opens its own units of work.
    """

    name: str
    run: Callable[[Any, Any], Awaitable[None]]
    payload: Any
    is_outside: bool
    max_attempts: int


class Cron(msgspec.Struct, frozen=True, kw_only=True):
    """A job enqueued once per slot of ``every_s`` seconds, whichever process comes first."""

    job: str
    every_s: int


JOBS: dict[str, Job] = {}
CRONS: dict[str, Cron] = {}


def job(
    name: str, *, outside: bool = False, max_attempts: int = MAX_ATTEMPTS
) -> Callable[[Callable[..., Awaitable[None]]], Any]:
    """Mark a function as the job ``name``. It may run twice, so it must be safe to."""

    def register(run: Callable[..., Awaitable[None]]) -> Any:
        parameters = list(inspect.signature(run, eval_str=True).parameters.values())
        payload = parameters[1].annotation if len(parameters) > 1 else None
        JOBS[name] = Job(
            name=name, run=run, payload=payload, is_outside=outside, max_attempts=max_attempts
        )
        return run

    return register


def cron(name: str, *, every_s: int) -> Callable[[Callable[..., Awaitable[None]]], Any]:
    """Have the job ``name`` (whose payload is None) enqueued every ``every_s`` seconds."""

    def register(run: Callable[..., Awaitable[None]]) -> Any:
        CRONS[name] = Cron(job=name, every_s=every_s)
        return run

    return register


STORE = """
    INSERT INTO jobs (id, kind, lane, payload, key, run_at)
    SELECT u.id, u.kind, u.lane, u.payload::jsonb, u.key, now() + u.delay_s * interval '1 second'
    FROM jsonb_to_recordset(%(waiting)s::jsonb)
        AS u(id uuid, kind text, lane text, payload text, key text, delay_s float8)
    ON CONFLICT (key) WHERE key IS NOT NULL AND state = 'ready' AND lease IS NULL DO NOTHING
"""


async def store_outbox(work: Work) -> None:
    """Write what was published and enqueued; part of the transaction, called at the edge.

    A second call writes only what came since the first.
    """
    desk = work.acting_as(SYSTEM)
    deliveries: list[Enqueued] = []
    while work.flushed < len(work.outbox):  # what reacts at once may publish more
        event = work.outbox[work.flushed]
        work.flushed += 1
        body = msgspec.json.encode(event)
        for found in subscribers_of(type(event)):
            if await found.concerns(desk, event) and not await found.at_once(desk, event):
                deliveries.append(Enqueued(kind=EVENT + found.name, payload=body, lane="events"))
    waiting = [*work.jobs, *deliveries]
    work.jobs.clear()
    if not waiting:
        return
    rows = [{**asdict(each), "id": new_id(), "payload": each.payload.decode()} for each in waiting]
    work.later(STORE, waiting=msgspec.json.encode(rows).decode())
    for lane in sorted({each.lane for each in waiting}):
        work.signal(JOBS_READY, lane.encode())
