"""Carries imports and exports out: in the worker, told how far it is, stopped when asked to."""

import asyncio
import re
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TypeVar
from uuid import UUID

import structlog

from fanlight.features.knowledge import exporting, importing
from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.queries import transfers as kept
from fanlight.features.knowledge.queries.transfers import RUNNING, Remark, Report, Transfer
from fanlight.features.knowledge.transfers import JOB
from fanlight.features.knowledge.why import Why
from fanlight.kernel import audit
from fanlight.kernel.blobs import BlobGone, Blobs
from fanlight.kernel.edge import Edge
from fanlight.kernel.jobs import job
from fanlight.kernel.shelf import Shelf

log = structlog.get_logger(__name__)

_TELL_S = 0.5
_MANY_FILES = 20  # fewer are read before anybody looks
_MOST_REMARKS = 2_000
_LONGEST = 500
_UNFIT_NAME = re.compile(r"[^\w.\-]+")
R = TypeVar("R")
Told = Callable[[int, int], None]


class _TakenBack(Exception):
    """Everything was looked at; nothing is to stay."""


class _Stopped(Exception):
    """Somebody does not want it any more: what was done is undone."""


@job(JOB, outside=True, max_attempts=3)
async def carry(shelf: Shelf, transfer_id: UUID) -> None:
    """One import, one look at one, or one export; a second run of what is done does nothing.

    A worker that dies leaves nothing behind: each of them is one transaction.
    """
    edge = shelf.of(Edge)
    async with edge.work() as work:
        transfer = await kept.get(work, transfer_id)
    if transfer is None or transfer.state not in RUNNING:
        return
    way = {"looking": _look, "importing": _import, "exporting": _export}[transfer.state]
    fault: Why | None = None
    try:
        await _told(edge, transfer, lambda told: way(edge, transfer, told))
    except _Stopped:
        return
    except importing.Unfit as error:
        fault = error.why
    except BlobGone:
        fault = Why("import.why.file_gone")
    except Exception:
        log.exception("transfer_failed", transfer=str(transfer_id), state=transfer.state)
    else:
        return
    async with edge.work() as work:
        said = [] if fault is None else [_remark("fault", "", fault)]
        words = said[0].words if said else ""
        report = Report(remarks=said) if said else None
        await kept.end(work, transfer, "failed", report=report, fault=words)


async def _told(edge: Edge, transfer: Transfer, run: Callable[[Told], Awaitable[R]]) -> R:
    """Do it, and meanwhile keep in the table how far it is. Raises _Stopped."""
    so_far = (0, 0)

    def told(done: int, total: int) -> None:
        nonlocal so_far
        so_far = (done, total)

    task = asyncio.ensure_future(run(told))
    try:
        while not (await asyncio.wait({task}, timeout=_TELL_S))[0]:
            async with edge.work() as work:
                if not await kept.count(work, transfer, *so_far) and not task.done():
                    raise _Stopped
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return task.result()


async def _look(edge: Edge, transfer: Transfer, told: Told) -> None:
    reports: list[importing.Report] = []
    with suppress(_TakenBack):
        await _write(edge, transfer, told, reports)
    async with edge.work() as work:
        await kept.end(work, transfer, "looked", report=_report(reports[0]))


async def _import(edge: Edge, transfer: Transfer, told: Told) -> None:
    await _write(edge, transfer, told, [])


async def _write(
    edge: Edge, transfer: Transfer, told: Told, reports: list[importing.Report]
) -> None:
    """Raises _TakenBack at the end of a look, _Stopped, Unfit."""
    is_dry = transfer.state == "looking"
    options = transfer.options
    with TemporaryDirectory(prefix="fanlight-import-") as room:
        file = Path(room) / _harmless(transfer.name)
        await asyncio.to_thread(file.write_bytes, await _bytes(edge, transfer))
        read = _Read(told)
        plan = await asyncio.to_thread(
            importing.plan,
            file,
            kind=options.source or None,
            language=options.language or None,
            progress=read.told,
        )
        if not (plan.pages or plan.drafts or plan.skipped):
            raise importing.Unfit(Why("import.why.empty"))
        async with edge.work() as work:
            report = await importing.carry_out(
                work,
                plan,
                publish=options.is_published,
                overwrite=options.is_overwriting,
                is_dry=is_dry,
                are_samples=options.are_samples,
                remake=edge.shelf.of(importing.PictureMaker).remake,
                progress=read.written,
            )
            reports.append(report)
            if is_dry:
                raise _TakenBack
            summary = _report(report)
            await audit.record(
                work,
                "import.done",
                f"transfer:{transfer.id}",
                by=transfer.begun_by,
                file=transfer.name,
                added=summary.added,
                changed=summary.changed,
            )
            if not await kept.end(work, transfer, "imported", report=summary):
                raise _Stopped


