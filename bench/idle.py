"""What a whole installation weighs when nobody asks anything, and how soon it stands.

With the demo's data, as `make run` leaves it, and one process for everything.
"""

import asyncio
import time

from bench.running import folder, running
from bench.table import Table, judged, told

SERVING_S, IDLE_MB = 3.0, {1: 400.0, 2: 600.0}
SETTLED_S = 10.0
CPU_S = 10.0


async def run() -> Table:
    rows = []
    with folder() as desk_folder:
        begun = time.monotonic()
        with running(desk_folder, demo=True):
            rows.append(told("first start, demo made", time.monotonic() - begun, "s", digits=1))
        for workers, budget in IDLE_MB.items():
            begun = time.monotonic()
            with running(desk_folder, demo=True, workers=workers) as desk:
                took_s = time.monotonic() - begun
                web = f"--workers {workers}"
                rows.append(judged(f"start when prepared, {web}", took_s, SERVING_S, "s"))
                await asyncio.sleep(SETTLED_S)
                rows.append(judged(f"idle, {web} (PSS)", desk.weight_mb(), budget, "MB", digits=0))
                before = desk.cpu_s()
                await asyncio.sleep(CPU_S)
                share = (desk.cpu_s() - before) / CPU_S * 100
                rows.append(told(f"idle, {web}: of one core", share, "%", digits=1))
    said = "PostgreSQL and the demo exchange are counted in."
    return Table(title="Standing idle", rows=rows, said=said)
