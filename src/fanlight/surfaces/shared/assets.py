"""Style sheets and small scripts of server-rendered pages: joined, shrunk, named by their hash."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from fanlight.surfaces.shared.bytecache import Stored, stored

UI = Path(__file__).resolve().parents[4] / "ui"
_FOREVER = "public, max-age=31536000, immutable"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,>]) ?")
_IMPORT = re.compile(r'@import "[^"]*";')
_IMPORTED = re.compile(r"^import .*$", re.MULTILINE)
_EXPORTED = re.compile(r"^export ", re.MULTILINE)
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


class Asset(msgspec.Struct, frozen=True):
    """One file under an address that changes with its bytes, so browsers may keep it forever."""

    path: str
    answer: Stored


def stylesheet(name: str, files: Sequence[str]) -> Asset:
    """One sheet out of several files below ``ui/``."""
    text = "".join((UI / file).read_text("utf-8") for file in files)
    text = _SPACE.sub(" ", _COMMENT.sub("", _IMPORT.sub("", text)))
    return _asset(name, "css", _AROUND.sub(r"\1", text).replace(";}", "}").strip())


def script(name: str, file: str) -> Asset:
    """A script as it was written: small enough to need no shrinking."""
    return _asset(name, "js", (UI / file).read_text("utf-8"))


def module(name: str, files: Sequence[str]) -> Asset:
    """One module out of several: what the earlier ones export, the later ones find in place."""
    text = "\n".join((UI / file).read_text("utf-8") for file in files)
    return _asset(name, "js", _EXPORTED.sub("", _IMPORTED.sub("", text)))


def _asset(name: str, kind: str, text: str) -> Asset:
    body = text.encode()
    mark = hashlib.blake2b(body, digest_size=6).hexdigest()
    headers = [
        ("content-type", _TYPES[kind]),
        ("cache-control", _FOREVER),
        ("x-content-type-options", "nosniff"),
    ]
    return Asset(f"/assets/{name}-{mark}.{kind}", stored(body, headers=headers))


@cache
def icons() -> dict[str, str]:
    """The drawings of Lucide (ISC licence) that our pages use, by name."""
    file = Path(__file__).with_name("icons.json")
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str])


def has_chat() -> bool:
    """Whether the widget is built."""
    return (UI / "widget" / "dist" / "index.html").exists()
