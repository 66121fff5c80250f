"""Large bytes beside the database: written once, named by id, sealed where nobody may peek."""

import asyncio
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fanlight.kernel.errors import Unavailable
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work

_NONCE = bytes(12)  # each blob has a key of its own, used once, so a fixed nonce is sound


class BlobGone(Exception):
    """The row is there, the bytes are not: a disk was lost or swept."""


class Store(Protocol):
    """Where the bytes lie. ``put`` returns once they are safe; a second put changes nothing.

    It raises Unavailable when they cannot be kept.
    """

    async def put(self, blob_id: UUID, content: bytes) -> None: ...
    async def get(self, blob_id: UUID) -> bytes: ...
    async def part(self, blob_id: UUID, start: int, end: int) -> bytes: ...
    async def remove(self, blob_id: UUID) -> None: ...


class DiskStore:
    """Blobs as files, spread over 256 folders by the last byte of their id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, blob_id: UUID) -> Path:
        return self._folder / blob_id.hex[-2:] / blob_id.hex

    async def put(self, blob_id: UUID, content: bytes) -> None:
        await asyncio.to_thread(self._put, self._path(blob_id), content)

    @staticmethod
    def _put(path: Path, content: bytes) -> None:
        fresh = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(path)
        except OSError as error:  # the disk is full, or gone: half a file helps nobody
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise Unavailable() from error

    async def get(self, blob_id: UUID) -> bytes:
        try:
            return await asyncio.to_thread(self._path(blob_id).read_bytes)
        except FileNotFoundError:
            raise BlobGone(str(blob_id)) from None

    async def part(self, blob_id: UUID, start: int, end: int) -> bytes:
        try:
            return await asyncio.to_thread(self._part, self._path(blob_id), start, end)
        except FileNotFoundError:
            raise BlobGone(str(blob_id)) from None

    @staticmethod
    def _part(path: Path, start: int, end: int) -> bytes:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    async def remove(self, blob_id: UUID) -> None:
        await asyncio.to_thread(self._path(blob_id).unlink, missing_ok=True)


class _Row(msgspec.Struct, frozen=True):
    id: UUID
    sealed_key: bytes | None


ADD = """
    INSERT INTO blobs (id, sha256, size_bytes, sealed_key, created_at)
    VALUES (%(id)s, %(sha256)s, %(size_bytes)s, %(sealed_key)s, %(created_at)s)
"""
FORGET = "DELETE FROM blobs WHERE id = %(id)s"
KEY_OF = "SELECT id, sealed_key FROM blobs WHERE id = %(id)s"


class Blobs:
    """Blobs of one installation. Bytes are safe before the row commits, so no row lacks them."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    async def put(self, work: Work, content: bytes, *, sealed: bool = False) -> UUID:
        """Keep these bytes; the row is part of the caller's transaction.

        Bytes whose transaction is undone stay behind without a row and are swept later.
        """
        blob_id, sealed_key = new_id(), None
        digest = hashlib.sha256(content).digest()
        kept = content
        if sealed:
            key = AESGCM.generate_key(256)
            kept = AESGCM(key).encrypt(_NONCE, content, blob_id.bytes)
            sealed_key = self._sealer.seal(key, purpose=f"blob:{blob_id}")
        await self._store.put(blob_id, kept)
        work.later(
            ADD,
            id=blob_id,
            sha256=digest,
            size_bytes=len(content),
            sealed_key=sealed_key,
            created_at=work.now(),
        )
        return blob_id

    async def get(self, work: Work, blob_id: UUID) -> bytes:
        """The bytes as they were put. Raises BlobGone."""
        row = await work.one(_Row, KEY_OF, id=blob_id)
        if row is None:
            raise BlobGone(str(blob_id))
        kept = await self._store.get(blob_id)
        if row.sealed_key is None:
            return kept
        key = self._sealer.unseal(row.sealed_key, purpose=f"blob:{blob_id}")
        return AESGCM(key).decrypt(_NONCE, kept, blob_id.bytes)

    async def part(self, work: Work, blob_id: UUID, start: int, end: int) -> bytes:
        """The bytes from ``start`` up to ``end``; of a sealed blob only after all of it.

        Raises BlobGone.
        """
        row = await work.one(_Row, KEY_OF, id=blob_id)
        if row is None:
            raise BlobGone(str(blob_id))
        if row.sealed_key is not None:
            return (await self.get(work, blob_id))[start:end]
        return await self._store.part(blob_id, start, end)

    async def forget(self, work: Work, blob_id: UUID) -> None:
        """The row goes with the caller's transaction; bytes without a row are swept later."""
        await work.run(FORGET, id=blob_id)

    async def drop(self, blob_id: UUID) -> None:
        """The bytes of a blob whose row is gone for good; to be called after that commit."""
        await self._store.remove(blob_id)
