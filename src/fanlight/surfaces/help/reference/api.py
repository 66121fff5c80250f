"""An OpenAPI document as operations, grouped as its authors grouped them."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from fanlight.surfaces.help.reference.document import Document, DocumentRefused, Node
from fanlight.surfaces.help.reference.fields import Field, Unfolder, text

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_MOST_OPERATIONS = 1_000
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNGROUPED = "API"


class Said(msgspec.Struct, frozen=True):
    """A text in the document's own language, and in others where it was translated."""

    text: str
    others: Mapping[str, str] = {}

    def in_(self, language: str) -> str:
        return self.others.get(language) or self.text


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One answer an operation may give."""

    status: str
    description: str
    fields: list[Field]
    example: str


class ErrorCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of our own in an answer, and the article that explains it."""

    code: str
    meaning: Said
    article: str = ""  # category/slug, perhaps with #anchor


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a program may ask for."""

    key: str  # its address
    method: str
    path: str
    summary: Said
    description: Said
    group: str
    is_deprecated: bool
    is_private: bool  # a key is needed
    parameters: list[Field]
    body: list[Field]
    body_type: str
    body_example: Any
    replies: list[Reply]
    errors: list[ErrorCode]

    @property
    def is_sent_as_form(self) -> bool:
        return "form" in self.body_type


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Operations that belong together."""

    name: Said
    description: Said
    operations: list[Operation]


class Api(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an interface."""

    title: str
    version: str
    released: str
    description: str
    servers: list[str]
    key_header: str
    groups: list[Group]
    errors: list[ErrorCode]
    articles: dict[str, str]  # signing, limits, errors, key: where they are explained

    def operations(self) -> dict[str, Operation]:
        return {each.key: each for group in self.groups for each in group.operations}


def api_of(document: Document) -> Api:
    """The operations of a document. Raises DocumentRefused."""
    root = document.root
    info = root["info"]
    errors = [_error(each) for each in _dicts(root.get("x-error-codes"))]
    reader = _Reader(document, {error.code: error for error in errors})
    operations = reader.operations()
    listed = {text(tag, "name"): tag for tag in _dicts(root.get("tags"))}
    names = dict.fromkeys([*listed, *(each.group for each in operations)])
    schemes = document.follow(
        document.follow(root.get("components") or {}).get("securitySchemes") or {}
    )
    headers = [
        text(scheme, "name")
        for scheme in schemes.values()
        if isinstance(scheme, dict) and scheme.get("in") == "header"
    ]
    helped = root.get("x-help")
    return Api(
        title=text(info, "title") or "API",
        version=text(info, "version"),
        released=text(root, "x-released"),
        description=text(info, "description"),
        servers=[text(server, "url") for server in _dicts(root.get("servers"))],
        key_header=next(iter(headers), ""),
        groups=[
            group
            for name in names
            if (group := _group(name, listed.get(name, {}), operations)).operations
        ],
        errors=errors,
        articles={str(key): str(value) for key, value in helped.items()}
        if isinstance(helped, dict)
        else {},
    )


def _dicts(found: object) -> list[Node]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _said(node: Node, key: str) -> Said:
    others = node.get("x-lang")
    if not isinstance(others, dict):
        return Said(text(node, key))
    told = {str(tag): text(each, key) for tag, each in others.items() if isinstance(each, dict)}
    return Said(text(node, key), {tag: words for tag, words in told.items() if words})


def _error(node: Node) -> ErrorCode:
    return ErrorCode(
        code=str(node.get("code", ""))[:40],
        meaning=_said(node, "meaning"),
        article=text(node, "article"),
    )


def _group(name: str, tag: Node, operations: list[Operation]) -> Group:
    called = _said(tag, "name") if tag else Said(name)
    mine = [each for each in operations if each.group == name]
    return Group(name=called, description=_said(tag, "description"), operations=mine)


class _Reader:
    def __init__(self, document: Document, errors: Mapping[str, ErrorCode]) -> None:
        self._document = document
        self._errors = errors
        self._unfold = Unfolder(document).field
        self._taken: set[str] = set()

    def operations(self) -> list[Operation]:
        found: list[Operation] = []
        for path, node in self._document.root["paths"].items():
            item = self._document.follow(node, str(path))
            for method in METHODS:
                if method in item:
                    found.append(self._operation(str(path), method, item))
            if len(found) > _MOST_OPERATIONS:
                raise DocumentRefused(f"more than {_MOST_OPERATIONS} operations")
        return found

    def _operation(self, path: str, method: str, item: Node) -> Operation:
        node = self._document.follow(item[method], f"{method} {path}")
        shared = [self._parameter(each) for each in _dicts(item.get("parameters"))]
        own = [self._parameter(each) for each in _dicts(node.get("parameters"))]
        body_type, body, example = self._content(node.get("requestBody"))
        tags, codes = node.get("tags"), node.get("x-errors")
        codes = codes if isinstance(codes, list) else []
        return Operation(
            key=self._key(text(node, "operationId") or f"{method} {path}"),
            method=method.upper(),
            path=path[:300],
            summary=Said(
                text(node, "summary") or f"{method.upper()} {path}", _said(node, "summary").others
            ),
            description=_said(node, "description"),
            group=str(tags[0])[:100] if isinstance(tags, list) and tags else _UNGROUPED,
            is_deprecated=node.get("deprecated") is True,
            is_private=bool(node.get("security", self._document.root.get("security"))),
            parameters=[*shared, *own],
            body=body,
            body_type=body_type,
            body_example=example,
            replies=self._replies(node),
            errors=[
                self._errors.get(str(code), ErrorCode(code=str(code)[:40], meaning=Said("")))
                for code in codes
            ],
        )

    def _key(self, name: str) -> str:
        wanted = _NOT_KEY.sub("-", _CAMEL.sub("-", name).lower()).strip("-")[:80] or "operation"
        key, number = wanted, 1
        while key in self._taken:
            number += 1
            key = f"{wanted}-{number}"
        self._taken.add(key)
        return key

    def _parameter(self, found: Node) -> Field:
        node = self._document.follow(found, "parameters")
        example = node.get("example")
        return self._unfold(
            text(node, "name"),
            node.get("schema") or {},
            place=text(node, "in"),
            description=text(node, "description"),
            is_required=node.get("required") is True,
            is_deprecated=node.get("deprecated") is True or None,
            example="" if example is None else str(example)[:200],
        )

    def _content(self, found: object) -> tuple[str, list[Field], Any]:
        """Media type, fields and example of a body; nothing of what has no body."""
        if not isinstance(found, dict):
            return "", [], None
        content = self._document.follow(found).get("content")
        for kind, media in content.items() if isinstance(content, dict) else ():
            if isinstance(media, dict):
                whole = self._unfold("", media.get("schema") or {})
                fields = whole.fields or ([whole] if whole.type != "object" else [])
                return str(kind)[:100], fields, media.get("example")
        return "", [], None

    def _replies(self, node: Node) -> list[Reply]:
        found = node.get("responses")
        replies: list[Reply] = []
        for status, reply in found.items() if isinstance(found, dict) else ():
            told = self._document.follow(reply, f"responses {status}")
            _, fields, example = self._content(told)
            written = "" if example is None else _pretty(example)
            replies.append(
                Reply(
                    status=str(status)[:20],
                    description=text(told, "description"),
                    fields=fields,
                    example=written,
                )
            )
        return replies


def _pretty(example: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(example), indent=2).decode()[:20_000]
