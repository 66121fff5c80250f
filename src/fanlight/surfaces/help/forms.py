"""Forms that guests send: read with limits, their sender counted without being known."""

import hashlib
from datetime import UTC, datetime

import msgspec
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from fanlight.kernel.errors import Malformed
from fanlight.kernel.limits import network_of
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.sessions import where_from

_MOST_FIELDS = 40


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


async def form_of(request: Asked) -> Form:
    """Read a posted form.

    Raises:
        Malformed: the body is no form.
    """
    try:
        sent = await request.form()
    except (HTTPException, ValueError, UnicodeDecodeError) as error:
        raise Malformed(where="body") from error
    pairs = list(sent.multi_items())[:_MOST_FIELDS]
    files = [
        Attached(value.filename, value.content_type, await value.read())
        for _, value in pairs
        if isinstance(value, UploadFile) and value.filename
    ]
    fields = {name: _plain(value) for name, value in pairs if isinstance(value, str)}
    return Form(fields, files)


def _plain(text: str) -> str:
    """Without what no keyboard types: PostgreSQL refuses NUL, people never see the others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c >= " " or c in "\n\t")


def visitor_of(request: Asked) -> str:
    """Whom to count under: an address of today, hashed, so that nobody is followed for long."""
    day = datetime.now(UTC).date().isoformat()
    whom = f"{day}:{network_of(where_from(request).ip)}"
    return hashlib.blake2b(whom.encode(), digest_size=12).hexdigest()
