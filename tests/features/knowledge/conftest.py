"""A help center of its own in a database of its own, for what needs several connections."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from fanlight.features.knowledge import importing
from fanlight.features.knowledge.node import SearchNode
from fanlight.kernel.db.pool import Database
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.local_pg import LocalPgBus

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def own_database(database: str) -> Iterator[str]:
    """A second, migrated and empty database: what a test commits here, nobody else meets."""
    name = f"knowledge_{uuid4().hex}"
    with psycopg.connect(database, autocommit=True) as connection:
        old = connection.info.dbname
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{old}"')
    yield psycopg.conninfo.make_conninfo(database, dbname=name)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
