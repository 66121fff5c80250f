"""Settings: one class a section, read from TOML and the environment, unknown keys refused."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

import msgspec

PREFIX = "FANLIGHT_"
# Names in the environment that are not settings: where things lie, and what tests need.
RESERVED = frozenset(
    ("FANLIGHT_DATA", "FANLIGHT_CORPORA", "FANLIGHT_TEST_REQUIRE", "FANLIGHT_BENCH_LABELS")
)

_SECTIONS: dict[str, type["Section"]] = {}


class BadSettings(Exception):
    """The settings cannot be used; the message names the key and says what it takes."""


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of settings. Every field has a default and a sentence below it: its manual."""

    section: ClassVar[str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        name = cls.__dict__.get("section")
        # msgspec builds a struct class twice when it adds slots: the later one is the real one.
        if isinstance(name, str):
            _SECTIONS[name] = cls


S = TypeVar("S", bound=Section)


def checked_origin(value: str, *, name: str) -> None:
    """Refuse what is not empty and no address of a site.

    Raises:
        ValueError: it has no http(s), no host, or more than a path behind it.
    """
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if value and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ValueError(f"{name} must begin with https:// (or http://) and a host")
    if parts.query or parts.fragment or value.endswith("/"):
        raise ValueError(f"{name} must end without a slash, ? or #")


class Settings:
    """All sections of one installation; a section is asked for by its class."""

    def __init__(self, sections: Mapping[str, Section], *, data_dir: Path) -> None:
        self._sections = dict(sections)
        self.data_dir = data_dir

    def __getitem__(self, kind: type[S]) -> S:
        found = self._sections.get(kind.section)
        if found is None:
            found = self._sections[kind.section] = kind()
        if not isinstance(found, kind):
            raise TypeError(f"section {kind.section} is not a {kind.__name__}")
        return found

    def with_section(self, section: Section) -> "Settings":
        """A copy in which one section is replaced: for tests and for command-line switches."""
        return Settings({**self._sections, section.section: section}, data_dir=self.data_dir)


def sections() -> dict[str, type[Section]]:
    """Every section class that has been imported, by name."""
    return dict(sorted(_SECTIONS.items()))


def load(
    *,
    file: Path | None = None,
    data_dir: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings; import every room that has a section first, or its keys are unknown.

    ``FANLIGHT_<SECTION>__<FIELD>`` in the environment goes before the file.

    Raises:
        BadSettings: an unknown section or key, or a value that does not fit.
    """
    environment = os.environ if environment is None else environment
    given: dict[str, dict[str, object]] = _from_file(file) if file is not None else {}
    for name, value in environment.items():
        if name.startswith(PREFIX) and name not in RESERVED:
            section, _, field = name.removeprefix(PREFIX).lower().partition("__")
            if not field:
                raise BadSettings(f"{name} is no setting: write {PREFIX}<SECTION>__<FIELD>")
            given.setdefault(section, {})[field] = value
    unknown = given.keys() - _SECTIONS.keys()
    if unknown:
        raise BadSettings(f"no section is called {', '.join(sorted(unknown))}")
    folder = data_dir or Path(environment.get("FANLIGHT_DATA", ".fanlight"))
    built = {name: _build(kind, given.get(name, {})) for name, kind in _SECTIONS.items()}
    return Settings(built, data_dir=folder.resolve())


def _from_file(file: Path) -> dict[str, dict[str, object]]:
    try:
        read = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{file}: {error}") from error
    for name, value in read.items():
        if not isinstance(value, dict):
            raise BadSettings(f"{file}: {name} stands outside any section")
    return read


def _build(kind: type[Section], given: Mapping[str, object]) -> Section:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    values: dict[str, object] = {}
    for name, value in given.items():
        if name not in fields:
            raise BadSettings(f"[{kind.section}] has no key {name}")
        values[name] = _unpacked(value, fields[name].type)
    try:
        # Strings from the environment are read as the number or switch they stand for.
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(f"[{kind.section}] {error}") from error


def _unpacked(value: object, kind: object) -> object:
    """A list or table written into one environment variable is JSON."""
    if isinstance(value, str) and value[:1] in {"[", "{"} and kind is not str:
        try:
            return msgspec.json.decode(value.encode())
        except msgspec.DecodeError:
            return value
    return value
