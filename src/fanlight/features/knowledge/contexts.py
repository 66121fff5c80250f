"""Names by which the exchange's site and app ask for an article, whatever it is called today."""

import re
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from fanlight.features.knowledge import entries, queries
from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.editing import EDIT, PUBLISH
from fanlight.features.knowledge.errors import ArticleNotFound, ContextTaken, ContextUnfit
from fanlight.features.knowledge.queries import doors
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

KEY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
FILE = "contexts.toml"
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


class Named(msgspec.Struct, frozen=True):
    """The names of one article, as a file says them."""

    article: str  # its path
    keys: list[str]


def read(folder: Path, refuse: entries.Refuse) -> list[Named]:
    """The names in a folder's ``contexts.toml``, where it has one.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: the file does not have the shape.
    """
    return entries.decoded(folder / FILE, "context", Named, lambda each: each, refuse)


async def load(work: Work, named: Sequence[Named], *, refuse: entries.Refuse | None = None) -> None:
    """Give articles the names of a file, beside those that they have already."""
    for each in named:
        with entries.taking(FILE, each.article, refuse):
            article = await queries.article_of_path(work, each.article)
            if article is None:
                raise ArticleNotFound(article=each.article)
            have = (await kept.line(work, article.id)).contexts
            await set_contexts(work, article.id, [*have, *each.keys])
