"""For whom an article is written: everybody, customers who are signed in, or some of them."""

import re
from collections.abc import Sequence
from uuid import UUID

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.editing import EDIT, PUBLISH
from fanlight.features.knowledge.errors import AudienceUnknown
from fanlight.features.knowledge.queries import doors
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

PUBLIC, SIGNED_IN = "public", "signed-in"
_MOST = 20
_KEY = re.compile(r"(?:country:[a-z]{2}|(?:entity|tier):[a-z0-9][a-z0-9._-]{0,39})")


def of_reader(groups: Sequence[str]) -> tuple[str, ...]:
    """The audiences to which somebody who is signed in belongs."""
    return (PUBLIC, SIGNED_IN, *groups)


def normal(keys: Sequence[str]) -> list[str]:
    """Keys as they are stored; what is for everybody needs no other key.

    Raises:
        AudienceUnknown: one of them names no audience, or there are none or too many.
    """
    found = sorted({key.strip().lower() for key in keys} - {""})
    wrong = [key for key in found if key not in {PUBLIC, SIGNED_IN} and not _KEY.fullmatch(key)]
    if wrong or not found or len(found) > _MOST:
        raise AudienceUnknown(audience=wrong[0][:60] if wrong else "")
    for wide in (PUBLIC, SIGNED_IN):
        if wide in found:
            return [wide]
    return found


async def set_audience(work: Work, article_id: UUID, keys: Sequence[str]) -> Line:
    """Say who may read an article; one who belongs to any of these audiences may.

    Raises:
        NotAllowed: readers would notice, and the actor may not publish.
        ArticleNotFound, AudienceUnknown
    """
    needs(work.actor, EDIT)
    line = await kept.line(work, article_id)
    wanted = normal(keys)
    if wanted == line.audience:
        return line
    if any(each.state is not None for each in line.standings):
        needs(work.actor, PUBLISH)
    await doors.set_audience(work, article_id, wanted)
    await queries.touch(work, article_id)
    work.signal(CHANGED)
    await audit.record(work, "article.audience", f"article:{article_id}", audience=wanted)
    return await kept.line(work, article_id)
