"""Shelves as editors keep them, and old addresses that lead on."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from fanlight.features.knowledge import entries, placing, queries
from fanlight.features.knowledge.errors import (
    AddressLoops,
    AddressTaken,
    ArticleNotFound,
    CategoryInUse,
    EntryMoved,
    EntryNotFound,
    EntryUnfit,
    OrderMoved,
)
from fanlight.features.knowledge.models import CategoryName
from fanlight.features.knowledge.queries import editing, moving
from fanlight.features.knowledge.queries import shelving as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

EDIT, PUBLISH = "article.edit", "article.publish"
_MOST_NAME, _MOST_DESCRIPTION = 80, 300
_ICON = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OURS = re.compile(r"(?:/[a-z-]+)?/a/([^/]+)/([^/]+)")


def _fit(key: str, icon: str, names: Mapping[str, CategoryName]) -> dict[str, CategoryName]:
    if not _ICON.fullmatch(icon):
        raise EntryUnfit(why="icon", key=key)

    def fit(name: CategoryName) -> CategoryName:
        return CategoryName(
            name=entries.measured(key, name.name, _MOST_NAME, "name"),
            description=name.description.strip()[:_MOST_DESCRIPTION],
        )

    return entries.in_languages(names, fit)


async def add(work: Work, key: str, *, icon: str, names: Mapping[str, CategoryName]) -> None:
    """A new shelf, behind the others.

    Raises:
        NotAllowed, UnknownLanguage, EntryUnfit
        AddressUnfit: the address has other than small Latin letters, digits and hyphens.
        AddressTaken: there is one with this address.
    """
    _may(work)
    fit = _fit(placing.fitting(key), icon, names)
    if not await kept.add(work, key, icon, fit):
        raise AddressTaken(address=key)
    await _changed(work, "category.added", key)


async def change(
    work: Work, key: str, *, icon: str, names: Mapping[str, CategoryName], version: int
) -> None:
    """Another name, description or icon. Raises EntryMoved when somebody saved it meanwhile."""
    _may(work)
    if not await kept.change(work, key, icon, _fit(key, icon, names), version):
        raise EntryMoved(key=key)
    await _changed(work, "category.changed", key)


async def rename(work: Work, key: str, to: str, *, version: int) -> None:
    """Another address for a shelf and all that stands on it; the old ones lead on.

    Raises:
        NotAllowed, AddressUnfit, AddressTaken
        EntryMoved: somebody saved it meanwhile.
    """
    _may(work)
    placing.fitting(to)
    have = {each.key: each for each in await kept.shelves(work)}
    if to in have:
        raise AddressTaken(address=to)
    moved = await kept.rename(work, key, to, version)
    if moved is None:
        raise EntryMoved(key=key)
    for each in moved:
        work.enqueue("knowledge.mend_links", each, key=f"knowledge.mend_links:{each}")
    await _changed(work, "category.renamed", key, to=to)


async def reorder(work: Work, keys: Sequence[str], *, was: Sequence[str]) -> None:
    """Put the shelves in this order. Raises OrderMoved when they stand otherwise than ``was``."""
    _may(work)
    if not await kept.order(work, keys, was):
        raise OrderMoved
    await _changed(work, "category.ordered", "")


async def remove(work: Work, key: str, *, version: int) -> None:
    """Take an empty shelf away.

    Raises:
        CategoryInUse: articles stand on it.
        EntryMoved: somebody saved it meanwhile, or took it away.
    """
    _may(work)
    if await kept.remove(work, key, version):
        await _changed(work, "category.removed", key)
        return
    count = await kept.standing_on(work, key)
    raise CategoryInUse(count=count) if count else EntryMoved(key=key)


async def lead(work: Work, path: str, to: str) -> None:
    """Lead an old address to an article.

    Args:
        path: with or without the site in front; what stands behind ``?`` does not count.
        to: the article's address or its last part.

    Raises:
        NotAllowed, EntryUnfit
        ArticleNotFound: no article is meant by ``to``.
        AddressLoops: an article stands at ``path`` itself.
    """
    _may(work)
    old = moving.normal(_path(path))
    if old == "/" or len(old) > 400:
        raise EntryUnfit(why="address", key=old[:80])
    name = "/".join(_path(to).strip("/").split("/")[-2:])
    found = await queries.articles_named(work, [name, name.rpartition("/")[2]])
    exact = [each for each in found if f"{each.category}/{each.slug}" == name] or found
    if not exact:
        raise ArticleNotFound(address=to[:80])
    if at := _OURS.fullmatch(old):
        if await queries.articles_named(work, [f"{at[1]}/{at[2]}"]):
            raise AddressLoops(address=old[:80])
        # One of our own is left in every language at once.
        await editing.leave(work, msgspec.structs.replace(exact[0], category=at[1], slug=at[2]))
    else:
        await moving.lead(work, {old: exact[0].id})
    await audit.record(work, "redirect.added", f"article:{exact[0].id}", path=old)


def _path(text: str) -> str:
    try:
        return urlsplit(text.strip()).path
    except ValueError:  # brackets that are no address
        return ""


async def stop_leading(work: Work, path: str) -> None:
    """An old address is nobody's again. Raises EntryNotFound."""
    _may(work)
    if not await kept.forget(work, path):
        raise EntryNotFound(key=path[:80])
    await audit.record(work, "redirect.removed", f"address:{path[:80]}", path=path)


def _may(work: Work) -> None:
    needs(work.actor, EDIT)
    needs(work.actor, PUBLISH)


async def _changed(work: Work, action: str, key: str, **detail: object) -> None:
    await audit.record(work, action, f"category:{key}", **detail)
    work.signal(CHANGED)
