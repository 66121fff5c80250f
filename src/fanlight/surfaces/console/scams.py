"""Campaigns of reported scams: what they name, their tickets, the pack for a takedown."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.trust.queries import reports as queries
from fanlight.features.trust.reports import Campaign, State
from fanlight.features.trust.service import scams, takedown
from fanlight.features.trust.service.official import MANAGE
from fanlight.kernel.audit import TOP, Place
from fanlight.kernel.work import Work
from fanlight.surfaces.console.cursors import pack, unpack
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE
from fanlight.surfaces.shared.works import changing

_PAGE = 50


class CampaignLines(msgspec.Struct, frozen=True):
    rows: list[Campaign]
    next: str | None


class IndicatorOut(msgspec.Struct, frozen=True, kw_only=True):
    """Something by which the scam is known again."""

    kind: str
    value: str
    verdict: str
    of: str | None
    reasons: list[str]


class ScamMail(msgspec.Struct, frozen=True, kw_only=True):
    """Headers of a mail that came with a report."""

    subject: str
    sender: str
    reply_to: str
    return_path: str
    authentication: list[str]
    received: list[str]


class ScamReport(msgspec.Struct, frozen=True, kw_only=True):
    """One report; what it says stands on its ticket."""

    ticket_id: UUID
    reference: str
    at: datetime
    mail: ScamMail | None
    has_original: bool


class CampaignOut(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with all that is known of it."""

    campaign: Campaign
    indicators: list[IndicatorOut]
    reports: list[ScamReport]
    may_manage: bool


class TurnForm(msgspec.Struct, frozen=True, kw_only=True):
    state: State
    is_watched: bool
    version: int


class ScamController(Controller):
    path = "/api/console/scams"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["scams"]

    @get("/", guards=[may(scams.SEE, MANAGE)])
    async def page(self, work: NamedDependency[Work], after: FromQuery[str] = "") -> CampaignLines:
        """Campaigns, the latest reported first."""
        below = unpack(after, Place, TOP)
        found = await queries.page(work, at=below.at, id=below.id, limit=_PAGE)
        end = found[-1] if len(found) == _PAGE else None
        return CampaignLines(found, pack(Place(end.last_at, end.id)) if end else None)

    @get("/{campaign_id:uuid}", guards=[may(scams.SEE, MANAGE)])
    async def one(self, campaign_id: FromPath[UUID], work: NamedDependency[Work]) -> CampaignOut:
        """One campaign: indicators, and the tickets of its reports."""
        found, indicators, reports = await scams.campaign(work, campaign_id)
        return CampaignOut(
            campaign=found,
            indicators=[
                IndicatorOut(
                    kind=each.kind,
                    value=each.value,
                    verdict=each.verdict,
                    of=each.apes,
                    reasons=[reason.value for reason in each.reasons],
                )
                for each in indicators
            ],
            reports=[
                ScamReport(
                    ticket_id=each.ticket_id,
                    reference=each.reference,
                    at=each.at,
                    has_original=each.original_id is not None,
                    mail=None
                    if each.mail is None
                    else ScamMail(
                        subject=each.mail.subject,
                        sender=each.mail.sender,
                        reply_to=each.mail.reply_to,
                        return_path=each.mail.return_path,
                        authentication=list(each.mail.authentication),
                        received=list(each.mail.received),
                    ),
                )
                for each in reports
            ],
            may_manage=work.actor.may(MANAGE),
        )

    @post("/{campaign_id:uuid}/state", guards=[may(MANAGE)], status_code=200)
    async def turn(
        self, campaign_id: FromPath[UUID], data: JSONBody[TurnForm], work: NamedDependency[Work]
    ) -> Campaign:
        """Say what became of it, and whether it is watched for."""
        return await scams.turn(
            work,
            campaign_id,
            state=data.state,
            is_watched=data.is_watched,
            version=data.version,
        )

    @get(
        "/{campaign_id:uuid}/pack.zip",
        guards=[may(MANAGE)],
        dependencies={"work": Provide(changing)},  # that evidence left is written down
        include_in_schema=False,
    )
    async def packed(
        self, campaign_id: FromPath[UUID], work: NamedDependency[Work]
    ) -> Response[Any]:
        """The evidence as a ZIP file, for a registrar or a host."""
        body = await takedown.pack(work, campaign_id)
        headers = {
            "content-disposition": f'attachment; filename="takedown-{campaign_id}.zip"',
            "x-content-type-options": "nosniff",
        }
        return Response(body, media_type="application/zip", headers=headers)


ROUTES = [ScamController]
