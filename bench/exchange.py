"""What the sandbox costs: opening it, the reads of a diagnosis, and a question over the wire.

Run: ``python -m bench.exchange``. A diagnosis reads eight things: account, networks, deposits by
hash, withdrawals, an address, the transaction on its chain, sign-ins, security changes. Each is of
another account, so that nothing is warm. CPU of one process.
"""

import asyncio
import time
import tracemalloc
from datetime import UTC, datetime

import httpx2
from rich.console import Console

from bench.table import Table, at_least, judged, show, told
from fanlight.exchange.connectors.http.client import HttpExchange
from fanlight.exchange.connectors.http.door import Door
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.kernel.http import OutboundHttp

DIAGNOSES = 1_000
QUESTIONS = 1_000
SECRET = "thirty-two characters, and no more"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Wire(httpx2.AsyncBaseTransport):
    """Hands requests to a door in the same process: what is measured is ours, not the network."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.aread()
        target = request.url.raw_path.decode()
        said = await self._door.answer(request.method, target, headers, body)
        return httpx2.Response(said.status, content=said.body)


def opened() -> tuple[Sandbox, float, float]:
    """A sandbox, the milliseconds until it has answered once, and the kilobytes it holds."""
    Sandbox().plant("73105528", "deposit.contract")  # what addresses need is loaded once
    tracemalloc.start()
    begun = time.process_time()
    sandbox = Sandbox(now=lambda: NOON)
    asyncio.run(sandbox.networks())
    took_ms = (time.process_time() - begun) * 1000
    held_kb = tracemalloc.get_traced_memory()[0] / 1000
    tracemalloc.stop()
    return sandbox, took_ms, held_kb


async def diagnoses(sandbox: Sandbox) -> float:
    """CPU seconds for the reads of so many diagnoses."""
    chains = sandbox.chains
    begun = time.process_time()
    for uid in sandbox.uids[:DIAGNOSES]:
        await sandbox.account(uid)
        await sandbox.networks()
        newest = (await sandbox.deposits(uid)).value[0]
        await sandbox.deposits(uid, tx_hash=newest.tx_hash)
        await sandbox.withdrawals(uid)
        await sandbox.address(uid, newest.address, newest.network)
        chain = chains.of(newest.network)
        assert chain is not None
        assert (await chain.transaction(newest.tx_hash)).value is not None
        await sandbox.sign_ins(uid)
        await sandbox.security_changes(uid)
    return time.process_time() - begun


async def over_the_wire(sandbox: Sandbox) -> float:
    """CPU seconds for questions asked, signed, believed, answered and checked."""
    settings = HttpExchangeSettings(url="http://127.0.0.1:1", key_id="desk", secret=SECRET)
    door = Door(sandbox, sandbox.chains, keys={"desk": SECRET.encode()})
    http = OutboundHttp(allowed=("127.0.0.1",), transport=Wire(door))
    client = HttpExchange(settings, http)
    begun = time.process_time()
    for uid in sandbox.uids[-QUESTIONS - 4 : -4]:
        await client.deposits(uid)
    took = time.process_time() - begun
    await http.close()
    return took


async def run() -> Table:
    sandbox, open_ms, held_kb = await asyncio.to_thread(opened)
    for uid in sandbox.uids[-3_000:-2_000]:
        sandbox.plant(uid, "deposit.unconfirmed")  # among a thousand planted ones
    read_s, wire_s = await diagnoses(sandbox), await over_the_wire(sandbox)
    per_question_ms = wire_s / QUESTIONS * 1000
    return Table(
        title="The exchange",
        said="The sandbox of 10,000 accounts, a thousand of them with something planted.",
        rows=[
            judged("sandbox: opened and asked once", open_ms, 50, "ms"),
            told("sandbox: memory", held_kb, "kB", digits=0),
            at_least("sandbox: diagnoses' worth of reads", DIAGNOSES / read_s, 1_000, "a s"),
            judged("a question over the wire, both ends", per_question_ms, 2, "ms CPU"),
        ],
    )


def main() -> None:
    show(asyncio.run(run()), Console())


if __name__ == "__main__":
    main()
