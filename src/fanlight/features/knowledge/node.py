"""The index of one machine: many processes read it, one at a time writes it, any may rebuild it.

In ``<data_dir>/search`` lies one folder per build and the file ``current``, which names the build
in use and how far it has followed the database. A reader looks at that file's stamp before every
search, so a commit by another process is seen at once.
"""

import asyncio
import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import msgspec
import structlog

from fanlight.features.knowledge import analyzer, crew, index, queries, search
from fanlight.features.knowledge.crew import Progress
from fanlight.features.knowledge.documents import Entry
from fanlight.features.knowledge.errors import SearchNotReady
from fanlight.features.knowledge.models import LANGUAGES, State
from fanlight.features.knowledge.queries import synonyms as kept_synonyms
from fanlight.features.knowledge.queries.synonyms import Synonym
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.knowledge.spelling import Vocabulary
from fanlight.features.knowledge.synonyms import Said, Thesaurus
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import NotOnShelf
from fanlight.kernel.work import Work

log = structlog.get_logger(__name__)

_SYNONYMS = "synonyms.json"
_MOST_CHANGED = 2000  # articles; building anew is quicker than replacing more
_LEARN_EVERY_S = 10.0  # at most: a new word may wait, the others are known
_REST = 50  # times what the last reading took: little is read again soon
_LEAST_S = 0.05
_POLL_S = 5.0  # a lost signal is made good after this time


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What ``current`` says."""

    folder: str
    horizon: int  # every change below this transaction is in
    analyzer: int
    schema: int
    database: str
    languages: tuple[str, ...] = ()  # the index keeps their places in this row

    def fits(self, database: str, horizon: int) -> bool:
        """Whether this build can follow that database; after a restore its horizon may be ahead."""
        ours = (analyzer.VERSION, index.SCHEMA_VERSION, database, LANGUAGES)
        its = (self.analyzer, self.schema, self.database, self.languages)
        return ours == its and self.horizon <= horizon


class SearchNode:
    """The search of one machine, as one process sees it."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "search"
        self._stamp: tuple[int, int] | None = None
        self._mark: Mark | None = None
        self._index: index.Index | None = None
        self._vocabulary: Vocabulary | None = None
        self._learnt: tuple[int, int] | None = None  # the state of the index that it is of
        self._learn_from = 0.0  # on the monotonic clock: when it may be read again
        self._thesaurus = Thesaurus([])
        self._synonyms = ""  # the state of the editors' synonyms that was written down

    def find(self, wanted: search.Wanted) -> search.Found:
        """Search the present state. A millisecond of work: short enough to stay on the loop.

        Raises:
            SearchNotReady: nothing was ever built here.
        """
        opened = self._fresh()
        if self._vocabulary is None:  # nothing keeps this process up to date: a command
            self._vocabulary = Vocabulary(opened)
        return search.find(opened, wanted, self._vocabulary, self._thesaurus)

    def said(self, text: str, language: str) -> list[Said]:
        """The words of a question that have synonyms."""
        return self._thesaurus.said(text, language)

    def documents(self) -> int:
        """How many passages the index holds."""
        return self._fresh().passages.searcher().num_docs

    def _fresh(self) -> index.Index:
        try:
            stat = os.stat(self._folder / "current")
        except FileNotFoundError:
            raise SearchNotReady from None
        stamp = (stat.st_ino, stat.st_mtime_ns)
        if self._index is None or stamp != self._stamp:
            self._reopen(stamp)
        if self._index is None:
            raise SearchNotReady
        return self._index

    def _reopen(self, stamp: tuple[int, int]) -> None:
        mark = self._read_mark()
        if mark is None:
            return
        if self._index is not None and self._mark is not None and mark.folder == self._mark.folder:
            self._index.reload()
        else:
            self._index = index.existing(self._folder / mark.folder)
            self._vocabulary = None
        self._mark, self._stamp = mark, stamp
        self._thesaurus = Thesaurus(self._read_synonyms())

    def _read_mark(self) -> Mark | None:
        try:
            return msgspec.json.decode((self._folder / "current").read_bytes(), type=Mark)
        except (FileNotFoundError, msgspec.DecodeError):
            return None  # no build yet, or one of an older shape: it is made anew

    def _read_synonyms(self) -> list[Synonym]:
        try:
            return msgspec.json.decode((self._folder / _SYNONYMS).read_bytes(), type=list[Synonym])
        except (FileNotFoundError, msgspec.MsgspecError):
            return []

    def _write_synonyms(self, groups: Sequence[Synonym]) -> bool:
        """Keep the editors' synonyms beside the index; whether they are others than before."""
        written = msgspec.json.encode(groups)
        place = self._folder / _SYNONYMS
        if place.exists() and place.read_bytes() == written:
            return False
        beside = place.with_suffix(".new")
        beside.write_bytes(written)
        beside.replace(place)
        return True

    def _write_mark(self, mark: Mark) -> None:
        beside = self._folder / "current.new"
        beside.write_bytes(msgspec.json.encode(mark))
        beside.replace(self._folder / "current")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the writers' lock of this machine. The kernel frees it when a process dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    async def catch_up(self, edge: Edge) -> int:
        """Bring the index to what the database says now; how many articles it read anew.

        Safe to call from many processes at once: the second finds nothing left to do. An index
        of another analyzer, schema or database is built anew beside the old one.
        """
        async with edge.work() as work:
            database, horizon = await queries.identity(work), await queries.horizon(work)
        mark = self._read_mark()
        if mark is None or not mark.fits(database, horizon):
            return await self.rebuild(edge, unless_fits=True)
        if not self._is_sound():
            log.error("search_index_damaged")
            return await self.rebuild(edge)
        async with edge.work() as work:
            changed = await queries.changed_since(work, mark.horizon)
            if len(changed) > _MOST_CHANGED:
                return await self.rebuild(edge)
            entries = await read_entries(work, changed) if changed else []
        has_others = await self._follow_synonyms(edge)
        if has_others or changed:
            await asyncio.to_thread(self._apply, mark, horizon, changed, entries)
        return len(changed)

    def _is_sound(self) -> bool:
        """Whether the index can be opened: a machine that lost power may have lost half of it."""
        try:
            self._fresh()
        except SearchNotReady:
            return True  # another process is changing over
        except (ValueError, OSError):
            return False
        return True

    async def _follow_synonyms(self, edge: Edge) -> bool:
        """Write the editors' synonyms down when they are others; whether they are."""
        async with edge.work() as work:
            state = await kept_synonyms.state(work)
            if state == self._synonyms and (self._folder / _SYNONYMS).exists():
                return False
            groups = await kept_synonyms.all_of_them(work)
        has_others = await asyncio.to_thread(self._write_synonyms, groups)
        self._synonyms = state
        return has_others

    def _apply(
        self, mark: Mark, horizon: int, changed: Sequence[int], entries: list[Entry]
    ) -> None:
        with self._alone():
            now = self._read_mark()
            if now is None or now.folder != mark.folder or now.horizon > horizon:
                return  # somebody was quicker, and saw at least what we saw
            if changed:
                index.put(index.existing(self._folder / now.folder), changed, entries)
            self._write_mark(msgspec.structs.replace(now, horizon=horizon))

    async def keep(self, edge: Edge) -> None:
        """Follow the database until cancelled: at every signal, and now and then without one."""
        async with edge.live.listen(CHANGED) as signals:
            while True:
                wait_s = _POLL_S
                try:
                    await self.catch_up(edge)
                    await self._learn()
                    wait_s = self._wait_s()
                except Exception:  # the database is away, the disk is full: searching goes on
                    log.exception("search_index_behind")
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await anext(signals)

    async def _learn(self) -> None:
        """Read the words that slips are mended by beside the loop: no search waits for them."""
        opened, now = self._fresh(), time.monotonic()
        if self._learnt == self._stamp or now < self._learn_from:
            return
        self._learnt = self._stamp
        self._vocabulary = await asyncio.to_thread(Vocabulary(opened).learnt)
        done = time.monotonic()
        self._learn_from = done + min((done - now) * _REST, _LEARN_EVERY_S)

    def _wait_s(self) -> float:
        """How long to listen for a signal: less where words wait to be read."""
        if self._learnt == self._stamp:
            return _POLL_S
        return min(_POLL_S, max(self._learn_from - time.monotonic(), _LEAST_S))

    async def rebuild(
        self, edge: Edge, *, progress: Progress | None = None, unless_fits: bool = False
    ) -> int:
        """Build the index anew beside the present one, then change over; how many articles.

        Two processes never build at once; with ``unless_fits`` the second takes what the first
        has built meanwhile.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock.build").open("w") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            async with edge.work() as work:
                database, horizon = await queries.identity(work), await queries.horizon(work)
                numbers = await queries.numbers(work)
            await self._follow_synonyms(edge)
            mark = self._read_mark()
            if unless_fits and mark is not None and mark.fits(database, horizon):
                return 0
            if mark is not None:
                await asyncio.to_thread(self._sweep, mark)
            return await self._build(edge, database, horizon, numbers, progress)

    async def _build(
        self,
        edge: Edge,
        database: str,
        horizon: int,
        numbers: Sequence[int],
        progress: Progress | None,
    ) -> int:
        name = f"build-{new_id()}"
        try:
            built = await asyncio.to_thread(index.create, self._folder / name)
            await crew.fill(built, numbers, partial(_read, edge), progress)
        except BaseException:  # a build that found no room must not be what takes the room
            shutil.rmtree(self._folder / name, ignore_errors=True)
            raise
        mark = Mark(
            folder=name,
            horizon=horizon,
            analyzer=analyzer.VERSION,
            schema=index.SCHEMA_VERSION,
            database=database,
            languages=LANGUAGES,
        )
        await asyncio.to_thread(self._change_over, mark)
        return len(numbers)

    def _change_over(self, mark: Mark) -> None:
        with self._alone():
            self._write_mark(mark)
            self._sweep(mark)

    def _sweep(self, mark: Mark) -> None:
        """Drop every build but this one: older ones, and what a killed builder has left.

        For whoever holds the builders' lock. Whoever still reads an old build keeps its files open
        until it looks again.
        """
        for old in self._folder.glob("build-*"):
            if old.name != mark.folder:
                shutil.rmtree(old, ignore_errors=True)


async def _read(edge: Edge, batch: Sequence[int]) -> list[Entry]:
    async with edge.work() as work:
        return await read_entries(work, batch)


async def read_entries(work: Work, numbers: Sequence[int]) -> list[Entry]:
    """What the index keeps of these articles."""
    rows = await queries.indexed(work, numbers)
    by_article: dict[int, list[queries.Indexed]] = {}
    for row in rows:
        by_article.setdefault(row.number, []).append(row)
    return [entry for together in by_article.values() for entry in _entries(together)]


def _entries(together: list[queries.Indexed]) -> Iterable[Entry]:
    public = [row.language for row in together if row.state is State.PUBLISHED]
    for row in together:
        is_public = row.state is State.PUBLISHED
        among = public if is_public else [other.language for other in together]
        yield Entry(
            article=row.number,
            language=row.language,
            readers=tuple(tag for tag in LANGUAGES if stand_in(tag, among) == row.language),
            audience=" ".join(row.audience) if is_public else "internal",
            category=row.category,
            title=row.title,
            description=row.description,
            tags=tuple(row.tags),
            aliases=tuple(row.asked_as),
            other_titles=tuple(other.title for other in together if other.language != row.language),
            passages=row.passages,
        )


def stand_in(language: str, available: Sequence[str]) -> str | None:
    """The language in which a reader gets an article that is there in these ones."""
    if language in available:
        return language
    family = language.partition("-")[0]
    near = [tag for tag in available if tag.partition("-")[0] == family]
    return next((tag for tag in (*near, *LANGUAGES) if tag in available), None)


def preference(language: str) -> list[str]:
    """The languages in which a reader is served, the best first."""
    left = [tag for tag in LANGUAGES if tag != language]
    order = [language]
    while left:
        following = stand_in(language, left)
        if following is None:
            break
        order.append(following)
        left.remove(following)
    return order


def node_of(edge: Edge) -> SearchNode:
    """The search index of this machine, opened on first use."""
    try:
        return edge.shelf.of(SearchNode)
    except NotOnShelf:
        edge.shelf.offer(SearchNode(edge.shelf.of(Settings).data_dir))
        return edge.shelf.of(SearchNode)
