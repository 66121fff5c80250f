"""What a page of the inbox costs at 10,000 and at 1,000,000 tickets, near the top and deep down.

As a lead, who sees every team, and as an agent of one team; through HTTP with a session, as the
console asks. CPU is that of all processes of the desk and of PostgreSQL.
"""

import time
from pathlib import Path
from uuid import UUID

import msgspec

from bench import bulk
from bench.asking import Client, at_rate, in_turn, p
from bench.running import Desk, beside, cpu_of, enter, folder, hasty_postgres, running
from bench.table import Row, Table, judged, told
from fanlight.app.migrate import migrate
from fanlight.features.tickets import views
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Actor, Work
from fanlight.surfaces.console.cursors import write_place

SMALL, LARGE = 10_000, 1_000_000
BUDGET_MS, SLOWEST_MS, GROWTH, COUNT_MS = 1.5, 25.0, 1.3, 0.1
WARM, ASKED = 100, 500
PER_S, SECONDS = 100, 10
# One agent here stands for many: how many pages one may look through is out of the way.
NO_CAP = {"FANLIGHT_OVERSIGHT__CAP_PAGES": "100000"}
PAGE = "/api/console/tickets?limit=50&view="
# Half-way down what the actor sees.
HALF = """
    SELECT t.active_at, t.id FROM tickets t
    WHERE t.status IN ('open', 'waiting') AND (%(team)s::text IS NULL OR t.team = %(team)s)
    ORDER BY t.active_at DESC, t.id DESC
    OFFSET (SELECT sum(n)::bigint / 2 FROM counters
            WHERE key LIKE 'team:' || coalesce(%(team)s, '%%')) LIMIT 1
"""


class _Count(msgspec.Struct, frozen=True):
    key: str
    n: int


class Who(msgspec.Struct, frozen=True):
    """Somebody who works the inbox."""

    name: str
    actor: Actor
    cookie: str
    deep: str  # a page half-way down "all"


async def run() -> Table:
    rows: list[Row] = []
    costs: dict[str, dict[str, float]] = {}
    with folder() as desk_folder:
        desk_folder.mkdir(parents=True)
        first = 1
        for size in (SMALL, LARGE):
            with hasty_postgres(desk_folder) as url:
                migrate(url)
                loaded_s = bulk.load(url, first, size)
            first = size + 1
            rows.append(told(f"{size:,} tickets made", loaded_s, "s", digits=0))
            costs[f"{size:,}"] = await _measure(desk_folder, size, rows)
    small, large = costs.values()
    for name in small:
        rows.append(
            judged(f"{name}: {LARGE:,} against {SMALL:,}", large[name] / small[name], GROWTH, "x")
        )
    for who in ("lead", "agent"):
        ratio = large[f"{who}, deep page"] / large[f"{who}, first page"]
        rows.append(judged(f"{who}: deep page against first", ratio, GROWTH, "x"))
    messages = LARGE * bulk.MESSAGES_EACH
    said = f"Pages of 50 rows; at most {LARGE:,} tickets and {messages:,} messages."
    return Table(title="The inbox", rows=rows, said=said)


async def _measure(desk_folder: Path, size: int, rows: list[Row]) -> dict[str, float]:
    costs: dict[str, float] = {}
    with running(desk_folder, environment=NO_CAP) as desk:
        async with beside(desk_folder) as edge:
            lead = await _who(edge, "lead", bulk.LEAD, team=None)
            agent = await _who(edge, "agent", bulk.AGENT, team=bulk.AGENTS_TEAM)
            counting = await _counting_ms(edge, lead.actor)
        for who in (lead, agent):
            async with Client(desk.port, cookie=who.cookie) as client:
                for page, path in (
                    ("first page", PAGE + "all"),
                    ("deep page", f"{PAGE}all&after={who.deep}"),
                    ("unassigned", PAGE + "unassigned"),
                    ("team", f"{PAGE}team:{bulk.AGENTS_TEAM}"),
                    ("mine", PAGE + "mine"),
                    ("solved", PAGE + "solved"),
                ):
                    cost = await _cost_ms(desk, client, path)
                    costs[f"{who.name}, {page}"] = cost
                    what = f"{who.name}, {page}, at {size:,}: CPU a page"
                    rows.append(judged(what, cost, BUDGET_MS, "ms"))
                views_ms = await _cost_ms(desk, client, "/api/console/views")
            rows.append(
                told(f"{who.name}, list of views, at {size:,}: CPU a request", views_ms, "ms")
            )
            took = await _steadily(desk, who)
            what = f"{who.name}, first page, at {size:,}: p99 at {PER_S}/s"
            rows.append(judged(what, p(took, 0.99), SLOWEST_MS, "ms", digits=1))
        rows.append(
            judged(f"counters of all views, at {size:,}", counting, COUNT_MS, "ms", digits=3)
        )
    return costs


async def _who(edge: Edge, name: str, agent_id: UUID, *, team: str | None) -> Who:
    cookie = await enter(edge, agent_id)
    async with edge.work() as work:
        place = await work.one(views.Place, HALF, team=team)
    assert place is not None
    seen: frozenset[str] = frozenset() if team else frozenset({"ticket.see_all"})
    actor = Actor(kind="agent", id=agent_id, permissions=seen, queues=(team,) if team else ())
    return Who(name, actor, cookie, write_place(place))


async def _cost_ms(desk: Desk, client: Client, path: str) -> float:
    await in_turn(client, [path], WARM)
    before = desk.cpu_s()
    await in_turn(client, [path], ASKED)
    return (desk.cpu_s() - before) / ASKED * 1000


async def _steadily(desk: Desk, who: Who) -> list[float]:
    clients = [Client(desk.port, cookie=who.cookie) for _ in range(8)]
    for client in clients:
        await client.__aenter__()
    try:
        return await at_rate(clients, [PAGE + "all"], per_s=PER_S, seconds=SECONDS)
    finally:
        for client in clients:
            await client.__aexit__(None, None, None)


async def _counting_ms(edge: Edge, actor: Actor) -> float:
    """What PostgreSQL spends on the counters of all views: the CPU of one connection."""
    keys = [f"agent:{actor.id}"]
    keys += [f"{kind}:{team}" for kind in ("team", "unassigned", "waiting") for team in bulk.TEAMS]
    async with edge.work(actor) as work:
        pid = await work.one(int, "SELECT pg_backend_pid()")
        assert pid is not None
        for _ in range(WARM):
            await _counts(work, keys)
        before, begun, asked = cpu_of(pid), time.monotonic(), 0
        while time.monotonic() - begun < 2:
            await _counts(work, keys)
            asked += 1
        return (cpu_of(pid) - before) / asked * 1000


async def _counts(work: Work, keys: list[str]) -> None:
    found = await work.rows(_Count, views.COUNTS, keys=keys, queues=list(bulk.TEAMS))
    assert len(found) > len(bulk.TEAMS)
