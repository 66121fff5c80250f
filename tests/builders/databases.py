"""Databases for tests: copies of one that was migrated once, emptied and lent again.

A copy writes some eight hundred files; emptying one costs a few milliseconds.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from fanlight.app.migrate import migrate

TEMPLATE = "template_fanlight"
_WAIT_MS = 10_000

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
# What a test may have made or changed beside rows. Numbers of files are left out: TRUNCATE and
# REINDEX give new ones.
_SHAPE = """
    SELECT md5(concat(
        (SELECT array_agg((oid, relname, relnatts, relchecks, relhastriggers, reloptions)::text
                          ORDER BY oid) FROM pg_class WHERE oid >= 16384),
        (SELECT array_agg((oid, tgname, tgenabled)::text ORDER BY oid) FROM pg_trigger
         WHERE oid >= 16384),
        (SELECT array_agg((oid, prosrc)::text ORDER BY oid) FROM pg_proc WHERE oid >= 16384),
        (SELECT array_agg((attrelid, attnum, attname, atttypid, attnotnull)::text
                          ORDER BY attrelid, attnum)
         FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0),
        (SELECT array_agg((oid, conname)::text ORDER BY oid) FROM pg_constraint
         WHERE oid >= 16384),
        (SELECT array_agg((setrole, setconfig)::text) FROM pg_db_role_setting s
         JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()),
        (SELECT array_agg(nspname::text ORDER BY oid) FROM pg_namespace WHERE oid >= 16384)))
"""
# A returned connection of the test's is ended, as DROP DATABASE … WITH (FORCE) would.
_END_OTHERS = """
    SELECT pg_terminate_backend(pid, %(wait_ms)s) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
"""


class Databases:
    """The databases of one server, all alike: as migrated, nobody's yet."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._idle: list[Any] = []
        command(server, f"CREATE DATABASE {TEMPLATE}")
        migrate(named(server, TEMPLATE))
        with psycopg.connect(named(server, TEMPLATE)) as connection:
            tables = [name for (name,) in connection.execute(_TABLES)]
            self._empty = b"; ".join(
                SQL("DELETE FROM {}").format(Identifier(name)).as_bytes() for name in tables
            )
            rows = {name: _read(connection, name) for name in tables}
            self._begun_with = {name: some for name, some in rows.items() if some}
            self._sequences = [
                name for (name,) in connection.execute(_TABLES.replace("'r'", "'S'"))
            ]

    def copy(self, kind: str) -> str:
        """The address of a new one that its borrower keeps; ``kind`` begins its name."""
        name = f"{kind}_{uuid4().hex[:12]}"
        # Copied as files: a quarter of the time that writing the copy to the log would take.
        command(self.server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return named(self.server, name)

    def lend(self) -> "Lent":
        return self._idle.pop() if self._idle else Lent(self.copy("fresh"))

    def give_back(self, lent: "Lent") -> None:
        """Empty it for the next, or drop it when its tables are no longer those of the template."""
        if not lent.empty(self._empty, self._begun_with, self._sequences):
            lent.drop(self.server)
        else:
            self._idle.append(lent)

    def close(self) -> None:
        for lent in self._idle:
            lent.close()


class Lent:
    """One database, and our own connection to it, which knows all tables by now."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self._shape = self._read_shape()

    def _read_shape(self) -> Any:
        return self._connection.execute(_SHAPE).fetchone()

    def empty(self, delete: bytes, begun_with: dict[str, bytes], sequences: list[str]) -> bool:
        """Whether it is as it was made; a test may have closed every door on us."""
        with suppress(psycopg.Error):
            self._connection.execute(_END_OTHERS, {"wait_ms": _WAIT_MS})
            if self._read_shape() != self._shape:
                return False
            with self._connection.transaction():
                # Neither triggers nor foreign keys: rows go in any order and leave no trace.
                self._connection.execute("SET LOCAL session_replication_role = replica")
                self._connection.execute(delete)
                for name in sequences:
                    self._connection.execute("SELECT setval(%s, 1, false)", [name])
                for name, rows in begun_with.items():
                    into = SQL("COPY {} FROM STDIN").format(Identifier(name))
                    with self._connection.cursor().copy(into) as copy:
                        copy.write(rows)
            return True
        return False

    def drop(self, server: str) -> None:
        self.close()
        command(server, f"DROP DATABASE {urlsplit(self.url).path[1:]} WITH (FORCE)")

    def close(self) -> None:
        self._connection.close()


def named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def command(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _read(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as copy:
        return b"".join(bytes(block) for block in copy)
