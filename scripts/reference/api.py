"""The page of the HTTP interface: every address, who may ask, what goes in and what comes out."""

from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler, WebsocketRouteHandler
from litestar.openapi import OpenAPIConfig

from fanlight import __version__
from fanlight.app import discovery
from fanlight.surfaces.shared.works import work
from reference.reading import said, table

Shape = dict[str, Any]

_HEAD = """# The HTTP interface

What the console, the widget and the help center talk to. A running desk serves the same as OpenAPI
at `/api/schema/openapi.json`, from which the types of the browser faces can be made. Every refusal
is a problem as [errors.md](errors.md) describes it. Moments are ISO 8601 with their zone, ids are
UUIDs, whatever is money is text.

The console's cookie is `HttpOnly`; a change also needs the header `X-Fanlight: 1` and, from a
browser, one of our own pages as its origin. The widget sends its session token as
`Authorization: Bearer`.

*Who* is the guard in front of a handler: a permission an agent needs, or any agent. *Open* means
that no guard stands there: a public page, the widget (whose session is read in the handler), or a
step of signing in, which looks at the half-open session itself.

This page is made by `scripts/docs.py` from the code.
"""
_SHAPES = "## Shapes\n\nBodies and answers, by name. A field followed by `?` may be left out.\n"
_GUARDS = {"signed_in": "any agent", "from_our_page": "our own pages"}


def page() -> str:
    """docs/reference/api.md."""
    app = Litestar(
        route_handlers=discovery.routes(),
        dependencies={"work": Provide(work)},
        openapi_config=OpenAPIConfig("Fanlight", __version__, use_handler_docstrings=True),
    )
    told: Shape = app.openapi_schema.to_schema()
    guards = _who_may(app)
    by_tag: dict[str, list[tuple[str, ...]]] = {}
    for path in sorted(told["paths"]):
        for method, operation in sorted(told["paths"][path].items()):
            if not isinstance(operation, dict):
                continue
            who = guards.get((path, method.upper()), "open")
            row = (
                f"`{method.upper()} {path}`",
                who,
                said(operation.get("description", "")),
                _takes(operation),
                _gives(operation),
            )
            by_tag.setdefault(operation.get("tags", ["other"])[0], []).append(row)
    parts = [_HEAD]
    for tag, rows in sorted(by_tag.items()):
        parts += [f"## {tag}\n", table(("address", "who", "does", "takes", "gives"), rows)]
    parts += ["## Sockets\n", table(("address", "who", "does"), _sockets(app))]
    parts += [_SHAPES, *(_shape(*each) for each in sorted(told["components"]["schemas"].items()))]
    return "\n".join(parts)


def _who_may(app: Litestar) -> dict[tuple[str, str], str]:
    found = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if isinstance(handler, HTTPRouteHandler):
                for method in handler.http_methods:
                    found[(_plain(route.path), method)] = _guards(handler)
    return found


def _plain(path: str) -> str:
    """``/a/{b:uuid}`` as OpenAPI writes it."""
    return "/".join(
        f"{{{part[1:-1].partition(':')[0]}}}" if part.startswith("{") else part
        for part in path.split("/")
    )


def _guards(handler: Any) -> str:
    names = [getattr(guard, "__name__", "guard") for guard in handler.guards or []]
    said_names = [
        _GUARDS.get(name) or " or ".join(f"`{each}`" for each in name[4:-1].split(", "))
        for name in names
    ]
    return " and ".join(said_names) or "open"


def _sockets(app: Litestar) -> list[tuple[str, ...]]:
    rows = []
    for route in app.routes:
        handler = getattr(route, "route_handler", None)
        if isinstance(handler, WebsocketRouteHandler):
            does = said((handler.fn.__doc__ or "").partition("\n\n")[0])
            rows.append((f"`{_plain(route.path)}`", _guards(handler), does))
    return sorted(rows)


def _takes(operation: Shape) -> str:
    words = [
        f"`{each['name']}`{'' if each.get('required') else '?'}"
        for each in operation.get("parameters", [])
        if each["in"] == "query"
    ]
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        name = _type(body["schema"])
        words.append(name if media == "application/json" else f"{name} as {media}")
    return ", ".join(words)


def _gives(operation: Shape) -> str:
    for status, answer in sorted(operation["responses"].items()):
        if status.startswith("2"):
            schemas = [each["schema"] for each in answer.get("content", {}).values()]
            shape = _type(schemas[0]) if schemas and schemas[0] else ""
            return f"{status} {shape}".strip()
    return ""


def _shape(name: str, shape: Shape) -> str:
    doc = said(shape.get("description", ""))
    if "enum" in shape:
        values = ", ".join(f"`{each}`" for each in shape["enum"])
        return f"### {name}\n\n{doc}{' ' if doc else ''}One of {values}.\n"
    needed = set(shape.get("required", []))
    fields = [
        (f"`{field}`{'' if field in needed else '?'}", _type(each))
        for field, each in shape.get("properties", {}).items()
    ]
    if not fields:
        return f"### {name}\n\n{doc or 'An object without fields.'}\n"
    return f"### {name}\n\n{doc + chr(10) * 2 if doc else ''}{table(('field', 'is'), fields)}"


def _type(schema: Shape) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(each) for each in schema[several]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " or ".join(f"`{each}`" for each in values)
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"table of {_type(schema['additionalProperties'])}"
    form = schema.get("format", "")
    return {"uuid": "id", "date-time": "moment", "binary": "bytes"}.get(form, kind)
