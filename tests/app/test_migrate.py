"""The schema: brought up once, told without Alembic from then on, and by its own reckoning."""

import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory

from fanlight.app import migrate
from fanlight.kernel.db.private import embedded_postgres


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with embedded_postgres(tmp_path) as address:
        yield address


def test_our_head_is_alembics() -> None:
    script = ScriptDirectory(str(migrate.FOLDER))
    assert migrate.head() == script.get_current_head()
    assert len(script.get_heads()) == 1


def test_an_empty_database_is_brought_up_and_a_current_one_left_alone(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert migrate.revision(url) is None
    migrate.migrate(url)
    assert migrate.revision(url) == migrate.head()

    monkeypatch.setitem(sys.modules, "alembic", None)  # its import would now fail
    migrate.migrate(url)
    assert migrate.revision(url) == migrate.head()


def test_an_older_database_is_not_taken_for_a_current_one(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'long_ago'")
    monkeypatch.setitem(sys.modules, "alembic", None)
    with pytest.raises(ImportError):  # it asks Alembic to do the work
        migrate.migrate(url)


def test_two_heads_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions").mkdir()
    for name in ("left", "right"):
        text = f'revision = "{name}"\ndown_revision = "root"\n'
        (tmp_path / "versions" / f"{name}.py").write_text(text)
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    with pytest.raises(RuntimeError, match="2 heads"):
        migrate.head()
