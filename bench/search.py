"""How quick the search engine is, how large its index, how soon a change shows.

Run: ``python -m bench.search [articles]``. Each article stands in three languages, 1,500 Latin or
500 Chinese characters on average, made of shuffled sentences of the starter articles. The budgets
are: p99 2 ms at 10,000 articles (30,000 translations), 10 ms at
100,000; 100,000 translations built within 90 s into 60 MB or less. Times are CPU, which does not
wander with what else the machine does.
"""

import asyncio
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import tantivy
from rich.console import Console

from bench.table import Table, judged, show, told
from fanlight.features.knowledge import importing, index, search
from fanlight.features.knowledge.index import Entry
from fanlight.features.knowledge.passages import Passage, width
from fanlight.features.knowledge.spelling import Vocabulary
from fanlight.features.knowledge.traditional import to_traditional

CONTENT = Path(__file__).resolve().parents[1] / "content"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
CHARACTERS = 1500  # of a translation, a Chinese character counting as three
PASSAGE = 600
QUERIES = 400
SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n+")
MARKUP = re.compile(r"[*`#|>]|\[|\]\([^)]*\)|:::\s*\w*|\{#[^}]*\}")


def sentences() -> dict[str, list[str]]:
    """Sentences of the starter articles, by language."""
    found: dict[str, list[str]] = {tag: [] for tag in LANGUAGES}
    for page in importing.plan(CONTENT / "articles").pages:
        text = MARKUP.sub("", page.text.source)
        found[page.language] += [s.strip() for s in SENTENCE.split(text) if len(s.strip()) > 8]
    found["zh-Hant"] = [to_traditional(sentence, {}) for sentence in found["zh-Hans"]]
    return found


def entries(articles: int, said: dict[str, list[str]], chance: random.Random) -> Iterator[Entry]:
    for number in range(articles):
        for language in LANGUAGES:
            title = f"{chance.choice(said[language])[:40]} {number}"
            yield Entry(
                article=number,
                language=language,
                readers=(language,),
                audience="public",
                category="c",
                title=title,
                aliases=tuple(s[:20] for s in chance.sample(said[language], 3)),
                passages=list(passages(said[language], chance)),
            )


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


def questions(said: dict[str, list[str]], chance: random.Random) -> list[search.Wanted]:
    """What people type: a few words out of a sentence, with and without a slip."""
    asked: list[search.Wanted] = []
    for number in range(QUERIES):
        language = LANGUAGES[number % 3]
        sentence = chance.choice(said[language])
        start = chance.randrange(max(1, len(sentence) - 12))
        text = sentence[start : start + chance.randint(4, 24)]
        asked.append(search.Wanted(text=text, language=language, is_typing=number % 4 == 0))
    return asked


def timed_ms(
    built: tantivy.Index, vocabulary: Vocabulary, asked: list[search.Wanted]
) -> list[float]:
    taken: list[float] = []
    for wanted in asked:
        began = time.process_time()
        search.find(built, wanted, vocabulary)
        taken.append((time.process_time() - began) * 1e3)
    return sorted(taken)


def _size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


async def run(articles: int = 10_000) -> Table:
    """Build an index, ask it, change one article."""
    chance = random.Random(7)
    said = sentences()
    with tempfile.TemporaryDirectory() as folder:
        built = index.create(Path(folder))
        written = list(entries(articles, said, chance))
        began = time.process_time()
        with index.writing(built) as writer:
            index.add(writer, written)
        build_s = time.process_time() - began
        size_mb = _size_mb(Path(folder))
        asked = questions(said, chance)
        began = time.process_time()
        vocabulary = Vocabulary(built).learnt()  # beside the loop, as a node does it
        learning_s = time.process_time() - began
        timed_ms(built, vocabulary, asked[:50])  # dictionaries load, files come into memory
        taken = timed_ms(built, vocabulary, asked)
        began = time.perf_counter()
        index.put(built, [1], entries(1, said, chance))
        change_ms = (time.perf_counter() - began) * 1e3
    translations = articles * len(LANGUAGES)
    of_100k = translations / 100_000
    most_ms = 2 if articles <= 10_000 else 10
    return Table(
        title="Search",
        said=f"{translations:,} translations of {CHARACTERS:,} characters on average; CPU.",
        rows=[
            told("engine, p50", taken[len(taken) // 2], "ms"),
            judged("engine, p99", taken[int(len(taken) * 0.99)], most_ms, "ms"),
            judged("build", build_s, round(90 * of_100k), "s", digits=1),
            judged("size", size_mb, round(60 * of_100k), "MB", digits=1),
            told("words for mending slips read", learning_s * 1e3, "ms", digits=0),
            judged("one article replaced", change_ms, 1000, "ms", digits=0),
        ],
    )


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    show(asyncio.run(run(wanted)), Console())
