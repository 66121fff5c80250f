"""The console's own files: one page for every address, scripts and sheets by their hash."""

from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Response

from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.assets import UI
from fanlight.surfaces.shared.bytecache import Front, Stored, stored
from fanlight.surfaces.shared.hosts import files_origin
from fanlight.surfaces.shared.sessions import COOKIE, edge_of

DIST = UI / "console" / "dist"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_NOT_BUILT = "The console is not built yet: run .venv/bin/python scripts/ui.py build\n"


def furnish(front: Front, settings: Settings) -> None:  # noqa: ARG001 - as all doors are asked
    """Answer the console's scripts and sheets from bytes. A checkout not built has none to show."""
    if _index() is None:
        return
    for file in sorted(DIST.rglob("*")):
        if file.suffix in _TYPES:
            front.always(f"/console/{file.relative_to(DIST).as_posix()}", _part(file))


@get(["/console", "/console/{path:path}"], include_in_schema=False, sync_to_thread=False)
def page(request: Request[Any, Any, Any], path: FromPath[str] = "") -> Response[bytes]:
    """The same page for every address: the browser reads from it what to show.

    It is marked when a session came along, so that nobody is asked for who has none.
    """
    if Path(path).suffix in _TYPES:
        return Response(b"", status_code=404)
    body = _index()
    if body is None:
        return Response(_NOT_BUILT.encode(), status_code=503, media_type="text/plain")
    if COOKIE in request.cookies:
        body = body.replace(b"<body ", b'<body data-session="yes" ', 1)
    headers = dict(_page_headers(edge_of(request).shelf.of(Settings)))
    return Response(body, media_type=headers.pop("content-type"), headers=headers)


@cache
def _index() -> bytes | None:
    """The page as it was when the process began: it names the scripts that are served with it."""
    file = DIST / "index.html"
    return file.read_bytes() if file.exists() else None


def policy(settings: Settings) -> str:
    """Content-Security-Policy: our own files; what customers sent only from the files' site.

    Frames of our own show articles as readers will see them.
    """
    files = files_origin(settings)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' {files}",
            "connect-src 'self'",
            "media-src 'self'",  # captions of articles' videos, as their preview is put together
            f"frame-src 'self' {files}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _page_headers(settings: Settings) -> list[tuple[str, str]]:
    return [
        ("content-type", "text/html"),
        ("cache-control", "no-cache"),
        ("vary", "cookie"),
        ("content-security-policy", policy(settings)),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex"),
        ("referrer-policy", "no-referrer"),
    ]


def _part(path: Path) -> Stored:
    """A script, sheet or drawing; names below ``assets`` change with their bytes."""
    lasts = _FOREVER if path.parent.name == "assets" else "no-cache"
    headers = [
        ("content-type", _TYPES[path.suffix]),
        ("cache-control", lasts),
        ("x-content-type-options", "nosniff"),
    ]
    return stored(path.read_bytes(), headers=headers)


ROUTES = [page]
