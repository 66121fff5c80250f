"""The widget's own files: scripts every page may embed, and the app only some may frame."""

from pathlib import Path

from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.assets import UI
from fanlight.surfaces.shared.bytecache import Front, Stored, stored
from fanlight.surfaces.shared.hosts import files_origin

DIST = UI / "widget" / "dist"
_FOREVER = "public, max-age=31536000, immutable"
# The address never changes, so browsers ask again soon; the answer is mostly "you have it".
_SOON = "public, max-age=300, stale-while-revalidate=86400"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_COMMON = [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")]


def furnish(front: Front, settings: Settings) -> None:
    """Answer everything from bytes. A checkout whose widget is not built has none to show."""
    if not (DIST / "index.html").exists():
        return
    for name in ("loader.js", "help.js"):
        front.always(f"/widget/{name}", _embedded(name))
    page = _page(settings)
    front.always("/widget/app", page)
    front.always("/widget/app/", page)
    for path in sorted((DIST / "app").iterdir()):
        if path.suffix in _TYPES:
            front.always(f"/widget/app/{path.name}", _part(path))


def policy(settings: Settings) -> str:
    """Content-Security-Policy of the app: our own files, and only known sites around it."""
    around = " ".join(["'self'", *settings[WebchatSettings].origins])
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' {files_origin(settings)}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {around}",
        ]
    )


def _embedded(name: str) -> Stored:
    """It holds no secret and asks for none, so any site may fetch it."""
    headers = [
        ("content-type", _TYPES[".js"]),
        ("cache-control", _SOON),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        *_COMMON,
    ]
    return stored((DIST / name).read_bytes(), headers=headers)


def _page(settings: Settings) -> Stored:
    headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("content-security-policy", policy(settings)),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        *_COMMON,
    ]
    return stored((DIST / "index.html").read_bytes(), headers=headers)


def _part(path: Path) -> Stored:
    """A script or sheet; its name changes with its bytes."""
    headers = [("content-type", _TYPES[path.suffix]), ("cache-control", _FOREVER), *_COMMON]
    return stored(path.read_bytes(), headers=headers)
