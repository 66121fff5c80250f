"""How good the search is: starter queries, a real knowledge base, and what slips do to titles.

    python -m bench.search_quality

Articles go into an index in memory, as an import would put them there. Slips, pinyin, homophones
are made from the titles by a fixed seed, so that two runs compare.
"""

import random
import sys
from collections.abc import Callable, Iterator
from os import environ
from pathlib import Path

import msgspec
from pypinyin import Style, lazy_pinyin
from rich.console import Console

from bench.table import Row, Table, at_least, show, told
from fanlight.features.knowledge import importing, index, judging, search
from fanlight.features.knowledge.documents import Entry
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import stand_in
from fanlight.features.knowledge.render import render
from fanlight.features.knowledge.spelling import Vocabulary
from fanlight.features.knowledge.synonyms import Thesaurus
from fanlight.features.knowledge.traditional import to_traditional

CONTENT = Path(__file__).resolve().parents[1] / "content"
CORPORA = Path(environ.get("FANLIGHT_CORPORA", CONTENT.parent / "../shared/data"))
KEYS = "qwertyuiop asdfghjkl zxcvbnm"


class Base(msgspec.Struct, frozen=True):
    """A knowledge base as the search sees it."""

    index: index.Index
    vocabulary: Vocabulary
    thesaurus: Thesaurus
    keys: dict[tuple[int, str], str]  # article and language -> key in the folder
    titles: dict[str, list[tuple[str, str]]]  # language -> (key, title)
    entries: list[Entry]

    def ask(self, question: judging.Question) -> judging.Answers:
        wanted = self.wanted(question)
        found = search.find(self.index, wanted, self.vocabulary, self.thesaurus)
        return self.answers(question, found)

    def wanted(self, question: judging.Question) -> search.Wanted:
        reader = importing.language_of(question.lang) or "en"
        only = importing.language_of(question.search_in) if question.search_in else None
        return search.Wanted(text=question.text, language=reader, only_language=only)

    def answers(self, question: judging.Question, found: search.Found) -> judging.Answers:
        return judging.Answers(
            id=question.id,
            results=[
                judging.Answer(
                    id=self.keys.get((hit.article, hit.language), ""),
                    lang=hit.language,
                    score=hit.score,
                )
                for hit in found.hits
            ],
        )


def base_of(folder: Path) -> Base:
    """Read a folder of Markdown into an index in memory."""
    by_path: dict[str, list[importing.Page]] = {}
    planned = importing.plan(folder)
    for page in planned.pages:
        by_path.setdefault(page.placing.path, []).append(page)
    entries: list[Entry] = []
    keys: dict[tuple[int, str], str] = {}
    titles: dict[str, list[tuple[str, str]]] = {}
    for number, pages in enumerate(by_path.values(), 1):
        there = [page.language for page in pages]
        for page in pages:
            text, tag = page.text, page.language
            made = render(text.source, language=tag, title=text.title, resolve=lambda _: None)
            keys[number, tag] = page.key
            titles.setdefault(tag, []).append((page.key, text.title))
            entries.append(
                Entry(
                    article=number,
                    language=tag,
                    readers=tuple(one for one in LANGUAGES if stand_in(one, there) == tag),
                    audience="public",
                    category=page.placing.category,
                    title=text.title,
                    description=text.description,
                    tags=tuple(text.tags),
                    aliases=tuple(text.asked_as),
                    other_titles=tuple(o.text.title for o in pages if o.language != tag),
                    passages=made.passages,
                )
            )
    built = index.create(None)
    index.put(built, [], entries)
    return Base(built, Vocabulary(built), Thesaurus(planned.shared.same), keys, titles, entries)


def slip(text: str, roll: random.Random) -> str:
    """One slip in one longer Latin word: dropped, doubled, swapped, or the key beside."""
    words = text.split(" ")
    places = [
        n for n, word in enumerate(words) if word.isascii() and word.isalpha() and len(word) > 4
    ]
    if not places:
        return ""
    place = roll.choice(places)
    word = words[place]
    at = roll.randrange(1, len(word) - 1)
    near = KEYS.find(word[at].lower())
    words[place] = roll.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            word[:at] + (KEYS[near + 1 : near + 2].strip() or "e") + word[at + 1 :],
        ]
    )
    return " ".join(words)


def homophone(text: str, roll: random.Random) -> str:
    """One Chinese character replaced by another that sounds the same."""
    places = [n for n, c in enumerate(text) if "\u4e00" <= c <= "\u9fff" and c not in "的了和是"]
    roll.shuffle(places)
    for place in places[:6]:
        sound = lazy_pinyin(text[place])[0]
        same = [c for c in SOUNDS.get(sound, "") if c != text[place]]
        if same:
            return text[:place] + roll.choice(same) + text[place + 1 :]
    return ""


