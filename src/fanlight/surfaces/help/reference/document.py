"""Reads an OpenAPI 3 document from a file, and refuses what it cannot vouch for."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import yaml

Node = dict[str, Any]

MOST_BYTES = 4_000_000
_MOST_DEPTH = 60
_MOST_NODES = 200_000
_MOST_REFS = 20  # from one to the next; longer chains are a mistake or a trap


class DocumentRefused(Exception):
    """The document cannot be shown; the message names the place and says why."""


class Document:
    """A document whose size, depth and references have been looked over."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def follow(self, node: object, where: str = "") -> Node:
        """The thing itself, when ``node`` only refers to it; parameters of ``{}`` are nothing.

        Raises:
            DocumentRefused: it leads out of the document, in a circle, or to nothing.
        """
        for _ in range(_MOST_REFS):
            if not isinstance(node, dict):
                raise DocumentRefused(f"{where or 'the document'}: an object is expected here")
            if "$ref" not in node:
                return node
            node = self._at(node["$ref"])
        raise DocumentRefused(f"{where}: references lead in a circle")

    def _at(self, ref: object) -> object:
        if not isinstance(ref, str) or not ref.startswith("#/"):
            raise DocumentRefused(f"{str(ref)[:100]!r}: only references within the document count")
        found: object = self.root
        for part in ref[2:].split("/"):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and key in found:
                found = found[key]
            elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            else:
                raise DocumentRefused(f"{ref[:100]!r} leads to nothing")
        return found


def read(file: Path) -> Document:
    """A document from a file, JSON or YAML. Blocks: the file is opened.

    Raises:
        DocumentRefused: too large, too deep, not OpenAPI 3, or with YAML's aliases, by which a
            small file grows without end.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise DocumentRefused(f"{file.name}: larger than {MOST_BYTES // 1_000_000} MB")
        content = file.read_bytes()
    except OSError as error:
        raise DocumentRefused(f"{file.name}: {error.strerror}") from None
    root = _decoded(content, is_json=file.suffix == ".json")
    if not isinstance(root, dict):
        raise DocumentRefused("the document is no object")
    _look_over(root)
    version = str(root.get("openapi", ""))
    if not version.startswith("3."):
        raise DocumentRefused(f"openapi is {version[:20]!r}; version 3 is read")
    if not isinstance(root.get("info"), dict) or not isinstance(root.get("paths"), dict):
        raise DocumentRefused("info and paths are missing")
    return Document(root)


def _decoded(content: bytes, *, is_json: bool) -> object:
    try:
        if is_json:
            return msgspec.json.decode(content)
        return yaml.load(content, Loader=_PlainYaml)  # noqa: S506 - a safe loader without aliases
    except RecursionError:
        raise DocumentRefused("nested too deeply") from None
    except (msgspec.DecodeError, yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise DocumentRefused(f"cannot be read: {error}"[:300]) from None


class _PlainYaml(yaml.SafeLoader):
    """YAML without aliases, and with days as they were written."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise DocumentRefused("YAML aliases are not read")
        return super().compose_node(parent, index)


_PlainYaml.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _look_over(root: object) -> None:
    """Without recursion, for that is what a hostile document would use up."""
    waiting: list[tuple[object, int]] = [(root, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > _MOST_DEPTH:
            raise DocumentRefused(f"nested more than {_MOST_DEPTH} levels deep")
        if seen > _MOST_NODES:
            raise DocumentRefused(f"more than {_MOST_NODES:,} values")
        if isinstance(node, dict):
            waiting += [(value, depth + 1) for value in node.values()]
        elif isinstance(node, list):
            waiting += [(value, depth + 1) for value in node]
