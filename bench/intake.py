"""Mails through the front door: real ones by LMTP into a running desk, acknowledged when stored.

What counts is the whole way: our own LMTP door, parsing, the guard, sanitising, threading, and the
commit behind each 250, with PostgreSQL writing in earnest.
"""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Sequence

from bench.mail_parse import corpus, samples
from bench.running import Desk, folder, free_port, running
from bench.table import Row, Table, at_least, judged, told

BOX = "support@meridian.example"
MAILBOX = {"id": "support", "address": BOX, "name": "Desk"}
BUDGET_MS, MAILS_A_SECOND = 8.0, 150
WARM, SENT = 100, 1500
LINES = 8  # connections of the mail server in front
MAIL_ID = re.compile(rb"(?im)^message-id:[^\n]*(\n[ \t][^\n]*)*\r?\n")
FROM = re.compile(rb"(?im)^from:[^\n]*(\n[ \t][^\n]*)*\r?\n")


async def run() -> Table:
    kinds = list(corpus().values())
    of = f"{len(kinds)} real mails" if kinds else "mails made for it"
    kinds = kinds or list(samples().values())
    port = free_port()
    environment = {
        "FANLIGHT_EMAIL__MAILBOXES": json.dumps([MAILBOX]),
        "FANLIGHT_EMAIL__LISTEN": "lmtp",
        "FANLIGHT_EMAIL__LISTEN_PORT": str(port),
        "FANLIGHT_TICKETS__ACKNOWLEDGE": "false",
    }
    rows: list[Row] = []
    with folder() as desk_folder, running(desk_folder, environment=environment) as desk:
        await _await_door(port)
        await _send(port, _mails(kinds, 0, WARM), LINES)
        one_by_one = _mails(kinds, WARM, SENT // 3)
        rows += [await _measured("one connection", desk, port, one_by_one, 1)]
        many = _mails(kinds, WARM + SENT, SENT)
        rows += await _judged(desk, port, many)
    said = (
        f"{of}, each with an id and a sender of its own, taken over by LMTP. Tickets, messages, "
        "sealed originals and files are stored; the first answer is turned off."
    )
    return Table(title="Mail intake", rows=rows, said=said)


async def _measured(what: str, desk: Desk, port: int, mails: Sequence[bytes], lines: int) -> Row:
    begun = time.perf_counter()
    await _send(port, mails, lines)
    return told(f"{what}: mails a second", len(mails) / (time.perf_counter() - begun), "", digits=0)


async def _judged(desk: Desk, port: int, mails: Sequence[bytes]) -> list[Row]:
    begun, before = time.perf_counter(), desk.cpu_s()
    taken = await _send(port, mails, LINES)
    took_s = time.perf_counter() - begun
    await asyncio.sleep(1)  # what follows from a mail is part of its cost
    cost_ms = (desk.cpu_s() - before) / len(mails) * 1000
    return [
        at_least(f"{LINES} connections: mails a second", len(mails) / took_s, MAILS_A_SECOND, ""),
        judged("CPU a mail, all processes", cost_ms, BUDGET_MS, "ms"),
        told("refused for good", len(mails) - taken, "mails", digits=0),
    ]


def _mails(kinds: Sequence[bytes], first: int, count: int) -> list[bytes]:
    """So many mails nobody has seen before, ready to be sent."""
    made = []
    for number in range(first, first + count):
        mail = kinds[number % len(kinds)]
        mail = MAIL_ID.sub(b"", mail, count=1)
        mail = FROM.sub(b"", mail, count=1)
        fresh = f"Message-ID: <{number}@bench.example>\nFrom: c{number % 500}@mail.example\n"
        lines = (fresh.encode() + mail).replace(b"\r\n", b"\n").split(b"\n")
        made.append(b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines))
    return made


async def _await_door(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise RuntimeError("the mail door does not open")


async def _send(port: int, mails: Sequence[bytes], lines: int) -> int:
    """Hand all of them over on so many connections; how many were taken."""
    waiting = iter(mails)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_line(port, waiting)) for _ in range(lines)]
    return sum(task.result() for task in tasks)


async def _line(port: int, waiting: Iterator[bytes]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say(words: bytes, *allowed: bytes) -> bytes:
        writer.write(words)
        await writer.drain()
        answer = await reader.readline()
        while answer[3:4] == b"-":
            answer = await reader.readline()
        if allowed and answer[:3] not in allowed:
            raise RuntimeError(f"the mail door says {answer!r}")
        return answer

    taken = 0
    await say(b"", b"220")
    await say(b"LHLO bench.example\r\n", b"250")
    for mail in waiting:
        await say(b"MAIL FROM:<c@mail.example>\r\n", b"250")
        await say(f"RCPT TO:<{BOX}>\r\n".encode(), b"250")
        await say(b"DATA\r\n", b"354")
        answer = await say(mail + b"\r\n.\r\n")
        if answer.startswith(b"4"):
            raise RuntimeError(f"a mail was put off: {answer!r}")
        taken += answer.startswith(b"250")
    writer.close()
    return taken
