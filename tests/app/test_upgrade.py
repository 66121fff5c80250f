"""A database of an earlier release is migrated: nothing in it is lost, and that release runs on.

``releases/`` holds the demo of that release, cut down to a few tickets and articles and written out
by ``pg_dump --inserts``, and every statement that it asks its database.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from fanlight.app.cli import app
from fanlight.app.commands import run
from fanlight.app.migrate import head, migrate, revision
from tests.builders.databases import command, named
from tests.builders.door import Browser
from tests.journeys.installation import Desk

RELEASES = Path(__file__).with_name("releases")
EARLIER = sorted(file.name.removesuffix(".sql.gz") for file in RELEASES.glob("*.sql.gz"))
# What a release may change of what stands: where the schema is, and what a role of ours may do.
CHANGES = {("alembic_version", "version_num"), ("roles", "permissions")}

Rows = dict[str, list[dict[str, Any]]]


def restored(server: str, release: str) -> str:
    """The address of a database as that release left it."""
    name = f"earlier_{uuid4().hex[:12]}"
    command(server, f"CREATE DATABASE {name}")
    url = named(server, name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(gzip.decompress((RELEASES / f"{release}.sql.gz").read_bytes()))
    return url


def everything(url: str) -> Rows:
    """Every row of every table."""
    tables = """
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    """
    row = sql.SQL("SELECT to_jsonb(each) FROM {} each")
    with psycopg.connect(url) as connection:
        return {
            name: [found for (found,) in connection.execute(row.format(sql.Identifier(name)))]
            for (name,) in connection.execute(tables).fetchall()
        }


def kept(rows: list[dict[str, Any]], columns: set[str]) -> Counter[str]:
    return Counter(
        json.dumps({name: row[name] for name in columns}, sort_keys=True) for row in rows
    )


@pytest.fixture(scope="module", params=EARLIER)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def before_and_after(server: str, release: str) -> tuple[str, Rows, Rows]:
    url = restored(server, release)
    before = everything(url)
    assert revision(url) not in (None, head())
    migrate(url)
    assert revision(url) == head()
    return url, before, everything(url)


def test_every_row_is_still_there(before_and_after: tuple[str, Rows, Rows]) -> None:
    _, before, after = before_and_after
    assert len(before["tickets"]) == 12
    assert len(before["messages"]) > 50
    for table, rows in before.items():
        for row in rows[:1]:
            columns = row.keys() - {column for name, column in CHANGES if name == table}
            assert kept(rows, columns) - kept(after[table], columns) == Counter(), table


def test_the_earlier_release_can_go_on_beside_the_new_one(
    before_and_after: tuple[str, Rows, Rows], release: str
) -> None:
    """Machines are upgraded one after another: what it asks is planned, what it writes is taken."""
    url, before, _ = before_and_after
    asked = json.loads(gzip.decompress((RELEASES / f"{release}.statements.json.gz").read_bytes()))
    nothing: defaultdict[str, None] = defaultdict(lambda: None)
    with psycopg.connect(url, autocommit=True) as connection:
        for name, statement in asked.items():
            try:
                connection.execute("EXPLAIN " + statement, nothing)
            except psycopg.Error as error:
                pytest.fail(f"{name}: {error}")
        demanded = connection.execute("""
            SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL
              AND is_identity = 'NO' AND is_generated = 'NEVER'
        """).fetchall()
    known = {(table, column) for table, rows in before.items() for row in rows for column in row}
    written = {table for table, rows in before.items() if rows}
    assert [(t, c) for t, c in demanded if t in written and (t, c) not in known] == []


@pytest.fixture
def upgraded(server: str, release: str) -> Iterator[Desk]:
    """Today's desk started on that database, as an operator does it."""
    with TemporaryDirectory(prefix="fanlight-") as folder:
        desk = Desk(
            Path(folder),
            settings={
                "FANLIGHT_DATABASE__URL": restored(server, release),
                "FANLIGHT_SIGN_IN__SECOND_FACTOR": "optional",
            },
        )
        try:
            desk.await_open()
            yield desk
        finally:
            desk.stop()


@pytest.mark.slow
def test_people_go_on_where_they_were(upgraded: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with Browser(upgraded.help_url) as vera:
        vera.sign_in("vera@meridian.example", "lantern-and-ledger")
        listed = vera.get("/api/console/tickets", params={"view": "all"}).json()["rows"]
        solved = vera.get("/api/console/tickets", params={"view": "solved"}).json()["rows"]
        assert len(listed) + len(solved) == 12
        for row in listed + solved:
            opened = vera.get(f"/api/console/tickets/{row['id']}/timeline")
            assert opened.status_code == 200, opened.text
            assert opened.json()["items"]
        assert "fees" in vera.get("/en/spot-margin/trading-fees").text.lower()
    monkeypatch.setenv("FANLIGHT_DATABASE__URL", upgraded.settings["FANLIGHT_DATABASE__URL"])
    with pytest.raises(SystemExit, match="0"):
        raise SystemExit(run(app, ["audit", "verify", "--data", str(upgraded.folder)]))