class _Read:
    """One bar for both halves of an import: files that are read, then texts that are written."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._files = 0

    def told(self, done: int, total: int) -> None:
        """How many texts there will be is not known yet: as many as there are files, so far."""
        self._files = done
        if total >= _MANY_FILES:
            self._told(done, total * 2)

    def written(self, done: int, total: int) -> None:
        files = self._files if self._files >= _MANY_FILES else 0
        self._told(files + done, files + total)


def _harmless(name: str) -> str:
    """A file name that leads nowhere: reports call a single file by it, its end tells its kind."""
    return _UNFIT_NAME.sub("_", PurePath(name.replace("\\", "/")).name).lstrip(".")[-80:] or "file"


async def _bytes(edge: Edge, transfer: Transfer) -> bytes:
    if transfer.blob_id is None:
        raise BlobGone(str(transfer.id))
    async with edge.work() as work:
        return await work.of(Blobs).get(work, transfer.blob_id)


def _remark(kind: str, place: str, words: str = "") -> Remark:
    """Names in other people's files: PostgreSQL takes no NUL, and UTF-8 no half of a pair."""
    if not isinstance(words, Why):
        return Remark(kind, _storable(place), _storable(words))
    params = {
        name: value if isinstance(value, int) else _storable(str(value))
        for name, value in words.params.items()
    }
    return Remark(kind, _storable(place), _storable(words), words.key, params)


def _secret(remark: str, place: str, kind: str) -> Remark:
    return _remark(remark, place, Why(f"help.secret.{kind}"))


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:_LONGEST]


def _report(report: importing.Report) -> Report:
    """What is wrong comes first: it is what somebody can mend before the import."""
    remarks = [
        *(_remark("skipped", each.file, each.reason) for each in report.skipped),
        *(_secret("secret", place, kind) for place, kind in report.secrets),
        *(_secret("sample", place, kind) for place, kind in report.samples),
        *(_remark("kept", file) for file in report.kept),
        *(_remark("broken_link", file, link) for file, link in report.broken_links),
        *(_remark("missing_picture", file, picture) for file, picture in report.missing_pictures),
        *(_remark("changed", file) for file in report.altered),
        *(_remark("added", file) for file in report.added),
    ]
    return Report(
        read=report.read,
        added=len(report.added),
        changed=len(report.altered),
        unchanged=report.unchanged,
        kept=len(report.kept),
        skipped=len(report.skipped),
        pictures=report.pictures,
        redirects=report.redirects,
        remarks=remarks[:_MOST_REMARKS],
        left_out=max(len(remarks) - _MOST_REMARKS, 0),
    )


async def _export(edge: Edge, transfer: Transfer, told: Told) -> None:
    options = transfer.options
    with TemporaryDirectory(prefix="fanlight-export-") as room:
        file = Path(room) / "export.zip"
        with zipfile.ZipFile(file, "w") as archive:
            async with edge.work() as work:
                written = await exporting.carry_out(
                    work,
                    exporting.Packed(archive),
                    languages=options.languages or None,
                    states=[State(each) for each in options.states] or None,
                    progress=told,
                )
        content = await asyncio.to_thread(file.read_bytes)
    async with edge.work() as work:
        blob_id = await work.of(Blobs).put(work, content)
        ended = await kept.end(
            work,
            transfer,
            "exported",
            report=Report(read=written),
            blob_id=blob_id,
            size_bytes=len(content),
        )
        if not ended:
            raise _Stopped
