"""Articles of another help center, whatever it was, become a plan."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

from fanlight.features.knowledge.importing.found import Page, Plan, Skipped
from fanlight.features.knowledge.importing.from_html import markdown
from fanlight.features.knowledge.importing.html_tree import Node, tree
from fanlight.features.knowledge.importing.opening import Files
from fanlight.features.knowledge.importing.pictures import Shelf
from fanlight.features.knowledge.importing.placing import BY_FOLDER, UNSORTED, slug, unique
from fanlight.features.knowledge.models import Category, CategoryName, Placing, State, Text
from fanlight.features.knowledge.why import Why

MOST_HTML = 2_000_000  # characters of one body; more is not an article
_MOST_TITLE = 400
_MOST_VALUE = 100  # characters of a value that a report repeats
T = TypeVar("T")


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign article in one language."""

    file: str  # as a report calls it
    key: str
    title: str
    html: str | Node
    description: str = ""
    state: State | None = None
    tags: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    published_at: datetime | None = None
    saved_at: datetime | None = None


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign article with all its languages."""

    path: str
    shelf: str  # the key of its category with us
    position: int
    words: dict[str, Words]  # by our tag
    slug: str = ""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A category, section or collection there."""

    id: str
    position: int
    names: dict[str, CategoryName]
    parent: str = ""


Lead = Callable[[str, str, Mapping[str, str]], str]
"""What a link means here: of (address, file in which it stands, path -> link to the article)."""


def planned(
    files: Files,
    articles: Sequence[Foreign],
    rooms: Mapping[str, Room],
    lead: Lead,
    skipped: list[Skipped],
    *,
    named: Callable[[str], str] = str,
) -> Plan:
    """Bodies become Markdown, links among them become links among ours.

    Args:
        rooms: by the key that the category has with us.
        named: the file of a picture, of the address it has in a body.
    """
    pages, doubles = unique(
        Page(
            key=words.key,
            file=words.file,
            language=language,
            placing=Placing(
                path=article.path,
                category=article.shelf,
                slug=article.slug or _slug_of(article),
                position=article.position,
            ),
            text=Text(
                title=_short(words.title), source="", description=words.description, tags=words.tags
            ),
            state=words.state,
            left=words.left,
            published_at=words.published_at,
            saved_at=words.saved_at,
        )
        for article in articles
        for language, words in article.words.items()
    )
    links = {p.placing.path: f"article:{p.placing.category}/{p.placing.slug}" for p in pages}
    bodies = {words.key: words.html for article in articles for words in article.words.values()}
    shelf = Shelf(files)
    whole: list[Page] = []
    for page in pages:
        follow = partial(_followed, lead, page.file, links)
        filled = _filled(page, bodies[page.key], follow, shelf, named)
        if isinstance(filled, Page):
            whole.append(filled)
        else:
            skipped.append(filled)
    used = dict.fromkeys(page.placing.category for page in whole)
    return Plan(
        pages=whole,
        skipped=[*files.refused, *skipped, *doubles],
        categories=[_category(key, rooms.get(key), number) for number, key in enumerate(used)],
        pictures=shelf,
        missing=shelf.missing,
    )


def _followed(lead: Lead, file: str, links: Mapping[str, str], address: str) -> str:
    return lead(address, file, links)


def _filled(
    page: Page,
    html: str | Node,
    follow: Callable[[str], str],
    shelf: Shelf,
    named: Callable[[str], str],
) -> Page | Skipped:
    if isinstance(html, str) and len(html) > MOST_HTML:
        return Skipped(page.file, Why("import.why.body_long", most=MOST_HTML))
    source = markdown(tree(html) if isinstance(html, str) else html, follow=follow)
    if not source:
        return Skipped(page.file, Why("import.why.field", field="body"))
    source, pictures = shelf.taken(source, page.file.partition(" (")[0], named)
    text = msgspec.structs.replace(page.text, source=source)
    return msgspec.structs.replace(page, text=text, pictures=pictures)


def _slug_of(article: Foreign) -> str:
    words = article.words.get("en") or next(iter(article.words.values()))
    return slug(words.title)[:80].strip("-")


def _short(title: str) -> str:
    return " ".join(title.split())[:_MOST_TITLE]


def _category(key: str, room: Room | None, number: int) -> Category:
    names = room.names if room is not None else {}
    return Category(
        key=key,
        position=BY_FOLDER
        + (room.position if room is not None and 0 <= room.position < 10_000 else number),
        icon="book-open",
        names=names or {"en": CategoryName(name=key.replace("-", " ").capitalize())},
    )


def keys_of(rooms: Sequence[Room], mapped: Mapping[str, str]) -> dict[str, str]:
    """The key with us of every room: as mapped by id or name, else made of its name."""
    keys: dict[str, str] = {}
    taken: set[str] = set(mapped.values())
    lowered = {name.strip().casefold(): key for name, key in mapped.items()}
    for room in rooms:
        names = [name.name for name in room.names.values()]
        wanted = next(
            (lowered[n.casefold()] for n in [room.id, *names] if n.casefold() in lowered), ""
        )
        if not wanted:
            base = slug(room.names["en"].name if "en" in room.names else (names or [UNSORTED])[0])
            wanted, number = base, 2
            while wanted in taken:
                wanted, number = f"{base}-{number}", number + 1
        taken.add(wanted)
        keys[room.id] = wanted
    return keys


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


class Told:
    """What a record says in numbers and times; what says nothing is left out, and named."""

    def __init__(self, fields: Mapping[str, object], place: str, skipped: list[Skipped]) -> None:
        self._fields, self._place, self._skipped = fields, place, skipped

    def number(self, key: str) -> int:
        """0 where there is none."""
        return self._first(_number, key) or 0

    def moment(self, *keys: str) -> datetime | None:
        """Of ISO 8601, or seconds since 1970; of the first key that says one."""
        return self._first(_moment, *keys)

    def _first(self, read: Callable[[object], T | None], *keys: str) -> T | None:
        for key in keys:
            said = self._fields.get(key)
            if said in (None, ""):
                continue
            if (found := read(said)) is not None:
                return found
            why = Why("import.why.value", field=key, value=str(said)[:_MOST_VALUE])
            self._skipped.append(Skipped(self._place, why))
        return None


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and abs(value) < 2**31 else None


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(text_of(value).replace("Z", "+00:00"))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def path_of(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""
