"""Where articles stand: making one, moving it, and leading old addresses on."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.editing import EDIT, PUBLISH, placing_of
from fanlight.features.knowledge.errors import (
    AddressTaken,
    AddressUnfit,
    OrderMoved,
    UnknownLanguage,
)
from fanlight.features.knowledge.models import LANGUAGES, Article, Category, Placing
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

_FIT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 80


def address_from(title: str) -> str:
    """An address made of a title; empty where the title has no Latin letters or digits."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    kept_words: list[str] = []
    for word in words:
        if len("-".join([*kept_words, word])) > _LONGEST:
            break
        kept_words.append(word)
    return "-".join(kept_words)


def fitting(slug: str) -> str:
    """The address itself, when it is one. Raises AddressUnfit."""
    if len(slug) > _LONGEST or not _FIT.fullmatch(slug):
        raise AddressUnfit(address=slug[:_LONGEST])
    return slug


async def create(
    work: Work, *, language: str, title: str, category: str, slug: str = ""
) -> Article:
    """A place for a new article, with no text yet; ``language`` is the one it is written in first.

    Raises:
        NotAllowed, UnknownLanguage, CategoryNotFound
        AddressTaken: another article has this address.
        AddressUnfit: the address has other than small Latin letters, digits and hyphens.
    """
    needs(work.actor, EDIT)
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language, languages=list(LANGUAGES))
    shelf = await queries.get_category(work, category)
    slug = fitting(slug or address_from(title) or f"article-{new_id().hex[-8:]}")
    await _refuse_taken(work, shelf.key, slug)
    path = f"{shelf.key}/{slug}"
    if await queries.article_of_path(work, path) is not None:
        path = f"{path}-{new_id().hex[-8:]}"  # an article that has moved keeps its first name
    article = await queries.place_article(
        work, Placing(path=path, category=shelf.key, slug=slug, position=await _last(work, shelf))
    )
    await kept.set_source_language(work, article.id, language)
    await kept.take(work, article.category, article.slug)
    return article


async def _last(work: Work, shelf: Category) -> int:
    return await kept.last_position(work, shelf.key) + 1


async def _refuse_taken(work: Work, category: str, slug: str) -> None:
    if await kept.is_taken(work, category, slug):
        raise AddressTaken(address=f"{category}/{slug}")


async def move(
    work: Work,
    article_id: UUID,
    *,
    category: str,
    slug: str,
    is_risk: bool,
) -> Line:
    """Put an article on another shelf, as the last one there, or under another address.

    Its old address leads on to the new one, and links in other articles are made anew.

    Raises:
        NotAllowed: readers would notice, and the actor may not publish.
        ArticleNotFound, CategoryNotFound, AddressTaken, AddressUnfit
    """
    needs(work.actor, EDIT)
    line = await kept.line(work, article_id)
    if any(each.state is not None for each in line.standings):
        needs(work.actor, PUBLISH)
    await kept.lock(work, article_id)
    article = await queries.get_article(work, article_id)
    shelf = await queries.get_category(work, category)
    if (shelf.key, slug) != (article.category, article.slug):
        fitting(slug)
        await _refuse_taken(work, shelf.key, slug)
        await kept.leave(work, article)
        await kept.take(work, shelf.key, slug)
        work.enqueue("knowledge.mend_links", article.id, key=f"knowledge.mend_links:{article.id}")
    stays = shelf.key == article.category
    position = article.position if stays else await _last(work, shelf)
    wanted = msgspec.structs.replace(
        placing_of(article), category=shelf.key, slug=slug, position=position, is_risk=is_risk
    )
    if wanted != placing_of(article):
        await queries.place_article(work, wanted)
        await queries.touch(work, article.id)
        work.signal(CHANGED)
        await audit.record(
            work, "article.moved", f"article:{article_id}", address=f"{shelf.key}/{slug}"
        )
    return await kept.line(work, article_id)


async def reorder(work: Work, category: str, ids: Sequence[UUID], *, was: Sequence[UUID]) -> None:
    """Put the first articles of a category in another order; those after them stay.

    Raises:
        NotAllowed, CategoryNotFound
        OrderMoved: they stand otherwise than ``was``, or these are others.
    """
    needs(work.actor, PUBLISH)
    await queries.get_category(work, category)
    now = list(await kept.in_order(work, category))
    if now[: len(was)] != list(was) or len(ids) != len(was) or set(ids) != set(was):
        raise OrderMoved
    await kept.put_in_order(work, [*ids, *now[len(ids) :]])
    work.signal(CHANGED)
    await audit.record(work, "article.ordered", f"category:{category}")


async def review_by(work: Work, article_id: UUID, day: date | None) -> Line:
    """Say by when somebody looks whether the article is still true. Raises ArticleNotFound."""
    needs(work.actor, EDIT)
    await kept.line(work, article_id)
    await kept.set_review_by(work, article_id, day)
    return await kept.line(work, article_id)
