"""The matrix of one machine: one process writes it, all of them map the same file."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TextIO

import msgspec
import numpy as np
import structlog

from fanlight.features.knowledge.meaning.making import MADE
from fanlight.features.knowledge.meaning.matrix import Group, Matrix, Place, laid_out
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import stand_in
from fanlight.features.knowledge.queries import meaning as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id

log = structlog.get_logger(__name__)

_FETCH = 2000  # vectors read from the database at a time
_POLL_S = 30.0  # a lost signal is made good after this time


class _Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What ``current`` says: which file is in use, and what its rows are."""

    name: str
    model: str
    groups: list[Group]
    columns: list[tuple[int, int, int]]
    hashes: list[bytes]


class Keeper:
    """The matrix as one process sees it."""

    def __init__(self, data_dir: Path, model: str) -> None:
        self._folder = data_dir / "meaning"
        self._model = model
        self._stamp: tuple[int, int] | None = None
        self._mark: _Mark | None = None
        self._matrix: Matrix | None = None

    def matrix(self) -> Matrix | None:
        """The present one; None before anything was made, or when another model made it."""
        try:
            stat = os.stat(self._folder / "current")
        except FileNotFoundError:
            return None
        stamp = (stat.st_ino, stat.st_mtime_ns)
        if stamp != self._stamp:
            with suppress(OSError, ValueError, msgspec.MsgspecError):
                self._open(stamp)
        return self._matrix

    def _open(self, stamp: tuple[int, int]) -> None:
        mark = msgspec.msgpack.decode((self._folder / "current").read_bytes(), type=_Mark)
        self._stamp, self._mark, self._matrix = stamp, None, None
        if mark.model == self._model and mark.hashes:
            vectors = np.load(self._folder / mark.name, mmap_mode="r")
            columns = np.array(mark.columns, dtype=np.int64).reshape(-1, 3)
            self._mark, self._matrix = mark, Matrix(vectors, columns, mark.groups)

    async def catch_up(self, edge: Edge) -> int:
        """Bring the matrix to what is published and has a vector; how many rows it then has.

        Vectors that lie here already are not read from the database again.
        """
        async with _alone(self._folder):
            async with edge.reading() as work:
                rows = await kept.published_rows(work)
            places = _places(rows)
            self.matrix()
            here: dict[bytes, int] = {}
            if self._mark is not None:
                here = {each: row for row, each in enumerate(self._mark.hashes)}
            missing = list({row.hash for row in rows} - here.keys())
            fetched: dict[bytes, bytes] = {}
            for start in range(0, len(missing), _FETCH):
                async with edge.reading() as work:
                    fetched |= await kept.vectors(
                        work, self._model, missing[start : start + _FETCH]
                    )
            known = [n for n, row in enumerate(rows) if row.hash in here or row.hash in fetched]
            hashes = [rows[n].hash for n in known]
            await asyncio.to_thread(self._write, [places[n] for n in known], hashes, here, fetched)
            return len(known)

    def _write(
        self,
        places: Sequence[Place],
        hashes: Sequence[bytes],
        here: Mapping[bytes, int],
        fetched: Mapping[bytes, bytes],
    ) -> None:
        order, columns, groups = laid_out(places)
        mark = _Mark(
            name=f"{new_id()}.npy",
            model=self._model,
            groups=groups,
            columns=[(int(a), int(b), int(c)) for a, b, c in columns],
            hashes=[hashes[n] for n in order],
        )
        now = self._mark
        if now is not None and msgspec.structs.replace(mark, name=now.name) == now:
            return
        old = self._matrix.vectors if self._matrix is not None else None
        width = len(next(iter(fetched.values()))) // 4 if fetched else 0
        width = old.shape[1] if old is not None else width
        written = np.empty((len(order), width), dtype=np.float32)
        for row, each in enumerate(mark.hashes):
            if old is not None and each in here:
                written[row] = old[here[each]]
            else:
                written[row] = np.frombuffer(fetched[each], "<f4")
        self._change_over(mark, written)

    def _change_over(
        self, mark: _Mark, written: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    ) -> None:
        np.save(self._folder / mark.name, written)
        beside = self._folder / "current.new"
        beside.write_bytes(msgspec.msgpack.encode(mark))
        beside.replace(self._folder / "current")
        for old in self._folder.glob("*.npy"):
            # Whoever still maps the old file keeps it until it looks again.
            if old.name != mark.name:
                old.unlink(missing_ok=True)

    async def keep(self, edge: Edge) -> None:
        """Follow the database until cancelled: what is withdrawn leaves as what is new comes."""
        told = asyncio.Event()

        async def listen(topic: str) -> None:
            async with edge.live.listen(topic) as signals:
                async for _ in signals:
                    told.set()

        async with asyncio.TaskGroup() as group:
            for topic in (CHANGED, MADE):
                group.create_task(listen(topic))
            while True:
                try:
                    await self.catch_up(edge)
                except Exception:  # the database is away, the disk is full: words alone decide
                    log.exception("meaning_behind")
                with suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_S):
                        await told.wait()
                told.clear()


@asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    """Hold the writers' lock of this machine. The kernel frees it when a process dies."""

    def lock() -> TextIO:
        folder.mkdir(parents=True, exist_ok=True)
        opened = (folder / "lock").open("w")
        fcntl.flock(opened, fcntl.LOCK_EX)
        return opened

    with await asyncio.to_thread(lock):
        yield


def _places(rows: Sequence[kept.Row]) -> list[Place]:
    """Each row with the languages whose readers get it, as the index of words has them."""
    there: dict[int, list[str]] = {}
    for row in rows:
        if row.language not in there.setdefault(row.number, []):
            there[row.number].append(row.language)
    return [
        Place(
            article=row.number,
            language=row.language,
            passage=row.passage,
            category=row.category,
            audience=tuple(sorted(row.audience)),
            readers=tuple(t for t in LANGUAGES if stand_in(t, there[row.number]) == row.language),
        )
        for row in rows
    ]
