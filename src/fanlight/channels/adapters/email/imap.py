"""Mails fetched from a mailbox elsewhere: pushed by IDLE, marked only after they are stored."""

import asyncio
import logging
import random
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aioimaplib import aioimaplib as imap

from fanlight.channels.adapters.email.mime import MAX_BYTES
from fanlight.channels.adapters.email.settings import ImapBox
from fanlight.channels.contract import RawEnvelope, Receive
from fanlight.kernel.errors import Unavailable

log = logging.getLogger(__name__)

INGESTED = "$Ingested"  # our own keyword: people may read and unread as they like
TOO_LARGE = "$FanlightTooLarge"
COMMAND_S = 30.0
COMMIT_S = 120.0
LOOK_AGAIN_S = 300.0  # also without a push: some servers forget to send one
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 120.0
PUT_OFF_S = 300.0  # a mail that our own reading stumbles over: the others do not wait for it

_UID_VALIDITY = re.compile(rb"\[UIDVALIDITY (\d+)\]")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxGone(Exception):
    """The connection ended or the server said no: begin again from a new connection."""


class MailboxWatch:
    """Follows one folder of one mailbox until cancelled; what came meanwhile is fetched first."""

    def __init__(self, box: ImapBox, *, channel: str) -> None:
        self._box = box
        self._channel = channel
        self.name = f"email.imap.{box.account}"
        self._put_off: dict[tuple[bytes, str], float] = {}  # until when, by validity and UID
        self.is_watching = asyncio.Event()  # connected, and everything there has been taken

    async def run(self, receive: Receive) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                async with self._connected() as client:
                    await self._follow(client, receive)
            except (MailboxGone, imap.AioImapException, OSError, TimeoutError) as error:
                log.warning("%s: %s, again in %.0f s", self.name, type(error).__name__, pause)
            finally:
                was_watching = self.is_watching.is_set()
                self.is_watching.clear()
            pause = FIRST_PAUSE_S if was_watching else min(pause * 2, LONGEST_PAUSE_S)
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[imap.IMAP4]:
        box = self._box
        if box.security == "tls":
            trust = ssl.create_default_context(cafile=box.ca_file or None)
            client = imap.IMAP4_SSL(box.host, box.port, timeout=COMMAND_S, ssl_context=trust)
        else:
            client = imap.IMAP4(box.host, box.port, timeout=COMMAND_S)
        try:
            await client.wait_hello_from_server()
            _checked(await client.login(imap.quoted(box.user), box.password), "login")
            yield client
        finally:
            # No farewell: a server that is gone would make us wait for its answer.
            if client.protocol is not None and client.protocol.transport is not None:
                client.protocol.transport.abort()

    async def _follow(self, client: imap.IMAP4, receive: Receive) -> None:
        lost = asyncio.Event()
        client.protocol.conn_lost_cb = lambda _error: lost.set()
        selected = _checked(await client.select(imap.quoted(self._box.folder)), "select")
        validity = next((m[1] for m in map(_UID_VALIDITY.search, _lines(selected)) if m), b"0")
        marks = _marks(_lines(selected))
        while True:
            failures = 0
            for uid in await self._waiting(client, marks):
                if self._put_off.get((validity, uid), 0.0) > time.monotonic():
                    continue
                failures += not await self._take(client, uid, validity, marks, receive)
            if failures:  # they stay unmarked: begin again after a pause
                raise MailboxGone(f"{failures} mails could not be stored")
            self.is_watching.set()
            await self._pushed(client, lost)

    async def _waiting(self, client: imap.IMAP4, marks: tuple[str, str]) -> list[str]:
        """UIDs of what has not been taken yet, the oldest first."""
        done, refused = marks
        criteria = f"{done} {refused}".strip()
        found = _checked(await client.uid_search(criteria, charset=None), "search")
        words = b" ".join(_lines(found)[:1]).split()
        return sorted((w.decode() for w in words if w.isdigit()), key=int)

    async def _take(
        self,
        client: imap.IMAP4,
        uid: str,
        validity: bytes,
        marks: tuple[str, str],
        receive: Receive,
    ) -> bool:
        """Fetch one mail, hand it to the desk, and mark it once it is stored."""
        size = _SIZE.search(b" ".join(_lines(await client.uid("fetch", uid, "(RFC822.SIZE)"))))
        if size is not None and int(size[1]) > MAX_BYTES:
            log.error("%s: mail %s has %s bytes, too many", self.name, uid, size[1].decode())
            await client.uid("store", uid, "+FLAGS", f"({TOO_LARGE})")
            return True
        fetched = _checked(await client.uid("fetch", uid, "(BODY.PEEK[])"), "fetch")
        body = next((bytes(line) for line in fetched.lines if isinstance(line, bytearray)), None)
        if body is None:
            return True  # somebody removed it in between
        raw = RawEnvelope(
            channel=self._channel,
            account_id=self._box.account,
            body=body,
            received_at=datetime.now(UTC),
            facts={"imap_uid": uid, "imap_uidvalidity": validity.decode()},
        )
        try:
            async with asyncio.timeout(COMMIT_S):
                await receive(raw)
        except (Unavailable, TimeoutError, OSError) as error:  # it stays unmarked, for next time
            log.warning("%s: mail %s not stored: %s", self.name, uid, type(error).__name__)
            return False
        except Exception as error:  # a mistake of ours, with this mail alone
            log.error("%s: mail %s put off: %s", self.name, uid, type(error).__name__)
            self._put_off[validity, uid] = time.monotonic() + PUT_OFF_S
            return True
        flags = f"(\\Seen {INGESTED})" if marks[0].startswith("UNKEYWORD") else "(\\Seen)"
        _checked(await client.uid("store", uid, "+FLAGS.SILENT", flags), "store")
        return True

    async def _pushed(self, client: imap.IMAP4, lost: asyncio.Event) -> None:
        """Wait until the server says that something changed, or long enough to look anyway."""
        if not client.has_capability("IDLE"):
            await _wait(lost, 30.0)
            _checked(await client.noop(), "noop")
            return
        idle = await client.idle_start(timeout=LOOK_AGAIN_S + COMMAND_S)
        gone = asyncio.ensure_future(lost.wait())
        push = asyncio.ensure_future(client.wait_server_push(LOOK_AGAIN_S))
        try:
            await asyncio.wait({gone, push}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise MailboxGone("connection lost")
        finally:
            gone.cancel()
            push.cancel()
            await asyncio.gather(gone, push, return_exceptions=True)
            if lost.is_set():
                idle.cancel()
        client.idle_done()
        await asyncio.wait_for(idle, COMMAND_S)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
    raise MailboxGone("connection lost")


def _marks(lines: list[bytes]) -> tuple[str, str]:
    """How to search for what is new: by our keywords, or by ``\\Seen`` where none may be set."""
    permanent = next((line for line in lines if b"PERMANENTFLAGS" in line), b"\\*")
    if b"\\*" in permanent or INGESTED.encode() in permanent:
        return f"UNKEYWORD {INGESTED}", f"UNKEYWORD {TOO_LARGE}"
    return "UNSEEN", ""


def _lines(response: imap.Response) -> list[bytes]:
    return [bytes(line) for line in response.lines if isinstance(line, bytes | bytearray)]


def _checked(response: imap.Response, what: str) -> imap.Response:
    if response.result != "OK":
        raise MailboxGone(f"{what}: {response.result}")
    return response
