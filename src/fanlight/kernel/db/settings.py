"""Where the data lies and how many connections may be had to it."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from fanlight.kernel.db.pool import Database
from fanlight.kernel.settings import Section


class DatabaseSettings(Section, frozen=True, kw_only=True):
    """The PostgreSQL that holds everything but files and the search index."""

    section: ClassVar[str] = "database"

    url: str = ""
    """A `postgresql://` address of PostgreSQL 16 or newer. Empty: `fanlight serve` keeps a private
    one in the data folder, reachable by this machine's owner alone."""

    version: Literal[16, 18] = 18
    """Major version of the private PostgreSQL when its data is first made; it is kept later."""

    size: Annotated[int, Meta(ge=2, le=150)] = 16
    """Most connections one process holds at a time."""

    statement_s: Annotated[float, Meta(gt=0)] = 30
    """A single statement is cancelled after this many seconds."""

    idle_s: Annotated[float, Meta(gt=0)] = 60
    """A transaction in which nothing happens is ended after this many seconds."""

    def pool(self, *, name: str) -> Database:
        """A pool to this database, not opened yet; ``name`` is what PostgreSQL shows."""
        return Database(
            self.url,
            size=self.size,
            name=name,
            statement_s=self.statement_s,
            idle_s=self.idle_s,
        )
