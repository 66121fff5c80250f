"""A submission server that follows a script, for what no well-behaved one would do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Script = Callable[[str], str | None]


PLAIN: dict[str, str | None] = {
    "EHLO": "250-test\r\n250-SIZE 1000000\r\n250-AUTH PLAIN\r\n250 PIPELINING",
    "AUTH": "235 2.7.0 OK",
    "MAIL": "250 2.1.0 OK",
    "RCPT": "250 2.1.5 OK",
    "DATA": "354 go on",
    "content": "250 2.0.0 Ok: queued as 4F8KX",
    "RSET": "250 OK",
    "NOOP": "250 OK",
    "QUIT": "221 bye",
}


class Server:
    """Follows a script: an answer to each command, None to hang up, "" to keep us waiting."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._writers: set[asyncio.StreamWriter] = set()
        self._released = asyncio.Event()
        self._is_deaf = False
        self.mails: list[bytes] = []
        self.commands: list[str] = []
        self.connections = 0
        self.port = 0

    def hang_up(self) -> None:
        """Every line goes dead, and so does the next one that is opened."""
        self._is_deaf = True
        self._released.set()
        for writer in self._writers:
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            if self._is_deaf:
                self._is_deaf = False
                return
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            said = self._script(line)
            if said is None:
                return
            writer.write(said.encode() + b"\r\n")
            if line == "DATA" and said.startswith("354"):
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                said = self._script("content")
                if said == "":
                    await self._released.wait()
                if not said:
                    return
                writer.write(said.encode() + b"\r\n")


def scripted(**changes: str | None) -> Script:
    told = PLAIN | changes
    return lambda line: told[line.split(" ")[0].split(":")[0]]


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Server]:
    server = Server(script)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
