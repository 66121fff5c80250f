"""Checks for agents: one key runs what a ticket calls for, and shows what was found."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import FromPath, JSONBody

from fanlight.features.diagnostics import queries, service
from fanlight.features.diagnostics.answering import answer_for
from fanlight.features.diagnostics.discovery import all_checks
from fanlight.features.diagnostics.models import Diagnosis, Named
from fanlight.features.diagnostics.telling import Teller
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets.models import Ticket
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.i18n import translate
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.checks import called_for
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.looking import seen
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE, agent_behind, edge_of

AnyRequest = Request[Any, Any, Any]
# What an agent copies whole; an address stays shortened, as everywhere in the console.
_WHOLE = frozenset({"tx_hash", "replaced_by"})


class CheckOut(msgspec.Struct, frozen=True):
    symptom: str
    name: str


class EvidenceOut(msgspec.Struct, frozen=True, kw_only=True):
    """``whole``: what is copied; empty where the text is all there is."""

    label: str
    text: str
    source: str
    whole: str
    is_bad: bool


class FoundOut(msgspec.Struct, frozen=True, kw_only=True):
    """One result in the agent's language; ``answer`` is in the customer's."""

    id: UUID
    symptom: str
    name: str
    code: str
    verdict: str
    verdict_name: str
    title: str
    why: str
    evidence: list[EvidenceOut]
    unsure: list[str]
    desk: list[str]
    made_at: datetime
    made_by: str
    answer: str
    answer_has_facts: bool


class ChecksOut(msgspec.Struct, frozen=True, kw_only=True):
    """All checks there are, the one this ticket calls for, and what was found so far."""

    checks: list[CheckOut]
    suggested: str | None
    has_account: bool
    found: list[FoundOut]


class RunForm(msgspec.Struct, frozen=True):
    """``symptom`` empty: the one that the ticket calls for."""

    symptom: str = ""


class CheckController(Controller):
    path = "/api/console/tickets/{ticket_id:uuid}/checks"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["tickets"]

    @get("/", guards=[may(service.RUN)])
    async def all(self, request: AnyRequest, ticket_id: FromPath[UUID]) -> ChecksOut:
        """What can be checked on this ticket, and what was found."""
        await seen(request)
        actor = await agent_behind(request)
        async with edge_of(request).reading(actor) as work:
            ticket = await tickets.get_ticket(work, ticket_id)
            suggested = await called_for(work, ticket.id, ticket.tags)
            found = await queries.of_ticket(work, ticket.id)
            return ChecksOut(
                checks=[
                    CheckOut(symptom, translate(actor.language, f"diagnosis.symptom.{symptom}"))
                    for symptom in all_checks()
                ],
                suggested=suggested.check.symptom if suggested else None,
                has_account=await queries.uid_of_ticket(work, ticket.id) is not None,
                found=[await _told(work, ticket, each) for each in found],
            )

    @post("/", guards=[may(service.RUN)])
    async def run(
        self, request: AnyRequest, ticket_id: FromPath[UUID], data: JSONBody[RunForm]
    ) -> FoundOut:
        """Run a check for the ticket's customer. It is written into the audit log."""
        await seen(request)
        actor, edge = await agent_behind(request), edge_of(request)
        async with edge.reading(actor) as work:
            ticket = await tickets.get_ticket(work, ticket_id)
            suggested = await called_for(work, ticket.id, ticket.tags)
        symptom = data.symptom or (suggested.check.symptom if suggested else "transaction")
        named = suggested.named if suggested else Named()
        made = await service.diagnose_for_ticket(edge, actor, ticket_id, symptom, named)
        async with edge.reading(actor) as work:
            return await _told(work, ticket, made)


async def _told(work: Work, ticket: Ticket, made: Diagnosis) -> FoundOut:
    language = work.actor.language
    zone = work.of(Settings)[BrandSettings].zone
    told = Teller(language, now=work.now(), zone=zone).told(made)
    answer = await answer_for(work, ticket.id, made, ticket.language)
    rows = zip(made.finding.evidence, told.evidence, strict=True)
    return FoundOut(
        id=made.id,
        symptom=made.symptom,
        name=translate(language, f"diagnosis.symptom.{made.symptom}"),
        code=told.code,
        verdict=told.verdict.value,
        verdict_name=translate(language, f"diagnosis.level.{told.verdict.value}"),
        title=told.title,
        why=told.why,
        evidence=[
            EvidenceOut(
                label=row.label,
                text=row.text,
                source=row.source,
                whole=row.whole if seen.label in _WHOLE else "",
                is_bad=row.is_bad,
            )
            for seen, row in rows
        ],
        unsure=list(told.unsure),
        desk=list(told.desk),
        made_at=made.made_at,
        made_by=made.made_by,
        answer=answer.text,
        answer_has_facts=answer.has_facts,
    )


ROUTES = [CheckController]
