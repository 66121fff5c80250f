"""The guide in the console: what it read in a ticket, its rules, how good it is, what it learns."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec.structs import replace

from fanlight.features.guidance import labels, service
from fanlight.features.guidance.errors import RulesBroken
from fanlight.features.guidance.judging import Verdict
from fanlight.features.guidance.keeping import guide_of
from fanlight.features.guidance.models import Category, Reason, Triage, Urgency
from fanlight.features.guidance.queries import kept
from fanlight.features.guidance.rules import CONTENT, BadRules, Rule, Rules
from fanlight.features.guidance.triage import Guide, examples
from fanlight.features.people.queries import agents
from fanlight.features.tickets import queries as tickets
from fanlight.kernel.i18n import negotiate, translate
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE

AnyRequest = Request[Any, Any, Any]
EDITORS = may("guide.edit")
_CORRECTIONS = 30
_MOST_BODY = 2 * 2**20
_SAID = ("like_examples", "nobody_said_otherwise", "secret_posted", "large_amount", "customer_said")


class NamedCategory(msgspec.Struct, frozen=True):
    key: Category
    name: str


class TriageOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was understood of a ticket; ``category`` is null until somebody or something said."""

    category: Category | None
    category_by: str | None
    urgency: Urgency | None
    confidence: float | None
    reasons: list[Reason]  # the code in words where it is one of ours, else the rule's name
    categories: list[NamedCategory]


class CategoryForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    category: Category


class TriageController(Controller):
    path = "/api/console/tickets/{ticket_id:uuid}/triage"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["tickets"]

    @get("/", guards=[signed_in])
    async def read(
        self, request: AnyRequest, ticket_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> TriageOut:
        """What the guide, the customer or an agent said that the ticket is about."""
        await tickets.get_ticket(work, ticket_id)
        return _triage(request, await kept.triage_of(work, ticket_id))

    @put("/", guards=[may("ticket.edit")])
    async def correct(
        self,
        request: AnyRequest,
        ticket_id: FromPath[UUID],
        data: JSONBody[CategoryForm],
        work: NamedDependency[Work],
    ) -> TriageOut:
        """Say what the ticket is about; the guide learns from it."""
        await service.categorise(work, ticket_id, data.category)
        return _triage(request, await kept.triage_of(work, ticket_id))


def _language(request: AnyRequest) -> str:
    return negotiate(request.headers.get("accept-language", ""))


def _named(language: str) -> list[NamedCategory]:
    return [NamedCategory(each, translate(language, f"guide.category.{each}")) for each in Category]


def _triage(request: AnyRequest, found: kept.TicketTriage | None) -> TriageOut:
    language = _language(request)
    return TriageOut(
        category=found.category if found else None,
        category_by=found.category_by if found else None,
        urgency=found.urgency if found else None,
        confidence=found.confidence if found else None,
        reasons=[_reason(each, language) for each in found.reasons] if found else [],
        categories=_named(language),
    )


def _reason(reason: Reason, language: str) -> Reason:
    if reason.code not in _SAID:
        return reason
    return Reason(translate(language, f"guide.code.{reason.code}"), reason.words)


class RulesOut(msgspec.Struct, frozen=True, kw_only=True):
    """The rules in use; number 0: those that came along."""

    number: int
    text: str
    saved_by: str
    saved_at: datetime | None
    rules: list[Rule]


class GuidePage(msgspec.Struct, frozen=True, kw_only=True):
    """How good the guide is, what it goes by, and what waits for a person."""

    rules: RulesOut
    judged: dict[str, Verdict]  # by label, on examples held back while learning
    shipped: int  # examples that came along
    own: int  # labels of this desk
    corrections: list[kept.Correction]
    categories: list[NamedCategory]


class RulesForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    number: int


class TryForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer's words, and the rules to try them on; empty: those in use."""

    text: str
    rules: str = ""


class DecideForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    is_right: bool


class GuideController(Controller):
    path = "/api/console/guide"
    cache_control = NO_STORE
    tags = ["guide"]
    request_max_body_size = _MOST_BODY

    @get("/", guards=[EDITORS])
    async def read(self, request: AnyRequest, work: NamedDependency[Work]) -> GuidePage:
        """Everything that a lead decides about the guide."""
        guide = await guide_of(work)
        return GuidePage(
            rules=await _rules(work, guide),
            judged=guide.taught.judged,
            shipped=len(examples()),
            own=len(await labels.of_the_desk(work)),
            corrections=await kept.waiting_corrections(work, limit=_CORRECTIONS),
            categories=_named(_language(request)),
        )

    @put("/rules", guards=[EDITORS])
    async def save(self, data: JSONBody[RulesForm], work: NamedDependency[Work]) -> RulesOut:
        """Use other rules, once their own examples hold."""
        await service.save_rules(work, data.text, number=data.number)
        return await _rules(work, await guide_of(work))

    @post("/try", guards=[EDITORS], status_code=200, opt=NOT_FOR_READERS)
    async def attempt(self, data: JSONBody[TryForm], work: NamedDependency[Work]) -> Triage:
        """What the guide would say, with rules that are not saved yet. Keeps nothing."""
        guide = await guide_of(work)
        if data.rules.strip():
            try:
                rules = await asyncio.to_thread(Rules.of, data.rules[: service.LONGEST_RULES])
            except BadRules as error:
                raise RulesBroken(where=str(error)) from error
            guide = Guide(rules, guide.taught)
        found = guide.triage(data.text)
        said = [_reason(each, work.actor.language) for each in found.reasons]
        return replace(found, reasons=said)

    @post("/corrections/{correction_id:uuid}", guards=[EDITORS], status_code=204)
    async def decide(
        self,
        correction_id: FromPath[UUID],
        data: JSONBody[DecideForm],
        work: NamedDependency[Work],
    ) -> None:
        """Learn from a customer's correction, or drop it."""
        await service.decide(work, correction_id, is_right=data.is_right)


async def _rules(work: Work, guide: Guide) -> RulesOut:
    present = await kept.present_rules(work)
    if present is None:
        text = (CONTENT / "urgency.toml").read_text("utf-8")
        return RulesOut(number=0, text=text, saved_by="", saved_at=None, rules=guide.rules.rules)
    return RulesOut(
        number=present.number,
        text=present.text,
        saved_by=await _name(work, present.saved_by),
        saved_at=present.saved_at,
        rules=guide.rules.rules,
    )


async def _name(work: Work, agent_id: UUID) -> str:
    return (await agents.get_agent(work, agent_id)).public_name


ROUTES = [TriageController, GuideController]
