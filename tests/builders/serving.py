"""An ASGI application on a port of its own, inside the loop of a test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn

_GOODBYE_S = 0.1  # as long as uvicorn itself waits, whether anybody is there or not


class QuietServer(uvicorn.Server):
    """Signals are pytest's; and it ends when it is told, where uvicorn looks ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                while self.server_state.connections:  # noqa: ASYNC110 - uvicorn has no event
                    await asyncio.sleep(0.002)


@asynccontextmanager
async def served(config: uvicorn.Config) -> AsyncIterator[int]:
    """Serve until the block ends; the port."""
    server = QuietServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.002)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.told.set()
        await task
