"""How the fake reads a request and writes an answer: ASGI, JSON, forms."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from python_multipart import parse_form


async def body_of(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def fields(scope: Any, body: bytes) -> dict[str, Any]:
    """Parameters from the query, JSON, an URL-encoded or a multipart form."""
    headers = {name.decode(): value for name, value in scope["headers"]}
    found: dict[str, Any] = dict(parse_qsl(scope["query_string"].decode()))
    kind = headers.get("content-type", b"").decode()
    if kind.startswith("application/json"):
        found |= json.loads(body or b"{}")
    elif kind.startswith("multipart/form-data"):
        given = {name.title(): value for name, value in headers.items()}

        def file(part: Any) -> None:
            part.file_object.seek(0)
            name = (part.file_name or b"file").decode()
            found[part.field_name.decode()] = (name, part.file_object.read())

        def text(part: Any) -> None:
            found[part.field_name.decode()] = (part.value or b"").decode()

        parse_form(given, BytesIO(body), text, file)
    else:
        found |= dict(parse_qsl(body.decode()))
    return {name: _structured(value) for name, value in found.items()}


def _structured(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def reply(send: Any, status: int, body: Any, *, location: str = "", cut: int = 0) -> None:
    body = b"<html>Bad Gateway</html>" if body is None else json.dumps(body).encode()
    await content(send, status, body, "application/json", location=location, cut=cut)


async def content(
    send: Any, status: int, body: bytes, kind: str, *, location: str = "", cut: int = 0
) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    if location:
        headers.append((b"location", location.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body[:-cut] if cut else body})
