"""Exports by two persons: asked for, confirmed by another, taken once."""

from datetime import datetime
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from fanlight.features.oversight import exports
from fanlight.features.oversight.exports import ASK, CONFIRM, Export, Wanted
from fanlight.features.people.queries import agents
from fanlight.kernel.work import Work
from fanlight.surfaces.console.wire import Named
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE


class ExportOut(msgspec.Struct, frozen=True, kw_only=True):
    """How an export stands."""

    id: UUID
    what: str
    form: str
    is_clear: bool
    since: datetime
    until: datetime
    reason: str
    state: str
    asked_by: Named
    asked_at: datetime
    settled_by: str
    done: int
    total: int
    size_bytes: int
    sha256: str
    expires_at: datetime | None

    @classmethod
    def of(cls, export: Export, names: dict[UUID, str]) -> Self:
        kept = {
            field: getattr(export, field)
            for field in cls.__struct_fields__
            if field not in ("asked_by", "settled_by")
        }
        asker = Named(export.asked_by, names.get(export.asked_by, ""))
        other = names.get(export.settled_by, "") if export.settled_by else ""
        return cls(**kept, asked_by=asker, settled_by=other)


class ExportController(Controller):
    path = "/api/console/exports"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["oversight"]

    @get("/", guards=[may(ASK, CONFIRM)])
    async def list_exports(self, work: NamedDependency[Work]) -> list[ExportOut]:
        """The latest exports, whoever asked."""
        return await _out(work, await exports.latest(work))

    @post("/", guards=[may(ASK)])
    async def ask(self, data: JSONBody[Wanted], work: NamedDependency[Work]) -> ExportOut:
        """Ask for an export, with a reason; somebody else confirms it."""
        return (await _out(work, [await exports.ask(work, data)]))[0]

    @post("/{export_id:uuid}/confirm", guards=[may(CONFIRM)], status_code=200)
    async def confirm(self, export_id: FromPath[UUID], work: NamedDependency[Work]) -> ExportOut:
        """Say yes to what somebody else asked for."""
        return (await _out(work, [await exports.confirm(work, export_id)]))[0]

    @post("/{export_id:uuid}/refuse", guards=[may(CONFIRM)], status_code=200)
    async def refuse(self, export_id: FromPath[UUID], work: NamedDependency[Work]) -> ExportOut:
        """Say no to it."""
        return (await _out(work, [await exports.refuse(work, export_id)]))[0]

    @post("/{export_id:uuid}/withdraw", guards=[may(ASK)], status_code=200)
    async def withdraw(self, export_id: FromPath[UUID], work: NamedDependency[Work]) -> ExportOut:
        """Not wanted after all."""
        return (await _out(work, [await exports.withdraw(work, export_id)]))[0]

    @post("/{export_id:uuid}/revoke", guards=[may(ASK, CONFIRM)], status_code=200)
    async def revoke(self, export_id: FromPath[UUID], work: NamedDependency[Work]) -> ExportOut:
        """Either of the two takes their half back, until the file is taken."""
        return (await _out(work, [await exports.revoke(work, export_id)]))[0]

    @post("/{export_id:uuid}/take", guards=[may(ASK)], status_code=200)
    async def take(self, export_id: FromPath[UUID], work: NamedDependency[Work]) -> Response[Any]:
        """The file, once, for whoever asked."""
        export, content = await exports.take(work, export_id)
        return Response(
            content,
            media_type="application/octet-stream",
            headers={
                "content-disposition": f"attachment; filename={quote(export.name)}",
                "x-content-type-options": "nosniff",
            },
        )


async def _out(work: Work, found: list[Export]) -> list[ExportOut]:
    people = {each.asked_by for each in found} | {each.settled_by for each in found}
    names = await agents.names_of(work, [each for each in people if each])
    return [ExportOut.of(each, names) for each in found]


ROUTES = [ExportController]
