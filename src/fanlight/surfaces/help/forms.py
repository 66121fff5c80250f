"""Forms that guests send: read with limits, their sender counted without being known."""

import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from fanlight.kernel.errors import Malformed, TooLarge
from fanlight.kernel.ids import new_token
from fanlight.surfaces.help.site import Asked

_MOST_FIELDS = 40
_KEY = re.compile(r"[A-Za-z0-9_-]{1,43}")  # as long as kernel.ids.new_token makes them
_WORDS_ALONE = "application/x-www-form-urlencoded"
_MOST_WORDS = 4 * 2**20  # bytes: a log pasted whole is still told by how much it is too long


class Attached(msgspec.Struct, frozen=True):
    """A file that came with a form."""

    name: str
    media_type: str
    content: bytes


class Form(msgspec.Struct, frozen=True):
    """What somebody filled in: words without control characters, and files."""

    fields: dict[str, str]
    files: list[Attached]

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    @property
    def key(self) -> str:
        """Of the page that was filled in: sent twice, it is one message. It is kept as it came, so
        what is none of ours is not taken."""
        given = self.text("key")
        return given if _KEY.fullmatch(given) else new_token()


async def form_of(request: Asked) -> Form:
    """Read a posted form.

    Raises:
        Malformed: the body is no form.
    """
    try:
        pairs = await _pairs(request)
    except (HTTPException, ValueError, UnicodeDecodeError) as error:
        raise Malformed(where="body") from error
    files = [
        Attached(value.filename, value.content_type, await value.read())
        for _, value in pairs
        if isinstance(value, UploadFile) and value.filename
    ]
    fields = {name: _plain(value) for name, value in pairs if isinstance(value, str)}
    return Form(fields, files)


async def _pairs(request: Asked) -> list[tuple[str, Any]]:
    """Names and values as they were sent. Raises ValueError for more than any page of ours sends.

    A form of words alone is read here: the framework takes ten seconds for a million fields, in
    which nobody else is answered.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _WORDS_ALONE:
        return list((await request.form()).multi_items())[:_MOST_FIELDS]
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_WORDS:
            raise TooLarge(limit_bytes=_MOST_WORDS)
    words = body.decode()
    return parse_qsl(words, keep_blank_values=True, max_num_fields=_MOST_FIELDS)


def _plain(text: str) -> str:
    """Without what no keyboard types: PostgreSQL refuses NUL, people never see the others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c >= " " or c in "\n\t")
