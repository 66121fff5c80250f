"""How values and statements travel: rows in binary, dicts as jsonb, statements prepared once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import psycopg
from psycopg import AsyncConnection, AsyncCursor
from psycopg._preparing import PrepareManager
from psycopg.abc import AdaptContext
from psycopg.adapt import AdaptersMap, PyFormat
from psycopg.pq import Format
from psycopg.rows import AsyncRowFactory
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads

from fanlight.kernel.errors import FanlightError


class BinaryCursor(AsyncCursor[Any]):
    """A cursor whose rows come in PostgreSQL's binary form, which is quicker to read."""

    def __init__(
        self,
        connection: AsyncConnection[Any],
        *,
        row_factory: AsyncRowFactory[Any] | None = None,
    ) -> None:
        super().__init__(connection, row_factory=row_factory or connection.row_factory)
        self.format = Format.BINARY


class PreparedForGood(PrepareManager):
    """Statements that stay prepared when a transaction is undone, as they do in PostgreSQL.

    psycopg forgets all of them then, for a rollback may take back a table they are about. Nothing
    that goes through the pool makes or drops one, and one refused request would have every
    statement of its connection parsed and planned anew, five times each.
    """

    prepared_max = 200  # a desk under load uses some 150, and PostgreSQL keeps each plan

    def clear(self) -> bool:
        return False

    def forget(self) -> None:
        """Begin anew; the server is told with the next statement."""
        super().clear()


@asynccontextmanager
async def pipelined(connection: AsyncConnection[Any]) -> AsyncIterator[None]:
    """Statements of the block travel together. One that fails takes those after it along, and
    whether they were prepared by then is unknown."""
    try:
        async with connection.pipeline():
            yield
    except FanlightError:
        raise  # said by us, not by the server
    except BaseException:
        if isinstance(connection._prepared, PreparedForGood):
            connection._prepared.forget()
        raise


class _OurAdapters(AdaptContext):
    """A copy of psycopg's adapters, so that the process-wide ones stay as they came."""

    def __init__(self) -> None:
        self._adapters = AdaptersMap(psycopg.adapters)
        set_json_loads(msgspec.json.decode, self)
        set_json_dumps(msgspec.json.encode, self)
        for form in (PyFormat.BINARY, PyFormat.TEXT):
            as_jsonb = self._adapters.get_dumper(Jsonb, form)
            self._adapters.register_dumper(dict, as_jsonb)
            self._adapters.register_dumper(msgspec.Struct, as_jsonb)

    @property
    def adapters(self) -> AdaptersMap:
        return self._adapters

    @property
    def connection(self) -> None:
        return None


CONTEXT: AdaptContext = _OurAdapters()
