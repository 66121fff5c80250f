"""Runs jobs: claims batches under a lease, retries with backoff and jitter, buries the dead."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from prometheus_client import Counter, Gauge

from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.events import subscriber_named
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import CRONS, EVENT, JOBS, JOBS_READY, MAX_ATTEMPTS, Job
from fanlight.kernel.live.contract import Missed
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Work

LEASE_S = 30  # a worker that dies holds its jobs no longer than this
RENEW_S = 10
IDLE_S = 1.0  # how long a lost wake-up can delay a job
BATCH = 16
GATHER_S = 0.02  # after a call, so that what comes in a crowd is claimed together
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 300.0

log = logging.getLogger(__name__)
RAN = Counter("fanlight_jobs_ran", "Jobs that ended, by kind and result", ["kind", "result"])
RUNNING = Gauge("fanlight_jobs_running", "Jobs running in this process")

CLAIM = """
    UPDATE jobs SET lease = %(lease)s, attempts = attempts + 1,
        leased_until = now() + %(lease_s)s * interval '1 second'
    WHERE id IN (
        SELECT id FROM jobs
        WHERE state = 'ready' AND run_at <= now() AND lane = ANY(%(lanes)s)
          AND (leased_until IS NULL OR leased_until < now())
        ORDER BY run_at, id
        LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, payload::text AS payload, attempts
"""
RENEW = """
    UPDATE jobs SET leased_until = now() + %(lease_s)s * interval '1 second'
    WHERE id = ANY(%(ids)s) AND lease = %(lease)s
"""
END = "DELETE FROM jobs WHERE id = %(id)s AND lease = %(lease)s"
RETRY = """
    UPDATE jobs SET lease = NULL, leased_until = NULL, error = %(error)s,
        run_at = now() + %(wait_s)s * interval '1 second'
    WHERE id = %(id)s AND lease = %(lease)s AND NOT EXISTS (
        SELECT 1 FROM jobs o WHERE o.key = jobs.key AND o.id <> jobs.id
          AND o.state = 'ready' AND o.lease IS NULL)
"""
BURY = """
    UPDATE jobs SET lease = NULL, leased_until = NULL, error = %(error)s, state = 'dead'
    WHERE id = %(id)s AND lease = %(lease)s
"""
RELEASE = """
    UPDATE jobs SET lease = NULL, leased_until = NULL, attempts = attempts - 1
    WHERE id = ANY(%(ids)s) AND lease = %(lease)s
"""
TAKE_SLOT = """
    INSERT INTO cron_runs (name, slot) VALUES (%(name)s, %(slot)s) ON CONFLICT DO NOTHING
"""
FORGET_SLOTS = "DELETE FROM cron_runs WHERE name = %(name)s AND slot < %(slot)s"


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """One job this process holds the lease of."""

    id: UUID
    kind: str
    payload: str  # JSON
    attempts: int


class LeaseLost(Exception):
    """Somebody else has taken the job over: what we did is undone."""


def wait_s(attempts: int) -> float:
    """Seconds until the next try: full jitter over 1, 2, 4 ... 300 s, so that herds part."""
    # Spreads load, guards nothing: no need for a cryptographic source.
    ceiling = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempts - 1))
    return random.uniform(ceiling / 2, ceiling)  # noqa: S311


class Runner:
    """The worker's loop. Several may run at once, in one process or in many."""

    def __init__(self, edge: Edge, *, lanes: Sequence[str], concurrency: int = 8) -> None:
        self.edge = edge
        self.lanes = list(lanes)
        self.concurrency = concurrency
        self._held: dict[UUID, UUID] = {}  # job id -> lease
        self._slots: dict[str, datetime] = {}
        self._wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then finish what runs and give the rest back."""
        gate = asyncio.Semaphore(self.concurrency)
        async with asyncio.TaskGroup() as helpers:
            side = [
                helpers.create_task(self._renew_leases()),
                helpers.create_task(self._listen()),
                helpers.create_task(self._wake_on(stop)),
            ]
            async with asyncio.TaskGroup() as running:
                while not stop.is_set():
                    await self._turn(gate, running, stop)
            for task in side:
                task.cancel()

    async def run_due(self) -> int:
        """Run everything that is due now and return how many ran; for tests and commands."""
        ran = 0
        while batch := await self._claim(BATCH, lease := new_id()):
            for claimed in batch:
                await self._run_one(claimed, lease)
            ran += len(batch)
        return ran

    async def _turn(
        self, gate: asyncio.Semaphore, running: asyncio.TaskGroup, stop: asyncio.Event
    ) -> None:
        self._wake.clear()
        batch: list[Claimed] = []
        lease = new_id()
        try:
            await self._tick_crons()
            batch = await self._claim(BATCH, lease)
        except Exception:
            # The database is away: say so once a second and try again, a job is never lost by it.
            log.warning("jobs could not be claimed", exc_info=True)
            await asyncio.sleep(IDLE_S)
        for number, claimed in enumerate(batch):
            await gate.acquire()
            if stop.is_set():
                gate.release()
                await self._release(batch[number:], lease)
                return
            task = running.create_task(self._run_one(claimed, lease))
            task.add_done_callback(lambda _: gate.release())
        if len(batch) < BATCH:  # that was all, unless somebody has called meanwhile
            try:
                async with asyncio.timeout(IDLE_S):
                    await self._wake.wait()
            except TimeoutError:
                return
            await asyncio.sleep(0 if stop.is_set() else GATHER_S)

    async def _claim(self, limit: int, lease: UUID) -> list[Claimed]:
        async with self.edge.work() as work:
            batch = await work.rows(
                Claimed, CLAIM, lease=lease, lease_s=LEASE_S, lanes=self.lanes, limit=limit
            )
        self._held.update((claimed.id, lease) for claimed in batch)
        return sorted(batch, key=lambda claimed: claimed.id)

    async def _run_one(self, claimed: Claimed, lease: UUID) -> None:
        RUNNING.inc()
        try:
            await self._perform(claimed, lease)
            RAN.labels(claimed.kind, "done").inc()
        except LeaseLost:
            RAN.labels(claimed.kind, "lease_lost").inc()
        except Exception as error:
            RAN.labels(claimed.kind, "failed").inc()
            await self._put_back(claimed, lease, error)
        finally:
            RUNNING.dec()
            self._held.pop(claimed.id, None)

    async def _perform(self, claimed: Claimed, lease: UUID) -> None:
        found = JOBS.get(claimed.kind)
        if found is not None and found.is_outside:
            await found.run(self.edge.shelf, _payload(found, claimed.payload))
            async with self.edge.work() as work:
                await work.run(END, id=claimed.id, lease=lease)
            return
        async with self.edge.work() as work:
            if claimed.kind.startswith(EVENT):
                await _deliver(work, claimed)
            elif found is not None:
                await found.run(work, _payload(found, claimed.payload))
            else:
                raise LookupError(f"no code for the job {claimed.kind}")
            if await work.run(END, id=claimed.id, lease=lease) == 0:
                raise LeaseLost

    async def _put_back(self, claimed: Claimed, lease: UUID, error: Exception) -> None:
        said = redact(f"{type(error).__name__}: {error}"[:2000]).text
        expected = isinstance(error, FanlightError)
        log.warning("job %s failed: %s", claimed.kind, said, exc_info=not expected)
        found = JOBS.get(claimed.kind)
        limit = found.max_attempts if found is not None else MAX_ATTEMPTS
        try:
            async with self.edge.work() as work:
                if claimed.attempts >= limit:
                    await work.run(BURY, id=claimed.id, lease=lease, error=said)
                    return
                pause = wait_s(claimed.attempts)
                if not await work.run(RETRY, id=claimed.id, lease=lease, error=said, wait_s=pause):
                    # A newer job under the same key stands ready: it does what this one would.
                    await work.run(END, id=claimed.id, lease=lease)
        except Exception:
            log.warning("job %s keeps its lease until it runs out", claimed.kind, exc_info=True)

    async def _release(self, batch: Sequence[Claimed], lease: UUID) -> None:
        ids = [claimed.id for claimed in batch]
        for each in ids:
            self._held.pop(each, None)
        async with self.edge.work() as work:
            await work.run(RELEASE, ids=ids, lease=lease)

    async def _renew_leases(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            try:
                for lease in set(self._held.values()):
                    ids = [each for each, held in self._held.items() if held == lease]
                    async with self.edge.work() as work:
                        await work.run(RENEW, ids=ids, lease=lease, lease_s=LEASE_S)
            except Exception:
                log.warning("leases could not be renewed", exc_info=True)

    async def _listen(self) -> None:
        async with self.edge.live.listen(JOBS_READY) as signals:
            async for signal in signals:
                lane = b"" if isinstance(signal, Missed) else signal.payload
                if not lane or lane.decode() in self.lanes:
                    self._wake.set()

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _tick_crons(self) -> None:
        moment = self.edge.now()
        for name, cron in CRONS.items():
            slot = moment - timedelta(seconds=moment.timestamp() % cron.every_s)
            if self._slots.get(name) == slot:
                continue
            async with self.edge.work() as work:
                if await work.run(TAKE_SLOT, name=name, slot=slot):
                    work.enqueue(cron.job, None, key=f"cron:{name}")
                    await work.run(FORGET_SLOTS, name=name, slot=slot)
            self._slots[name] = slot


def _payload(job: Job, body: str) -> object:
    return msgspec.json.decode(body.encode(), type=job.payload)


async def _deliver(work: Work, claimed: Claimed) -> None:
    found = subscriber_named(claimed.kind.removeprefix(EVENT))
    if found is None:
        raise LookupError(f"no code for {claimed.kind}")
    await found.react(work, msgspec.json.decode(claimed.payload.encode(), type=found.event))
