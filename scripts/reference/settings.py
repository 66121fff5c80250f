"""The manual of settings, and the example file, from the section classes and their sentences."""

import json
import textwrap
from typing import Any

import msgspec

from fanlight.kernel.settings import PREFIX, RESERVED, Section, sections
from reference.reading import in_words, opening, place, sentences, structs_in, table

_HEAD = f"""# Settings

Read from `fanlight.toml` in the data folder, else from `fanlight.toml` in the working directory;
[`fanlight.example.toml`](../../fanlight.example.toml) holds every key with its default. A value
in the environment goes before the file: `{PREFIX}<SECTION>__<FIELD>`, for example
`{PREFIX}SERVE__PORT=8080`; lists and tables are written as JSON there. An unknown section, an
unknown key or a value that does not fit stops the start and says which one it is.

Some names in the environment are no settings: `FANLIGHT_DATA` (the data folder, `.fanlight`
unless given), `FANLIGHT_CORPORA` (where tests find real mails and articles),
`FANLIGHT_TEST_REQUIRE` (`all` makes a missing browser or mail server a failure instead of a skip)
and `FANLIGHT_BENCH_LABELS` (a folder of labelled lines the triage bench reads as well).

This page is made by `scripts/docs.py` from the sentences in the code.
"""


def manual() -> str:
    """docs/reference/settings.md."""
    unnamed = [name for name in RESERVED if f"`{name}`" not in _HEAD]
    assert not unnamed, f"say here what they are: {unnamed}"  # noqa: S101 - a note to who adds one
    return "\n".join([_HEAD, *(_section(kind) for kind in sections().values())])


def _section(kind: type[Section]) -> str:
    path = place(kind)
    parts = [
        f"## `[{kind.section}]`\n",
        f"{opening(kind)} [`{kind.__name__}`](../../{path})\n",
        _fields(kind),
    ]
    inside: dict[str, type[msgspec.Struct]] = {
        each.__name__: each
        for field in msgspec.structs.fields(kind)
        for each in structs_in(field.type)
    }
    for each in inside.values():
        parts += [f"\n`{each.__name__}`: {opening(each)}\n", _fields(each)]
    return "\n".join(parts)


def _fields(kind: type[msgspec.Struct]) -> str:
    said = sentences(kind)
    has_words = bool(said) or issubclass(kind, Section)
    rows = []
    for field in msgspec.structs.fields(kind):
        default = _default(field)
        shown = "required" if default is msgspec.NODEFAULT else f"`{_toml(default)}`"
        row = (f"`{field.name}`", in_words(field.type), shown.replace("|", "\\|"))
        rows.append((*row, said.get(field.name, "")) if has_words else row)
    head = ("key", "takes", "default", "what it does")
    return table(head if has_words else head[:3], rows)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return msgspec.NODEFAULT


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case tuple() | list() | frozenset():
            return "[" + ", ".join(_toml(each) for each in value) + "]"
        case dict():
            return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
        case _:
            return str(value)


def example() -> str:
    """fanlight.example.toml: every key commented out, with its default and its sentence."""
    parts = [
        "# Every setting of Fanlight with its default. Copy to fanlight.toml in the data folder\n"
        "# and uncomment what you change; docs/reference/settings.md says the same with types.\n"
        "# Made by scripts/docs.py from the sentences in the code.\n"
    ]
    for name, kind in sections().items():
        said = sentences(kind)
        lines = [_comment(opening(kind)), f"[{name}]", ""]
        for field in msgspec.structs.fields(kind):
            value = _toml(_default(field))
            lines += [_comment(said.get(field.name, "")), f"# {field.name} = {value}", ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _comment(text: str) -> str:
    return "\n".join(f"## {line}" for line in textwrap.wrap(text, 94, break_long_words=False))
