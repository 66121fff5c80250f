"""What one page of the help center costs: answered from bytes, made anew, and a search.

Run: ``python -m bench.help_page``. The budgets are CPU of all our processes and of PostgreSQL for
one operation: 40 us cached, 2 ms not cached.
"""

import asyncio
import socket
import time
from pathlib import Path

from rich.console import Console

from bench.running import Desk, beside, folder, running
from bench.table import Row, Table, judged, show, told
from fanlight.features.knowledge import importing

CONTENT = Path(__file__).resolve().parents[1] / "content"
ARTICLE = "/en/a/deposits-withdrawals/deposit-not-arrived"
SETTLED = 0.05  # of one core: the desk's keeper has built its index by then
SETTLES_WITHIN_S = 60.0


class Line:
    """One connection, kept open, over which pages are asked for."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._left = bytearray()
        self._port = port

    def ask(self, path: str, times: int, *, ahead: int = 1) -> None:
        """Ask so many times, ``ahead`` requests before the first answer is read."""
        request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{self._port}\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()
        for _ in range(times // ahead):
            self._socket.sendall(request * ahead)
            for _ in range(ahead):
                self._read()

    def _read(self) -> None:
        while b"\r\n\r\n" not in self._left:
            self._left.extend(self._socket.recv(65_536))
        head = bytes(self._left).partition(b"\r\n\r\n")[0]
        if b" 200 " not in head[:20]:
            raise RuntimeError(f"not answered: {head[:200]!r}")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        size = len(head) + 4 + length
        while len(self._left) < size:
            self._left.extend(self._socket.recv(65_536))
        del self._left[:size]


def cost_us(desk: Desk, path: str, times: int, *, ahead: int = 1) -> float:
    """CPU of the whole desk for one request, in microseconds.

    What it does anyway is counted in: to take that off by the clock takes off too much where the
    cores are busy with other things.
    """
    line = Line(desk.port)
    line.ask(path, max(ahead, 50), ahead=ahead)
    before = desk.cpu_s()
    line.ask(path, times, ahead=ahead)
    return (desk.cpu_s() - before) / times * 1e6


def _idle_share(desk: Desk, watched_s: float = 2.0) -> float:
    before = desk.cpu_s()
    time.sleep(watched_s)
    return (desk.cpu_s() - before) / watched_s


def _await_rest(desk: Desk) -> None:
    """What a desk does after much was written would be counted in."""
    until = time.monotonic() + SETTLES_WITHIN_S
    while _idle_share(desk) > SETTLED:
        if time.monotonic() > until:
            raise RuntimeError("the desk does not come to rest")


async def _load(place: Path) -> None:
    async with beside(place) as edge, edge.work() as work:
        plan = importing.plan(CONTENT / "articles")
        await importing.carry_out(work, plan, publish=True)


async def run() -> Table:
    """Measure on a desk as it is shipped, with the starter articles."""
    with folder() as place, running(place) as desk:
        await _load(place)
        await asyncio.sleep(1)  # its keeper has heard of them
        _await_rest(desk)
        return Table(title="A page of the help center", rows=_rows(desk), said="CPU a request.")


def _rows(desk: Desk) -> list[Row]:
    search, suggest = "/en/search?q=withdrawal+fee", "/api/help/suggest?q=withdr"
    return [
        judged("cached page", cost_us(desk, ARTICLE, 20_000, ahead=10), 40, "us", digits=0),
        # An address with a question mark is never answered from bytes.
        judged("article made anew", cost_us(desk, f"{ARTICLE}?x", 600), 2000, "us", digits=0),
        judged("home page made anew", cost_us(desk, "/en/?x", 600), 2000, "us", digits=0),
        told("search page with highlights", cost_us(desk, search, 400), "us", digits=0),
        told("suggestions", cost_us(desk, suggest, 400), "us", digits=0),
    ]


if __name__ == "__main__":
    show(asyncio.run(run()), Console())
