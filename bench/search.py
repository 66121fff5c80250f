"""How quick the search engine is, how large its index, how soon it is built and a change shows.

Run: ``python -m bench.search [translations ...]``. Each article stands in English, in Chinese and
in Traditional Chinese made from it, 1,500 Latin or 500 Chinese characters on average, out of
shuffled sentences of the starter articles, with a category, a description, three other names and
the titles of its translations. Times of a search are CPU, which does not wander with what else the
machine does; a build uses all cores, so it is judged by the CPU that each of them has to give.
"""

import asyncio
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from bench.table import Row, Table, judged, show, told
from fanlight.features.knowledge import crew, importing, index, search
from fanlight.features.knowledge.documents import Entry
from fanlight.features.knowledge.passages import Passage, width
from fanlight.features.knowledge.spelling import Vocabulary
from fanlight.features.knowledge.traditional import to_traditional

CONTENT = Path(__file__).resolve().parents[1] / "content"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
SIZES = (10_000, 100_000)  # translations
CHARACTERS = 1500  # of a translation, a Chinese character counting as three
PASSAGE = 600
CATEGORIES = 12
QUERIES = 900
CORES = min(os.cpu_count() or 1, 4)  # that a build uses
SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n+")
MARKUP = re.compile(r"[*`#|>]|\[|\]\([^)]*\)|:::\s*\w*|\{#[^}]*\}")
MOST_MS = {10_000: 2.0, 100_000: 10.0}

Said = dict[str, list[str]]


def sentences() -> Said:
    """Sentences of the starter articles, by language; the Traditional ones in the same row."""
    found: Said = {tag: [] for tag in LANGUAGES}
    for page in importing.plan(CONTENT / "articles").pages:
        text = MARKUP.sub("", page.text.source)
        found[page.language] += [s.strip() for s in SENTENCE.split(text) if len(s.strip()) > 8]
    found["zh-Hant"] = [to_traditional(sentence, {}) for sentence in found["zh-Hans"]]
    return found


def article(number: int, said: Said) -> list[Entry]:
    """The translations of one article, always the same for its number."""
    drawn = {tag: random.Random(f"{number}/{tag.partition('-')[0]}") for tag in LANGUAGES}
    titles = {tag: f"{drawn[tag].choice(said[tag])[:40]} {number}" for tag in LANGUAGES}
    return [
        Entry(
            article=number,
            language=tag,
            readers=(tag,),
            audience="public",
            category=f"category-{number % CATEGORIES}",
            title=titles[tag],
            description=drawn[tag].choice(said[tag])[:90],
            aliases=tuple(s[:20] for s in drawn[tag].sample(said[tag], 3)),
            other_titles=tuple(titles[other] for other in LANGUAGES if other != tag),
            passages=list(passages(said[tag], drawn[tag])),
        )
        for tag in LANGUAGES
    ]


def passages(said: list[str], chance: random.Random) -> Iterator[Passage]:
    left = int(chance.uniform(0.4, 1.6) * CHARACTERS)
    while left > 0:
        words: list[str] = []
        room = PASSAGE
        while room > 0:
            words.append(chance.choice(said))
            room -= width(words[-1])
        left -= PASSAGE - room
        yield Passage("", chance.choice(said)[:20], " ".join(words))


def questions(said: Said) -> list[search.Wanted]:
    """What people type: a few words out of a sentence, every fourth while they are typing."""
    chance = random.Random(7)
    asked: list[search.Wanted] = []
    for number in range(QUERIES):
        language = LANGUAGES[number % 3]
        sentence = chance.choice(said[language])
        start = chance.randrange(max(1, len(sentence) - 12))
        text = sentence[start : start + chance.randint(4, 24)]
        asked.append(search.Wanted(text=text, language=language, is_typing=number % 4 == 0))
    return asked


def timed_ms(built: index.Index, vocabulary: Vocabulary, asked: list[search.Wanted]) -> list[float]:
    taken: list[float] = []
    for wanted in asked:
        began = time.process_time()
        search.find(built, wanted, vocabulary)
        taken.append((time.process_time() - began) * 1e3)
    return sorted(taken)


class Build:
    """One build, with the making of its articles left out of both times."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._making_s = self._making_cpu_s = 0.0
        self.took_s = self.cpu_s = 0.0

    async def run(self, built: index.Index, articles: int) -> None:
        began, began_cpu = time.perf_counter(), _cpu_s()
        await crew.fill(built, range(1, articles + 1), self._read)
        self.took_s = time.perf_counter() - began - self._making_s
        self.cpu_s = _cpu_s() - began_cpu - self._making_cpu_s

    async def _read(self, numbers: Sequence[int]) -> list[Entry]:
        began, began_cpu = time.perf_counter(), time.process_time()
        made = [entry for number in numbers for entry in article(number, self._said)]
        self._making_s += time.perf_counter() - began
        self._making_cpu_s += time.process_time() - began_cpu
        return made


def _cpu_s() -> float:
    """Of this process and of the helpers that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def _size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


async def measured(translations: int, said: Said) -> list[Row]:
    """Build an index, ask it, change one article."""
    of_100k = translations / 100_000
    with tempfile.TemporaryDirectory() as folder:
        built = index.create(Path(folder))
        build = Build(said)
        await build.run(built, round(translations / len(LANGUAGES)))
        size_mb = _size_mb(Path(folder))
        began = time.process_time()
        vocabulary = Vocabulary(built).learnt()  # beside the loop, as a node does it
        learning_s = time.process_time() - began
        asked = questions(said)
        timed_ms(built, vocabulary, asked[:50])  # dictionaries load, files come into memory
        taken = timed_ms(built, vocabulary, asked)
        began = time.perf_counter()
        index.put(built, [1], article(1, said))
        change_ms = (time.perf_counter() - began) * 1e3
    p99_ms, most_ms = taken[int(len(taken) * 0.99)], MOST_MS.get(translations, 10.0)
    name = f"{translations:,}"
    return [
        told(f"{name}: a search, p50", taken[len(taken) // 2], "ms"),
        judged(f"{name}: a search, p99", p99_ms, most_ms, "ms"),
        judged(f"{name}: build, CPU a core", build.cpu_s / CORES, 90 * of_100k, "s", digits=1),
        told(f"{name}: build, by the clock", build.took_s, "s", digits=1),
        # The words of a language cost the same in a small index, so only the large one is judged.
        judged(f"{name}: size", size_mb, 60, "MB", digits=1)
        if translations >= 100_000
        else told(f"{name}: size", size_mb, "MB", digits=1),
        judged(f"{name}: one article replaced", change_ms, 1000, "ms", digits=0),
        told(f"{name}: words for mending slips read", learning_s * 1e3, "ms", digits=0),
    ]


async def run(sizes: Sequence[int] = SIZES) -> Table:
    """Measure each size."""
    said = sentences()
    rows = [row for size in sizes for row in await measured(size, said)]
    about = f"Translations of {CHARACTERS:,} characters on average; a search in CPU."
    return Table(title="Search", said=about, rows=rows)


if __name__ == "__main__":
    show(asyncio.run(run([int(size) for size in sys.argv[1:]] or SIZES)), Console())
