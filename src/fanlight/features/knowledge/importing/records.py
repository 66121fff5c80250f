"""Records of an export in JSON: whatever its files are called, and as much of a broken one as can
be read."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from fanlight.features.knowledge.importing import texts
from fanlight.features.knowledge.importing.found import Skipped, Unfit, at_line, undecoded
from fanlight.features.knowledge.importing.opening import MOST_OF_ONE, Files
from fanlight.features.knowledge.importing.positions import Placed, Source
from fanlight.features.knowledge.why import Why

_ENDS = (".json", ".jsonl", ".ndjson")
_LIST = re.compile(r"\"(\w+)\"\s*:\s*\[|\A\s*\[")
_NEXT = re.compile(r"\}\s*,?\s*(?=\{)")
Fields = Mapping[str, Any]


class Record(msgspec.Struct, frozen=True):
    """One object of an export, and where it stood."""

    kind: str  # in the singular: article, section, category, translation, collection
    file: str
    fields: Fields

    @property
    def id(self) -> str:
        return str(self.fields.get("id", ""))

    def place(self, *more: str) -> str:
        """The file and line, and of what."""
        return f"{self.where} ({', '.join([f'{self.kind} {self.id}', *more])})"

    @property
    def where(self) -> str:
        """The file and the line in it."""
        line = self.fields.place if isinstance(self.fields, Placed) else ""
        return f"{self.file}:{line}" if line else self.file


_SINGULAR = {
    "articles": "article",
    "article": "article",
    "sections": "section",
    "section": "section",
    "categories": "category",
    "category": "category",
    "translations": "translation",
    "translation": "translation",
    "collections": "collection",
    "collection": "collection",
    "article_attachments": "attachment",
    "attachments": "attachment",
    "attachment": "attachment",
}


def read(files: Files, skipped: list[Skipped]) -> list[Record]:
    """Every record; what cannot be read is named with its line and column."""
    found: list[Record] = []
    for name in files.names:
        if not name.lower().endswith(_ENDS):
            continue
        try:
            text = texts.decoded(files.read(name, MOST_OF_ONE))
        except UnicodeDecodeError as error:
            skipped.append(undecoded(name, error))
            continue
        except (Unfit, OSError) as error:
            skipped.append(Skipped(name, Why.of(error)))
            continue
        hint = name.rpartition("/")[2].split(".")[0].split("-")[0].split("_")[0].lower()
        found += _of_file(name, text, _SINGULAR.get(hint, ""), skipped)
    return found


def _of_file(name: str, text: str, hint: str, skipped: list[Skipped]) -> Iterator[Record]:
    if not name.lower().endswith(".json"):
        yield from _of_lines(name, text, hint, skipped)
        return
    try:
        yield from _walk(Source(text).whole(), name, hint, 0)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":  # a line each, or one object behind the other
            yield from _of_lines(name, text, hint, skipped)
            return
        rest = list(_salvaged(name, text, hint))
        why = Why(
            "import.why.json_salvaged",
            what=error.msg,
            line=error.lineno,
            column=error.colno,
            records=len(rest),
        )
        skipped.append(Skipped(name, why))
        yield from rest
    except RecursionError:
        skipped.append(Skipped(name, Why("import.why.deep")))
    except ValueError as error:  # a number of thousands of digits
        skipped.append(Skipped(name, Why.of(error)))


def _of_lines(name: str, text: str, hint: str, skipped: list[Skipped]) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield from _walk(Source(line, first=number).whole(), name, hint, 0)
        except json.JSONDecodeError as error:
            why = Why("import.why.json", what=error.msg, line=number, column=error.colno)
            skipped.append(Skipped(name, why))
        except RecursionError:
            skipped.append(Skipped(name, Why("import.why.deep_line", line=number)))
        except ValueError as error:
            skipped.append(Skipped(at_line(name, number), Why.of(error)))


def _walk(given: object, file: str, hint: str, depth: int) -> Iterator[Record]:
    """Records among whatever stands around them: pages of an API, lists, single ones."""
    if depth > 4:
        return
    if isinstance(given, list):
        for each in given:
            yield from _walk(each, file, hint, depth + 1)
    elif isinstance(given, dict):
        kind = _kind(given, hint)
        if kind:
            yield Record(kind, file, given)
        for key, value in given.items():
            inner = _SINGULAR.get(str(key)) or (hint if key == "data" else "")
            if (inner or key == "data") and isinstance(value, list | dict):
                yield from _walk(value, file, inner, depth + 1)


def _kind(given: Fields, hint: str) -> str:
    if "id" not in given:
        return ""
    said = given.get("type")
    return said if isinstance(said, str) and said in {"article", "collection"} else hint


def _salvaged(file: str, text: str, hint: str) -> Iterator[Record]:
    """The whole objects in the lists of a file that breaks off or is broken somewhere."""
    place, source = 0, Source(text)
    while found := _LIST.search(text, place):
        kind = _SINGULAR.get(found.group(1) or "", "") or hint
        place = found.end()
        if found.group(1) and found.group(1) != "data" and found.group(1) not in _SINGULAR:
            continue
        for fields, end in _objects(text, source, place):
            place = end
            yield from _walk(fields, file, kind, 0)


def _objects(text: str, source: Source, place: int) -> Iterable[tuple[Fields, int]]:
    while True:
        opening = re.compile(r"[\s,]*(?=\{)").match(text, place)
        if opening is None:
            return
        try:
            fields, place = source.one(opening.end())
        except RecursionError:
            return
        except json.JSONDecodeError as error:
            after = _NEXT.search(text, max(error.pos - 1, opening.end() + 1))
            if after is None:
                return
            place = after.end()
            continue
        if isinstance(fields, dict):
            yield fields, place
