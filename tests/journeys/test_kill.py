"""Kill -9 under load: whoever was told "stored" finds it stored, once, and everyone resumes."""

import asyncio
import os
import random
import signal
import smtplib
import sys
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fanlight.kernel.db.pool import connect
from fanlight.kernel.db.private import PrivatePostgres
from tests.journeys.installation import ADDRESS, Desk
from tests.journeys.talking import Customer, holds

ROUNDS = int(os.environ.get("KILL_ROUNDS", "10"))  # in each of the two ways to run
CUSTOMERS, SENDERS = 6, 2

pytestmark = pytest.mark.slow


class Sender:
    """A mail server in front of us: the same mail again until it is taken."""

    def __init__(self, desk: Desk, number: int) -> None:
        self._desk, self._number = desk, number
        self.taken: list[str] = []

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            mail = self._written(len(self.taken))
            if await asyncio.to_thread(self._hand_over, mail):
                self.taken.append(mail["Subject"])
            else:
                await asyncio.sleep(0.05)

    def _written(self, count: int) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"sender{self._number}@customer.example"
        mail["To"] = ADDRESS
        mail["Subject"] = f"Letter {self._number}-{count}"
        mail["Message-ID"] = f"<{self._number}.{count}@customer.example>"
        mail["Date"] = "Mon, 23 Nov 2026 12:00:00 +0000"
        mail.set_content(f"My deposit number {self._number}-{count} is missing.")
        return mail

    def _hand_over(self, mail: EmailMessage) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self._desk.mail_port, timeout=10) as door:
                return door.send_message(mail) == {}
        except (OSError, smtplib.SMTPException):
            return False


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    # Not in pytest's folder: that is closed to root's server whenever another run begins.
    with TemporaryDirectory(prefix="fanlight-") as folder:
        desk = Desk(Path(folder), request.param)
        try:
            desk.await_open()
            yield desk
        finally:
            desk.stop()


async def goes_on(progress: Callable[[], tuple[int, int]]) -> None:
    """Both kinds of load are taken again after a kill."""
    words, letters = progress()
    await holds(lambda: progress()[0] > words + 20, within_s=30)
    await holds(lambda: progress()[1] > letters, within_s=30)


@pytest.mark.timeout(120 + 20 * ROUNDS)
@pytest.mark.parametrize("desk", [1, 2], indirect=True, ids=["alone", "apart"])
async def test_kill_9_at_any_moment_loses_and_doubles_nothing(desk: Desk) -> None:
    chance = random.Random(20261122 + desk.workers)
    customers = [Customer(desk, n, random.Random(n)) for n in range(CUSTOMERS)]
    senders = [Sender(desk, n) for n in range(SENDERS)]
    stop = asyncio.Event()

    def progress() -> tuple[int, int]:
        words = sum(len(customer.stored) for customer in customers)
        return words, sum(len(sender.taken) for sender in senders)

    async with asyncio.TaskGroup() as load:
        for party in (*customers, *senders):
            load.create_task(party.run(stop))
        await holds(lambda: min(progress()) >= CUSTOMERS, within_s=30)
        for _ in range(ROUNDS):
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            victim = chance.choice(desk.processes(chance.choice(["web", "worker"])))
            victim.send_signal(signal.SIGKILL)
            await goes_on(progress)
        stop.set()

    words, letters = progress()
    sys.stdout.write(f"\n{ROUNDS} kills, {words} words and {letters} letters acknowledged")
    assert sum(customer.resumed for customer in customers) > CUSTOMERS
    for customer in customers:
        await check_talk(customer)
    await check_mail(desk, senders)


async def check_talk(customer: Customer) -> None:
    history = await customer.history()
    assert [message["seq"] for message in history] == list(range(1, len(history) + 1))
    texts = [message["text"] for message in history]
    assert len(set(texts)) == len(texts)  # nothing twice
    ids = {message["id"] for message in history}
    assert set(customer.stored.values()) <= ids  # nothing lost
    assert customer.view == {each["seq"]: (each["id"], each["text"]) for each in history}


async def check_mail(desk: Desk, senders: list[Sender]) -> None:
    async with await connect(PrivatePostgres(desk.folder).url) as connection:
        cursor = await connection.execute(
            "SELECT subject, count(*) FROM messages WHERE kind = 'inbound' AND subject LIKE"
            " 'Letter %%' GROUP BY subject",
            {},
        )
        stored = dict(await cursor.fetchall())
        cursor = await connection.execute("SELECT kind, error FROM jobs WHERE state = 'dead'")
        assert await cursor.fetchall() == []
    assert {subject for sender in senders for subject in sender.taken} <= stored.keys()
    assert set(stored.values()) == {1}