def _sounds() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in range(0x4E00, 0x9FA5):
        try:
            chr(code).encode("gb2312")
        except UnicodeEncodeError:
            continue
        sound = lazy_pinyin(chr(code))[0]
        found[sound] = found.get(sound, "") + chr(code)
    return found


SOUNDS = _sounds()


def made_of_titles(
    base: Base, tag: str, change: Callable[[str], str]
) -> Iterator[judging.Question]:
    """A question from each title, where the change makes one."""
    for key, title in base.titles.get(tag, []):
        if text := change(title):
            yield judging.Question(id=key, text=text, lang=tag, relevant=(key,))


def first_hits(base: Base, questions: list[judging.Question]) -> judging.Score:
    return judging.judge(questions, base.ask)[-1]


def has_han(text: str) -> bool:
    return sum("\u4e00" <= c <= "\u9fff" for c in text) >= 2


def spaced(title: str) -> str:
    return " ".join(lazy_pinyin(title)) if has_han(title) else ""


def joined(title: str) -> str:
    return "".join(lazy_pinyin(title)) if has_han(title) else ""


def initials(title: str) -> str:
    han = "".join(c for c in title if "\u4e00" <= c <= "\u9fff")
    return "".join(lazy_pinyin(han, style=Style.FIRST_LETTER)) if len(han) >= 4 else ""


def of_titles(name: str, base: Base) -> list[Row]:
    roll = random.Random(7)
    kinds: list[tuple[str, str, Callable[[str], str], float | None]] = [
        ("title, en", "en", str, 0.98),
        ("title, zh", "zh-Hans", str, 0.98),
        ("one slip, en", "en", lambda title: slip(title, roll), None),
        ("a homophone, zh", "zh-Hans", lambda title: homophone(title, roll), None),
        ("Traditional on Simplified", "zh-Hans", lambda title: to_traditional(title, {}), 0.88),
        ("pinyin, spaced", "zh-Hans", spaced, 0.97),
        ("pinyin, joined", "zh-Hans", joined, 0.84),
        ("pinyin, initials", "zh-Hans", initials, None),
    ]
    rows: list[Row] = []
    for what, tag, change, least in kinds:
        asked = list(made_of_titles(base, tag, change))
        if not asked:
            continue
        score = first_hits(base, asked)
        label = f"{name}: {what} ({len(asked)}): first hit"
        rows.append(
            told(label, score.hit_1, "", digits=3)
            if least is None
            else at_least(label, score.hit_1, least, "", digits=3)
        )
        rows.append(told(f"{name}: {what}: among ten", score.hit_10, "", digits=3))
    return rows


def of_file(name: str, base: Base, file: Path, bars: dict[str, float]) -> list[Row]:
    rows: list[Row] = []
    for score in judging.judge(judging.read(file), base.ask):
        label = f"{name}: {score.kind} ({score.questions}): MRR@10"
        bar = bars.get(score.kind)
        rows.append(
            told(label, score.mrr, "", digits=3)
            if bar is None
            else at_least(label, score.mrr, bar, "", digits=3)
        )
    return rows


def across(base: Base, file: Path) -> Row:
    """The words of other articles' links, asked of the articles in the other language."""
    others = {"en": "zh", "zh": "en"}
    asked = [
        msgspec.structs.replace(
            question, search_in=to, relevant=tuple(to + key[2:] for key in question.relevant)
        )
        for question in judging.read(file)
        if question.kind == "anchor" and (to := others.get(question.search_in or ""))
    ]
    score = judging.judge(asked, base.ask)[-1]
    label = f"ethereum.org: anchor of the other language ({len(asked)}): MRR@10"
    return told(label, score.mrr, "", digits=3)


async def run() -> Table:
    """Measure everything there is data for."""
    starter = base_of(CONTENT / "articles")
    rows = [
        *of_file("starter", starter, CONTENT / "queries.jsonl", {}),
        *of_titles("starter", starter),
    ]
    corpus = CORPORA / "kb_ethereum"
    if corpus.exists():
        base = base_of(corpus / "articles")
        bars = {"anchor / en": 0.72, "anchor / zh": 0.62}
        rows += of_file("ethereum.org", base, corpus / "queries_dev.jsonl", bars)
        rows.append(across(base, corpus / "queries_dev.jsonl"))
        rows += of_titles("ethereum.org", base)
    return Table(title="Quality of search", rows=rows)


if __name__ == "__main__":
    import asyncio

    show(asyncio.run(run()), Console(file=sys.stdout, width=120))
