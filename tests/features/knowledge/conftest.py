"""The starter articles, imported once for all tests that only read; a machine's search index."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fanlight.features.knowledge import importing, service
from fanlight.features.knowledge.models import Category, CategoryName
from fanlight.features.knowledge.node import SearchNode
from fanlight.kernel.db.pool import Database
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.local_pg import PostgresBus
from fanlight.kernel.work import Work
from tests.builders.databases import Databases
from tests.features.knowledge.room import Room

ROOT = Path(__file__).resolve().parents[3]
ARTICLES = ROOT / "content" / "articles"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Edge]:
    """An edge on a database; its bus is not started, so nothing is told to others."""
    pool = Database(url, size=4)
    await pool.open()
    try:
        yield Edge(pool, PostgresBus(url))
    finally:
        await pool.close()


async def load(edge: Edge, folder: Path = ARTICLES) -> None:
    """Import a folder and publish it."""
    async with edge.work() as work:
        await importing.carry_out(work, importing.plan(folder), publish=True)


@pytest.fixture(scope="session")
def stocked(databases: Databases) -> str:
    """A database with the starter articles. Nobody changes it."""
    url = databases.copy("stocked")

    async def stock() -> None:
        async with opened(url) as edge:
            await load(edge)

    with ThreadPoolExecutor(1) as pool:  # a loop may be running in this thread
        pool.submit(lambda: asyncio.run(stock())).result(120)
    return url


@pytest.fixture
async def library(stocked: str) -> AsyncIterator[Edge]:
    """An edge on the starter articles, for reading alone."""
    async with opened(stocked) as edge:
        yield edge


@pytest.fixture
def node(tmp_path: Path) -> SearchNode:
    """The search index of a machine that has none yet."""
    return SearchNode(tmp_path)


@pytest.fixture
async def room(work: Work) -> Room:
    for key, name in (("fees", "Fees"), ("basics", "Basics")):
        await service.save_category(
            work,
            Category(key=key, position=1, icon="coins", names={"en": CategoryName(name=name)}),
        )
    return Room(work)
