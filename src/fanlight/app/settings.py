"""Settings of the processes themselves: where they listen, on what they stand."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from fanlight.kernel.settings import Section


class ServerSettings(Section, frozen=True, kw_only=True):
    """The web processes."""

    section: ClassVar[str] = "server"

    host: str = "127.0.0.1"
    """The address listened on; put a proxy with TLS in front of anything else."""

    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    """The port listened on; 0 takes any free one."""

    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    """Web processes. With 1, the worker runs inside the web process."""

    max_body_bytes: Annotated[int, Meta(ge=1024)] = 64 * 2**20
    """Largest request body taken, in bytes; doors may take less."""

    forwarded_allow_ips: str = ""
    """Proxies whose X-Forwarded-For is believed, comma-separated. Empty: none."""


class DatabaseSettings(Section, frozen=True, kw_only=True):
    """The PostgreSQL that everything stands on."""

    section: ClassVar[str] = "database"

    url: str = ""
    """postgresql://... Empty: a private PostgreSQL in the data folder."""

    version: Literal[16, 18] = 18
    """Which private PostgreSQL."""

    pool_size: Annotated[int, Meta(ge=2, le=100)] = 10
    """Connections a process may hold at once."""


class LiveSettings(Section, frozen=True, kw_only=True):
    """How processes wake one another."""

    section: ClassVar[str] = "live"

    nats_url: str = ""
    """nats://host:4222, several separated by commas. Empty: PostgreSQL carries the wake-ups."""
