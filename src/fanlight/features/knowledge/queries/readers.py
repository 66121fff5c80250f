"""What readers told us: verdicts on articles, and searches."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

ADD_FEEDBACK: LiteralString = """
    INSERT INTO kb_feedback
        (id, article_id, language, is_helpful, reason, step, comment, given_at)
    VALUES (%(id)s, %(article_id)s, %(language)s, %(is_helpful)s, %(reason)s, %(step)s,
            %(comment)s, %(at)s)
"""


async def add_feedback(
    work: Work,
    *,
    article_id: UUID,
    language: str,
    is_helpful: bool,
    reason: str | None,
    comment: str,
    step: str | None = None,
) -> UUID:
    feedback_id = new_id()
    await work.run(
        ADD_FEEDBACK,
        id=feedback_id,
        article_id=article_id,
        language=language,
        is_helpful=is_helpful,
        reason=reason,
        step=step,
        comment=comment,
        at=work.now(),
    )
    return feedback_id


EXPLAIN_FEEDBACK: LiteralString = """
    UPDATE kb_feedback SET reason = %(reason)s, comment = %(comment)s
    WHERE id = %(id)s AND article_id = %(article_id)s AND given_at > %(since)s
      AND NOT is_helpful
"""


async def explain_feedback(
    work: Work, feedback_id: UUID, *, article_id: UUID, since: datetime, reason: str, comment: str
) -> bool:
    values = {"id": feedback_id, "article_id": article_id, "since": since}
    return bool(await work.run(EXPLAIN_FEEDBACK, **values, reason=reason, comment=comment))


class FailingStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that readers say did not work."""

    language: str
    step: str  # its anchor
    times: int
    reasons: dict[str, int]


FAILING_STEPS: LiteralString = """
    SELECT language, step, sum(times)::int AS times, jsonb_object_agg(reason, times) AS reasons
    FROM (
        SELECT language, step, coalesce(reason, 'other') AS reason, count(*)::int AS times
        FROM kb_feedback
        WHERE article_id = %(article_id)s AND step IS NOT NULL AND given_at >= %(since)s
        GROUP BY language, step, coalesce(reason, 'other')
    ) counted
    GROUP BY language, step
    ORDER BY times DESC, language, step
"""


async def failing_steps(work: Work, article_id: UUID, *, since: datetime) -> list[FailingStep]:
    """What readers say of single steps of an article, the most often named first."""
    return await work.rows(FailingStep, FAILING_STEPS, article_id=article_id, since=since)


ADD_SEARCH: LiteralString = """
    INSERT INTO kb_searches (id, text, language, door, results, is_foreign, searched_at)
    VALUES (%(id)s, %(text)s, %(language)s, %(door)s, %(results)s, %(is_foreign)s, %(at)s)
"""


async def add_search(
    work: Work, *, text: str, language: str, door: str, results: int, is_foreign: bool = False
) -> UUID:
    """Store a search; its id tells nothing of who made it."""
    search_id = new_id()
    await work.run(
        ADD_SEARCH,
        id=search_id,
        text=text,
        language=language,
        door=door,
        results=results,
        is_foreign=is_foreign,
        at=work.now(),
    )
    return search_id
