"""How the web processes meet the world."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.settings import Section


class ServeSettings(Section, frozen=True, kw_only=True):
    """The web processes of `fanlight serve`; the command line goes before what stands here."""

    section: ClassVar[str] = "serve"

    host: str = "127.0.0.1"
    """The address listened on; put a proxy with TLS in front of anything else."""

    port: Annotated[int, Meta(ge=0, le=65534)] = 8000
    """The port listened on; the demo exchange takes the next one. 0 takes any free ones."""

    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    """Web processes. One also does the background work, more have a process for it."""

    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies whose word on a visitor's address is believed."""

    drain_s: Annotated[int, Meta(ge=1, le=300)] = 10
    """How long requests and sockets may go on after the desk was told to stop, in seconds."""

    largest_frame_bytes: Annotated[int, Meta(ge=65_536)] = 262_144
    """A socket that sends a bigger frame is closed."""
