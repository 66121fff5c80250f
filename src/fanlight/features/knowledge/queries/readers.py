"""What readers told us: verdicts on articles, and searches."""

from typing import LiteralString
from uuid import UUID

from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

ADD_FEEDBACK: LiteralString = """
    INSERT INTO kb_feedback (id, article_id, language, is_helpful, reason, comment, given_at)
    VALUES (%(id)s, %(article_id)s, %(language)s, %(is_helpful)s, %(reason)s, %(comment)s, %(at)s)
"""


async def add_feedback(
    work: Work,
    *,
    article_id: UUID,
    language: str,
    is_helpful: bool,
    reason: str | None,
    comment: str,
) -> None:
    await work.run(
        ADD_FEEDBACK,
        id=new_id(),
        article_id=article_id,
        language=language,
        is_helpful=is_helpful,
        reason=reason,
        comment=comment,
        at=work.now(),
    )


ADD_SEARCH: LiteralString = """
    INSERT INTO kb_searches (id, text, language, door, results, searched_at)
    VALUES (%(id)s, %(text)s, %(language)s, %(door)s, %(results)s, %(at)s)
"""


async def add_search(work: Work, *, text: str, language: str, door: str, results: int) -> None:
    await work.run(
        ADD_SEARCH,
        id=new_id(),
        text=text,
        language=language,
        door=door,
        results=results,
        at=work.now(),
    )
