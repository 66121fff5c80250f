"""Brings a database to the schema that this code expects."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parents[3] / "migrations"
_REVISION = re.compile(r'^revision(?:: str)? = "([^"]+)"', re.MULTILINE)
_BELOW = re.compile(r"^down_revision(?:: [^=]+)? = (.+)$", re.MULTILINE)


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    # Alembic reads % as the start of a variable; a socket's path may hold one.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Run every revision that is missing, each in its own transaction. Again: nothing to do."""
    if revision(url) == head():
        return  # told without Alembic, whose import is a good part of a second at every start
    from alembic import command

    command.upgrade(_config(url), "head")


def revision(url: str) -> str | None:
    """Where the database stands; None when it is empty."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('alembic_version') IS NULL").fetchone()
        if found is None or found[0]:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def head() -> str:
    """The revision this code was written for: the one that no other follows."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for file in (FOLDER / "versions").glob("*.py"):
        text = file.read_text("utf-8")
        revisions.update(_REVISION.findall(text))
        for below in _BELOW.findall(text):
            followed.update(re.findall(r'"([^"]+)"', below))
    heads = revisions - followed
    if len(heads) != 1:
        raise RuntimeError(f"{FOLDER} has {len(heads)} heads, not one: {sorted(heads)}")
    return heads.pop()
