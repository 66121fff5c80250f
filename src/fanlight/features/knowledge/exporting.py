"""Writes the whole help center as Markdown with front matter, pictures and tables beside them.

An import of what is written here gives the same content. Nothing is held in memory but one batch
of articles.
"""

import re
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec
import yaml

from fanlight.features.knowledge import clips, pictures, queries, questions
from fanlight.features.knowledge.errors import ClipNotFound, PictureNotFound
from fanlight.features.knowledge.models import (
    Category,
    CategoryName,
    FigureSet,
    LegalText,
    Questions,
    State,
    Team,
    Term,
)
from fanlight.features.knowledge.models import Path as Way
from fanlight.features.knowledge.queries import entries, exporting, guides, synonyms
from fanlight.features.knowledge.queries.exporting import Whole
from fanlight.features.knowledge.queries.questions import lists
from fanlight.features.knowledge.queries.synonyms import Synonym
from fanlight.features.people.permissions import needs
from fanlight.kernel.blobs import BlobGone
from fanlight.kernel.work import Work

_BATCH = 100
_MEDIA = re.compile(r"/media/([0-9a-f-]{36}-\d{1,5}x\d{1,5}\.(?:png|jpeg|webp))")
_CLIP = re.compile(r"/media/([0-9a-f-]{36}\.(?:mp4|webm|vtt))")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same content gives the same .zip
_DAY_S = 86_400
Told = Callable[[int, int], None]


class Sink(Protocol):
    """Where files go."""

    def put(self, name: str, content: bytes) -> None: ...


class Folder:
    """Files of a folder, made as needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


class Packed:
    """Files of a .zip."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def put(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, _FIRST_DAY)
        entry.external_attr = 0o644 << 16
        # Pictures are packed already: trying again takes time and gains nothing.
        how = zipfile.ZIP_STORED if name.startswith("media/") else zipfile.ZIP_DEFLATED
        self._archive.writestr(entry, content, how)


async def carry_out(
    work: Work,
    sink: Sink,
    *,
    languages: Sequence[str] | None = None,
    states: Sequence[State] | None = None,
    progress: Told | None = None,
) -> int:
    """Write everything, or some languages and states of it; how many texts were written.

    Raises:
        NotAllowed: the actor is no editor.
    """
    needs(work.actor, exporting.EDIT)
    ids = await exporting.ids(work)
    shown: dict[str, None] = {}
    played: dict[str, None] = {}
    written = 0
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        found = [("", text) for text in await exporting.texts(work, some, languages, states)]
        if states is None or State.DRAFT in states:
            found += [("drafts/", text) for text in await exporting.drafts(work, some, languages)]
        for place, text in found:
            name = f"{text.language}/{text.category}/{text.slug}"
            sink.put(f"{place}{name}.md", _file(text, name).encode())
            shown |= dict.fromkeys(_MEDIA.findall(text.source))
            played |= dict.fromkeys(_CLIP.findall(text.source))
        written += len(found)
        if progress is not None:
            progress(min(start + _BATCH, len(ids)), len(ids))
    async for name, table in tables(work):
        sink.put(name, msgspec.toml.encode(table))
        shown |= dict.fromkeys(_MEDIA.findall(str(table)))
    for name in shown:
        try:
            sink.put(f"media/{name}", (await pictures.read(work, name))[1])
        except (PictureNotFound, BlobGone):
            continue  # named in a text, but not there: the editors' report of pictures says so
    for name in played:
        try:
            clip = await clips.find(work, name)
            content = await clips.read(work, clip, 0, clip.size_bytes)
        except (ClipNotFound, BlobGone):
            continue
        sink.put(f"media/{name}", content)
    return written


def _file(text: Whole, name: str) -> str:
    said: dict[str, Any] = {
        "title": text.title,
        "description": text.description,
        "state": text.state,
        "tags": text.tags,
        "asked_as": text.asked_as,
        "updated": text.reviewed_on,
        "related": text.related,
        "order": text.position,
        "risk": text.is_risk,
        "team": text.team,
        "review_by": text.review_by,
        "source_language": text.source_language,
        "audience": None if text.audience == ["public"] else text.audience,
        "stage": text.stage,
        "publish_at": text.publish_at,
        "published_at": text.published_at,
        "saved_at": None if text.stage else text.saved_at,
        "path": text.path,
        "category": text.category,
        "slug": text.slug,
        "import_key": None if text.import_key == name else text.import_key,
    }
    kept = {key: msgspec.to_builtins(value) for key, value in said.items() if value or value == 0}
    front = yaml.safe_dump(
        {key: value for key, value in kept.items() if value is not False},
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
    )
    return f"---\n{front}---\n{text.source}"


