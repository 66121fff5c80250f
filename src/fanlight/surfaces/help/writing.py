"""What a guest writes to us: looked over first, kept on the page when something is wrong."""

import msgspec

from fanlight.channels.adapters.webform.adapter import FORM, LONGEST_TEXT
from fanlight.channels.contract import InboundFile
from fanlight.features.people.service.customers import typed_address
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.secrets import redact
from fanlight.surfaces.help.forms import Form

_LONGEST_NAME = 100
_MOST_LOOKED_AT = 3 * LONGEST_TEXT


class Refused(msgspec.Struct, frozen=True):
    """Why a field was not taken: the key of a sentence, and what fills it."""

    key: str
    params: dict[str, object] = {}


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it may be sent or, with ``refused``, as it goes back to be mended."""

    text: str  # without the secrets that were in it
    name: str
    email: str
    files: list[InboundFile]
    refused: dict[str, Refused]
    secrets: tuple[str, ...]  # kinds of what was taken out


def look_over(form: Form, *, needs_email: bool, most_files: int) -> Looked:
    """Everything that can be found wrong before anything is stored."""
    written = form.text("text")
    # Nobody types more than that. Looked over whole, megabytes of it would hold up all others.
    clean = redact(written[:_MOST_LOOKED_AT])
    refused: dict[str, Refused] = {}
    kinds = tuple(dict.fromkeys(finding.kind.value for finding in clean.findings))
    if kinds:
        refused["text"] = Refused("help.contact.secret_found")
    elif not clean.text and not form.files:
        refused["text"] = Refused("help.contact.text_missing")
    elif (over := max(len(clean.text), len(written)) - LONGEST_TEXT) > 0:
        refused["text"] = Refused("help.contact.text_long", {"count": over})
    email = form.text("email")
    if needs_email:
        try:
            email = typed_address(email)
        except FanlightError:
            key = "help.contact.email_wrong" if email else "help.contact.email_missing"
            refused["email"] = Refused(key)
    too_large = [file.name for file in form.files if len(file.content) > FORM.max_file_bytes]
    if len(form.files) > most_files:
        refused["files"] = Refused("help.contact.files_many", {"count": most_files})
    elif too_large:
        size = FORM.max_file_bytes // 2**20
        refused["files"] = Refused("help.contact.file_large", {"name": too_large[0], "size": size})
    return Looked(
        text=clean.text,
        name=redact(form.text("name")[:1000]).text[:_LONGEST_NAME],
        email=email,
        files=[
            InboundFile(name=file.name, declared_type=file.media_type, content=file.content)
            for file in form.files
        ],
        refused=refused,
        secrets=kinds,
    )
