"""Opens what is to be imported: a folder, a .zip or one file, never more than can be held."""

import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from fanlight.features.knowledge.importing.found import Skipped, Unfit
from fanlight.features.knowledge.why import Why
from fanlight.kernel.i18n import nearest

MOST_FILES = 50_000
MOST_BYTES = 2_000_000_000  # of everything together, unpacked
MOST_OF_ONE = 400_000_000  # an export of a large desk is one file
_MOST_PACKED = 200  # times smaller than its content: more is a bomb, not a text
_HARMLESS = 1_000_000  # bytes below which a ratio says nothing
_PIECE = 1 << 20


class Files(Protocol):
    """The files of a source, by their names with slashes, in order."""

    names: list[str]
    beside: frozenset[str]  # of tables that lie with the articles, or right above their folder
    refused: list[Skipped]

    def read(self, name: str, most: int) -> bytes:
        """Its bytes. Raises Unfit when there are more than ``most``."""
        ...


class Watched:
    """Files that tell how many of them have been read."""

    def __init__(self, files: Files, progress: Callable[[int, int], None]) -> None:
        self.names, self.beside, self.refused = files.names, files.beside, files.refused
        self._files = files
        self._progress = progress
        self._read: set[str] = set()

    def read(self, name: str, most: int) -> bytes:
        content = self._files.read(name, most)
        self._read.add(name)
        self._progress(len(self._read), max(len(self.names), len(self._read)))
        return content


def opened(source: Path) -> Files:
    """Raises Unfit for what is neither a folder nor a file; OSError for what cannot be read."""
    if source.is_dir():
        return _Folder(source)
    if not source.is_file():
        raise Unfit(Why("import.why.nothing"))
    return _Zip(source) if zipfile.is_zipfile(source) else _One(source)


class _One:
    def __init__(self, file: Path) -> None:
        self._file = file
        self.names = [file.name]
        self.beside: frozenset[str] = frozenset()
        self.refused: list[Skipped] = []

    def read(self, name: str, most: int) -> bytes:  # noqa: ARG002 - there is one file alone
        return _bounded(self._file, most)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.refused: list[Skipped] = []
        self.names = sorted(self._walk(folder))
        self._above = {file.name: file for file in folder.resolve().parent.glob("*.toml")}
        self.beside = frozenset({*self.names, *self._above})
        if len(self.names) > MOST_FILES:
            raise Unfit(Why("import.why.files", most=MOST_FILES))

    def _walk(self, folder: Path) -> Iterator[str]:
        for path in sorted(folder.iterdir()):
            name = path.relative_to(self._folder).as_posix()
            if path.name.startswith((".", "__MACOSX")) or path.name == "node_modules":
                continue
            if path.is_symlink():
                self.refused.append(Skipped(name, Why("import.why.symlink")))
            elif path.is_dir():
                yield from self._walk(path)
            elif path.is_file():
                yield name

    def read(self, name: str, most: int) -> bytes:
        file = self._folder / name
        return _bounded(file if file.is_file() else self._above[name], most)


def _bounded(file: Path, most: int) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise Unfit(_too_large(most))
    return content


def _too_large(most: int) -> Why:
    return Why("import.why.large", most_mb=max(most // 1_000_000, 1))


class _Zip:
    def __init__(self, file: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Unfit(Why("import.why.zip", words=str(error))) from None
        self.refused: list[Skipped] = []
        entries = self._archive.infolist()
        if len(entries) > MOST_FILES:
            raise Unfit(Why("import.why.files", most=MOST_FILES))
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            self._take(entry)
        if sum(entry.file_size for entry in self._entries.values()) > MOST_BYTES:
            raise Unfit(Why("import.why.unpacked", most_mb=MOST_BYTES // 1_000_000))
        self._strip_shared_folder()
        self.names = sorted(self._entries)
        self.beside = frozenset(self.names)

    def _take(self, entry: zipfile.ZipInfo) -> None:
        name = _named(entry).replace("\\", "/")
        parts = PurePosixPath(name).parts
        if entry.is_dir() or any(
            part.startswith((".", "__MACOSX")) and part != ".." for part in parts
        ):
            return
        if why := _refusal(entry, name, parts):
            self.refused.append(Skipped(name[:200], why))
        elif name in self._entries:
            self.refused.append(Skipped(name, Why("import.why.twice")))
        else:
            self._entries[name] = entry

    def _strip_shared_folder(self) -> None:
        """A .zip of one folder holds that folder's files: unless it is a language's."""
        tops = {name.partition("/")[0] for name in self._entries}
        is_one = len(tops) == 1 and all("/" in name for name in self._entries)
        if is_one and nearest(next(iter(tops))) is None:
            self._entries = {n.partition("/")[2]: e for n, e in self._entries.items()}

    def read(self, name: str, most: int) -> bytes:
        entry = self._entries[name]
        if entry.file_size > most:
            raise Unfit(_too_large(most))
        pieces: list[bytes] = []
        size = 0
        try:
            # What an entry says of its size need not be true.
            with self._archive.open(entry) as stream:
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    if size > most:
                        raise Unfit(_too_large(most))
                    pieces.append(piece)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unfit(Why("import.why.packed", words=str(error))) from None
        except Exception as error:  # decoders of the ways to pack raise errors of their own
            if isinstance(error, Unfit):
                raise
            raise Unfit(Why("import.why.packed_how")) from None
        return b"".join(pieces)


def _named(entry: zipfile.ZipInfo) -> str:
    """Its name: Windows packs Chinese names as GB18030 without saying so."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _refusal(entry: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> Why | None:
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        return Why("import.why.leads_out")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Why("import.why.symlink")
    if entry.flag_bits & 0x1:
        return Why("import.why.locked")
    packed = max(entry.compress_size, 1)
    if entry.file_size > _HARMLESS and entry.file_size / packed > _MOST_PACKED:
        return Why("import.why.bomb", times=_MOST_PACKED)
    return None
