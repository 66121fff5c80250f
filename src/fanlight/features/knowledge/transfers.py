"""Imports and exports asked for in the console: begun here, carried out by ``carrying``.

An import is looked at first: everything it would do is done and taken back, and its report stands
until somebody says go. What was chosen for the look is what the import does.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

from fanlight.features.knowledge.errors import (
    ImportNeedsSecond,
    TransferNotFound,
    TransferRunning,
    TransferSettled,
    UnknownLanguage,
    UploadTooLarge,
)
from fanlight.features.knowledge.importing import SOURCES
from fanlight.features.knowledge.models import LANGUAGES, State
from fanlight.features.knowledge.queries import transfers as kept
from fanlight.features.knowledge.queries.transfers import PUBLISH, Options, Transfer
from fanlight.features.knowledge.settings import KnowledgeSettings
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Malformed
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

JOB = "knowledge.transfer"
MOST_BYTES = 100_000_000  # of one file: it is held in memory once; the command line takes more
KEPT_DAYS = 7  # files; what was done is told much longer
_TOLD_DAYS = 365
_LISTED = 30
_PIECE = 1 << 20


async def begin_import(work: Work, name: str, content: bytes, options: Options) -> Transfer:
    """Keep a file and have it looked at: nothing of the help center is changed.

    Raises:
        NotAllowed, UploadTooLarge, UnknownLanguage, Malformed
        TransferRunning: another import is looked at or carried out.
    """
    needs(work.actor, PUBLISH)
    if len(content) > MOST_BYTES or not content:
        raise UploadTooLarge(most_mb=MOST_BYTES // 1_000_000)
    _fitting(options)
    await _alone(work)
    blob_id = await work.of(Blobs).put(work, content)
    transfer = _begun(work, "in", name, options, blob_id=blob_id, size_bytes=len(content))
    await _start(work, transfer, "import.looked_at")
    return transfer


async def begin_export(work: Work, options: Options) -> Transfer:
    """Have everything written into a .zip. Raises NotAllowed, UnknownLanguage, TransferRunning."""
    needs(work.actor, PUBLISH)
    _fitting(options)
    if await kept.is_running(work, "out"):
        raise TransferRunning
    name = f"help-center-{work.now():%Y-%m-%d-%H%M}.zip"
    transfer = _begun(work, "out", name, options)
    await _start(work, transfer, "export.begun")
    return transfer


def _begun(
    work: Work,
    direction: kept.Direction,
    name: str,
    options: Options,
    *,
    blob_id: UUID | None = None,
    size_bytes: int = 0,
) -> Transfer:
    return Transfer(
        id=new_id(),
        direction=direction,
        name=" ".join(name.split())[:200] or "import",
        size_bytes=size_bytes,
        options=options,
        state="looking" if direction == "in" else "exporting",
        done=0,
        total=0,
        report=None,
        fault="",
        blob_id=blob_id,
        begun_by=work.actor.id,
        begun_at=work.now(),
        ended_at=None,
    )


async def _start(work: Work, transfer: Transfer, action: str) -> None:
    await kept.add(work, transfer)
    await _go(work, transfer, action)


async def _go(work: Work, transfer: Transfer, action: str) -> None:
    await audit.record(work, action, f"transfer:{transfer.id}", file=transfer.name)
    work.enqueue(JOB, transfer.id, key=f"{JOB}:{transfer.id}")


async def _alone(work: Work) -> None:
    if await kept.is_running(work, "in"):
        raise TransferRunning


def _fitting(options: Options) -> None:
    for tag in (options.language, *options.languages):
        if tag and tag not in LANGUAGES:
            raise UnknownLanguage(language=tag, languages=list(LANGUAGES))
    if options.source not in ("", *SOURCES) or not {*options.states} <= {*State}:
        raise Malformed(where="options")


async def get(work: Work, transfer_id: UUID) -> Transfer:
    """Raises NotAllowed, TransferNotFound."""
    found = await kept.get(work, transfer_id)
    if found is None or found.state == "dropped":
        raise TransferNotFound
    return found


async def latest(work: Work) -> list[Transfer]:
    return await kept.latest(work, _LISTED)


async def look_again(work: Work, transfer_id: UUID, options: Options) -> Transfer:
    """Look at the same file with other choices. Raises as ``carry_out``."""
    _fitting(options)
    return await _continue(work, transfer_id, "looking", options, action="import.looked_at")


async def carry_out(work: Work, transfer_id: UUID) -> Transfer:
    """Do what the look has told.

    Raises:
        NotAllowed, TransferNotFound, TransferRunning
        TransferSettled: it was not looked at to the end, or is done by now.
        ImportNeedsSecond: two persons are asked for, and the actor brought it in.
    """
    transfer = await get(work, transfer_id)
    is_alone = transfer.begun_by == work.actor.id
    if is_alone and work.of(Settings)[KnowledgeSettings].two_persons:
        raise ImportNeedsSecond
    return await _continue(work, transfer_id, "importing", None, action="import.begun")


async def _continue(
    work: Work, transfer_id: UUID, state: str, options: Options | None, *, action: str
) -> Transfer:
    transfer = await get(work, transfer_id)
    await _alone(work)
    of = ("looked",) if state == "importing" else ("looked", "failed")
    if not await kept.go_on(work, transfer_id, state, of=of, options=options):
        raise TransferSettled
    await _go(work, transfer, action)
    return await get(work, transfer_id)


async def drop(work: Work, transfer_id: UUID) -> None:
    """Stop it, if it runs, and forget its file; an import that is done stays done.

    Raises:
        NotAllowed, TransferNotFound
    """
    transfer = await get(work, transfer_id)
    if not await kept.drop(work, transfer_id):
        raise TransferNotFound
    if transfer.blob_id is not None:
        await work.of(Blobs).forget(work, transfer.blob_id)
        work.enqueue("knowledge.drop_bytes", transfer.blob_id)
    await audit.record(work, "transfer.dropped", f"transfer:{transfer_id}", file=transfer.name)


@job("knowledge.drop_bytes", outside=True)
async def drop_bytes(shelf: Shelf, blob_id: UUID) -> None:
    """The row is gone for good, so the bytes go; twice does no harm."""
    await shelf.of(Blobs).drop(blob_id)


async def file_of(edge: Edge, transfer: Transfer) -> AsyncIterator[bytes]:
    """The file of an export, piece by piece: nobody makes us hold many of them."""
    for start in range(0, transfer.size_bytes, _PIECE):
        async with edge.reading() as work:
            if transfer.blob_id is None:
                return
            yield await work.of(Blobs).part(work, transfer.blob_id, start, start + _PIECE)


@cron("knowledge.forget_transfers", every_s=3_600)
@job("knowledge.forget_transfers")
async def forget_old(work: Work, _: None) -> None:
    """Files go after a week, what was done after a year. Twice does no harm."""
    now = work.now()
    for each in await kept.old(work, now - timedelta(days=KEPT_DAYS)):
        await kept.without_file(work, each.id)
        if each.blob_id is not None:
            await work.of(Blobs).forget(work, each.blob_id)
            work.enqueue("knowledge.drop_bytes", each.blob_id)
    await kept.forget(work, now - timedelta(days=_TOLD_DAYS))
