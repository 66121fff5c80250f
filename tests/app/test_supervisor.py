"""The supervisor and real processes: who answers, who comes back, who is gone at the end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
import pytest

from fanlight.app.doctor import doctor
from fanlight.kernel.db import remains

pytestmark = pytest.mark.slow
PROGRAM = Path(__file__).with_name("small_desk.py")


class Running:
    """One installation, from outside."""

    def __init__(self, folder: Path, port: int, workers: int, *flags: str) -> None:
        self.folder = folder
        words = [sys.executable, str(PROGRAM), str(folder), str(port), str(workers), *flags]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        self.desk = self.exchange = ""

    def await_ready(self) -> None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready"), (self.folder / "log").read_text()
        _, self.desk, self.exchange = line.split()

    def get(self, path: str = "/", *, timeout_s: float = 60) -> tuple[str, int]:
        """Who answered: name and process id."""
        name, pid = httpx2.get(self.desk + path, timeout=timeout_s).text.split()
        return name, int(pid)

    def notes(self) -> list[str]:
        path = self.folder / "notes"
        return path.read_text().splitlines() if path.exists() else []

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def postmaster(self) -> int:
        """The server's process id; 0 between two servers."""
        noted = remains.read_postmaster(self.folder / "postgres")
        return noted[0] if noted is not None else 0


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    begun: list[Running] = []

    def begin(*flags: str, port: int = 0, workers: int = 1) -> Running:
        begun.append(Running(tmp_path, port, workers, *flags))
        return begun[-1]

    yield begin
    for running in begun:
        running.process.kill()
        running.process.communicate()
    assert within(30, lambda: not remains.servers_in(tmp_path / "postgres"))


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return False


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(remains.is_alive(process.pid) for process in processes)


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_serves_and_a_signal_ends_it_all(
    start: Callable[..., Running], word: signal.Signals
) -> None:
    running = start("demo")
    running.await_ready()
    assert running.get()[0] == "desk"
    assert httpx2.get(running.exchange).text.startswith("exchange ")
    assert "prepared with demo" in running.notes()

    family = running.family()
    running.process.send_signal(word)
    assert running.process.wait(30) == 0
    assert all_gone(family)
    assert running.notes()[-1] == "worker gave back"


def test_the_demo_exchange_listens_on_the_next_port(start: Callable[..., Running]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = start("demo", port=port)
    running.await_ready()
    assert running.desk == f"http://localhost:{port}"
    assert running.exchange == f"http://localhost:{port + 1}"


def test_what_is_being_answered_is_answered_before_the_end(start: Callable[..., Running]) -> None:
    running = start()
    running.await_ready()
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(running.get, "/slow")
        assert within(30, lambda: "slow began" in running.notes())
        running.process.terminate()
        assert slow.result(30)[0] == "desk"
    assert running.process.wait(30) == 0


def test_what_never_ends_is_cut_off_in_time(start: Callable[..., Running]) -> None:
    running = start()
    running.await_ready()
    family = running.family()
    with ThreadPoolExecutor() as pool:
        stuck = pool.submit(running.get, "/stuck", timeout_s=90)
        assert within(30, lambda: "stuck began" in running.notes())
        running.process.terminate()
        assert running.process.wait(30) == 0  # drains for 3 s
        assert stuck.exception(30) is not None
    assert all_gone(family)


def test_a_second_signal_ends_it_at_once(start: Callable[..., Running]) -> None:
    running = start("patient")
    running.await_ready()
    family = running.family()
    with ThreadPoolExecutor() as pool:
        pool.submit(running.get, "/stuck", timeout_s=90)
        assert within(30, lambda: "stuck began" in running.notes())
        running.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        begun = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(30) == 0
        assert time.monotonic() - begun < 60  # it would drain for 120 s
    assert all_gone(family)


def test_a_killed_web_process_is_back_and_callers_only_wait(start: Callable[..., Running]) -> None:
    running = start()
    running.await_ready()
    before = running.get()[1]
    os.kill(before, signal.SIGKILL)
    begun = time.monotonic()
    after = running.get()[1]  # the listening socket never closed
    assert after != before
    assert time.monotonic() - begun < 20  # 0.7 s on an idle machine


def test_many_web_processes_share_one_door_and_one_works(start: Callable[..., Running]) -> None:
    running = start(workers=2)
    running.await_ready()
    web = {running.get()[1] for _ in range(60)}
    assert within(30, lambda: any(note.startswith("worker") for note in running.notes()))
    worker = int(running.notes()[-1].split()[1])
    assert worker not in web

    os.kill(worker, signal.SIGKILL)
    assert within(30, lambda: sum(note.startswith("worker ") for note in running.notes()) == 2)
    assert {running.get()[1] for _ in range(20)} <= web  # they did not notice


def test_a_killed_database_is_back(start: Callable[..., Running]) -> None:
    running = start()
    running.await_ready()
    before = running.postmaster()
    os.kill(before, signal.SIGKILL)
    assert within(
        10, lambda: not remains.is_alive(before) and running.postmaster() not in (0, before)
    )
    assert within(30, lambda: httpx2.get(running.desk).status_code == 200)


def test_kill_9_of_the_supervisor_leaves_nothing_running(start: Callable[..., Running]) -> None:
    running = start("demo", workers=2)
    running.await_ready()
    family = running.family()
    assert len(family) >= 4
    running.process.kill()
    assert within(30, lambda: all_gone(family))

    again = start()  # and nothing left is in the way
    again.await_ready()
    assert again.get()[0] == "desk"


def test_a_taken_port_is_said_before_anything_starts(start: Callable[..., Running]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = start(port=taken.getsockname()[1])
        assert running.process.wait(60) == 1
    assert "port_taken" in (running.folder / "log").read_text()
    assert not (running.folder / "postgres").exists()


def test_two_on_one_folder_are_refused(start: Callable[..., Running]) -> None:
    first = start()
    first.await_ready()
    second = start()
    assert second.process.wait(60) == 1
    assert "another Fanlight is running" in (second.folder / "log").read_text()
    assert first.get()[0] == "desk"


@pytest.mark.parametrize("flaw", ["break-desk", "break-prepare"])
def test_what_can_never_start_gives_up_and_cleans_up(
    start: Callable[..., Running], flaw: str
) -> None:
    running = start(flaw)
    assert running.process.wait(60) == 1
    assert not remains.servers_in(running.folder / "postgres")
    log = (running.folder / "log").read_text()
    assert ("a door is missing" if flaw == "break-desk" else "the schema cannot be had") in log


def test_the_doctor_sees_the_demo_that_runs(
    start: Callable[..., Running], capsys: pytest.CaptureFixture[str]
) -> None:
    running = start("demo")
    running.await_ready()

    doctor(data=running.folder, json=True)

    found = {line["check"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert running.desk in found["desk"]["says"]
    assert running.exchange.rpartition(":")[2] in found["desk"]["says"]
    assert found["address"]["says"] == f"Customers come to {running.desk}."
    assert "(http)" in found["exchange"]["says"]  # asked; this small one is no back office
    assert "channel:email:support" in found
