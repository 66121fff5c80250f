"""Names by which the exchange's site and app ask for an article, whatever it is called today."""

import re
from collections.abc import Sequence
from datetime import timedelta
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
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

KEY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
FILE = "contexts.toml"
_LONGEST = 80
_MOST = 20
_MOST_WANTED = 500
_WANTED_LASTS = timedelta(days=90)  # a mark that was taken off its page is forgotten after that


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


def is_name(key: str) -> bool:
    return len(key) <= _LONGEST and KEY.fullmatch(key) is not None


async def note_wanted(work: Work, key: str) -> None:
    """Remember that a page asked for a name to which no article answers, for the editors."""
    if is_name(key):
        await doors.note_wanted(work, key, most=_MOST_WANTED)


async def wanted(work: Work) -> list[doors.WantedName]:
    """What pages of the exchange ask for in vain, the most often asked first.

    Raises:
        NotAllowed: the actor may not edit.
    """
    needs(work.actor, EDIT)
    return await doors.wanted_names(work, limit=_MOST_WANTED)


@job("kb.forget_wanted")
@cron("kb.forget_wanted", every_s=86_400)
async def forget_wanted(work: Work, _: None) -> None:
    """Drop names that an article answers to now, or that nobody asks for any more."""
    await doors.forget_wanted(work, before=work.now() - _WANTED_LASTS)
