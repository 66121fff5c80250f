"""Reads an export of Intercom: articles and collections, as its API says them."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

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

_ARTICLE = re.compile(r"/articles/(\d+)")
_ROOM = re.compile(r"/collections/(\d+)")


def read(files: Files, mapped: Mapping[str, str], *, language: str | None = None) -> Plan:
    """Read everything; ``mapped`` leads names or ids of collections to our keys."""
    skipped: list[Skipped] = []
    found = records.read(files, skipped)
    rooms = {each.id: _room(each, skipped) for each in found if each.kind == "collection"}
    keys = keys_of(list(rooms.values()), mapped)
    articles: dict[str, Foreign] = {}
    shelves: dict[str, Room] = {}
    hosts: set[str] = set()
    for each in found:
        if each.kind != "article":
            continue
        if each.id in articles:
            skipped.append(Skipped(each.place(), Why("import.why.same_id")))
            continue
        hosts.add(urlsplit(text_of(each.fields.get("url"))).netloc)
        room = _shelf(each.fields, rooms, mapped, keys)
        key = keys[room.id] if room else UNSORTED
        if room:
            shelves[key] = room
        words = _words(each, skipped, language)
        if words:
            articles[each.id] = Foreign(
                path=f"intercom/{each.id}",
                shelf=key,
                position=Told(each.fields, each.place(), skipped).number("order"),
                words=words,
            )

    def lead(address: str, file: str, links: Mapping[str, str]) -> str:  # noqa: ARG001
        parts = urlsplit(address)
        if parts.netloc and parts.netloc not in hosts:
            return address
        if to := _ARTICLE.search(parts.path):
            link = links.get(f"intercom/{to.group(1)}")
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            # One that did not come along is reported as leading nowhere.
            return f"{link}{fragment}" if link else parts.path
        if (to := _ROOM.search(parts.path)) and keys.get(to.group(1)) in shelves:
            return f"/c/{keys[to.group(1)]}"
        return address

    return planned(files, list(articles.values()), shelves, lead, skipped)


def _room(record: Record, skipped: list[Skipped]) -> Room:
    names: dict[str, CategoryName] = {}
    fields = record.fields
    texts = _translated(fields)
    for locale, text in [(text_of(fields.get("default_locale")) or "en", fields), *texts.items()]:
        tag, name = nearest(locale), text_of(text.get("name"))
        if tag and name:
            about = " ".join(text_of(text.get("description")).split())[:300]
            names.setdefault(tag, CategoryName(name=name, description=about))
    return Room(
        id=record.id,
        position=Told(fields, record.place(), skipped).number("order"),
        names=names,
        parent=str(fields.get("parent_id") or ""),
    )


def _translated(fields: Fields) -> dict[str, Fields]:
    given = fields.get("translated_content")
    if not isinstance(given, dict):
        return {}
    return {str(locale): text for locale, text in given.items() if isinstance(text, dict)}


def _shelf(
    article: Fields, rooms: Mapping[str, Room], mapped: Mapping[str, str], keys: Mapping[str, str]
) -> Room | None:
    """The outermost collection it lies in, unless a nearer one is mapped."""
    parents = article.get("parent_ids")
    tries = [article.get("parent_id"), *(parents if isinstance(parents, list) else [])]
    place = next((str(each) for each in tries if str(each) in rooms), "")
    way: list[Room] = []
    while place in rooms and rooms[place] not in way:
        way.append(rooms[place])
        place = rooms[place].parent
    wanted = set(mapped.values())
    return next((room for room in way if keys[room.id] in wanted), way[-1] if way else None)


def _words(record: Record, skipped: list[Skipped], language: str | None) -> dict[str, Words]:
    found: dict[str, Words] = {}
    own = text_of(record.fields.get("default_locale")) or language or "en"
    for locale, fields in [(own, record.fields), *_translated(record.fields).items()]:
        said = msgspec.structs.replace(record, fields=fields)
        place = f"{said.where} (article {record.id}, {locale})"
        tag = nearest(locale)
        if tag is None:
            skipped.append(
                Skipped(place, Why("import.why.locale", field="translated_content", locale=locale))
            )
        elif tag in found:
            continue  # the default language stands in the list of translations once more
        elif not text_of(fields.get("title")).strip():
            skipped.append(Skipped(place, Why("import.why.field", field="title")))
        elif not text_of(fields.get("body")).strip():
            skipped.append(Skipped(place, Why("import.why.field", field="body")))
        else:
            told = Told(fields, place, skipped)
            found[tag] = Words(
                file=place,
                key=f"intercom/{locale.lower()}/{record.id}",
                title=text_of(fields.get("title")),
                html=text_of(fields.get("body")),
                description=" ".join(text_of(fields.get("description")).split())[:400],
                state=None if fields.get("state") == "published" else State.DRAFT,
                left=_left(fields),
                published_at=told.moment("created_at"),
                saved_at=told.moment("updated_at"),
            )
    return found


def _left(fields: Fields) -> tuple[str, ...]:
    path = path_of(text_of(fields.get("url")))
    found = _ARTICLE.search(path)
    return (path[: found.end()],) if found else ()
