"""The reference as it was read: once, and again when its file has changed."""

import asyncio
from pathlib import Path

import msgspec
import structlog

from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import NotOnShelf
from fanlight.surfaces.help.reference import document
from fanlight.surfaces.help.reference.api import Api, api_of
from fanlight.surfaces.help.reference.changes import Release, change_log
from fanlight.surfaces.help.settings import HelpSettings

log = structlog.get_logger(__name__)

_DEMO = Path(__file__).resolve().parents[5] / "content" / "demo" / "openapi" / "1.9.0.yaml"
_KINDS = {".json", ".yaml", ".yml"}
_MOST_VERSIONS = 40


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

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._read_at: float | None = None
        self._reference: Reference | None = None

    async def get(self) -> Reference | None:
        """The reference; None where there is none, or it cannot be shown: the log says why."""
        if self._file is None:
            return None
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
            self._read_at = changed_at
        return self._reference


def shelf_of(edge: Edge) -> ReferenceShelf:
    """The reference of this process, read on first use."""
    try:
        return edge.shelf.of(ReferenceShelf)
    except NotOnShelf:
        edge.shelf.offer(ReferenceShelf(file_of(edge.shelf.of(Settings))))
        return edge.shelf.of(ReferenceShelf)
