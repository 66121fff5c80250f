"""A client that costs next to nothing, so that what is measured is the desk."""

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

_LIMIT = 2**22


class Client:
    """One kept connection; asks with GET and reads the whole answer."""

    def __init__(self, port: int, *, host: str = "localhost", cookie: str = "") -> None:
        self._port, self._host = port, host
        self._head = f"Host: {host}:{port}\r\nAccept-Encoding: gzip\r\n"
        if cookie:
            self._head += f"Cookie: {cookie}\r\n"

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port, limit=_LIMIT
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._writer.close()

    async def get(self, path: str, *, status: int = 200) -> bytes:
        """The body. Raises RuntimeError for another status: a refusal is quick to give."""
        self._writer.write(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        length = next(
            int(value)
            for name, _, value in (field.partition(":") for field in fields)
            if name.lower() == "content-length"
        )
        body = await self._reader.readexactly(length)
        if int(first.split()[1]) != status:
            raise RuntimeError(f"{path}: {first} {body[:300]!r}")
        return body


async def in_turn(client: Client, paths: Sequence[str], count: int) -> None:
    """So many requests, one after another."""
    for number in range(count):
        await client.get(paths[number % len(paths)])


async def at_rate(
    clients: Sequence[Client], paths: Sequence[str], *, per_s: float, seconds: float
) -> list[float]:
    """Milliseconds of each request, from when it was due, at a steady rate; sorted."""
    free: asyncio.Queue[Client] = asyncio.Queue()
    for client in clients:
        free.put_nowait(client)
    took: list[float] = []

    async def ask(path: str, due: float) -> None:
        client = await free.get()
        try:
            await client.get(path)
        finally:
            free.put_nowait(client)
        took.append((time.perf_counter() - due) * 1000)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(per_s * seconds)):
            due = begun + number / per_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(ask(paths[number % len(paths)], due))
    return sorted(took)


def p(took: Sequence[float], part: float) -> float:
    """A percentile of sorted values."""
    return took[min(len(took) - 1, int(len(took) * part))]
