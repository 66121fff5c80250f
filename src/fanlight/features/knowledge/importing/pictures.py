"""Pictures of what comes in: found beside the articles or inside them, never fetched."""

import base64
import binascii
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from fanlight.features.knowledge import clips
from fanlight.features.knowledge.importing.components import outside_code
from fanlight.features.knowledge.importing.opening import Files

MOST_BYTES = 20_000_000
_CLIPS = (".mp4", ".webm", ".vtt")
_PICTURE = re.compile(
    r"(!\[(?:[^\[\]\\]|\\.|\[[^\]]*\])*\]\()[ \t]*(<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"((?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\))"
)
_OURS = re.compile(r"/media/([0-9a-f-]{36})-\d{1,5}x\d{1,5}\.(?:png|jpeg|webp)")
_CLIP = re.compile(r"/media/([0-9a-f-]{36}\.(?:mp4|webm|vtt))")  # a video, or its captions
_ROOTS = ("", "static/", "public/", "assets/", "docs/", ".vitepress/public/", ".gitbook/assets/")


class Shelf(Mapping[str, bytes]):
    """The pictures that articles name, read when they are needed."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._have = {name.lower(): name for name in files.names}
        self._inside: dict[str, bytes] = {}
        self._wanted: dict[str, None] = {}
        self.missing: list[tuple[str, str]] = []

    def __getitem__(self, name: str) -> bytes:
        if name in self._inside:
            return self._inside[name]
        is_picture = not name.lower().endswith(_CLIPS)
        return self._files.read(name, MOST_BYTES if is_picture else clips.MOST_BYTES)

    def __iter__(self) -> Iterator[str]:
        return iter(self._wanted)

    def __len__(self) -> int:
        return len(self._wanted)

    def taken(
        self, body: str, file: str, named: Callable[[str], str] = lambda _: ""
    ) -> tuple[str, dict[str, str]]:
        """The text, and which of its pictures' addresses stands for which picture of the source.

        Args:
            named: the name of a picture's file, where its address does not say it.
        """
        found: dict[str, str] = {}

        def look(address: str) -> str:
            if address.startswith("data:"):
                address = self._unpacked(address)
                name: str | None = address or None
            else:
                name = self._named(address, file)
                if name is None and (own := named(address)):
                    name = self._by_tail(own)
            if name is None:
                return address  # left out when the article is rendered, and reported then
            found[address] = name
            self._wanted[name] = None
            return address

        for clip in _CLIP.finditer(body):  # of our own export: their addresses stay
            look(clip.group())
        return replaced(body, look), found

    def _unpacked(self, address: str) -> str:
        """A picture written into the text itself; only its mark stays there."""
        head, _, content = address.partition(",")
        try:
            raw = base64.b64decode(unquote(content), validate=False) if ";base64" in head else b""
        except (binascii.Error, ValueError):
            raw = b""
        if not raw or len(raw) > MOST_BYTES:
            return ""
        name = f"inside-{hashlib.sha256(raw).hexdigest()[:32]}"
        self._inside[name] = raw
        return name

    def _named(self, address: str, file: str) -> str | None:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return self._by_tail(parts.path) if parts.scheme in {"http", "https"} else None
        path = unquote(parts.path)
        if path.startswith("/"):
            tries = [f"{root}{path.strip('/')}" for root in _ROOTS]
        else:
            tries = [posixpath.normpath(posixpath.join(posixpath.dirname(file), path))]
            tries += [f"{root}{path.removeprefix('./')}" for root in _ROOTS]
        return next(
            (self._have[each.lower()] for each in tries if each.lower() in self._have), None
        )

    def _by_tail(self, path: str) -> str | None:
        """A picture of another site that the export brings along, under the end of its address."""
        parts = unquote(path).strip("/").split("/")
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            for folder in ("", "media/", "attachments/", "images/", "article_attachments/"):
                if (found := self._have.get(f"{folder}{tail}".lower())) is not None:
                    return found
        return None


def replaced(body: str, address_of: Callable[[str], str]) -> str:
    """Markdown with the addresses of its pictures replaced, outside code; "" takes one out."""

    def one(found: re.Match[str]) -> str:
        written = found.group(2)
        address = written[1:-1] if written.startswith("<") else written
        now = address_of(address)
        if not now:
            return ""
        if now == address:
            return found.group()
        return f"{found.group(1)}{now}{found.group(3)}"

    return outside_code(body, lambda text: _PICTURE.sub(one, text))


def clip_of(address: str) -> str:
    """The name of a video or captions of ours; "" for a picture."""
    found = _CLIP.fullmatch(address)
    return found.group(1) if found else ""


def id_of(content: bytes, address: str) -> UUID:
    """The same picture has the same id each time it comes in; one of our own export keeps its."""
    if ours := _OURS.fullmatch(address):
        return UUID(ours.group(1))
    return uuid5(NAMESPACE_URL, hashlib.sha256(content).hexdigest())
