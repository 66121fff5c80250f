"""How values travel: rows in binary, dicts as jsonb."""

import struct
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg import AsyncConnection, AsyncCursor
from psycopg.abc import AdaptContext, Buffer, DumperKey, Params, PQGen, Query
from psycopg.adapt import AdaptersMap, Dumper, Loader, PyFormat
from psycopg.pq import Format
from psycopg.rows import AsyncRowFactory
from psycopg.types.array import ListDumper
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads

_HEAD = struct.Struct("!5I")  # of an array: dimensions, whether with NULLs, type, length, first
_UUID_OID, _UUIDS_OID, _LENGTH = 2950, 2951, b"\x00\x00\x00\x10"


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


class _Ids(Dumper):
    """A list of ids in PostgreSQL's binary form."""

    format, oid = Format.BINARY, _UUIDS_OID

    def dump(self, obj: list[UUID]) -> Buffer:
        ids = [_LENGTH + each.bytes for each in obj]
        return _HEAD.pack(1, 0, _UUID_OID, len(ids), 1) + b"".join(ids)


class _Lists(ListDumper):
    """As psycopg writes lists, but ids at once: a page asks for what belongs to a hundred."""

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:  # noqa: A002 - its name
        return (self.cls, _Ids) if _are_ids(obj) else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:  # noqa: A002
        return _Ids(self.cls, self._tx) if _are_ids(obj) else super().upgrade(obj, format)


def _are_ids(values: list[Any]) -> bool:
    return set(map(type, values)) == {UUID}


class _Json(Loader):
    """jsonb in its binary form: a byte for its version, then the text."""

    format = Format.BINARY

    def load(self, data: Buffer) -> Any:
        return msgspec.json.decode(data[1:])


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
        self._adapters.register_dumper(list, _Lists)
        self._adapters.register_loader("jsonb", _Json)

    @property
    def adapters(self) -> AdaptersMap:
        return self._adapters

    @property
    def connection(self) -> None:
        return None


CONTEXT: AdaptContext = _OurAdapters()
