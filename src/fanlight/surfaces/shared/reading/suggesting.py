"""Articles for what a customer wrote in a talk: few, and only those that stand out."""

import asyncio
import re
from collections.abc import Iterator, Sequence

from fanlight.features.knowledge import analyzer, search
from fanlight.features.knowledge.node import node_of
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Actor
from fanlight.surfaces.shared.reading.finding import Result, results_of
from fanlight.surfaces.shared.works import VISITOR

MOST = 3
_CLOSE = 0.5  # of the best score: what is further behind is about something else
_LEAST_TOKENS = 2  # one word of small talk stands in some article or other
_MOST_SENTENCES = 6
_OLDER = 0.7  # a message counts so much of the one after it
_SUBJECT = 1.4  # of the newest message: it names the question, whatever is chatted about later
_SENTENCE = re.compile(r"(?<=[。！？；!?;])|(?<=\.)\s+|\n+")
_HIDDEN = re.compile(r"⟦[^⟧]*⟧")  # where a secret was


async def suggest_for(
    edge: Edge, said: Sequence[str], *, language: str, subject: str = "", actor: Actor = VISITOR
) -> list[Result]:
    """At most three articles for a subject and the messages, the newest of which stands first.

    Each sentence is looked for by itself, and an article counts by all that lead to it: of a long
    text searched as one, the rarest words alone would decide.

    Raises:
        SearchNotReady: this machine has no index yet.
    """
    node = node_of(edge)
    total: dict[int, float] = {}
    best: dict[int, search.Hit] = {}
    for text, weight in _sentences(subject, said, language):
        wanted = search.Wanted(text=text, language=language, audiences=actor.reads)
        for hit in node.find(wanted).hits:
            total[hit.article] = total.get(hit.article, 0.0) + weight * hit.score
            if hit.article not in best or hit.score > best[hit.article].score:
                best[hit.article] = hit
        await asyncio.sleep(0)  # a millisecond each: others have their turn between two
    if not total:
        return []
    ranked = sorted((-score, article) for article, score in total.items())
    close = [article for score, article in ranked[:MOST] if score <= ranked[0][0] * _CLOSE]
    return await results_of(
        edge, [best[article] for article in close], language=language, actor=actor
    )


def _sentences(subject: str, said: Sequence[str], language: str) -> Iterator[tuple[str, float]]:
    """What is worth looking for, with how much it counts."""
    named = _HIDDEN.sub(" ", subject).strip()[: analyzer.MAX_QUERY_CHARACTERS]
    if _says_something(named, language):
        yield named, _SUBJECT
    left, weight = _MOST_SENTENCES, 1.0
    for message in said:
        for part in _SENTENCE.split(_HIDDEN.sub(" ", message)[: analyzer.MAX_QUERY_CHARACTERS * 2]):
            # A talk without a subject is named by how it begins: that does not count twice.
            if part.strip() in named or not _says_something(part, language):
                continue
            if not left:
                return
            left -= 1
            yield part.strip(), weight
        weight *= _OLDER


def _says_something(part: str, language: str) -> bool:
    tokens = analyzer.tokens(part[: analyzer.MAX_QUERY_CHARACTERS], language)
    return len({*tokens.words, *tokens.pairs}) >= _LEAST_TOKENS
