"""What the guide has learned, kept on this machine: made once for the same examples, in a process
beside this one, and read by all of them.

In ``<data_dir>/guide`` lies one file per set of examples, named by their digest, and ``current``,
which names the one in use. Whoever finds none makes it while the others wait for the lock. What the
examples teach that come along is made with the checkout (``scripts/learn.py``).

    python -m fanlight.features.guidance.keeping FILE < examples.json
"""

import asyncio
import fcntl
import hashlib
import io
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TextIO

import msgspec
import numpy as np
import structlog

from fanlight.features.guidance import labels
from fanlight.features.guidance.queries import kept
from fanlight.features.guidance.rules import CONTENT, BadRules, Rules
from fanlight.features.guidance.triage import Guide, Taught, examples
from fanlight.features.guidance.wording import VERSION
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import NotOnShelf, Shelf
from fanlight.kernel.work import Work

log = structlog.get_logger(__name__)

CHANGED = "guide.changed"  # somebody has labelled, or saved rules
BUILT = CONTENT / "dist"  # what was learned when the checkout was made ready
# Its own: whoever waits for the lock would else take every thread that all others wait for.
_WAITING = ThreadPoolExecutor(1, "guide")
RECENT_S = 5.0  # rules that were saved elsewhere count for running talks after this at the latest
_OLD = 2  # files kept beside the present one: what was saved back is there again
_loaded: dict[str, Taught] = {}  # by digest: forks and desks of one process share it
Examples = Sequence[dict[str, str]]


