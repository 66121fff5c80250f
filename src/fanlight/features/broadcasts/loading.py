"""Announcements out of a file: for the demo, and for tests that need some."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from fanlight.features.broadcasts import queries, service
from fanlight.features.broadcasts.models import Kind, Words
from fanlight.features.knowledge.entries import spoken
from fanlight.kernel.work import Work


class _Text(msgspec.Struct):
    title: str
    summary: str
    text: str


class _Entry(msgspec.Struct, kw_only=True):
    slug: str
    kind: Kind
    ago_h: int  # hours before now; negative: hours ahead
    ends_in_h: int | None = None
    is_pinned: bool = False
    texts: dict[str, _Text] = {}


class _File(msgspec.Struct):
    announcement: list[dict[str, Any]]


def read(file: Path) -> list[_Entry]:
    """Raises msgspec.MsgspecError: the file does not have the shape."""
    found = msgspec.toml.decode(file.read_bytes(), type=_File).announcement
    return [_entry_of(each) for each in found]


def _entry_of(given: dict[str, Any]) -> _Entry:
    return replace(msgspec.convert(given, _Entry), texts=spoken(given, _Text))


async def load(work: Work, entries: list[_Entry]) -> None:
    """Write and publish them, the oldest first; articles they link to must stand already."""
    for entry in sorted(entries, key=lambda each: -each.ago_h):
        await _load(work, entry)


async def _load(work: Work, entry: _Entry) -> None:
    texts = {
        tag: Words(title=text.title, summary=text.summary, source=text.text)
        for tag, text in entry.texts.items()
    }
    first, *_ = texts
    made = await service.create(
        work, kind=entry.kind, language=first, title=texts[first].title, slug=entry.slug
    )
    announcement = await queries.get(work, made)
    for tag, words in texts.items():
        announcement = await service.write(work, made, tag, words, version=announcement.version)
    ends_in = entry.ends_in_h
    announcement = await service.change(
        work,
        made,
        kind=entry.kind,
        slug=entry.slug,
        is_pinned=entry.is_pinned,
        ends_at=None if ends_in is None else work.now() + timedelta(hours=ends_in),
        version=announcement.version,
    )
    at = work.now() - timedelta(hours=entry.ago_h)
    await service.publish(work, made, at=at, version=announcement.version)
