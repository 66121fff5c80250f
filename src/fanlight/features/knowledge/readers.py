"""What readers tell us: whether an article helped, and what they searched for."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.events import ArticleRated
from fanlight.kernel.limits import spend
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Work

_MAX_COMMENT = 2000
_MAX_SEARCH = 400
_EXPLAINED_WITHIN = timedelta(hours=1)
_MARGIN = 1_000  # looked over beyond the cut, where a secret may be cut in two


class Reason(StrEnum):
    """Why an article did not help."""

    MISSING = "missing"  # my question is not in it
    UNCLEAR = "unclear"
    OUTDATED = "outdated"
    WRONG = "wrong"
    OTHER = "other"


async def rate(
    work: Work,
    article_id: UUID,
    language: str,
    *,
    is_helpful: bool,
    reason: Reason | None = None,
    comment: str = "",
    step: str | None = None,
    visitor: str,
) -> UUID:
    """Keep a reader's verdict; secrets in the comment are taken out before it is stored.

    Args:
        step: the anchor of the step that did not work, where it was not the whole article.
        visitor: what is counted against too many verdicts, e.g. a hashed address; never stored.

    Raises:
        ArticleNotFound: no such article, or not one the reader may see.
        TooManyTries: this visitor has rated too much in the last hour.
    """
    await spend(work, f"kb.rate:{visitor}", limit=30, window_s=3600)
    article = await queries.get_article(work, article_id)
    if language not in {each.language for each in await queries.translations(work, article.id)}:
        raise ArticleNotFound(article_id=article_id)
    feedback_id = await queries.add_feedback(
        work,
        article_id=article_id,
        language=language,
        is_helpful=is_helpful,
        reason=None if is_helpful else reason,
        step=step,
        comment=_kept(comment),
    )
    work.publish(ArticleRated(article_id=article_id, language=language, is_helpful=is_helpful))
    return feedback_id


async def explain(
    work: Work, feedback_id: UUID, article_id: UUID, *, reason: Reason, comment: str
) -> bool:
    """Say why, of a no that was counted when it was pressed. Said again, the last counts.

    False: there is no such no, or it was long ago.
    """
    return await queries.explain_feedback(
        work,
        feedback_id,
        article_id=article_id,
        since=work.now() - _EXPLAINED_WITHIN,
        reason=reason,
        comment=_kept(comment),
    )


def _kept(comment: str) -> str:
    return redact(comment[: _MAX_COMMENT + _MARGIN]).text[:_MAX_COMMENT].strip()


async def note_search(
    work: Work, text: str, language: str, *, door: str, results: int, is_foreign: bool = False
) -> UUID | None:
    """Remember a search for the editors, without whatever secret was in it; by which id, if at all.

    Args:
        door: where it was made: ``site``, ``widget``, ``console``.
        is_foreign: whether all that was found is in another language than the reader's.
    """
    said = redact(text[: _MAX_SEARCH + _MARGIN]).text[:_MAX_SEARCH].strip()
    if not said:
        return None
    return await queries.add_search(
        work,
        text=said,
        language=language,
        door=door,
        results=results,
        is_foreign=is_foreign,
    )
