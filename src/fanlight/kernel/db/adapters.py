"""How values travel: rows in binary, dicts as jsonb."""

from typing import Any

import msgspec
import psycopg
from psycopg import AsyncConnection, AsyncCursor
from psycopg.abc import AdaptContext, Params, PQGen, Query
from psycopg.adapt import AdaptersMap, PyFormat
from psycopg.pq import Format
from psycopg.rows import AsyncRowFactory
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads


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

    def _execute_gen(
        self,
        query: Query,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> PQGen[None]:
        """In a pipeline, only queue the statement: all of them leave together when it ends.

        psycopg would send each by itself, which wakes PostgreSQL as many times.
        """
        if not self._conn._pipeline:
            yield from super()._execute_gen(query, params, prepare=prepare, binary=binary)
            return
        yield from self._start_query(query)
        converted = self._convert_query(query, params)
        yield from self._maybe_prepare_gen(converted, prepare=prepare, binary=binary)
        self._last_query = query
        # After a DROP what was prepared is to be forgotten: at once, or it would take what is
        # prepared from here on along.
        yield from self._conn._prepared.maintain_gen(self._conn)


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
