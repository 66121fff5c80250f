"""Which sites' pages may use the API: those that may embed the chat, and no others (CORS)."""

from collections.abc import Iterable
from typing import Any

from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.bytecache import Application, Receive, Scope, Send

PREFIX = "/api/app/"
_LASTS_S = b"3600"  # a browser asks beforehand once in this time
_ALLOWED = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, DELETE"),
    (b"access-control-allow-headers", b"authorization, content-type, if-none-match"),
    (b"access-control-max-age", _LASTS_S),
]
_EXPOSED = (b"access-control-expose-headers", b"etag, retry-after")


def opened(application: Application, settings: Settings) -> Application:
    """The application, which tells browsers whose pages may read what the API answers.

    Stands before everything else, so that refusals and cached bytes are told as well. Cookies are
    never asked for: whoever is signed in sends a token.
    """
    origins = {each.encode() for each in settings[WebchatSettings].origins}

    async def cross(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await application(scope, receive, send)
            return
        origin = _header(scope, b"origin")
        told = [(b"access-control-allow-origin", origin), _EXPOSED] if origin in origins else []
        if scope["method"] == "OPTIONS":
            await _preflight(send, told)
            return
        await application(scope, receive, _telling(send, told))

    return cross


async def _preflight(send: Send, told: list[tuple[bytes, bytes]]) -> None:
    headers = [*told, *_ALLOWED] if told else []
    headers += [(b"vary", b"origin"), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    status = 204 if told else 403
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _telling(send: Send, told: list[tuple[bytes, bytes]]) -> Send:
    async def tell(message: Any) -> None:
        if message["type"] == "http.response.start":
            # A shared cache must not give one site's answer, or one reader's, to another.
            kept, vary = _without(message.get("headers", ()), b"vary")
            varied = b", ".join([*vary, b"origin", b"authorization"])
            # What any site may read says so itself.
            is_open = any(name == b"access-control-allow-origin" for name, _ in kept)
            ours = [_EXPOSED] if is_open else told
            message = {**message, "headers": [*kept, *ours, (b"vary", varied)]}
        await send(message)

    return tell


def _without(
    headers: Iterable[tuple[bytes, bytes]], name: bytes
) -> tuple[list[tuple[bytes, bytes]], list[bytes]]:
    kept: list[tuple[bytes, bytes]] = []
    taken: list[bytes] = []
    for each, value in headers:
        if each.lower() == name:
            taken.append(value)
        else:
            kept.append((each, value))
    return kept, taken


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for each, value in scope["headers"] if each == name), b"")
