"""Judges the search on questions whose right articles are known: by command, and in the bench."""

import math
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.importing import language_of
from fanlight.features.knowledge.meaning.finding import Meaning
from fanlight.features.knowledge.node import SearchNode
from fanlight.features.knowledge.search import Found, Wanted
from fanlight.kernel.work import Work

_DEPTH = 10


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file of questions."""

    id: str | int  # handed back as it came
    text: str
    lang: str = "en"
    search_in: str | None = None  # search only articles written in this language
    kind: str = ""
    relevant: tuple[str, ...] = ()  # ids of articles, with or without their language folder


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An article found: its id is its path in the imported folder, without .md."""

    id: str
    lang: str
    score: float


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What one question found, best first."""

    id: str | int
    results: list[Answer]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How well the questions of one kind were answered; every figure is between 0 and 1."""

    kind: str
    questions: int
    mrr: float  # MRR@10
    ndcg: float  # nDCG@10
    hit_1: float
    hit_5: float
    hit_10: float


class BadQuestions(ValueError):
    """The file is not one of questions; the message names the line."""


def read(file: Path) -> list[Question]:
    """The questions of a JSON-lines file.

    Raises:
        BadQuestions: a line is not a question.
    """
    found: list[Question] = []
    for number, line in enumerate(file.read_bytes().removeprefix(BOM_UTF8).splitlines(), 1):
        if line.strip():
            try:
                found.append(msgspec.json.decode(line, type=Question))
            except msgspec.MsgspecError as error:
                raise BadQuestions(f"{file}, line {number}: {error}") from error
    return found


Ask = Callable[[Question], Answers]


async def asking(work: Work, node: SearchNode, *, top: int = _DEPTH) -> Ask:
    """A function that answers questions as a visitor would be answered, by words alone."""
    keys = await queries.import_keys(work)
    return lambda question: _answers(question, node.find(_wanted(question, top)), keys)


async def answered(
    work: Work,
    node: SearchNode,
    questions: Sequence[Question],
    meaning: Meaning,
    *,
    top: int = _DEPTH,
) -> list[Answers]:
    """The answers to all questions, by meaning as well where that is on."""
    keys = await queries.import_keys(work)
    return [
        _answers(question, await meaning.find(node, _wanted(question, top)), keys)
        for question in questions
    ]


def _wanted(question: Question, top: int) -> Wanted:
    return Wanted(
        text=question.text,
        language=language_of(question.lang) or "en",
        only_language=language_of(question.search_in) if question.search_in else None,
        limit=top,
    )


def _answers(question: Question, found: Found, keys: Mapping[tuple[int, str], str]) -> Answers:
    return Answers(
        id=question.id,
        results=[
            Answer(
                id=keys.get((hit.article, hit.language), ""),
                lang=hit.language,
                score=round(hit.score, 4),
            )
            for hit in found.hits
        ],
    )


def judge(questions: Iterable[Question], ask: Ask) -> list[Score]:
    """Scores by kind and searched language, and over all."""
    ranks: dict[str, list[_Places]] = {}
    for question in questions:
        right = [
            place
            for place, answer in enumerate(ask(question).results[:_DEPTH])
            if _is_right(answer, question.relevant)
        ]
        where = question.search_in or question.lang
        ranks.setdefault(f"{question.kind or 'all'} / {where}", []).append(
            _Places(right, len(question.relevant))
        )
    scores = [_score(kind, of_kind) for kind, of_kind in sorted(ranks.items())]
    return [*scores, _score("all", [each for of_kind in ranks.values() for each in of_kind])]


def _is_right(answer: Answer, relevant: Sequence[str]) -> bool:
    return answer.id in relevant or answer.id.partition("/")[2] in relevant


class _Places(msgspec.Struct, frozen=True):
    """Where right articles stood among the first ten, and how many there are at all."""

    found: list[int]
    relevant: int


def _score(kind: str, asked: Sequence[_Places]) -> Score:
    number = max(len(asked), 1)

    def share(depth: int) -> float:
        return sum(1 for each in asked if each.found and each.found[0] < depth) / number

    return Score(
        kind=kind,
        questions=len(asked),
        mrr=sum(1 / (each.found[0] + 1) for each in asked if each.found) / number,
        ndcg=sum(_gain(each) for each in asked) / number,
        hit_1=share(1),
        hit_5=share(5),
        hit_10=share(_DEPTH),
    )


def _gain(places: _Places) -> float:
    best = sum(1 / math.log2(place + 2) for place in range(min(places.relevant, _DEPTH)))
    return sum(1 / math.log2(place + 2) for place in places.found) / best if best else 0.0
