"""A process that writes a machine's index without a pause, until it is killed.

Usage: indexing.py DATABASE_URL DATA_DIR
"""

import asyncio
import sys
from pathlib import Path

from fanlight.features.knowledge.node import SearchNode
from fanlight.kernel.db.pool import Database
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.local_pg import PostgresBus


async def main(url: str, data_dir: str) -> None:
    pool = Database(url, size=2)
    await pool.open()
    edge = Edge(pool, PostgresBus(url))
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while True:
        # A node that remembers nothing, as in a process that was just started.
        node = SearchNode(Path(data_dir))
        await node.catch_up(edge)
        await node.rebuild(edge)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
