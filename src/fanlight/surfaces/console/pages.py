"""The console's own files: one page for every address below /console/, and what it loads."""

import mimetypes
from pathlib import Path
from typing import Any

from litestar import Response, get

from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.bytecache import Front, stored
from fanlight.surfaces.shared.hosts import files_origin

DIST = Path(__file__).resolve().parents[4] / "ui" / "console" / "dist"
_FOREVER = "public, max-age=31536000, immutable"
_index: dict[str, Any] = {}


def _policy(settings: Settings) -> str:
    """No inline script, nothing from elsewhere but customers' files from their own site."""
    files = files_origin(settings)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data: blob: {files}; font-src 'self'; connect-src 'self'; "
        f"frame-src {files}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def furnish(front: Front, settings: Settings) -> None:
    """Answer the console's files from bytes."""
    for file in DIST.rglob("*"):
        if not file.is_file() or file.name == "index.html":
            continue
        name = file.relative_to(DIST).as_posix()
        is_named_by_hash = name.startswith("assets/")
        headers = [
            ("content-type", mimetypes.guess_type(name)[0] or "application/octet-stream"),
            ("cache-control", _FOREVER if is_named_by_hash else "public, max-age=3600"),
            ("x-content-type-options", "nosniff"),
        ]
        front.always(f"/console/{name}", stored(file.read_bytes(), headers=headers))
    index = DIST / "index.html"
    _index["body"] = index.read_bytes() if index.is_file() else b""
    _index["headers"] = {
        "cache-control": "no-cache",
        "content-security-policy": _policy(settings),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    }


@get(["/console", "/console/{path:path}"], include_in_schema=False, sync_to_thread=False)
def console() -> Response[bytes]:
    """The console; which page it shows it reads from the address itself."""
    if not _index["body"]:
        return Response(
            b"The console is not built: run `make ui`.\n", status_code=503, media_type="text/plain"
        )
    return Response(_index["body"], media_type="text/html", headers=_index["headers"])


ROUTES = [console]