async def tables(work: Work) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    yield "fanlight.toml", {"version": 1}
    yield "categories.toml", {"category": [_category(c) for c in await queries.categories(work)]}
    yield "teams.toml", {"team": [_team(each) for each in await guides.teams(work)]}
    yield "paths.toml", {"path": [_path(each) for each in await guides.paths(work)]}
    yield questions.FILE, {"questions": [_asked(each) for each in await lists(work)]}
    yield "zh-hant.toml", await queries.traditional_words(work)
    yield "glossary.toml", {"term": [_term(each) for each in await entries.terms(work)]}
    yield "legal.toml", {"text": [_legal(each) for each in await entries.legal_texts(work)]}
    yield (
        "figures.toml",
        {"figures": [await _figures(work, s) for s in await entries.figure_sets(work)]},
    )
    yield "synonyms.toml", {"group": [_same(s) for s in await synonyms.all_of_them(work)]}
    yield "contexts.toml", {"context": msgspec.to_builtins(await exporting.contexts(work))}
    away = {"redirect": await exporting.redirects(work), "left": await exporting.left(work)}
    yield "redirects.toml", msgspec.to_builtins(away)


def _category(each: Category) -> dict[str, Any]:
    return {
        "key": each.key,
        "order": each.position,
        "icon": each.icon,
        "name": {tag: name.name for tag, name in each.names.items()},
        "description": {t: n.description for t, n in each.names.items() if n.description},
    }


def _names(names: Mapping[str, CategoryName]) -> dict[str, Any]:
    return {tag: msgspec.to_builtins(name) for tag, name in names.items()}


def _team(each: Team) -> dict[str, Any]:
    return {"key": each.key, "names": each.names, "categories": each.categories}


def _path(each: Way) -> dict[str, Any]:
    steps = [
        {"article": f"{s.article}#{s.anchor}" if s.anchor else s.article, **_names(s.names)}
        for s in each.steps
    ]
    return {"key": each.key, "order": each.position, **_names(each.names), "step": steps}


def _asked(each: Questions) -> dict[str, Any]:
    return {"place": each.place, "articles": each.articles}


def _term(each: Term) -> dict[str, Any]:
    words = {
        tag: {"name": w.name, "definition": w.definition, "aliases": w.aliases}
        for tag, w in each.names.items()
        if not w.is_derived
    }
    return {"key": each.key, "article": each.article, "automatic": each.is_automatic, **words}


def _legal(each: LegalText) -> dict[str, Any]:
    words = {
        tag: {"title": w.title, "source": w.source}
        for tag, w in each.texts.items()
        if not w.is_derived
    }
    return {"key": each.key, "kind": str(each.kind), **words}


def _same(each: Synonym) -> dict[str, Any]:
    return {"words": each.words, "language": each.language, "one_way": each.is_one_way}


async def _figures(work: Work, of: FigureSet) -> dict[str, Any]:
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    figures = sorted(await entries.figures(work, of.name), key=lambda f: (f.position, f.row_key))
    for figure in figures:
        row = rows.setdefault(tuple(figure.row_key), {})
        if figure.value is not None:
            row[figure.column] = f"{figure.value} {figure.unit}".strip()
    # A file says one hour for all: the oldest, so that none looks fresher than it is.
    hours = [figure.as_of for figure in figures if figure.as_of is not None]
    return {
        "name": of.name,
        "title": of.titles,
        "source": of.sources,
        "row_key": msgspec.to_builtins(of.row_keys),
        "column": msgspec.to_builtins(of.columns),
        "days": of.stale_after_s / _DAY_S,
        **({"as_of": min(hours)} if hours else {}),
        "figure": [{"row": list(row), "values": values} for row, values in rows.items()],
    }
