"""Which source something is, and its plan."""

import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from fanlight.features.knowledge.importing import folder, intercom, pages, texts, zendesk
from fanlight.features.knowledge.importing.found import Plan, Progress, Unfit
from fanlight.features.knowledge.importing.opening import MOST_OF_ONE, Files, Watched, opened
from fanlight.features.knowledge.why import Why

_RECORDS = (".json", ".jsonl", ".ndjson")
SOURCES = ("markdown", "zendesk", "intercom", "html")


def plan(
    source: Path,
    *,
    kind: str | None = None,
    language: str | None = None,
    categories: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Read a folder, a .zip or a file. Blocks: files are opened.

    Args:
        kind: one of ``SOURCES``; without it, as the files look.
        language: of what does not say its own.
        categories: a section's or category's name or id there, and the key it has here.
        progress: told how many files have been read, of how many there are.

    Raises:
        Unfit: it cannot be taken as a whole.
        NotADirectoryError: there is nothing there.
    """
    if not source.exists():
        raise NotADirectoryError(source)
    files = opened(source)
    if progress is not None:
        files = Watched(files, progress)
    kind = kind or _looks_like(files)
    if kind == "markdown":
        made = folder.read(files, language=language)
    elif kind in _READERS:
        made = _READERS[kind](files, categories or {}, language=language)
    else:
        raise Unfit(Why("import.why.kind", kind=kind, kinds=", ".join(SOURCES)))

    def read_again(name: str) -> str:
        try:
            return texts.decoded(files.read(name, MOST_OF_ONE))
        except (KeyError, Unfit, OSError, UnicodeDecodeError):
            return ""  # a name that a report has, with an id behind it

    return replace(made, read_again=read_again)


class _Reader(Protocol):
    def __call__(
        self, files: Files, mapped: Mapping[str, str], *, language: str | None = None
    ) -> Plan: ...


_READERS: dict[str, _Reader] = {
    "zendesk": zendesk.read,
    "intercom": intercom.read,
    "html": pages.read,
}


def _looks_like(files: Files) -> str:
    """By the ends of names; of JSON, by the words in its first part."""
    ends = Counter(name.rpartition(".")[2].lower() for name in files.names)
    if ends["md"] + ends["markdown"] + ends["mdx"]:
        return "markdown"
    if ends["html"] + ends["htm"] > ends["json"]:
        return "html"
    for name in files.names:
        if name.lower().endswith(_RECORDS):
            try:
                head = files.read(name, MOST_OF_ONE)[:200_000]
            except (Unfit, OSError):
                continue
            if any(
                word in head for word in (b"translated_content", b"workspace_id", b"parent_ids")
            ):
                return "intercom"
            if any(
                word in head
                for word in (b"section_id", b"html_url", b"label_names", b"source_locale")
            ):
                return "zendesk"
    if ends["html"] + ends["htm"]:
        return "html"
    if strange := [name for name in files.names if name.lower().endswith(_RECORDS)]:
        raise Unfit(_why_strange(files, strange[0]))
    return "markdown"


def _why_strange(files: Files, name: str) -> Why:
    """What keeps a file of records from being an export that is known."""
    try:
        json.loads(texts.decoded(files.read(name, MOST_OF_ONE)))
    except json.JSONDecodeError as error:
        if not name.lower().endswith(".json") or error.msg == "Extra data":
            return Why("import.why.strange", file=name)
        return Why(
            "import.why.json_file",
            file=name,
            what=error.msg,
            line=error.lineno,
            column=error.colno,
        )
    except RecursionError:
        return Why("import.why.deep_file", file=name)
    except (ValueError, Unfit, OSError) as error:  # bytes, or a number of thousands of digits
        return Why("import.why.file", file=name, words=str(error))
    return Why("import.why.strange", file=name)


def read_map(file: Path) -> dict[str, str]:
    """``--map``: names or ids there, and our keys. Raises Unfit when it is no such table."""
    try:
        given = tomllib.loads(texts.decoded(file.read_bytes()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unfit(Why("import.why.file", file=str(file), words=str(error))) from None
    table = given.get("categories", given)
    if not isinstance(table, dict) or not all(isinstance(key, str) for key in table.values()):
        raise Unfit(Why("import.why.map", file=str(file)))
    return {str(name): key for name, key in table.items()}
