"""The log as a signed file: JSON lines that can be checked without us, and without our database.

The first line says where the chain is taken up and by which key it will be signed, then come the
entries in the order of the chain, then a line that says where it ends. The signature (Ed25519)
stands over that last line, whose digest covers every byte before it.
"""

import base64
import hashlib
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fanlight.kernel.audit.chain import FIRST, NOTHING, Broken, Head, LinkedRow, followed, linked
from fanlight.kernel.audit.log import BEGINNING, TOP
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work

FORMAT = "fanlight-audit-1"
_PURPOSE = "audit.export"  # of the key, never renamed: old files are checked with it
# The first and the last link of a stretch of time: whole links, so that the piece is a chain.
SPAN = """
    SELECT coalesce(min(link), 1) - 1 AS after, coalesce(max(link), 0) AS upto FROM audit_log
    WHERE link IS NOT NULL AND at >= %(since)s AND at < %(until)s
"""
HASH_AT = "SELECT link, hash FROM audit_log WHERE link = %(link)s"

Fault = Literal["changed", "missing", "cut_short", "not_an_export", "unsigned", "other_key"]


class Span(msgspec.Struct, frozen=True):
    """Which links: behind ``after``, up to ``upto``."""

    after: int
    upto: int


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a file."""

    format: str
    after: int
    before: str  # the hash that the first entry is tied to, in hex
    made_at: datetime
    key: str  # the public key, in base64


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a file."""

    link: int
    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID
    action: str
    target: str
    detail: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, row: LinkedRow) -> "Line":
        return cls(
            link=row.link,
            id=row.id,
            at=row.at.astimezone(UTC),
            actor_kind=row.actor_kind,
            actor_id=row.actor_id,
            action=row.action,
            target=row.target,
            detail=msgspec.json.decode(row.detail),
            hash=row.hash.hex(),
        )

    def as_stored(self) -> LinkedRow:
        return LinkedRow(
            link=self.link,
            id=self.id,
            at=self.at,
            actor_kind=self.actor_kind,
            actor_id=self.actor_id,
            action=self.action,
            target=self.target,
            detail=msgspec.json.encode(self.detail).decode(),
            hash=bytes.fromhex(self.hash),
        )


class End(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed: where the file ends, and the digest of every line before this one."""

    link: int
    hash: str
    lines: int
    sha256: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of a file."""

    end: End
    signature: str


class Unfit(Exception):
    """This file does not hold; ``link`` is the place, 0 where it has none."""

    def __init__(self, fault: Fault, link: int = 0) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.link = link


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A file that holds: what is in it, and by which key it is signed."""

    after: int
    link: int
    lines: int
    made_at: datetime
    key: str


def public_key(sealer: Sealer) -> str:
    """What files of this installation are checked with, in base64."""
    return _base64(_signer(sealer).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


async def span(work: Work, *, since: datetime = BEGINNING, until: datetime = TOP.at) -> Span:
    """The links of a stretch of time."""
    return await work.one(Span, SPAN, since=since, until=until) or Span(0, 0)


async def lines(work: Work, span: Span) -> AsyncIterator[bytes]:
    """The file, line by line."""
    sealer = work.of(Sealer)
    head = await _head(work, span.after)
    begin = Begin(
        format=FORMAT,
        after=head.link,
        before=head.hash.hex(),
        made_at=work.now(),
        key=public_key(sealer),
    )
    digest, count = hashlib.sha256(), 0
    line = msgspec.json.encode(begin) + b"\n"
    digest.update(line)
    yield line
    while head.link < span.upto:
        rows = [row for row in await linked(work, after=head.link) if row.link <= span.upto]
        if not rows:
            break
        for row in rows:
            line = msgspec.json.encode(Line.of(row)) + b"\n"
            digest.update(line)
            yield line
        count += len(rows)
        head = Head(rows[-1].link, rows[-1].hash)
    end = End(link=head.link, hash=head.hash.hex(), lines=count, sha256=digest.hexdigest())
    signature = _signer(sealer).sign(msgspec.json.encode(end))
    yield msgspec.json.encode(Signed(end=end, signature=_base64(signature))) + b"\n"


def check(given: Iterable[bytes], *, key: str = "") -> Found:
    """What stands in a file that holds. ``key``: the one it must be signed with.

    Raises:
        Unfit: it does not hold, and where.
    """
    last, begin, at = b"", None, NOTHING
    digest, count = hashlib.sha256(), 0
    for line in given:
        if last:
            digest.update(last)
            if begin is None:
                begin = _begun(last)
                at = Head(begin.after, bytes.fromhex(begin.before))
            else:
                at, count = _next(last, at), count + 1
        last = line
    if begin is None or not last:
        raise Unfit("not_an_export")
    signed: Signed = _read(last, Signed, at.link)
    end = signed.end
    if (end.link, end.hash, end.lines) != (at.link, at.hash.hex(), count):
        raise Unfit("cut_short", at.link + 1)
    if key and key != begin.key:
        raise Unfit("other_key")
    if end.sha256 != digest.hexdigest() or not _is_signed(signed, begin.key):
        raise Unfit("unsigned")
    return Found(after=begin.after, link=at.link, lines=count, made_at=begin.made_at, key=begin.key)


def _begun(line: bytes) -> Begin:
    begin: Begin = _read(line, Begin, 0)
    if begin.format != FORMAT or (begin.after == 0 and begin.before != FIRST.hex()):
        raise Unfit("not_an_export")
    return begin


def _next(line: bytes, at: Head) -> Head:
    try:
        row = msgspec.json.decode(line, type=Line).as_stored()
    except (msgspec.MsgspecError, RecursionError, ValueError):
        # The end came, or something that is none of ours, where an entry should be.
        raise Unfit("missing" if b'"signature"' in line else "changed", at.link + 1) from None
    end = followed([row], at)
    if isinstance(end, Broken):
        raise Unfit(end.why, end.link)
    return end


def _read(line: bytes, kind: Any, link: int) -> Any:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.MsgspecError, RecursionError):
        raise Unfit("cut_short" if kind is Signed else "not_an_export", link + 1) from None


def _is_signed(signed: Signed, key: str) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        signature = base64.b64decode(signed.signature, validate=True)
        public.verify(signature, msgspec.json.encode(signed.end))
    except (InvalidSignature, ValueError):
        return False
    return True


async def _head(work: Work, link: int) -> Head:
    return (await work.one(Head, HASH_AT, link=link) if link else None) or NOTHING


def _signer(sealer: Sealer) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sealer.derive(_PURPOSE))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
