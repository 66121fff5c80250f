"""Schemas unfolded into the fields that a reader sees, as deep as they go and no deeper."""

from collections.abc import Iterator
from typing import Any

import msgspec

from fanlight.surfaces.help.reference.document import Document, DocumentRefused, Node

_MOST_DEPTH = 8  # deeper, the reader follows the name
_MOST_FIELDS = 2_000  # of one schema
_MOST_IN_ALL = 100_000
_LONGEST = 2_000  # of a text


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One value: a parameter, or a field of a body or an answer."""

    name: str
    type: str  # as people write it, e.g. "integer (int64)" or "Order[]"
    place: str = ""  # of a parameter: query, path, header, cookie
    description: str = ""
    is_required: bool = False
    is_deprecated: bool = False
    default: str = ""
    example: str = ""
    choices: list[str] = []
    limits: str = ""
    fields: "list[Field]" = []
    is_again: bool = False  # one of its own ancestors: unfolded there

    def walk(self, before: str = "") -> "Iterator[tuple[str, Field]]":
        """Every field below this one by its full name, this one first."""
        name = f"{before}{self.name}"
        yield name, self
        for field in self.fields:
            yield from field.walk(f"{name}.")


def text(node: Node, key: str) -> str:
    """A text of a document, cut where nobody reads on."""
    said = node.get(key)
    return " ".join(said.split())[:_LONGEST] if isinstance(said, str) else ""


class Unfolder:
    """Unfolds the schemas of one document, within limits."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = _MOST_FIELDS
        self._left_in_all = _MOST_IN_ALL

    def field(self, name: str, schema: object, **more: Any) -> Field:
        """A value with everything inside it.

        Raises:
            DocumentRefused: more fields than anybody reads.
        """
        self._left = _MOST_FIELDS
        return self._field(name, schema, (), more)

    def _field(
        self, name: str, schema: object, above: tuple[int, ...], more: dict[str, Any]
    ) -> Field:
        self._left -= 1
        self._left_in_all -= 1
        if self._left_in_all < 0:
            raise DocumentRefused(f"more than {_MOST_IN_ALL:,} fields in all schemas")
        if self._left < 0:
            raise DocumentRefused(f"{name}: more than {_MOST_FIELDS} fields in one schema")
        called = _named(schema)
        node = self._document.follow(schema, name) if isinstance(schema, dict) else {}
        inner, is_list = node, False
        while _types(inner) == ["array"]:
            is_list = True
            called = _named(inner.get("items")) or called
            inner = self._document.follow(inner.get("items") or {}, name)
        is_again = id(inner) in above
        fields = [] if is_again or len(above) > _MOST_DEPTH else self._inside(inner, above)
        kind = called if fields or is_again else _type_of(inner)
        described: dict[str, Any] = {
            "description": text(node, "description"),
            "is_deprecated": node.get("deprecated") is True,
            "default": _shown(node.get("default")),
            "example": _shown(node.get("example", _first(node.get("examples")))),
            "choices": [_shown(each) for each in _list(inner.get("enum"))],
            "limits": _limits(node),
        }
        given = {key: value for key, value in more.items() if value not in ("", None)}
        return Field(
            name=name[:200],
            type=(f"{kind}[]" if is_list and kind else kind or "array") or "object",
            fields=fields,
            is_again=is_again,
            **(described | given),
        )

    def _inside(self, node: Node, above: tuple[int, ...]) -> list[Field]:
        within = (*above, id(node))
        found: dict[str, Field] = {}
        for part in (node, *_list(node.get("allOf"))):
            piece = self._document.follow(part) if isinstance(part, dict) else {}
            if piece is not node and id(piece) in above:
                continue
            required = set(map(str, _list(piece.get("required"))))
            inside = piece.get("properties")
            for name, schema in inside.items() if isinstance(inside, dict) else ():
                more = {"is_required": str(name) in required}
                found[str(name)] = self._field(str(name), schema, within, more)
        for number, part in enumerate([*_list(node.get("oneOf")), *_list(node.get("anyOf"))], 1):
            name = _named(part) or f"({number})"
            found[name] = self._field(name, part, within, {})
        return list(found.values())


def _named(schema: object) -> str:
    """The name that a reference carries."""
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    return ref.rpartition("/")[2][:100] if isinstance(ref, str) else ""


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _first(found: object) -> object:
    return found[0] if isinstance(found, list) and found else None


def _types(node: Node) -> list[str]:
    kind = node.get("type")
    kinds = [kind] if isinstance(kind, str) else [str(each) for each in _list(kind)]
    return [each for each in kinds if each != "null"]


def _type_of(node: Node) -> str:
    kinds = _types(node)
    kind = " or ".join(kinds) or ("object" if "properties" in node else "")
    return f"{kind} ({node['format']})" if kind and isinstance(node.get("format"), str) else kind


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:200]
    return msgspec.json.encode(value).decode()[:200]


def _limits(node: Node) -> str:
    """How small and how large a value may be, as mathematicians write it."""
    found: list[str] = []
    for low, high, sign in (
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", "length "),
        ("minItems", "maxItems", "items "),
    ):
        least, most = node.get(low), node.get(high)
        if isinstance(least, int | float) and isinstance(most, int | float):
            found.append(f"{sign}{least}\u2013{most}")
        elif isinstance(least, int | float):
            found.append(f"{sign}\u2265 {least}")
        elif isinstance(most, int | float):
            found.append(f"{sign}\u2264 {most}")
    return ", ".join(found)