class Keeper:
    """The guide as one process sees it."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "guide"
        self._digest = ""
        self._seen: tuple[int, int] | None = None  # of the file that named it
        self._rules: tuple[int, Rules] | None = None
        self._asked_at = -RECENT_S  # on the monotonic clock: when those were the present ones
        self._guide: Guide | None = None

    @property
    def is_ready(self) -> bool:
        """Whether something is learned already: otherwise the first question waits for it."""
        return bool(self._current()) or any(BUILT.glob("*.taught"))

    async def rules(self, work: Work) -> Rules:
        """The present rules."""
        asked_at, number = time.monotonic(), await kept.rules_number(work)
        if self._rules is None or self._rules[0] != number:
            present = await kept.present_rules(work)
            text = present.text if present else None
            self._rules = number, await asyncio.to_thread(_rules_of, text)
        self._asked_at = asked_at
        return self._rules[1]

    async def recent_rules(self, work: Work) -> Rules | None:
        """Those of some seconds ago at the latest, for what is asked with every message; None where
        they cannot be read."""
        if self._rules is not None and time.monotonic() <= self._asked_at + RECENT_S:
            return self._rules[1]
        try:
            return await self.rules(work)
        except BadRules:
            log.exception("guide_without_rules")
            return None

    def forget_recent(self) -> None:
        """Others have been saved here."""
        self._asked_at = -RECENT_S

    async def guide(self, work: Work) -> Guide:
        """The guide with the present rules, and what was learned last on this machine."""
        rules = await self.rules(work)
        digest = self._current() or await self.catch_up(work)
        if digest not in _loaded:
            await asyncio.to_thread(self._load, digest)
        return self._of(rules, _loaded[digest])

    async def at_hand(self, work: Work) -> Guide | None:
        """The guide by rules of seconds ago; None where something has to be learned or loaded."""
        taught = _loaded.get(self._current())
        rules = None if taught is None else await self.recent_rules(work)
        return None if taught is None or rules is None else self._of(rules, taught)

    def _of(self, rules: Rules, taught: Taught) -> Guide:
        guide = self._guide
        # By identity: what was learned holds arrays, which are not simply equal or not.
        if guide is None or guide.rules is not rules or guide.taught is not taught:
            guide = self._guide = Guide(rules, taught)
        return guide

    async def catch_up(self, work: Work) -> str:
        """Learn from what is labelled now, if that was not yet done; the digest of it."""
        body = msgspec.json.encode([*examples(), *await labels.of_the_desk(work)])
        digest = _digest(body)
        if digest == self._current():
            return digest
        async with _alone(self.folder):
            if not self._file(digest).exists():
                await _made_beside(self.folder / f"{digest}.taught", body)
            _replace(self.folder / "current", digest.encode())
            self._tidy(digest)
        return digest

    def _current(self) -> str:
        """The digest in use, read again when ``current`` has been replaced; "" without its file."""
        file = self.folder / "current"
        try:
            seen = file.stat()
            if self._seen != (seen.st_ino, seen.st_mtime_ns):
                self._digest = file.read_text("ascii")
                self._seen = (seen.st_ino, seen.st_mtime_ns)
        except (FileNotFoundError, UnicodeDecodeError):
            return ""
        # Asked each time: whoever tidies the folder by hand leaves ``current`` as it is.
        return self._digest if self._digest and self._file(self._digest).exists() else ""

    def _file(self, digest: str) -> Path:
        built = BUILT / f"{digest}.taught"
        return built if built.exists() else self.folder / f"{digest}.taught"

    def _load(self, digest: str) -> None:
        taught = read(self._file(digest))
        _ = taught.scorer  # made here, in a thread: 7 MB that the first message would wait for
        _loaded[digest] = taught
        while len(_loaded) > _OLD + 1:
            _loaded.pop(next(iter(_loaded)))

    def _tidy(self, digest: str) -> None:
        others = [file for file in self.folder.glob("*.taught") if file != self._file(digest)]
        for file in sorted(others, key=lambda each: each.stat().st_mtime)[:-_OLD]:
            file.unlink(missing_ok=True)


def shipped() -> Guide:
    """The guide as it comes along, learned with the checkout; without that it learns now."""
    body = msgspec.json.encode(examples())
    digest = _digest(body)
    if digest not in _loaded:
        file = BUILT / f"{digest}.taught"
        _loaded[digest] = read(file) if file.exists() else Taught.by(examples())
    return Guide(Rules.read(), _loaded[digest])


def build() -> Path:
    """Learn from the examples that come along, once; the file. For ``scripts/learn.py``."""
    file = BUILT / f"{_digest(msgspec.json.encode(examples()))}.taught"
    if not file.exists():
        write(file, Taught.by(examples()))
        for old in BUILT.glob("*.taught"):
            if old != file:
                old.unlink(missing_ok=True)
    return file


def _digest(body: bytes) -> str:
    return hashlib.sha256(b"%d\n%s" % (VERSION, body)).hexdigest()[:24]


def _rules_of(text: str | None) -> Rules:
    return Rules.of(text, "the rules kept") if text is not None else Rules.read()


@asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    """Hold the lock of this machine. The kernel frees it when a process dies."""
    lock = await asyncio.get_running_loop().run_in_executor(_WAITING, _held, folder)
    try:
        yield
    finally:
        lock.close()


def _held(folder: Path) -> TextIO:
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


async def _made_beside(file: Path, body: bytes) -> None:
    """Learning takes seconds of computing: in a process of its own it holds up nobody."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(file), stdin=asyncio.subprocess.PIPE
    )
    await child.communicate(body)
    if child.returncode != 0:
        log.error("guide_not_learned", code=child.returncode)
        raise RuntimeError("the guide could not be learned")


def write(file: Path, taught: Taught) -> None:
    """Keep what was learned; the file is whole or not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, msgspec.msgpack.encode(taught, enc_hook=_written))


def read(file: Path) -> Taught:
    """What was learned, from its file. Raises OSError and msgspec's errors."""
    return msgspec.msgpack.decode(file.read_bytes(), type=Taught, dec_hook=_array)


def _replace(file: Path, content: bytes) -> None:
    beside = file.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(file)


def _written(array: object) -> bytes:
    if not isinstance(array, np.ndarray):
        raise NotImplementedError(type(array))
    held = io.BytesIO()
    np.save(held, array, allow_pickle=False)
    return held.getvalue()


def _array(_: type, content: Any) -> Any:
    return np.load(io.BytesIO(content), allow_pickle=False)


def keeper_of(shelf: Shelf) -> Keeper:
    """The keeper of this process, made on first use."""
    try:
        return shelf.of(Keeper)
    except NotOnShelf:
        shelf.offer(Keeper(shelf.of(Settings).data_dir))
        return shelf.of(Keeper)


async def guide_of(work: Work) -> Guide:
    """The guide, from within a piece of work."""
    return await keeper_of(work.shelf).guide(work)


def main() -> None:
    """Learn from the examples on the standard input."""
    taught = Taught.by(msgspec.json.decode(sys.stdin.buffer.read(), type=list[dict[str, str]]))
    write(Path(sys.argv[1]), taught)


if __name__ == "__main__":
    main()
