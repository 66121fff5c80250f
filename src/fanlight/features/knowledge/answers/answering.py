"""An answer when a reader asks for one: passages they may read, a model that quotes, our check."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import structlog

from fanlight.features.knowledge import analyzer, queries, search
from fanlight.features.knowledge.answers.asking import VERSION, NoReply, ask
from fanlight.features.knowledge.answers.checking import Sentence, speaks_to_a_model, standing
from fanlight.features.knowledge.answers.settings import AnswerSettings
from fanlight.features.knowledge.meaning.finding import meaning_of
from fanlight.features.knowledge.node import SearchNode
from fanlight.features.knowledge.queries import answers as kept
from fanlight.features.knowledge.queries.answers import KeptAnswer, Source
from fanlight.features.knowledge.sections import fitted
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.limits import spend
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor, Work

log = structlog.get_logger(__name__)

_PASSAGES = 6
_HOUR_S = 3600
_HIDDEN = re.compile(r"⟦[^⟧]*⟧")  # where a secret was


async def answer(
    edge: Edge, node: SearchNode, question: str, *, language: str, actor: Actor, visitor: str
) -> UUID | None:
    """The id of an answer to this question; None when the model gave nothing we could use.

    The same question over the same passages is answered once. "I do not know" is an answer too,
    one without sentences.

    Args:
        visitor: what is counted against too many answers, e.g. a hashed address; never stored.

    Raises:
        SearchNotReady: this machine has no index yet.
        TooManyTries: this visitor, or everybody together, had enough of them for this hour.
    """
    settings = edge.shelf.of(Settings)[AnswerSettings]
    asked = _asked(question)
    wanted = search.Wanted(text=_HIDDEN.sub(" ", asked), language=language, audiences=actor.reads)
    found = await meaning_of(edge.shelf).find(node, wanted)
    async with edge.work(actor) as work:
        hits = await fitted(work, found.hits)
        places = [(hit.article, hit.language, hit.passage) for hit in hits]
        at = {hit.article: hit.passage for hit in hits}
        rows = [row for row in await queries.excerpts(work, places) if _may_go(row, language)]
        rows = rows[:_PASSAGES]
        key = _key(settings, asked, language, rows)
        known = await kept.by_key(work, key)
        if known is not None:
            return known
        if not rows or speaks_to_a_model(asked):
            return await _keep(work, key, asked, language, rows, [], at)
        await spend(work, f"kb.answer:{visitor}", limit=settings.per_visitor, window_s=_HOUR_S)
        await spend(work, "kb.answer", limit=settings.per_hour, window_s=_HOUR_S)
    passages = [f"{row.title}\n{row.heading}\n{row.text}" for row in rows]
    try:
        http = edge.shelf.of(OutboundHttp)
        said = await ask(http, settings, asked, passages, language=language)
    except NoReply as trouble:
        log.warning("answer_not_made", why=str(trouble))
        return None
    sentences = standing(said, passages, language)
    async with edge.work(actor) as work:
        return await _keep(work, key, asked, language, rows, sentences, at)


async def shown(work: Work, answer_id: UUID, question: str) -> KeptAnswer | None:
    """An answer with its sources; None when it is to another question, or a source has changed or
    may not be read here.
    """
    found = await kept.get(work, answer_id)
    if found is None or analyzer.same(found.question) != analyzer.same(_asked(question)):
        return None
    places = [(each.article, each.language, each.passage) for each in found.sources]
    readable = {row.number: row.text for row in await queries.excerpts(work, places)}
    is_same = all(_digest(readable.get(each.article, "")) == each.digest for each in found.sources)
    return found if is_same else None


async def judge(work: Work, answer_id: UUID, *, is_right: bool, visitor: str) -> None:
    """Count a reader's verdict, once for each visitor and answer.

    Raises:
        TooManyTries: this visitor has judged it, or too many others.
    """
    await spend(work, f"kb.answer.judge:{visitor}", limit=30, window_s=_HOUR_S)
    await spend(work, f"kb.answer.judge:{visitor}:{answer_id}", limit=1, window_s=24 * _HOUR_S)
    await kept.judge(work, answer_id, is_right=is_right)


@job("knowledge.answers.forget")
@cron("knowledge.answers.forget", every_s=6 * _HOUR_S)
async def forget(work: Work, _: None) -> None:
    """Questions are not kept for ever."""
    await kept.forget(work)


def _asked(question: str) -> str:
    """A question as it may be kept and sent."""
    return redact(" ".join(question.split())[: analyzer.MAX_QUERY_CHARACTERS]).text


def _may_go(row: queries.Excerpt, language: str) -> bool:
    """Whether a model may have this passage: in the reader's language, and spoken to readers."""
    is_near = row.language.partition("-")[0] == language.partition("-")[0]
    return is_near and not speaks_to_a_model(f"{row.title}\n{row.heading}\n{row.text}")


def _key(
    settings: AnswerSettings, asked: str, language: str, rows: Sequence[queries.Excerpt]
) -> bytes:
    """The question over this state of the articles: when one changes, it is asked anew."""
    told = [f"{row.number}/{row.language}/{row.title}/{row.text}" for row in rows]
    parts = [str(VERSION), settings.url, settings.model, language, analyzer.same(asked), *told]
    return hashlib.sha256(msgspec.json.encode(parts)).digest()


async def _keep(
    work: Work,
    key: bytes,
    asked: str,
    language: str,
    rows: Sequence[queries.Excerpt],
    sentences: Sequence[Sentence],
    at: Mapping[int, int],
) -> UUID:
    """Only the passages that are named are kept as sources, with numbers of their own."""
    named = list(dict.fromkeys(number for each in sentences for number in each.sources))
    sources = [
        Source(
            article=rows[number - 1].number,
            language=rows[number - 1].language,
            passage=at[rows[number - 1].number],
            title=rows[number - 1].title,
            category=rows[number - 1].category,
            slug=rows[number - 1].slug,
            anchor=rows[number - 1].anchor,
            digest=_digest(rows[number - 1].text),
        )
        for number in named
    ]
    renumbered = [
        Sentence(each.text, [named.index(number) + 1 for number in each.sources])
        for each in sentences
    ]
    made = KeptAnswer(
        id=new_id(), question=asked, language=language, sentences=renumbered, sources=sources
    )
    return await kept.keep(work, made, key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
