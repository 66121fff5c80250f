"""Over what the processes of an installation wake each other."""

from typing import Annotated, ClassVar

from msgspec import Meta

from fanlight.kernel.live.contract import LiveBus
from fanlight.kernel.settings import Section


class LiveSettings(Section, frozen=True, kw_only=True):
    """The live bus: wake-ups between processes, so that screens move at once."""

    section: ClassVar[str] = "live"

    nats_url: str = ""
    """A `nats://` or `tls://` address, several divided by commas, for an installation of many
    nodes. Empty: PostgreSQL carries the wake-ups, which is enough for one or two."""

    prefix: Annotated[str, Meta(pattern="^[a-z0-9_]{1,40}$")] = "fanlight"
    """Installations that share a NATS server or a database tell themselves apart by it."""

    def bus(self, database_url: str) -> LiveBus:
        """The bus these settings ask for, not started yet."""
        if self.nats_url:
            from fanlight.kernel.live.nats_bus import NatsBus  # its library is not small

            return NatsBus(self.nats_url, prefix=self.prefix)
        from fanlight.kernel.live.local_pg import PostgresBus

        return PostgresBus(database_url, prefix=self.prefix)
