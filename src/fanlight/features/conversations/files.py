"""Files that people attach: kept once they were looked into, handed out by short-lived links."""

import asyncio
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Literal
from urllib.parse import quote
from uuid import UUID

import msgspec

from fanlight.channels.contract import AttachmentRef, FetchRefused, InboundFile, OutboundFile
from fanlight.channels.registry import Channels
from fanlight.features.conversations import queries
from fanlight.features.conversations.errors import FileNotFound, FileRefused, LinkExpired
from fanlight.features.conversations.events import FileArrived
from fanlight.features.conversations.examine import Examined, clean_name, examine
from fanlight.features.conversations.models import File, FileState, Message, Speaker
from fanlight.features.conversations.settings import FileSettings
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import job
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import NOBODY, Work

Uploader = tuple[Speaker, UUID | None]
LinkKind = Literal["file", "html", "original"]
_LINK_KINDS: tuple[LinkKind, ...] = ("file", "html", "original")
_MAC_BYTES = 16
_MOST_NAME = 1_000  # characters of a name that are looked at
# Its own, so that a queue of pictures never stands before what else is done in threads.
_THREAD = ThreadPoolExecutor(1, "files")


async def take_upload(
    work: Work,
    *,
    name: str,
    content: bytes,
    by: Uploader,
    ticket_id: UUID | None = None,
) -> File:
    """Keep a file a person uploads, until a message takes it along.

    Raises:
        FileRefused: nothing was kept; the reason says why.
    """
    looked = await look_into(work.of(Settings), name, content)
    return await keep_upload(work, looked, by=by, ticket_id=ticket_id)


