"""The private PostgreSQL under everything that happens to a server on somebody's laptop."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from fanlight.kernel.db import remains
from fanlight.kernel.db.private import (
    PostgresDidNotStart,
    PrivatePostgres,
    connect_or_start,
    embedded_postgres,
)

pytestmark = pytest.mark.slow  # a server is made and killed for almost every one
IS_ROOT = os.geteuid() == 0

OWNER = """
import sys, time
from pathlib import Path
from fanlight.kernel.db.private import PrivatePostgres
server = PrivatePostgres(Path(sys.argv[1]))
server.start()
print("pid", server.pid, flush=True)
time.sleep(600)
"""

COMMAND = """
import sys, time
from pathlib import Path
import psycopg
from fanlight.kernel.db.private import connect_or_start
with connect_or_start(Path(sys.argv[1])) as url:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_lock_shared(1)")
        time.sleep(float(sys.argv[2]))
        print(*connection.execute("SELECT 'answer'").fetchone(), flush=True)
"""


def run_python(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True)


def said_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("pid "):
            return int(line.split()[1])
    raise AssertionError("the process ended without a word")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("version", [16, 18])
def test_both_versions_on_board_start_in_an_empty_folder(tmp_path: Path, version: int) -> None:
    with embedded_postgres(tmp_path, version=version) as url:
        assert str(ask(url, "SHOW server_version")).startswith(str(version))
        assert ask(url, "SELECT current_user || '@' || current_database()") == "fanlight@fanlight"
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert (
            ask(url, "SELECT datcollate FROM pg_database WHERE datname = 'fanlight'") == "C.UTF-8"
        )


def test_an_existing_cluster_keeps_its_version(tmp_path: Path) -> None:
    with PrivatePostgres(tmp_path, version=16, durable=False):
        pass
    with PrivatePostgres(tmp_path, version=18, durable=False) as server:
        assert str(ask(server.url, "SHOW server_version")).startswith("16")


def test_a_version_not_on_board_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="PostgreSQL 12 is not on board"):
        PrivatePostgres(tmp_path, version=12)


def test_the_socket_is_the_only_door_and_it_is_closed_to_others(server: PrivatePostgres) -> None:
    assert ask(server.url, "SHOW listen_addresses") == ""
    for folder in (server.sockets, server.cluster):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_log_is_ours_alone_and_quotes_no_rows(server: PrivatePostgres) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (mail text PRIMARY KEY)")
        connection.execute("INSERT INTO people VALUES (%s)", ["lin@customer.example"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES (%s)", ["lin@customer.example"])
    written = server.log_file.read_text()
    assert "duplicate key" in written
    assert "lin@customer.example" not in written
    assert stat.S_IMODE(server.log_file.stat().st_mode) == 0o600


def test_the_server_inherits_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANLIGHT_MAIL__PASSWORD", "correct horse")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with PrivatePostgres(tmp_path, durable=False) as server:
        given = Path(f"/proc/{server.pid}/environ").read_bytes()
    assert b"correct horse" not in given
    assert b"PGDATA=/nowhere" not in given


def test_stopping_ends_the_server_and_starting_again_finds_the_data(tmp_path: Path) -> None:
    server = PrivatePostgres(tmp_path)
    server.start()
    server.start()  # harmless
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    server.stop()
    assert not server.is_running()
    assert remains.servers_in(server.cluster) == []

    with server:
        assert server.is_running()
        assert ask(server.url, "SELECT seven FROM kept") == 7


def test_kill_9_of_the_owner_ends_the_server_and_the_next_start_is_quick(tmp_path: Path) -> None:
    owner = run_python(OWNER, str(tmp_path))
    pid = said_pid(owner)
    server = PrivatePostgres(tmp_path)
    assert server.is_running()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    owner.kill()
    owner.communicate()

    begun = time.monotonic()
    with server:
        assert time.monotonic() - begun < 15  # 0.1 s on an idle machine
        assert ask(server.url, "SELECT seven FROM kept") == 7
        assert server.pid != pid
        assert not remains.is_alive(pid)


def test_a_killed_server_is_seen_and_started_again(server: PrivatePostgres) -> None:
    assert server.pid is not None
    with psycopg.connect(server.url, autocommit=True) as busy:
        busy.execute("SELECT 1")  # its backend outlives the postmaster for a moment
        os.kill(server.pid, signal.SIGKILL)
        assert within(5, lambda: not server.is_running())
        server.start()
    assert ask(server.url, "SELECT 1") == 1


def test_a_note_with_a_strangers_process_id_does_not_stop_the_start(tmp_path: Path) -> None:
    server = PrivatePostgres(tmp_path, durable=False)
    with server:
        pass
    stranger = subprocess.Popen(["/bin/sleep", "600"])
    try:
        lines = [str(stranger.pid), str(server.cluster), "0", "5432", str(server.sockets), "", ""]
        (server.cluster / "postmaster.pid").write_text("\n".join([*lines, "ready"]) + "\n")
        (server.sockets / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
        assert not server.is_running()
        with server:
            assert ask(server.url, "SELECT 1") == 1
        assert stranger.poll() is None  # and it was left alone
    finally:
        stranger.kill()
        stranger.wait()


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["/bin/true"])
    assert within(5, lambda: not remains.is_alive(child.pid))  # nobody has waited for it yet
    assert remains.is_alive(os.getpid())
    child.wait()


def test_half_a_cluster_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    with PrivatePostgres(tmp_path, durable=False) as server:
        assert ask(server.url, "SELECT 1") == 1
    assert not (tmp_path / "postgres.new").exists()


def test_a_second_owner_is_refused_with_words(server: PrivatePostgres) -> None:
    with pytest.raises(PostgresDidNotStart, match=r"another Fanlight is running on .*--data"):
        PrivatePostgres(server.data_dir).start(patience_s=0.1)
    assert server.is_running()


def test_a_server_that_cannot_start_gives_its_last_words(tmp_path: Path) -> None:
    server = PrivatePostgres(tmp_path, durable=False)
    with server:
        pass
    (server.cluster / "global" / "pg_control").unlink()
    with pytest.raises(PostgresDidNotStart, match="pg_control"):
        server.start()
    assert server.pid is None


def test_two_commands_at_once_share_one_server_and_leave_none(tmp_path: Path) -> None:
    short = run_python(COMMAND, str(tmp_path), "0")
    long = run_python(COMMAND, str(tmp_path), "1.5")  # outlives the one who may have started it
    assert "answer" in short.communicate(timeout=60)[0]
    assert "answer" in long.communicate(timeout=60)[0]
    assert remains.servers_in(tmp_path / "postgres") == []


def test_a_command_joins_the_running_server_and_leaves_it_running(server: PrivatePostgres) -> None:
    with connect_or_start(server.data_dir) as url:
        assert url == server.url
        assert ask(url, "SELECT 1") == 1
    assert server.is_running()


def test_a_path_too_long_for_a_socket_gets_a_short_stand_in(long_folder: Path) -> None:
    with PrivatePostgres(long_folder, durable=False) as server:
        assert len(os.fsencode(server.sockets)) < 90
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        assert ask(server.url, "SELECT 1") == 1


def test_a_stand_in_that_somebody_else_made_is_refused(long_folder: Path, tmp_path: Path) -> None:
    server = PrivatePostgres(long_folder, durable=False)
    (tmp_path / "trap").mkdir()
    server.sockets.symlink_to(tmp_path / "trap")
    try:
        with pytest.raises(PostgresDidNotStart, match="is not ours"):
            server.start()
    finally:
        server.sockets.unlink()
    assert stat.S_IMODE((tmp_path / "trap").stat().st_mode) != 0o700


def test_another_thread_than_the_main_one_is_refused(tmp_path: Path) -> None:
    caught: list[BaseException] = []

    def start() -> None:
        try:
            PrivatePostgres(tmp_path).start()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


@pytest.mark.skipif(not IS_ROOT, reason="only root lends its server to another user")
def test_root_lends_the_server_a_plain_user_and_opens_no_more_than_the_way(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "beside").write_text("private")
    (closed / "beside").chmod(0o600)
    with PrivatePostgres(closed / "data", durable=False) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert server.cluster.stat().st_uid == Path(f"/proc/{server.pid}").stat().st_uid
        assert stat.S_IMODE(closed.stat().st_mode) == 0o701
        assert stat.S_IMODE((closed / "data").stat().st_mode) == 0o701
        assert stat.S_IMODE((closed / "beside").stat().st_mode) == 0o600
