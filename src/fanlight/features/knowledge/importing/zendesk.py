"""Reads an export of Zendesk Guide: what its Help Center API says, in one file or in many."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from fanlight.features.knowledge.importing import records
from fanlight.features.knowledge.importing.foreign import (
    Foreign,
    Room,
    Told,
    Words,
    keys_of,
    path_of,
    planned,
    text_of,
)
from fanlight.features.knowledge.importing.found import Plan, Skipped
from fanlight.features.knowledge.importing.opening import Files
from fanlight.features.knowledge.importing.placing import UNSORTED
from fanlight.features.knowledge.importing.records import Fields, Record
from fanlight.features.knowledge.models import CategoryName, State
from fanlight.features.knowledge.why import Why
from fanlight.kernel.i18n import nearest

_ARTICLE = re.compile(r"/hc/(?:[\w-]+/)?articles/(\d+)")
_ROOM = re.compile(r"/hc/(?:[\w-]+/)?(?:sections|categories)/(\d+)")
_ATTACHED = re.compile(r"/article_attachments/(\d+)")
_PROMOTED = 10_000  # places further up


def read(files: Files, mapped: Mapping[str, str], *, language: str | None = None) -> Plan:
    """Read everything; ``mapped`` leads names or ids of sections and categories to our keys."""
    skipped: list[Skipped] = []
    found = records.read(files, skipped)
    sections, categories = _rooms(found, "section", skipped), _rooms(found, "category", skipped)
    rooms = {**categories, **sections}
    # One category there: its sections are the shelves. Several: they are.
    by_section = len(categories) < 2
    keys = keys_of([*categories.values(), *sections.values()], mapped)
    translations: dict[str, list[Record]] = {}
    for each in found:
        if each.kind == "translation" and each.fields.get("source_type", "Article") == "Article":
            translations.setdefault(str(each.fields.get("source_id", "")), []).append(each)
    articles: dict[str, Foreign] = {}
    shelves: dict[str, Room] = {}
    hosts: set[str] = set()
    for each in found:
        if each.kind != "article":
            continue
        hosts.add(urlsplit(text_of(each.fields.get("html_url"))).netloc)
        room = _shelf(each.fields, sections, rooms, mapped, by_section=by_section)
        key = keys.get(room.id, UNSORTED) if room else UNSORTED
        if room:
            shelves[key] = room
        before = articles.get(each.id)
        words = dict(before.words) if before else {}
        inner = each.fields.get("translations")
        said = (
            [Record("translation", each.file, t) for t in inner if isinstance(t, dict)]
            if isinstance(inner, list)
            else []
        )
        for text in [each, *said, *translations.get(each.id, [])]:
            _add(words, each, text, skipped, language)
        if not words:
            continue
        up = _PROMOTED if each.fields.get("promoted") is True else 0
        articles[each.id] = Foreign(
            path=f"zendesk/{each.id}",
            shelf=key,
            position=Told(each.fields, each.place(), skipped).number("position") - up,
            words=words,
        )
    attached = {
        each.id: text_of(each.fields.get("file_name"))
        for each in found
        if each.kind == "attachment"
    }

    def lead(address: str, file: str, links: Mapping[str, str]) -> str:  # noqa: ARG001
        parts = urlsplit(address)
        if parts.netloc and parts.netloc not in hosts:
            return address
        if to := _ARTICLE.search(parts.path):
            link = links.get(f"zendesk/{to.group(1)}")
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            # One that did not come along is reported as leading nowhere.
            return f"{link}{fragment}" if link else parts.path
        if (to := _ROOM.search(parts.path)) and keys.get(to.group(1)) in shelves:
            return f"/c/{keys[to.group(1)]}"
        return address

    def named(address: str) -> str:
        at = _ATTACHED.search(address)
        return attached.get(at.group(1), "") if at else ""

    return planned(files, list(articles.values()), shelves, lead, skipped, named=named)


def _rooms(found: list[Record], kind: str, skipped: list[Skipped]) -> dict[str, Room]:
    rooms: dict[str, Room] = {}
    for each in found:
        if each.kind != kind:
            continue
        before = rooms.get(each.id)
        names = dict(before.names) if before else {}
        inner = each.fields.get("translations")
        for text in [each.fields, *(inner if isinstance(inner, list) else [])]:
            name = text_of(text.get("name")) or text_of(text.get("title"))
            tag = nearest(text_of(text.get("locale")) or "en")
            if name and tag:
                about = text_of(text.get("description")) or text_of(text.get("body"))
                names.setdefault(tag, CategoryName(name=name, description=_plain(about)))
        parent = each.fields.get("parent_section_id") or each.fields.get("category_id") or ""
        rooms[each.id] = Room(
            id=each.id,
            position=Told(each.fields, each.place(), skipped).number("position"),
            names=names,
            parent=str(parent),
        )
    return rooms


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())[:300]


def _shelf(
    article: Fields,
    sections: Mapping[str, Room],
    rooms: Mapping[str, Room],
    mapped: Mapping[str, str],
    *,
    by_section: bool,
) -> Room | None:
    """The room whose articles stand on one shelf with us: a mapped one before all others."""
    way: list[Room] = []
    place = str(article.get("section_id", ""))
    while place in rooms and rooms[place] not in way:
        way.append(rooms[place])
        place = rooms[place].parent
    known = {name.strip().casefold() for name in mapped}
    for room in way:
        if known & {room.id, *(name.name.casefold() for name in room.names.values())}:
            return room
    if not way:
        return None
    if by_section:
        return next((room for room in reversed(way) if room.id in sections), way[-1])
    return way[-1]


def _add(
    words: dict[str, Words],
    article: Record,
    text: Record,
    skipped: list[Skipped],
    language: str | None,
) -> None:
    fields = text.fields
    locale = (
        text_of(fields.get("locale"))
        or text_of(article.fields.get("source_locale"))
        or language
        or "en"
    )
    place = f"{text.where} (article {article.id}, {locale})"
    tag = nearest(locale)
    if tag is None:
        skipped.append(Skipped(place, Why("import.why.locale", field="locale", locale=locale)))
        return
    title = text_of(fields.get("title")) or text_of(fields.get("name"))
    if not title.strip():
        skipped.append(Skipped(place, Why("import.why.field", field="title")))
        return
    if not isinstance(fields.get("body"), str):
        skipped.append(Skipped(place, Why("import.why.field", field="body")))
        return
    if tag in words:
        if text.kind == "article" or words[tag].html != fields["body"]:
            skipped.append(Skipped(place, Why("import.why.same_article", file=words[tag].file)))
        return
    labels, told = article.fields.get("label_names"), Told(fields, place, skipped)
    number = article.id
    words[tag] = Words(
        file=place,
        key=f"zendesk/{locale.lower()}/{number}",
        title=title,
        html=fields["body"],
        state=_state(article.fields, fields),
        tags=tuple(str(label) for label in labels[:40]) if isinstance(labels, list) else (),
        left=_left(fields, number, locale),
        published_at=told.moment("created_at"),
        saved_at=told.moment("edited_at", "updated_at"),
    )


def _state(article: Fields, text: Fields) -> State | None:
    if article.get("draft") is True or text.get("draft") is True or text.get("hidden") is True:
        return State.DRAFT
    segments = article.get("user_segment_ids")
    is_restricted = article.get("user_segment_id") is not None or bool(segments)
    return State.INTERNAL if is_restricted else None


def _left(fields: Fields, number: str, locale: str) -> tuple[str, ...]:
    """Without the title: an address is known by its number, and titles change."""
    found = _ARTICLE.search(path_of(text_of(fields.get("html_url"))))
    own = found.group(0) if found else f"/hc/{locale.lower()}/articles/{number}"
    return tuple(dict.fromkeys((own, f"/hc/articles/{number}")))
