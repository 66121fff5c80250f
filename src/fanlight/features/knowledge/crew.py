"""Fills an index anew, on all cores: texts are analysed in processes beside this one.

Each helper is this module run by itself. It reads a batch of translations from its standard input
and writes their tokens to its standard output, until its input ends.
"""

import asyncio
import os
import struct
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec
import structlog

from fanlight.features.knowledge.documents import Entry, Texts, texts_of
from fanlight.features.knowledge.index import Index, Writer

log = structlog.get_logger(__name__)

Progress = Callable[[int, int], None]
"""Told how many of how many articles are done."""
Read = Callable[[Sequence[int]], Awaitable[list[Entry]]]
"""Reads what the index keeps of these articles."""

_BATCH = 200  # articles read, and held in memory, at a time
_HELPED_FROM = 1000  # articles of a build; fewer are done before helpers have started
_HELPERS = 4
_LENGTH = struct.Struct("<I")
_entries = msgspec.msgpack.Decoder(list[Entry])
_texts = msgspec.msgpack.Decoder(list[Texts])


class Crew:
    """The helpers of one build; without any, the work is done here, in a thread."""

    def __init__(self, helpers: Sequence[asyncio.subprocess.Process] = ()) -> None:
        self._free: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()
        self.helpers = helpers
        for helper in helpers:
            self._free.put_nowait(helper)

    @property
    def size(self) -> int:
        return len(self.helpers)

    async def texts(self, entries: list[Entry]) -> list[Texts]:
        """The tokens of these translations; a helper that dies is done without."""
        if self.size:
            helper = await self._free.get()
            try:
                found = await _asked(helper, entries)
            except (OSError, asyncio.IncompleteReadError, msgspec.DecodeError):
                log.warning("search_helper_died", code=helper.returncode)
            else:
                return found
            finally:
                self._free.put_nowait(helper)
        return await asyncio.to_thread(lambda: [texts_of(entry) for entry in entries])


async def _asked(helper: asyncio.subprocess.Process, entries: list[Entry]) -> list[Texts]:
    if helper.stdin is None or helper.stdout is None:
        raise OSError("no pipe")
    body = msgspec.msgpack.encode(entries)
    helper.stdin.write(_LENGTH.pack(len(body)) + body)
    await helper.stdin.drain()
    size = _LENGTH.unpack(await helper.stdout.readexactly(_LENGTH.size))[0]
    return _texts.decode(await helper.stdout.readexactly(size))


@asynccontextmanager
async def crew(size: int) -> AsyncIterator[Crew]:
    """As many helpers, at most one a core; they end with the block."""
    size = min(size, os.cpu_count() or 1)
    pipe = asyncio.subprocess.PIPE
    helpers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, stdin=pipe, stdout=pipe
        )
        for _ in range(size if size > 1 else 0)
    ]
    try:
        yield Crew(helpers)
    finally:
        for helper in helpers:
            with suppress(ProcessLookupError):
                helper.kill()
            await helper.wait()


async def fill(
    built: Index, numbers: Sequence[int], read: Read, progress: Progress | None = None
) -> None:
    """Write all articles into an empty index, and commit."""
    writer = await asyncio.to_thread(Writer.of, built)
    helpers = _HELPERS if len(numbers) >= _HELPED_FROM else 0
    async with crew(helpers) as ready, asyncio.TaskGroup() as group:
        waiting: deque[tuple[int, asyncio.Task[list[Texts]]]] = deque()

        async def take(most_left: int) -> None:
            while len(waiting) > most_left:
                done, task = waiting.popleft()
                await asyncio.to_thread(writer.add_all, await task)
                if progress is not None:
                    progress(done, len(numbers))

        for start in range(0, len(numbers), _BATCH):
            batch = numbers[start : start + _BATCH]
            task = group.create_task(ready.texts(await read(batch)))
            waiting.append((start + len(batch), task))
            await take(most_left=ready.size)
        await take(most_left=0)
    await asyncio.to_thread(writer.commit)


def main() -> None:
    """Work until nobody asks any more."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    with suppress(KeyboardInterrupt):  # whoever asked is told as well, and ends this
        while head := asked.read(_LENGTH.size):
            entries = _entries.decode(asked.read(_LENGTH.unpack(head)[0]))
            body = msgspec.msgpack.encode([texts_of(entry) for entry in entries])
            answers.write(_LENGTH.pack(len(body)) + body)
            answers.flush()


if __name__ == "__main__":
    main()
