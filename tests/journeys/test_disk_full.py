"""The disk under a running desk is full: clear refusals, nothing half-done, back without a hand."""

import os
import smtplib
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import psycopg
import pytest

from fanlight.kernel.db.private import PrivatePostgres
from tests.journeys.installation import ADDRESS, Desk
from tests.journeys.test_database_away import Visitor

pytestmark = pytest.mark.slow
SIZE_MB = 400
AWAY_S = 90  # by then a database that went down for want of room is back


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of the test's own, in memory."""
    with TemporaryDirectory(prefix="fanlight-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=700", "fanlight", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            pytest.skip("nobody lets us mount a small disk here")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def desk(disk: Path) -> Iterator[Desk]:
    desk = Desk(disk)
    try:
        desk.await_open()
        yield desk
    finally:
        desk.stop()


@pytest.fixture
def client(desk: Desk) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://{desk.address}/api/widget", timeout=60) as client:
        yield client


class Filler:
    """A file that takes what is left."""

    def __init__(self, disk: Path) -> None:
        self._file = disk / "filler"

    def fill(self) -> None:
        """Byte after byte until there is no room."""
        for size in (2**20, 2**12):
            with suppress(OSError), self._file.open("ab", buffering=0) as file:
                while True:
                    file.write(bytes(size))

    def give_way(self) -> None:
        self._file.unlink()


def upload(client: httpx2.Client, number: int) -> httpx2.Response:
    file = (f"log-{number}.txt", os.urandom(75_000).hex().encode(), "text/plain")
    return client.post("/files", files={"file": file})


def mail(desk: Desk, number: int) -> bool:
    """Whether the door said that it has it."""
    letter = EmailMessage()
    letter["From"], letter["To"] = f"c{number}@customer.example", ADDRESS
    letter["Subject"], letter["Message-ID"] = f"Letter {number}", f"<{number}@customer.example>"
    letter.set_content(f"This is letter {number}. " + "Please have a look at it. " * 20)
    codes: set[int] = set()
    try:
        with smtplib.LMTP("127.0.0.1", desk.mail_port, timeout=60) as door:
            return door.send_message(letter) == {}
    except smtplib.SMTPResponseException as refused:
        codes = {refused.smtp_code}
    except smtplib.SMTPRecipientsRefused as refused:
        codes = {code for code, _ in refused.recipients.values()}
    except (OSError, smtplib.SMTPServerDisconnected):
        pass  # the sender's own server keeps it and comes again
    assert codes <= {421, 451, 452}
    return False


def is_refused_clearly(answer: httpx2.Response) -> bool:
    """True for a refusal that says so; False for a success; anything else is a fault."""
    if answer.status_code < 300:
        return False
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "unavailable"
    return True


def test_a_full_disk_costs_refusals_and_nothing_else(
    disk: Path, desk: Desk, client: httpx2.Client
) -> None:
    visitor, filler = Visitor(client), Filler(disk)
    web = [process.pid for process in desk.processes("web")]
    assert not is_refused_clearly(upload(client, 0))
    assert mail(desk, 0)

    # Files find no room at once; what the database has laid aside lasts for a while longer.
    filler.fill()
    said, sent = ["Hello"], [0]
    assert is_refused_clearly(upload(client, 1))
    number = refused_in_a_row = 0
    until = time.monotonic() + AWAY_S
    while refused_in_a_row < 5 and time.monotonic() < until:
        number += 1
        filler.fill()
        if is_refused_clearly(visitor.say(number)):
            refused_in_a_row += 1
        else:
            said.append(f"Word {number}")
            refused_in_a_row = 0
        if mail(desk, number):
            sent.append(number)
        shake(desk)
    assert refused_in_a_row == 5, "the disk was never full for the database"
    assert httpx2.get(f"http://{desk.address}/healthz").status_code == 200

    filler.give_way()
    until = time.monotonic() + AWAY_S
    while is_refused_clearly(visitor.say(number + 1)) and time.monotonic() < until:
        time.sleep(0.5)
    said.append(f"Word {number + 1}")
    while not mail(desk, number + 1) and time.monotonic() < until:
        time.sleep(0.5)
    sent.append(number + 1)
    assert not is_refused_clearly(upload(client, 2))

    assert [message["text"] for message in visitor.history()] == said
    assert [process.pid for process in desk.processes("web")] == web  # nobody was restarted
    assert letters_stored(desk) == sorted(f"Letter {n}" for n in sent)
    assert not list((disk / "blobs").rglob("*.part"))
    assert every_file_has_its_bytes(desk)


def shake(desk: Desk) -> None:
    """Make the database write: pages that only wait in its memory need no disk."""
    try:
        with psycopg.connect(PrivatePostgres(desk.folder).url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS ballast (bytes text)")
            connection.execute(
                "INSERT INTO ballast SELECT string_agg(md5(random()::text), '')"
                " FROM generate_series(1, 20000) GROUP BY generate_series % 20"
            )
    except psycopg.Error:
        return


def letters_stored(desk: Desk) -> list[str]:
    with psycopg.connect(PrivatePostgres(desk.folder).url) as connection:
        rows = connection.execute("SELECT subject FROM tickets WHERE subject LIKE 'Letter %'")
        return sorted(subject for (subject,) in rows)


def every_file_has_its_bytes(desk: Desk) -> bool:
    with psycopg.connect(PrivatePostgres(desk.folder).url) as connection:
        rows = connection.execute("SELECT id FROM blobs").fetchall()
    assert rows
    return all((desk.folder / "blobs" / i.hex[-2:] / i.hex).is_file() for (i,) in rows)
