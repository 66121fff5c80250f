"""Files of strangers: what is broken is refused by name, whatever breaks inside the decoders."""

import io
import struct

import pytest
from PIL import Image

from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.examine import examine

LIMITS = {"max_bytes": 1_000_000, "max_pixels": 1_000_000}
DESCRIPTION = 0x010E  # an EXIF tag


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side: the examination has to write EXIF anew
    exif[DESCRIPTION] = "a caption"
    out = io.BytesIO()
    Image.new("RGB", (8, 4), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_is_turned_upright_and_made_anew() -> None:
    looked = examine("photo.jpg", photo(), **LIMITS)

    assert (looked.width, looked.height) == (4, 8)
    assert b"a caption" not in looked.content


def test_a_photo_with_a_broken_tag_is_refused_rather_than_an_error() -> None:
    # The caption claims to be a number of eight bytes: written again, it fails in struct.pack.
    entry = struct.pack(">HHI", DESCRIPTION, 2, len("a caption") + 1)
    content = photo()
    assert entry in content
    broken = content.replace(entry, struct.pack(">HHI", DESCRIPTION, 4, 1))

    with pytest.raises(FileRefused) as refused:
        examine("photo.jpg", broken.replace(b"\x01\x12\x00\x03", b"\x01\x12\x00\x05"), **LIMITS)

    assert refused.value.params["reason"] == "unreadable"
