"""The doctor: sound where all is well, and each fault named with its way out."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from fanlight.app.doctor import doctor, machine, standing
from fanlight.app.doctor.standing import Facts
from fanlight.app.migrate import migrate
from fanlight.kernel.db.private import PrivatePostgres
from fanlight.kernel.settings import load

pytestmark = pytest.mark.slow  # each looks at an installation of its own

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOUND = Facts(
    version="18.4",
    number=180004,
    encoding="UTF8",
    is_durable=True,
    most=200,
    used=12,
    at=NOON,
    has_schema=True,
    has_jobs=True,
)


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose server is running and whose schema is current."""
    monkeypatch.setattr(machine, "FACES", ())  # whether they are built is another test's matter
    with PrivatePostgres(tmp_path) as server:
        migrate(server.url)
        yield tmp_path


def findings(data: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """Exit code, and the state of each check."""
    capsys.readouterr()
    code = doctor(data=data, json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line["do"] for line in lines if line["state"] != "ok")
    return code, {line["check"]: line["state"] for line in lines}


# What nobody has set up on day one.
NOT_YET = {"brand", "exchange", "team", "pager", "official sources"}


def test_a_sound_installation_gets_nothing_but_ok(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, states = findings(installation, capsys)
    states.pop("owner")  # who runs the tests is not the installation's fault
    assert code == 0
    assert {check for check, state in states.items() if state != "ok"} == NOT_YET
    assert {"settings", "database", "durability", "schema", "jobs", "live"} <= states.keys()


def test_whom_an_emergency_wakes_and_what_customers_can_check_is_looked_at(
    installation: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANLIGHT_EMERGENCY__ON_CALL", '["night@desk.example"]')
    monkeypatch.setenv("FANLIGHT_EXCHANGE__CONNECTOR", "sandbox")
    monkeypatch.setenv("FANLIGHT_BRAND__NAME", "Northwind")
    with psycopg.connect(PrivatePostgres(installation).url) as connection:
        connection.execute(
            "INSERT INTO teams (key, name, created_at) VALUES ('security', 'S', now())"
        )
        connection.execute(
            """INSERT INTO official_sources (id, kind, value, state, since)
            VALUES (gen_random_uuid(), 'domain', 'meridian.example', 'official', '2026-01-01')"""
        )
        connection.commit()
        _, states = findings(installation, capsys)
        amiss = {each for each in NOT_YET if states[each] != "ok"}
        assert amiss == {"team"}  # it has no member
        connection.execute(
            """WITH one AS (INSERT INTO agents (id, email, name, public_name, state, created_at)
                VALUES (gen_random_uuid(), 'mei@desk.example', 'Mei', 'Mei', 'active', now())
                RETURNING id)
            INSERT INTO team_members SELECT 'security', id FROM one"""
        )
        connection.commit()
        assert findings(installation, capsys)[1]["team"] == "ok"


def test_it_speaks_to_people_as_well(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(data=installation) == 0
    said = capsys.readouterr().out
    assert "What is committed is on disk." in said
    assert "channel:web.form:form" in said
    assert "It works" in said or "All is well." in said


def test_a_fresh_folder_is_no_fault_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "FACES", ())
    code, states = findings(tmp_path / "new", capsys)
    assert code == 0
    assert "fail" not in states.values()
    assert not (tmp_path / "new").exists()


def test_a_setting_nobody_knows_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FANLIGHT_DATABASE__PASWORD", "x")
    assert findings(tmp_path, capsys) == (1, {"settings": "fail"})


def test_a_server_that_syncs_nothing_and_has_no_schema_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with PrivatePostgres(tmp_path / "db", durable=False) as server:
        monkeypatch.setenv("FANLIGHT_DATABASE__URL", server.url)
        code, states = findings(tmp_path / "data", capsys)
    assert code == 1
    assert (states["database"], states["durability"], states["schema"]) == ("ok", "fail", "fail")


def test_a_database_that_is_away_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FANLIGHT_DATABASE__URL", f"postgresql:///none?host={tmp_path}")
    code, states = findings(tmp_path, capsys)
    assert code == 1
    assert states["database"] == "fail"
    assert "schema" not in states


def test_an_older_schema_and_waiting_work_are_seen(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(PrivatePostgres(installation).url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2020_01_01_long_ago'")
        connection.execute("""
            INSERT INTO jobs (id, kind, payload, state, run_at) VALUES
                (gen_random_uuid(), 'a', '{}', 'ready', now() - interval '1 hour'),
                (gen_random_uuid(), 'b', '{}', 'dead', now())
        """)
    code, states = findings(installation, capsys)
    assert code == 1
    assert states["schema"] == "fail"
    assert (states["jobs"], states["dead_letters"]) == ("warn", "warn")


@pytest.mark.parametrize(
    ("change", "check", "state"),
    [
        ({"number": 150008, "version": "15.8"}, "database", "fail"),
        ({"encoding": "SQL_ASCII"}, "database", "fail"),
        ({"is_durable": False}, "durability", "fail"),
        ({"used": 190}, "connections", "warn"),
        ({"at": NOON + timedelta(seconds=5)}, "clock", "warn"),
        ({}, "durability", "ok"),
    ],
)
def test_what_the_database_says_of_itself(
    change: dict[str, object], check: str, state: str
) -> None:
    facts = msgspec.structs.replace(SOUND, **change)
    found = {finding.check: finding.state for finding in standing.database(facts, NOON)}
    assert found[check] == state
    assert len([each for each in found.values() if each != "ok"]) == (1 if change else 0)


def test_the_machine(tmp_path: Path) -> None:
    assert [machine.python(version).state for version in ((3, 10), (3, 11), (3, 13), (3, 14))] == [
        "fail",
        "ok",
        "ok",
        "fail",
    ]
    free = [machine.disk(size, tmp_path).state for size in (10**8, 10**9, 10**10)]
    assert free == ["fail", "warn", "ok"]
    assert machine.faces(tmp_path).state == "fail"


def test_a_key_or_folder_that_others_may_read_is_seen(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert [finding.state for finding in machine.folder(tmp_path)] == ["warn", "ok"]
    tmp_path.chmod(0o701)  # the way through is open to the server's user, and no more
    assert [finding.state for finding in machine.folder(tmp_path)] == ["ok", "ok"]

    settings = load(data_dir=tmp_path, environment={})
    (tmp_path / "secret.key").write_text("")
    (tmp_path / "secret.key").chmod(0o644)
    assert machine.key(settings).state == "fail"
    (tmp_path / "secret.key").chmod(stat.S_IRUSR)
    assert machine.key(settings).state == "ok"


@pytest.mark.parametrize(
    ("address", "proxies", "state"),
    [
        ("http://localhost:8000", "", "ok"),
        ("http://help.meridian.example", "", "fail"),
        ("https://help.meridian.example", "", "warn"),
        ("https://help.meridian.example", '["10.0.0.1"]', "ok"),
    ],
)
def test_the_address_customers_use(tmp_path: Path, address: str, proxies: str, state: str) -> None:
    environment = {"FANLIGHT_BRAND__HELP_URL": address}
    if proxies:
        environment["FANLIGHT_SERVE__TRUSTED_PROXIES"] = proxies
    assert machine.address(load(data_dir=tmp_path, environment=environment)).state == state


@pytest.mark.parametrize(
    ("given", "state"),
    [({}, "warn"), ({"NAME": "Northwind"}, "ok"), ({"IS_DEMO": "true"}, "ok")],
)
def test_whose_name_customers_read(tmp_path: Path, given: dict[str, str], state: str) -> None:
    environment = {f"FANLIGHT_BRAND__{key}": value for key, value in given.items()}
    assert machine.brand(load(data_dir=tmp_path, environment=environment)).state == state
