"""Reads what type checkers do not keep: the sentences below fields, types as people say them."""

import ast
import inspect
import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

SOURCE = Path(__file__).resolve().parents[2] / "src"
_PLAIN = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "`true` or `false`",
    "UUID": "id",
    "datetime": "moment",
}


def kinds_of(base: type[Any]) -> list[type[Any]]:
    """Every class of ours below this one, each once, whatever slots made of it."""
    found: dict[str, type[Any]] = {}

    def walk(kind: type[Any]) -> None:
        for each in kind.__subclasses__():
            if each.__module__.startswith("fanlight."):
                found[f"{each.__module__}.{each.__qualname__}"] = each
            walk(each)

    walk(base)
    return [found[name] for name in sorted(found)]


def said(text: str | None) -> str:
    """A docstring on one line."""
    return " ".join((text or "").split()).replace("``", "`")


def opening(kind: type[Any]) -> str:
    """The first paragraph of a class's own docstring."""
    return said(inspect.cleandoc(kind.__dict__.get("__doc__") or "").partition("\n\n")[0])


@cache
def _classes(file: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(Path(file).read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def sentences(kind: type[Any]) -> dict[str, str]:
    """What stands below each field of a class."""
    body = _classes(inspect.getfile(kind))[kind.__name__].body
    found = {}
    for field, below in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found[field.target.id] = said(below.value.value)
    return found


def place(thing: Any) -> str:
    """Where something is defined, as a path below the repository."""
    return str(Path(inspect.getfile(thing)).relative_to(SOURCE.parent))


def in_words(kind: Any) -> str:
    """What a value of this type looks like to somebody who writes TOML or JSON."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return ", ".join([in_words(args[0]), *_limits(args[1:])])
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in args)
    if origin in (Union, UnionType):
        parts = [in_words(each) for each in args if each is not NoneType]
        return " or ".join([*parts, *(["nothing"] if NoneType in args else [])])
    if origin in (tuple, list, frozenset):
        return f"list of {in_words(args[0])}"
    if origin is dict:
        return f"table of {in_words(args[1])} by name"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return f"`{kind.__name__}`"
    return _PLAIN.get(getattr(kind, "__name__", ""), f"`{getattr(kind, '__name__', kind)}`")


def _limits(given: tuple[Any, ...]) -> Iterator[str]:
    for meta in given:
        low, high = meta.ge, meta.le
        if low is not None and high is not None:
            yield f"{low} to {high}"
        elif low is not None or high is not None:
            yield f"{low} or more" if high is None else f"{high} or less"
        if meta.gt is not None:
            yield f"above {meta.gt}"
        if meta.pattern is not None:
            yield "of the form `" + meta.pattern.replace("|", "\\|") + "`"
        if meta.max_length is not None:
            yield f"{meta.max_length} characters at most"


def structs_in(kind: Any) -> list[type[msgspec.Struct]]:
    """The structs a type speaks of."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [found for each in get_args(kind) if each is not ... for found in structs_in(each)]


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell or " " for cell in row) + " |" for row in lines) + "\n"
