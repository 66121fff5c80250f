"""Addresses and categories of what comes in: none twice, none without a name."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from fanlight.features.knowledge.importing.found import Page, Skipped
from fanlight.features.knowledge.models import Category, CategoryName
from fanlight.features.knowledge.why import Why

UNSORTED = "general"  # the category of what lies in no folder
BY_FOLDER = 1000  # positions from here on: made by an import, not by editors
_SLUG = re.compile(r"[^\w-]+")
_LONGEST = 120


def slug(text: str) -> str:
    """Words as a part of an address."""
    return _SLUG.sub("-", text.lower()).strip("-")[:_LONGEST].strip("-") or "page"


def unique(pages: Iterable[Page]) -> tuple[list[Page], list[Skipped]]:
    """Two texts for one place (``zh/x.md``, ``zh_CN/x.md``): the first. Two articles for one
    address (``a/b/c.md``, ``a/b-c.md``): the second gets a number."""
    kept: list[Page] = []
    doubles: list[Skipped] = []
    by_path: dict[tuple[str, str], str] = {}
    placed: dict[str, tuple[str, str]] = {}
    taken: set[tuple[str, str]] = set()
    for page in pages:
        placing = page.placing
        same = by_path.setdefault((placing.path, page.language), page.file)
        if same != page.file:
            doubles.append(Skipped(page.file, Why("import.why.same_place", file=same)))
            continue
        if placing.path not in placed:
            address, number = (placing.category, placing.slug), 2
            while address in taken:
                address, number = (placing.category, f"{placing.slug}-{number}"), number + 1
            taken.add(address)
            placed[placing.path] = address
        category, part = placed[placing.path]
        kept.append(replace(page, placing=replace(placing, category=category, slug=part)))
    return kept, doubles


def categories(
    pages: Iterable[Page], known: Mapping[str, Category], *, is_ours: bool = False
) -> Iterator[Category]:
    """The categories in use: as written down, else named after their folder.

    Of our own export all that are written down: empty ones are the editors' too.
    """
    used = dict.fromkeys(page.placing.category for page in pages)
    if is_ours:
        used |= dict.fromkeys(known)
    for number, key in enumerate(used):
        yield known.get(key) or Category(
            key=key,
            position=BY_FOLDER + number,
            icon="book-open",
            names={"en": CategoryName(name=key.replace("-", " ").capitalize())},
        )
