"""The emergency lane for agents: the checklist of a ticket, a freeze asked for, drills."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from fanlight.features.guidance.emergency import acts, cases, drills, queries
from fanlight.features.guidance.emergency.errors import ProofTooWeak
from fanlight.features.guidance.emergency.lately import lately
from fanlight.features.guidance.emergency.links import follow_link
from fanlight.features.guidance.emergency.models import Freeze, Step, Ticked
from fanlight.features.guidance.emergency.queries import Place
from fanlight.features.people.masks import mask_uid
from fanlight.features.people.names import one_line
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import views
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.errors import Malformed
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.looking import seen
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE, agent_behind, edge_of

AnyRequest = Request[Any, Any, Any]
_PAGE = 50


class StepOut(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the checklist; who did it and when, once it is done."""

    step: str
    done_by: str | None
    done_at: datetime | None


class FreezeOut(msgspec.Struct, frozen=True, kw_only=True):
    """One freeze. The account is masked."""

    id: UUID
    road: str
    level: int
    account: str
    state: str
    trouble: str
    said: str
    is_drill: bool
    is_kept: bool
    tries: int
    stops: Sequence[str]
    asked_at: datetime
    since: datetime | None
    until: datetime | None
    ended_at: datetime | None
    promised_at: datetime
    ticket_id: UUID | None

    @classmethod
    def of(cls, freeze: Freeze) -> Self:
        return cls(
            id=freeze.id,
            road=freeze.road,
            level=freeze.level,
            account=mask_uid(freeze.uid) if freeze.uid else "",
            state=freeze.state,
            trouble=freeze.trouble,
            said=freeze.said,
            is_drill=freeze.is_drill,
            is_kept=freeze.is_confirmed,
            tries=freeze.tries,
            stops=freeze.stops,
            asked_at=freeze.asked_at,
            since=freeze.since,
            until=freeze.until,
            ended_at=freeze.ended_at,
            promised_at=freeze.promised_at,
            ticket_id=freeze.ticket_id,
        )


class CaseOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket has of the emergency lane: its freeze, or whether one may be asked for."""

    freeze: FreezeOut | None
    steps: Sequence[StepOut]
    may_ask: bool


class StepForm(msgspec.Struct, frozen=True):
    is_done: bool


class AskForm(msgspec.Struct, frozen=True):
    reason: Annotated[str, Meta(max_length=300)]


class FreezesOut(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[FreezeOut]
    next: str | None


class DrillOut(msgspec.Struct, frozen=True, kw_only=True):
    """Where the drill is to be seen: its ticket, and the page a customer would have before them."""

    freeze: FreezeOut
    page_url: str


class FreezeController(Controller):
    path = "/api/console"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["emergency"]

    @get(
        "/tickets/{ticket_id:uuid}/freeze",
        guards=[signed_in],
    )
    async def case(self, ticket_id: FromPath[UUID], work: NamedDependency[Work]) -> CaseOut:
        """The freeze of a ticket and its checklist."""
        found = await cases.checklist(work, ticket_id)
        if found is None:
            return CaseOut(freeze=None, steps=[], may_ask=await _may_ask(work, ticket_id))
        freeze, done = found
        is_over = freeze.ended_at is not None
        return CaseOut(
            freeze=FreezeOut.of(freeze),
            steps=_steps(done),
            may_ask=is_over and await _may_ask(work, ticket_id),
        )

    @put("/tickets/{ticket_id:uuid}/freeze/steps/{step:str}", guards=[may("ticket.note")])
    async def tick(
        self,
        ticket_id: FromPath[UUID],
        step: FromPath[str],
        data: JSONBody[StepForm],
        work: NamedDependency[Work],
    ) -> list[StepOut]:
        """Tick a step, or take the tick away."""
        if step not in set(Step):
            raise Malformed(where="step")
        await cases.tick(work, ticket_id, Step(step), is_done=data.is_done)
        found = await cases.checklist(work, ticket_id)
        return _steps(found[1] if found else [])

    @post("/tickets/{ticket_id:uuid}/freeze", guards=[may("freeze.ask")])
    async def ask(
        self, request: AnyRequest, ticket_id: FromPath[UUID], data: JSONBody[AskForm]
    ) -> FreezeOut:
        """Ask for a freeze for the ticket's customer, who has proved themselves on it."""
        reason = one_line(redact(data.reason).text, 300)
        if not reason:
            raise Malformed(where="reason")
        await seen(request)
        edge, agent = edge_of(request), await agent_behind(request)
        async with edge.reading(agent) as work:
            ticket = await tickets.get_ticket(work, ticket_id)
            proof = await acts.agent_proof(work, ticket_id)
        freeze = await acts.freeze(
            edge,
            proof,
            language=ticket.language,
            actor=agent,
            ticket_id=ticket_id,
            reason=reason,
        )
        return FreezeOut.of(freeze)

    @post("/tickets/{ticket_id:uuid}/freeze/lately", guards=[may("account.see")], status_code=200)
    async def lately(self, request: AnyRequest, ticket_id: FromPath[UUID]) -> dict[str, Any]:
        """Sign-ins, changes and withdrawals at the exchange; that they were read is logged."""
        await seen(request)
        told = await lately(edge_of(request), await agent_behind(request), ticket_id)
        shown: dict[str, Any] = msgspec.to_builtins(told)
        return shown

    @get("/freezes", guards=[may("freeze.ask", "freeze.drill")])
    async def latest(
        self, work: NamedDependency[Work], after: FromQuery[str | None] = None
    ) -> FreezesOut:
        """Every freeze and drill, the latest first; of those whose ticket the agent may see."""
        found = await queries.latest(work, below=_place(after), limit=_PAGE)
        visible = await views.rows(work, [each.ticket_id for each in found if each.ticket_id])
        end = found[-1] if len(found) == _PAGE else None
        return FreezesOut(
            rows=[FreezeOut.of(each) for each in found if each.ticket_id in visible],
            next=f"{end.asked_at.timestamp()}_{end.id}" if end else None,
        )

    @post("/freezes/drill", guards=[may("freeze.drill")])
    async def drill(self, request: AnyRequest) -> DrillOut:
        """Ring the bell as if a customer had pressed; no account is touched."""
        edge, agent = edge_of(request), await agent_behind(request)
        freeze = await drills.start(edge, agent)
        token = follow_link(edge.shelf.of(Sealer), freeze.id, now=edge.now())
        brand = edge.shelf.of(Settings)[BrandSettings]
        return DrillOut(
            freeze=FreezeOut.of(freeze),
            page_url=f"{brand.help_url}/{agent.language}/freeze/state/{token}",
        )


async def _may_ask(work: Work, ticket_id: UUID) -> bool:
    if not work.actor.may("freeze.ask"):
        return False
    try:
        await acts.agent_proof(work, ticket_id)
    except ProofTooWeak:
        return False
    return True


def _steps(done: Sequence[Ticked]) -> list[StepOut]:
    by = {each.step: each for each in done}
    return [
        StepOut(
            step=step,
            done_by=by[step].name if step in by else None,
            done_at=by[step].done_at if step in by else None,
        )
        for step in Step
    ]


def _place(after: str | None) -> Place:
    if not after:
        return queries.TOP
    when, _, which = after.partition("_")
    try:
        return Place(datetime.fromtimestamp(float(when), UTC), UUID(which))
    except (ValueError, OverflowError, OSError):
        raise Malformed(where="after") from None


ROUTES = [FreezeController]
