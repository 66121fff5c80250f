"""A database that tests lend one another is as it was made, or it is not lent again."""

import psycopg
import pytest

from tests.builders.databases import Databases


def test_what_a_test_left_is_gone_for_the_next(databases: Databases) -> None:
    lent = databases.lend()
    with psycopg.connect(lent.url) as connection:
        connection.execute("DELETE FROM roles WHERE key = 'lead'")
        connection.execute("UPDATE teams SET name = 'Someone else'")
        connection.execute("SELECT nextval('ticket_changes_id_seq')")
    left_open = psycopg.connect(lent.url)
    left_open.execute("UPDATE teams SET name = 'Nobody'")

    databases.give_back(lent)

    again = databases.lend()
    assert again is lent
    with psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT count(*) FROM roles WHERE key = 'lead'").fetchone() == (
            1,
        )
        assert connection.execute(
            "SELECT count(*) FROM teams WHERE name = 'Support'"
        ).fetchone() == (1,)
        assert connection.execute("SELECT nextval('ticket_changes_id_seq')").fetchone() == (1,)
    left_open.close()
    databases.give_back(again)


@pytest.mark.slow
def test_one_whose_tables_were_changed_is_not_lent_again(databases: Databases) -> None:
    lent = databases.lend()
    with psycopg.connect(lent.url) as connection:
        connection.execute("ALTER TABLE teams ADD COLUMN colour text")

    databases.give_back(lent)

    again = databases.lend()
    assert again is not lent
    with psycopg.connect(again.url) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s",
            [lent.url.rsplit("/", 1)[1].split("?")[0]],
        ).fetchone()
    assert found is None
    databases.give_back(again)