async def keep_upload(
    work: Work, looked: Examined, *, by: Uploader, ticket_id: UUID | None = None
) -> File:
    """Keep what ``look_into`` has found good, until a message takes it along."""
    return await _keep(work, looked, by=by, ticket_id=ticket_id)


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came along, and what looking into it said; still with its vendor: nothing."""

    file: InboundFile
    examined: Examined | None = None
    refusal: str | None = None
    secrets: tuple[str, ...] = ()  # kinds the guard found in its words


async def look_at_all(settings: Settings, files: Sequence[InboundFile]) -> list[Looked]:
    """Look into what came along with an inbound message."""
    return [await _looked(settings, file) for file in files]


async def _looked(settings: Settings, file: InboundFile) -> Looked:
    if file.content is None:
        return Looked(file=file)
    try:
        return Looked(file=file, examined=await look_into(settings, file.name, file.content))
    except FileRefused as refusal:
        return Looked(file=file, refusal=str(refusal.params["reason"]), secrets=secrets_of(refusal))


def secrets_of(refusal: FileRefused) -> tuple[str, ...]:
    """The kinds of secrets for which a file was refused, if it was for that."""
    kinds = refusal.params.get("kinds")
    return tuple(map(str, kinds)) if isinstance(kinds, list) else ()


async def keep_inbound(work: Work, message: Message, looked: Sequence[Looked]) -> list[File]:
    """Keep what came along with an inbound message; what cannot be kept is named and says why."""
    return [await _keep_one(work, message, each) for each in looked]


async def _keep_one(work: Work, message: Message, looked: Looked) -> File:
    by: Uploader = (message.author_kind, message.author_id)
    if looked.refusal is not None:
        return await _refused(work, message, looked.file, by, looked.refusal)
    if looked.examined is None:
        kept = await _pending(work, message, looked.file, by)
        work.enqueue("conversation.fetch_file", {"file_id": kept.id}, key=f"fetch:{kept.id}")
        return kept
    return await _keep(
        work, looked.examined, by=by, ticket_id=message.ticket_id, message_id=message.id,
        content_id=looked.file.content_id,
    )  # fmt: skip


async def look_into(settings: Settings, name: str, content: bytes) -> Examined:
    """Look into a file, one at a time in a process: it takes seconds and hundreds of megabytes.

    Where that is possible it is called before a transaction begins, which would wait with it.

    Raises:
        FileRefused: it cannot be kept; the reason says why.
    """
    limits = settings[FileSettings]
    look = partial(
        examine,
        redact(name[:_MOST_NAME]).text,
        content,
        max_bytes=limits.max_bytes,
        max_pixels=limits.max_picture_pixels,
    )
    return await asyncio.get_running_loop().run_in_executor(_THREAD, look)


async def _keep(
    work: Work,
    looked: Examined,
    *,
    by: Uploader,
    ticket_id: UUID | None,
    message_id: UUID | None = None,
    content_id: str | None = None,
) -> File:
    blob_id = await work.of(Blobs).put(work, looked.content, sealed=True)
    return await _store(
        work,
        File(
            id=new_id(),
            ticket_id=ticket_id,
            message_id=message_id,
            uploaded_by_kind=by[0],
            uploaded_by=by[1] or NOBODY,
            name=looked.name,
            media_type=looked.media_type,
            size_bytes=len(looked.content),
            blob_id=blob_id,
            state=FileState.CLEAN,
            detail=None,
            width=looked.width,
            height=looked.height,
            content_id=content_id,
            created_at=work.now(),
        ),
        sha256=hashlib.sha256(looked.content).digest(),
    )


async def _refused(
    work: Work, message: Message, file: InboundFile, by: Uploader, reason: str
) -> File:
    size = len(file.content) if file.content is not None else 0
    bare = _bare(work, message, file, by, size_bytes=size, state=FileState.REFUSED)
    return await _store(work, msgspec.structs.replace(bare, detail=reason))


async def _pending(work: Work, message: Message, file: InboundFile, by: Uploader) -> File:
    size = file.fetch.size_bytes if file.fetch is not None else None
    bare = _bare(work, message, file, by, size_bytes=size or 0, state=FileState.FETCHING)
    return await _store(work, bare, source=file.fetch)


def _bare(
    work: Work, message: Message, file: InboundFile, by: Uploader, *, size_bytes: int,
    state: FileState,
) -> File:  # fmt: skip
    return File(
        id=new_id(),
        ticket_id=message.ticket_id,
        message_id=message.id,
        uploaded_by_kind=by[0],
        uploaded_by=by[1] or NOBODY,
        name=clean_name(redact(file.name).text),
        media_type=file.declared_type,
        size_bytes=size_bytes,
        blob_id=None,
        state=state,
        detail=None,
        width=None,
        height=None,
        content_id=file.content_id,
        created_at=work.now(),
    )


async def _store(
    work: Work, file: File, *, sha256: bytes | None = None, source: AttachmentRef | None = None
) -> File:
    if file.content_id is not None:
        file = msgspec.structs.replace(file, content_id=redact(file.content_id).text)
    work.later(queries.ADD_FILE, **msgspec.structs.asdict(file), sha256=sha256, source=source)
    return file


async def attach(work: Work, file_ids: Sequence[UUID], message: Message, *, by: Uploader) -> None:
    """Make uploads part of a message; only their uploader can, and only once.

    Raises:
        FileNotFound: one of them is not there, not theirs, or already said.
    """
    taken = await work.run(
        queries.ATTACH,
        ids=list(file_ids),
        message_id=message.id,
        ticket_id=message.ticket_id,
        kind=by[0],
        by=by[1] or NOBODY,
    )
    if taken != len(set(file_ids)):
        raise FileNotFound


async def outbound(work: Work, message_id: UUID) -> tuple[OutboundFile, ...]:
    """The files of a message for its channel; the bytes are read when they are sent."""
    edge = work.of(Edge)

    def reader(blob_id: UUID) -> Callable[[], Awaitable[bytes]]:
        async def read() -> bytes:
            async with edge.work() as later:
                return await later.of(Blobs).get(later, blob_id)

        return read

    found = await queries.files_of(work, [message_id])
    return tuple(
        OutboundFile(
            name=file.name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            read=reader(file.blob_id),
        )
        for file in found
        if file.blob_id is not None
    )


class FetchFile(msgspec.Struct, frozen=True):
    """Which file to fetch from its vendor."""

    file_id: UUID


@job("conversation.fetch_file", outside=True, max_attempts=6)
async def fetch_file(shelf: Shelf, payload: FetchFile) -> None:
    """Bring a file home from its vendor; after a refusal it is named as not to be had."""
    edge = shelf.of(Edge)
    async with edge.work() as work:
        wanted = await work.one(queries.Pending, queries.PENDING_FILE, id=payload.file_id)
    if wanted is None:
        return
    adapter = shelf.of(Channels).of(wanted.channel)
    try:
        content = await adapter.fetch(wanted.account_id, wanted.source, shelf.of(OutboundHttp))
        async with edge.work() as work:
            looked = await look_into(work.of(Settings), wanted.name, content)
            blob_id = await work.of(Blobs).put(work, looked.content, sealed=True)
            await work.run(
                queries.FILE_ARRIVED,
                id=payload.file_id,
                blob_id=blob_id,
                sha256=hashlib.sha256(looked.content).digest(),
                name=looked.name,
                media_type=looked.media_type,
                size_bytes=len(looked.content),
                width=looked.width,
                height=looked.height,
            )
            _arrived(work, wanted, payload.file_id)
    except (FetchRefused, FileRefused) as refusal:
        reason = refusal.params["reason"] if isinstance(refusal, FileRefused) else str(refusal)
        async with edge.work() as work:
            await work.run(queries.FILE_NOT_HAD, id=payload.file_id, detail=reason)
            if isinstance(refusal, FileRefused) and (kinds := secrets_of(refusal)):
                await work.run(queries.ADD_REDACTIONS, id=wanted.message_id, kinds=list(kinds))
            _arrived(work, wanted, payload.file_id)


def _arrived(work: Work, wanted: queries.Pending, file_id: UUID) -> None:
    work.publish(
        FileArrived(ticket_id=wanted.ticket_id, message_id=wanted.message_id, file_id=file_id)
    )


def link(
    sealer: Sealer, thing_id: UUID, *, kind: LinkKind = "file", name: str = "", until: datetime
) -> str:
    """A path that hands out one thing until a time, to whoever holds it."""
    body = bytes([_LINK_KINDS.index(kind)]) + int(until.timestamp()).to_bytes(5, "big")
    body += thing_id.bytes
    signed = urlsafe_b64encode(body + _mac(sealer, body)).rstrip(b"=").decode()
    return f"/files/{signed}/{quote(name)}" if name else f"/files/{signed}"


def read_link(sealer: Sealer, signed: str, *, now: datetime) -> tuple[LinkKind, UUID]:
    """What a link stands for. Raises LinkExpired when it is late or was changed."""
    try:
        whole = urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
    except ValueError:
        raise LinkExpired from None
    body, mac = whole[:-_MAC_BYTES], whole[-_MAC_BYTES:]
    if len(body) != 22 or not hmac.compare_digest(mac, _mac(sealer, body)):
        raise LinkExpired
    if int.from_bytes(body[1:6], "big") < now.timestamp():
        raise LinkExpired
    return _LINK_KINDS[body[0]], UUID(bytes=body[6:])


def _mac(sealer: Sealer, body: bytes) -> bytes:
    key = sealer.derive("file links")
    return hmac.digest(key, body, "sha256")[:_MAC_BYTES]
