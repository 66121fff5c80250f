"""The reference as it was read: once, and again when its file has changed."""

import asyncio
import time
from pathlib import Path

import msgspec
import structlog

from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import NotOnShelf
from fanlight.surfaces.help.reference import document
from fanlight.surfaces.help.reference.api import Api, Operation, api_of
from fanlight.surfaces.help.reference.changes import Release, change_log
from fanlight.surfaces.shared.settings import HelpSettings

log = structlog.get_logger(__name__)

_DEMO = Path(__file__).resolve().parents[5] / "content" / "demo" / "openapi" / "1.9.0.yaml"
_KINDS = {".json", ".yaml", ".yml"}
_MOST_VERSIONS = 40
_LOOK_AGAIN_S = 5.0


class Reference(msgspec.Struct, frozen=True):
    """The newest version, and what each one changed."""

    api: Api
    releases: list[Release]


def file_of(settings: Settings) -> Path | None:
    """The document of this installation; the demo brings its own."""
    named = settings[HelpSettings].openapi
    if named:
        return Path(named)
    return _DEMO if settings[BrandSettings].is_demo and _DEMO.is_file() else None


def read(file: Path) -> Reference:
    """The newest version and those beside it. Blocks.

    Raises:
        DocumentRefused: the newest cannot be shown; an older one that cannot is left out.
    """
    newest = api_of(document.read(file))
    versions = {newest.version: newest}
    beside = sorted(each for each in file.parent.iterdir() if each.suffix in _KINDS)
    for other in beside[-_MOST_VERSIONS:]:
        if other.name == file.name:
            continue
        try:
            older = api_of(document.read(other))
        except document.DocumentRefused as refused:
            log.warning("reference.older_refused", file=other.name, reason=str(refused))
        else:
            versions.setdefault(older.version, older)
    return Reference(newest, change_log(list(versions.values())))


class ReferenceShelf:
    """What was read last, with the time of the file it was read from."""

    def __init__(self, file: Path | None, *, look_again_s: float = _LOOK_AGAIN_S) -> None:
        self._file = file
        self._look_again_s = look_again_s
        self._looks_at = 0.0
        self._read_at: float | None = None
        self._reference: Reference | None = None
        self._words: dict[str, list[tuple[str, Operation]]] = {}  # by language

    def matching(self, text: str, language: str) -> list[Operation]:
        """The operations, as read last, that hold every word; all of them when there is none."""
        if self._reference is None:
            return []
        if language not in self._words:
            found = self._reference.api.operations().values()
            self._words[language] = [(_words_of(each, language), each) for each in found]
        asked = text.casefold().split()
        return [each for said, each in self._words[language] if all(word in said for word in asked)]

    async def get(self) -> Reference | None:
        """The reference; None where there is none, or it cannot be shown: the log says why."""
        if self._file is None or time.monotonic() < self._looks_at:
            return self._reference
        self._looks_at = time.monotonic() + self._look_again_s
        try:
            changed_at = (await asyncio.to_thread(self._file.stat)).st_mtime
        except OSError:
            changed_at = 0.0
        if changed_at != self._read_at:
            try:
                self._reference = await asyncio.to_thread(read, self._file)
            except document.DocumentRefused as refused:
                self._reference = None
                log.error("reference.refused", file=str(self._file), reason=str(refused))
            self._read_at, self._words = changed_at, {}
        return self._reference


def _words_of(operation: Operation, language: str) -> str:
    said = [
        operation.method,
        operation.path,
        operation.key.replace("-", ""),
        operation.summary.text,
        operation.summary.in_(language),
        *(field.name for field in (*operation.parameters, *operation.body)),
        *(error.code for error in operation.errors),
    ]
    return " ".join(said).casefold()


def shelf_of(edge: Edge) -> ReferenceShelf:
    """The reference of this process, read on first use."""
    try:
        return edge.shelf.of(ReferenceShelf)
    except NotOnShelf:
        edge.shelf.offer(ReferenceShelf(file_of(edge.shelf.of(Settings))))
        return edge.shelf.of(ReferenceShelf)
