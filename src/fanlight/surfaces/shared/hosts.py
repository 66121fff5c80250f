"""Which host a request came to: the desk's own, or the one that hands out customers' files.

Files are another site, without cookies: what a stranger uploads never shares an origin with the
console. Told by the Host header.
"""

from urllib.parse import quote, urlsplit

from fanlight.features.conversations.settings import FileSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.bytecache import Application, Receive, Scope, Send

FILES = "/files/"
# Where cookies are set or read; on the files' host they are not to be had.
_PERSONAL = ("/console", "/api/console")
_DEFAULT_FILES_HOST = "127.0.0.1"


def files_origin(settings: Settings) -> str:
    """Scheme, host and port under which files are handed out."""
    given = settings[FileSettings].origin
    if given:
        return given.rstrip("/")
    desk = urlsplit(settings[BrandSettings].help_url)
    port = f":{desk.port}" if desk.port else ""
    return f"{desk.scheme}://{_DEFAULT_FILES_HOST}{port}"


def by_host(application: Application, settings: Settings) -> Application:
    """Let each host answer for its own: files there, cookies here."""
    files_host = (urlsplit(files_origin(settings)).hostname or "").encode()
    is_apart = bool(settings[FileSettings].origin)
    desk = settings[BrandSettings].help_url.encode()

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await application(scope, receive, send)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        is_files = host.rpartition(b":")[0] == files_host or host == files_host
        path = scope["path"]
        if path.startswith(FILES):
            is_right = is_files
        else:
            is_right = not is_files or not (is_apart or path.startswith(_PERSONAL))
        if is_right:
            await application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4421})
        elif path.startswith(FILES) or is_apart or path.startswith("/api/"):
            await _answer(send, 404, [])
        else:
            await _answer(send, 307, [(b"location", desk + quote(path).encode())])

    return route


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"content-length", b"0"), (b"cache-control", b"no-store")],
        }
    )
    await send({"type": "http.response.body", "body": b""})
