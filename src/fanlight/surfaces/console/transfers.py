"""Moving in and out: a file is looked at, then imported; everything is exported as one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody
from litestar.response import Stream
from msgspec.structs import replace

from fanlight.features.knowledge import transfers
from fanlight.features.knowledge.errors import TransferNotFound
from fanlight.features.knowledge.queries.transfers import Direction, Options, Report, Transfer
from fanlight.features.people.queries import agents
from fanlight.kernel.errors import Malformed
from fanlight.kernel.i18n import negotiate, translate
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of

AnyRequest = Request[Any, Any, Any]
PUBLISHERS = may("article.publish")
_BESIDE_THE_FILE = 64_000  # bytes of a form: names, choices, boundaries


@dataclass
class ImportForm:
    """A file and what was chosen for it; the framework decodes forms into plain classes only."""

    file: UploadFile
    options: str  # JSON of Options


class TransferOut(msgspec.Struct, frozen=True, kw_only=True):
    """How an import or export stands."""

    id: UUID
    direction: Direction
    name: str
    size_bytes: int
    options: Options
    state: str
    done: int
    total: int
    report: Report | None
    fault: str  # as the importer says it
    has_file: bool
    begun_by: str
    begun_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, transfer: Transfer, name: str, language: str) -> Self:
        """Reasons are said in this language; those of before they had keys stay English."""
        kept = {
            field: getattr(transfer, field)
            for field in cls.__struct_fields__
            if field not in ("has_file", "begun_by")
        }
        if transfer.report is not None:
            kept["report"] = _said(transfer.report, language)
            faults = [each.words for each in kept["report"].remarks if each.kind == "fault"]
            kept["fault"] = next(iter(faults), transfer.fault)
        return cls(**kept, has_file=transfer.blob_id is not None, begun_by=name)


def _said(report: Report, language: str) -> Report:
    return replace(
        report,
        remarks=[
            replace(each, words=translate(language, each.key, **each.params)) if each.key else each
            for each in report.remarks
        ],
    )


class TransferController(Controller):
    path = "/api/console/transfers"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["articles"]

    @get("/", guards=[PUBLISHERS])
    async def list_transfers(
        self, request: AnyRequest, work: NamedDependency[Work]
    ) -> list[TransferOut]:
        """The latest imports and exports."""
        found = await transfers.latest(work)
        names = await agents.names_of(work, [each.begun_by for each in found])
        return [
            TransferOut.of(each, names.get(each.begun_by, ""), _language(request)) for each in found
        ]

    @post(
        "/imports",
        guards=[PUBLISHERS],
        request_max_body_size=transfers.MOST_BYTES + _BESIDE_THE_FILE,
    )
    async def begin_import(
        self, request: AnyRequest, data: MultipartBody[ImportForm], work: NamedDependency[Work]
    ) -> TransferOut:
        """Look at a file: everything it would do is told, and nothing is done."""
        try:
            options = msgspec.json.decode(data.options, type=Options)
        except (msgspec.MsgspecError, RecursionError):
            raise Malformed(where="options") from None
        content = await data.file.read(transfers.MOST_BYTES + 1)
        name = data.file.filename.replace("\x00", "")
        return await _out(request, work, await transfers.begin_import(work, name, content, options))

    @post("/exports", guards=[PUBLISHERS])
    async def begin_export(
        self, request: AnyRequest, data: JSONBody[Options], work: NamedDependency[Work]
    ) -> TransferOut:
        """Write the help center, or some languages and states of it, into a .zip."""
        return await _out(request, work, await transfers.begin_export(work, data))

    @get("/{transfer_id:uuid}", guards=[PUBLISHERS])
    async def read(
        self, request: AnyRequest, transfer_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> TransferOut:
        """How far it is, and line by line what it has to say."""
        return await _out(request, work, await transfers.get(work, transfer_id))

    @post("/{transfer_id:uuid}/look", guards=[PUBLISHERS], status_code=200)
    async def look(
        self,
        request: AnyRequest,
        transfer_id: FromPath[UUID],
        data: JSONBody[Options],
        work: NamedDependency[Work],
    ) -> TransferOut:
        """Look at the same file once more, with other choices."""
        return await _out(request, work, await transfers.look_again(work, transfer_id, data))

    @post("/{transfer_id:uuid}/carry-out", guards=[PUBLISHERS], status_code=200)
    async def carry_out(
        self, request: AnyRequest, transfer_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> TransferOut:
        """Import what was looked at."""
        return await _out(request, work, await transfers.carry_out(work, transfer_id))

    @delete("/{transfer_id:uuid}", guards=[PUBLISHERS])
    async def drop(self, transfer_id: FromPath[UUID], work: NamedDependency[Work]) -> None:
        """Stop it and forget its file."""
        await transfers.drop(work, transfer_id)

    @get("/{transfer_id:uuid}/file", guards=[PUBLISHERS])
    async def download(
        self, request: AnyRequest, transfer_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> Stream:
        """What an export has written."""
        transfer = await transfers.get(work, transfer_id)
        if transfer.state != "exported" or transfer.blob_id is None:
            raise TransferNotFound
        return Stream(
            transfers.file_of(edge_of(request), transfer),
            media_type="application/zip",
            headers={
                "content-length": str(transfer.size_bytes),
                "content-disposition": f"attachment; filename={quote(transfer.name)}",
                "x-content-type-options": "nosniff",
            },
        )


async def _out(request: AnyRequest, work: Work, transfer: Transfer) -> TransferOut:
    names = await agents.names_of(work, [transfer.begun_by])
    return TransferOut.of(transfer, names.get(transfer.begun_by, ""), _language(request))


def _language(request: AnyRequest) -> str:
    return negotiate(request.headers.get("accept-language", ""))


ROUTES = [TransferController]
