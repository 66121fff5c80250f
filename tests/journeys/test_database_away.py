"""PostgreSQL dies under a running desk: clear refusals, nothing half-done, back without a hand."""

import os
import signal
import smtplib
import time
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import psycopg
import pytest

from fanlight.kernel.db import remains
from fanlight.kernel.db.private import PrivatePostgres
from tests.journeys.installation import ADDRESS, Desk

pytestmark = pytest.mark.slow


@pytest.fixture
def desk() -> Iterator[Desk]:
    with TemporaryDirectory(prefix="fanlight-") as folder:  # see test_kill.py
        desk = Desk(Path(folder))
        try:
            desk.await_open()
            yield desk
        finally:
            desk.stop()


@pytest.fixture
def visitor(desk: Desk) -> Iterator["Visitor"]:
    with httpx2.Client(base_url=f"http://{desk.address}/api/widget", timeout=30) as client:
        yield Visitor(client)


class Visitor:
    """A guest in the chat."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        token = self._client.post("/session", json={"language": "en"}).json()["token"]
        self._client.headers["authorization"] = f"Bearer {token}"
        begun = self._client.post("/chats", json={"text": "Hello", "client_key": "hello-0001"})
        self._path = f"/chats/{begun.json()['conversation']['id']}/messages"

    def say(self, number: int) -> httpx2.Response:
        word = {"text": f"Word {number}", "client_key": f"word-{number:04}"}
        return self._client.post(self._path, json=word)

    def history(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._client.get(self._path).json()["messages"]
        return found


def test_a_killed_database_costs_refusals_and_nothing_else(desk: Desk, visitor: Visitor) -> None:
    web = [process.pid for process in desk.processes("web")]
    assert visitor.say(0).status_code < 300
    noted = remains.read_postmaster(desk.folder / "postgres")
    assert noted is not None

    os.kill(noted[0], signal.SIGKILL)
    stored, refused, until = [0], [], time.monotonic() + 60
    while (len(stored) < 5 or not refused) and time.monotonic() < until and len(stored) < 50:
        number = len(stored) + len(refused)
        answer = visitor.say(number)
        if answer.status_code < 300:
            stored.append(number)
        else:
            assert answer.status_code == 503, answer.text
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert answer.json()["code"] == "unavailable"
            refused.append(number)

    assert len(stored) >= 5
    assert [process.pid for process in desk.processes("web")] == web  # nobody had to be restarted
    texts = [message["text"] for message in visitor.history()]
    assert texts == ["Hello", *(f"Word {number}" for number in stored)]
    assert mail_is_taken(desk)


def test_a_database_full_of_strangers_is_waited_for(desk: Desk, visitor: Visitor) -> None:
    web = [process.pid for process in desk.processes("web")]
    with ExitStack() as strangers:
        crowd(PrivatePostgres(desk.folder).url, strangers)
        refused = visitor.say(0)
        assert refused.status_code == 503, refused.text
        assert refused.json()["code"] == "unavailable"
    until = time.monotonic() + 60
    while (answer := visitor.say(1)).status_code >= 300 and time.monotonic() < until:
        assert answer.status_code == 503, answer.text
        time.sleep(0.2)

    assert [message["text"] for message in visitor.history()] == ["Hello", "Word 1"]
    assert [process.pid for process in desk.processes("web")] == web
    assert mail_is_taken(desk)


def crowd(url: str, strangers: ExitStack) -> None:
    """Take every connection there is, also those that the desk has."""
    first = strangers.enter_context(psycopg.connect(url, autocommit=True))
    while True:
        try:
            strangers.enter_context(psycopg.connect(url))
        except psycopg.OperationalError:
            theirs = first.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND application_name LIKE 'fanlight%'"
            ).fetchone()
            if theirs == (0,):
                return


def mail_is_taken(desk: Desk) -> bool:
    """The worker has come back to it as well."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@customer.example", ADDRESS, "Still there?"
    mail.set_content("A letter.")
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with smtplib.LMTP("127.0.0.1", desk.mail_port, timeout=10) as door:
                return door.send_message(mail) == {}
        except (OSError, smtplib.SMTPException):
            time.sleep(0.2)
    return False
