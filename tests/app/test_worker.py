"""A worker and what listens in it."""

import asyncio
import logging
import socket

import pytest

from fanlight.app import worker
from fanlight.channels.adapters.email.addressing import AddressBook
from fanlight.channels.adapters.email.lmtp import MailDoor
from fanlight.channels.adapters.email.settings import EmailSettings, Mailbox
from fanlight.kernel.edge import Edge

SUPPORT = Mailbox(id="support", address="support@meridian.example", name="Support")


async def test_a_second_worker_waits_quietly_for_the_mail_door(
    edge: Edge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "RESTART_S", 0.02)
    held = socket.create_server(("127.0.0.1", 0))
    settings = EmailSettings(mailboxes=(SUPPORT,), listen="lmtp", listen_port=held.getsockname()[1])
    door = MailDoor(settings, AddressBook(settings), channel="email")
    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(worker.listen(edge, door))
        await asyncio.sleep(0.3)
        assert not door.ready.is_set()
        assert [each.getMessage() for each in caplog.records] == [
            "email.door is held by another process; waiting for it"
        ]

        held.close()  # the other worker has ended
        await asyncio.wait_for(door.ready.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
