"""Names by which the exchange's site and app ask for an article, whatever it is called today."""

import re
from collections.abc import Sequence
from uuid import UUID

from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.editing import EDIT, PUBLISH
from fanlight.features.knowledge.errors import ContextTaken, ContextUnfit
from fanlight.features.knowledge.queries import doors
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

KEY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LONGEST = 80
_MOST = 20


async def set_contexts(work: Work, article_id: UUID, keys: Sequence[str]) -> Line:
    """Give an article exactly these names.

    Raises:
        NotAllowed: the actor may not publish: the exchange's own pages would change.
        ContextUnfit: a name has other than small Latin letters, digits, dots and hyphens.
        ContextTaken: another article has one of them.
        ArticleNotFound
    """
    needs(work.actor, EDIT)
    line = await kept.line(work, article_id)
    wanted = sorted({key.strip() for key in keys} - {""})
    if wanted == line.contexts:
        return line
    needs(work.actor, PUBLISH)
    for key in wanted:
        if len(key) > _LONGEST or not KEY.fullmatch(key) or len(wanted) > _MOST:
            raise ContextUnfit(context=key[:_LONGEST])
    taken = await doors.contexts_of_others(work, article_id, wanted)
    if taken:
        raise ContextTaken(context=taken[0])
    await doors.set_contexts(work, article_id, wanted)
    work.signal(CHANGED)
    await audit.record(work, "article.contexts", f"article:{article_id}", contexts=wanted)
    return await kept.line(work, article_id)
