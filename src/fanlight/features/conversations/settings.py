"""Settings of conversations."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section, checked_origin


class FileSettings(Section, frozen=True, kw_only=True):
    """Files that customers and agents attach."""

    section: ClassVar[str] = "files"

    max_bytes: Annotated[int, Meta(ge=1)] = 50 * 2**20
    """Largest file taken from a person, in bytes."""

    max_picture_pixels: Annotated[int, Meta(ge=1)] = 40_000_000
    """Largest picture that is opened to be made clean, in pixels; larger ones are refused."""

    link_lives_s: Annotated[int, Meta(ge=10)] = 600
    """How long a link to a file works, in seconds."""

    origin: str = ""
    """Where files are served from, a site of its own without cookies, e.g. \
https://files.example. Empty: http://127.0.0.1 on the port served."""

    def __post_init__(self) -> None:
        checked_origin(self.origin, name="origin")
