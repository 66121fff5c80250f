"""What a file really is, by its bytes; pictures are made anew so that only pixels remain."""

import io
import zipfile

import filetype
import msgspec
from PIL import Image, ImageOps

from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.file_words import MOST, Locked, TooDeep, words_of
from fanlight.kernel.secrets import scan

# Decoded and encoded again before anyone sees them: what hides beside the pixels is gone then.
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "PNG"}
# These run when opened; by their bytes, and by the ends of names that Windows believes.
_PROGRAMS = frozenset({"application/x-msdownload", "application/x-executable", "application/x-mach-binary"})  # fmt: skip  # noqa: E501
_PROGRAM_ENDS = (
    ".exe", ".scr", ".bat", ".cmd", ".com", ".msi", ".js", ".vbs", ".jar", ".apk", ".ps1", ".lnk",
    ".hta", ".app", ".dmg",
)  # fmt: skip
_TEXTS = {"csv": "text/csv", "txt": "text/plain", "log": "text/plain", "json": "application/json"}
_UNREAD = ("audio/", "video/")
_LONGEST_NAME = 160
_ENCRYPTED = 0x1  # general purpose bit 0, section 4.4.4 of the ZIP specification (APPNOTE)


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A file that may be kept: its true type, its bytes made harmless, its size if a picture."""

    name: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None


def clean_name(name: str) -> str:
    """A name without folders, control characters and tricks that turn its end around."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable()).strip(" .")
    stem, dot, end = kept.rpartition(".")
    if dot and len(kept) > _LONGEST_NAME:
        kept = f"{stem[: _LONGEST_NAME - len(end) - 1]}.{end[:20]}"
    return kept[:_LONGEST_NAME] or "file"


def examine(name: str, content: bytes, *, max_bytes: int, max_pixels: int) -> Examined:
    """Look into a file. Slow for large pictures: call it in a thread.

    Raises:
        FileRefused: reason is one of empty, too_large, kind, unreadable, locked, secret.
    """
    name = clean_name(name)
    if not content:
        raise FileRefused(reason="empty", name=name)
    if len(content) > max_bytes:
        raise FileRefused(reason="too_large", name=name, limit_bytes=max_bytes)
    found = filetype.guess(content)
    kind = found.mime if found is not None else _text_kind(name, content)
    if kind in _PROGRAMS or name.lower().endswith(_PROGRAM_ENDS) or content[:4] == b"\x7fELF":
        raise FileRefused(reason="kind", name=name)
    if kind in PICTURES:
        return _picture(name, kind, content, max_pixels)
    if kind == "application/zip" and _is_locked(content):
        raise FileRefused(reason="locked", name=name)
    if not kind.startswith(_UNREAD) and (kinds := secrets_in(name, content)):
        raise FileRefused(reason="secret", name=name, kinds=kinds)
    return Examined(name=name, media_type=kind, content=content)


def secrets_in(name: str, content: bytes) -> list[str]:
    """What the guard finds in the words of a file. Raises FileRefused for one under a password."""
    kinds: set[str] = set()
    left = MOST
    try:
        for words in words_of(name, content):
            kinds.update(finding.kind.value for finding in scan(words[:left]))
            left -= len(words)
            if kinds or left <= 0:
                break
    except TooDeep:
        raise FileRefused(reason="unreadable", name=name) from None
    except Locked:
        raise FileRefused(reason="locked", name=name) from None
    return sorted(kinds)


def _text_kind(name: str, content: bytes) -> str:
    """What has no signature is plain text if it reads as such, else bytes; never HTML or SVG."""
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError as error:
        # A character may be cut in two at the end of the sample.
        if error.start < 4090:
            return "application/octet-stream"
    if b"\x00" in content[:4096]:
        return "application/octet-stream"
    return _TEXTS.get(name.rpartition(".")[2].lower(), "text/plain")


def _is_locked(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(entry.flag_bits & _ENCRYPTED for entry in archive.infolist())
    except Exception:  # a broken archive is no locked one, in whatever way it is broken
        return False


def _picture(name: str, kind: str, content: bytes, max_pixels: int) -> Examined:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > max_pixels:
                raise FileRefused(reason="too_large", name=name, limit_pixels=max_pixels)
            ImageOps.exif_transpose(picture, in_place=True)
            mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
            pixels = picture if picture.mode == mode else picture.convert(mode)
            # A new buffer: a plain re-save would keep comments and profiles. As few copies as can
            # be: a large picture of one colour is small as a file and huge as pixels.
            fresh = Image.new(mode, pixels.size)
            fresh.paste(pixels)
    except FileRefused:
        raise
    except Exception:  # on broken pictures decoders raise whatever they like, struct.error included
        raise FileRefused(reason="unreadable", name=name) from None
    form = PICTURES[kind]
    if form == "JPEG" and mode == "RGBA":
        fresh = fresh.convert("RGB")
    out = io.BytesIO()
    fresh.save(out, form, **({"quality": 90} if form == "JPEG" else {}))
    return Examined(
        name=name,
        media_type=f"image/{form.lower()}",
        content=out.getvalue(),
        width=fresh.width,
        height=fresh.height,
    )
