"""Lists of questions: what editors put first for a category or on the home page, in their order.

Where they keep none, a category lists what its articles are also asked as, and the home page what
is asked for most now.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.errors import CategoryNotFound, EntryMoved, EntryUnfit
from fanlight.features.knowledge.models import Article, Questions
from fanlight.features.knowledge.queries import questions as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

EDIT = "article.edit"
HOME = "@home"  # no category can be called so
MOST = 20  # more is no list but a shelf
FILE = "questions.toml"


async def save(work: Work, wanted: Questions) -> Questions:
    """Store a list; ``wanted.version`` is the one on the screen, 0 for a new one.

    Raises:
        NotAllowed, CategoryNotFound
        EntryUnfit: a name is no article's or stands twice; ``number`` says which, from 1.
        EntryMoved: somebody saved it, or made one, meanwhile.
    """
    needs(work.actor, EDIT)
    shelves = {each.key for each in await queries.categories(work)}
    if wanted.place not in {HOME, *shelves}:
        raise CategoryNotFound
    if not 1 <= len(wanted.articles) <= MOST:
        raise EntryUnfit(why="steps", key=wanted.place, most=MOST)
    by_name = _by_name(await queries.articles_named(work, wanted.articles))
    found: list[UUID] = []
    for number, name in enumerate(wanted.articles, 1):
        article_id = by_name.get(name)
        if article_id is None or article_id in found:
            raise EntryUnfit(why="article", key=wanted.place, number=number)
        found.append(article_id)
    if not await kept.save(work, wanted.place, found, wanted.version):
        raise EntryMoved(key=wanted.place)
    await _changed(work, "questions.saved", wanted.place)
    return replace(wanted, version=wanted.version + 1)


async def remove(work: Work, place: str, *, version: int) -> None:
    """Give the list up: what readers ask is told again. Raises EntryMoved."""
    needs(work.actor, EDIT)
    if not await kept.remove(work, place, version):
        raise EntryMoved(key=place)
    await _changed(work, "questions.removed", place)


async def load(work: Work, given: Sequence[Questions]) -> None:
    """Store the lists of a folder; what is stored and the same is left alone."""
    have = {each.place: each for each in await kept.lists(work)} if given else {}
    for each in given:
        by_name = _by_name(await queries.articles_named(work, each.articles))
        there = [name for name in each.articles if name in by_name]
        before = have.get(each.place)
        version = 0 if before is None else before.version
        if there and (before is None or there != before.articles):
            await kept.save(work, each.place, [by_name[name] for name in there], version)
            work.signal(CHANGED)


def _by_name(articles: Iterable[Article]) -> dict[str, UUID]:
    return {f"{each.category}/{each.slug}": each.id for each in articles}


class _List(msgspec.Struct):
    place: str
    articles: list[str]


class _File(msgspec.Struct):
    questions: list[_List] = []


def read(text: str) -> list[Questions]:
    """What ``questions.toml`` says. Raises msgspec.MsgspecError when it does not have the shape."""
    found = msgspec.toml.decode(text, type=_File).questions
    return [Questions(place=each.place, articles=each.articles[:MOST]) for each in found]


async def _changed(work: Work, action: str, place: str) -> None:
    await audit.record(work, action, f"questions:{place}")
    work.signal(CHANGED)
