"""Brings a database to the schema that this code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parents[3] / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    # Alembic reads % as the start of a variable; a socket's path may hold one.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Run every revision that is missing, each in its own transaction. Again: nothing to do."""
    command.upgrade(_config(url), "head")


def head() -> str:
    """The revision this code was written for."""
    found = ScriptDirectory.from_config(_config("")).get_current_head()
    if found is None:
        raise RuntimeError(f"no revisions in {FOLDER}")
    return found
