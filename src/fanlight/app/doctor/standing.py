"""What stands behind the desk: database, schema, waiting work, live bus, channels."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec
from psycopg.rows import dict_row

from fanlight.app.doctor import safety
from fanlight.app.doctor.finding import Finding, fail, ok, warn
from fanlight.app.migrate import head
from fanlight.channels.contract import ChannelAdapter
from fanlight.kernel.clock import now
from fanlight.kernel.db.line import Connection
from fanlight.kernel.db.pool import connect
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.errors import Unavailable
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.live.contract import Signal
from fanlight.kernel.live.settings import LiveSettings
from fanlight.kernel.settings import Settings

OLDEST = 160000  # server_version_num of PostgreSQL 16
_LATE_S = 120  # a job that should have run this long ago means that nobody works
_LIVE_S = 3.0
_CHANNEL_S = 15.0

FACTS = """
    SELECT current_setting('server_version') AS version,
        current_setting('server_version_num')::int AS number,
        current_setting('server_encoding') AS encoding,
        current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
            AND current_setting('synchronous_commit') <> 'off' AS is_durable,
        current_setting('max_connections')::int AS most,
        (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
        clock_timestamp() AS at,
        to_regclass('alembic_version') IS NOT NULL AS has_schema,
        to_regclass('jobs') IS NOT NULL AS has_jobs
"""
REVISIONS = "SELECT version_num FROM alembic_version"
JOBS = """
    SELECT count(*) FILTER (WHERE state = 'dead')::int AS dead,
        count(*) FILTER (WHERE state = 'ready' AND leased_until IS NULL
            AND run_at < now() - %(late_s)s * interval '1 second')::int AS late
    FROM jobs
"""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What PostgreSQL says of itself."""

    version: str
    number: int
    encoding: str
    is_durable: bool
    most: int
    used: int
    at: datetime
    has_schema: bool
    has_jobs: bool


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Everything that needs the database, as far as there is one."""
    url = settings[DatabaseSettings].url
    try:
        connection = await connect(url, name="fanlight-doctor")
    except Unavailable as error:
        reason = str(error.__cause__).strip().splitlines()[0]
        yield fail("database", f"PostgreSQL does not answer: {reason}", "Look at database.url.")
        return
    async with connection:
        facts = await _facts(connection)
        for finding in database(facts, now()):
            yield finding
        if not facts.has_schema:
            yield fail("schema", "The database is empty.", "fanlight migrate")
            return
        yield await schema(connection)
        if facts.has_jobs:
            for finding in await jobs(connection):
                yield finding
            async for finding in safety.examine(settings, connection):
                yield finding
    yield await live(settings, url)


async def _facts(connection: Connection) -> Facts:
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(FACTS)
    return msgspec.convert(await cursor.fetchone(), Facts)


def database(facts: Facts, here: datetime) -> list[Finding]:
    found = []
    if facts.number < OLDEST:
        found.append(
            fail("database", f"PostgreSQL {facts.version} is too old.", "Use 16 or newer.")
        )
    elif facts.encoding != "UTF8":
        found.append(fail("database", f"It stores {facts.encoding}.", "Make it with UTF8."))
    else:
        found.append(ok("database", f"PostgreSQL {facts.version} answers."))
    if facts.is_durable:
        found.append(ok("durability", "What is committed is on disk."))
    else:
        do = "Turn fsync, full_page_writes and synchronous_commit on."
        found.append(fail("durability", "Committed messages may be lost in a crash.", do))
    if facts.used > facts.most * 0.8:
        says = f"{facts.used} of {facts.most} connections are in use."
        found.append(warn("connections", says, "Raise max_connections, or lower database.size."))
    apart_s = abs((facts.at - here).total_seconds())
    if apart_s > 2:
        says = f"The clocks of database and desk are {apart_s:.0f} s apart."
        found.append(warn("clock", says, "Let both keep time by NTP."))
    return found


async def schema(connection: Connection) -> Finding:
    cursor = await connection.execute(REVISIONS)
    stands = ", ".join(row[0] for row in await cursor.fetchall())
    if stands == head():
        return ok("schema", f"The schema stands at {stands}.")
    return fail("schema", f"It stands at {stands}, we expect {head()}.", "fanlight migrate")


async def jobs(connection: Connection) -> list[Finding]:
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(JOBS, {"late_s": _LATE_S})
    counts: dict[str, Any] = await cursor.fetchone() or {"dead": 0, "late": 0}
    found = []
    if counts["late"]:
        says = f"{counts['late']} jobs should have run more than {_LATE_S} s ago."
        found.append(warn("jobs", says, "Is a worker running? fanlight serve, or fanlight worker"))
    else:
        found.append(ok("jobs", "No job is late."))
    if counts["dead"]:
        says = f"{counts['dead']} jobs failed too often and wait for a person."
        found.append(warn("dead_letters", says, "See them in the console, under Deliveries."))
    return found


async def live(settings: Settings, url: str) -> Finding:
    """One signal through the bus itself, from one end to another."""
    here, there = settings[LiveSettings].bus(url), settings[LiveSettings].bus(url)
    carrier = "NATS" if settings[LiveSettings].nats_url else "PostgreSQL"
    try:
        async with asyncio.timeout(_LIVE_S):
            await here.start()
            await there.start()
            async with there.listen("doctor") as signals:
                begun = time.monotonic()
                await here.publish("doctor", b"well?")
                while not isinstance(await anext(signals), Signal):
                    continue
                took_ms = (time.monotonic() - begun) * 1000
    except TimeoutError:
        return warn(
            "live",
            f"No wake-up arrives over {carrier}: screens move late.",
            "Look at live.nats_url." if carrier == "NATS" else "Look at the database's log.",
        )
    finally:
        await here.stop()
        await there.stop()
    return ok("live", f"A wake-up over {carrier} took {took_ms:.1f} ms.")


async def channels(adapters: list[ChannelAdapter]) -> AsyncIterator[Finding]:
    """Each configured account asked whether it works right now."""
    http = OutboundHttp(allowed=())
    try:
        for adapter in adapters:
            for account in adapter.accounts:
                check = f"channel:{adapter.key}:{account.id}"
                try:
                    async with asyncio.timeout(_CHANNEL_S):
                        health = await adapter.health(account.id, http)
                except TimeoutError:
                    says = f"{account.name} did not answer within {_CHANNEL_S:.0f} s."
                    yield warn(check, says, f"Look at the settings of {adapter.key}.")
                    continue
                if health.is_ok:
                    yield ok(check, f"{account.name}: {health.detail or 'works'}")
                else:
                    says = f"{account.name}: {health.detail or 'does not work'}"
                    yield warn(check, says, f"Look at the settings of {adapter.key}.")
    finally:
        await http.close()
