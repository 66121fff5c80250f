"""Answers that a model made, kept for the next reader who asks the same of the same articles."""

from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.answers.checking import Sentence
from fanlight.kernel.work import Work


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that an answer names."""

    article: int
    language: str
    passage: int
    title: str
    category: str
    slug: str
    anchor: str
    digest: str  # of its words: when they are others now, the answer is not shown


class KeptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer; without sentences it says that the articles do not cover the question."""

    id: UUID
    question: str  # without secrets
    language: str
    sentences: list[Sentence]
    sources: list[Source]


# Who may see one is asked of its sources: see ``answering.shown``.
GET: LiteralString = """
    SELECT id, question, language, sentences, sources FROM kb_answers WHERE id = %(id)s
"""
BY_KEY: LiteralString = "SELECT id FROM kb_answers WHERE key = %(key)s"
KEEP: LiteralString = """
    INSERT INTO kb_answers (id, key, question, language, sentences, sources)
    VALUES (%(id)s, %(key)s, %(question)s, %(language)s, %(sentences)s::jsonb, %(sources)s::jsonb)
    ON CONFLICT (key) DO UPDATE SET key = excluded.key
    RETURNING id
"""
JUDGE: LiteralString = """
    UPDATE kb_answers
    SET right_count = right_count + %(right)s, wrong_count = wrong_count + %(wrong)s
    WHERE id = %(id)s
"""
FORGET: LiteralString = "DELETE FROM kb_answers WHERE made_at < now() - interval '30 days'"


async def get(work: Work, answer_id: UUID) -> KeptAnswer | None:
    return await work.one(KeptAnswer, GET, id=answer_id)


async def by_key(work: Work, key: bytes) -> UUID | None:
    return await work.one(UUID, BY_KEY, key=key)


async def keep(work: Work, answer: KeptAnswer, key: bytes) -> UUID:
    """Its id, or that of the one that somebody was quicker to store."""
    stored = await work.one(
        UUID,
        KEEP,
        id=answer.id,
        key=key,
        question=answer.question,
        language=answer.language,
        sentences=msgspec.json.encode(answer.sentences).decode(),
        sources=msgspec.json.encode(answer.sources).decode(),
    )
    return stored or answer.id


async def judge(work: Work, answer_id: UUID, *, is_right: bool) -> None:
    await work.run(JUDGE, id=answer_id, right=int(is_right), wrong=int(not is_right))


async def forget(work: Work) -> int:
    return await work.run(FORGET)
