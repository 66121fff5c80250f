"""Reports of phishing and impostors: taken, gathered, watched for, and packed for a takedown."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.channels.reported import MailHead
from fanlight.features.people.permissions import needs
from fanlight.features.trust.errors import CampaignMoved, CampaignNotFound
from fanlight.features.trust.lookalikes import Standing
from fanlight.features.trust.queries import reports as queries
from fanlight.features.trust.reports import Campaign, Indicator, Report, State, indicators
from fanlight.features.trust.service.official import MANAGE, registry
from fanlight.features.trust.service.texts import names_in
from fanlight.kernel import audit
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.ids import new_id
from fanlight.kernel.secrets import scan
from fanlight.kernel.work import Work

SEE = "ticket.reply"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reports: values named, words, and a mail with what its reader found in it."""

    values: Sequence[str] = ()
    words: str = ""
    mail: MailHead | None = None
    mail_text: str = ""
    mail_html: str = ""
    original: bytes | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a report: what it names, and how many have reported the same before."""

    campaign_id: UUID | None
    found: tuple[Indicator, ...]
    before: int


async def look(work: Work, evidence: Evidence) -> list[Indicator]:
    """What a report names, judged; nothing is stored."""
    ours = await registry(work)
    return await asyncio.to_thread(indicators, ours, _values(evidence))


def _values(evidence: Evidence) -> list[str]:
    """Everything that leads somewhere: named first, then the mail's sender, then links."""
    mail = evidence.mail
    heads = [mail.sender, mail.reply_to, mail.return_path] if mail else []
    return [
        *(value for value in evidence.values if value.strip()),
        *(value for value in heads if "@" in value),
        *names_in(evidence.words),
        *names_in(evidence.mail_text, evidence.mail_html),
    ]


async def take(work: Work, evidence: Evidence, *, ticket_id: UUID) -> Taken:
    """Store a report with its ticket, beside others of the same campaign.

    What only looks like ours is watched for at once; what is merely unknown (somebody's shop, a
    mail provider) waits until an agent has looked.
    """
    found = await look(work, evidence)
    if not found:
        return Taken(campaign_id=None, found=(), before=0)
    campaign_id = await queries.known(work, [each.key for each in found])
    is_watched = any(each.verdict in _BAD for each in found)
    if campaign_id is None:
        campaign_id = new_id()
        first = min(found, key=lambda each: each.verdict not in _BAD)
        await queries.add_campaign(work, campaign_id, first.value, is_watched=is_watched)
    before = await queries.get(work, campaign_id)
    await queries.add_indicators(work, campaign_id, found)
    await queries.add_report(
        work,
        report_id=new_id(),
        campaign_id=campaign_id,
        ticket_id=ticket_id,
        mail=evidence.mail,
        original_id=await _kept(work, evidence),
        is_watched=is_watched,
    )
    return Taken(
        campaign_id=campaign_id, found=tuple(found), before=before.reports if before else 0
    )


_BAD = (Standing.LOOK_ALIKE, Standing.RETIRED)


async def _kept(work: Work, evidence: Evidence) -> UUID | None:
    """The mail as it came, sealed; not where the guard finds a secret in it."""
    if evidence.original is None:
        return None
    text = evidence.original.decode("utf-8", "replace")
    for part in (text[:400_000], evidence.mail_text[:200_000], evidence.mail_html[:200_000]):
        if await asyncio.to_thread(scan, part):
            return None
    return await work.of(Blobs).put(work, evidence.original, sealed=True)


async def campaign(work: Work, campaign_id: UUID) -> tuple[Campaign, list[Indicator], list[Report]]:
    """A campaign with all that is known of it, reports only for whoever sees all tickets.

    Raises:
        NotAllowed, CampaignNotFound
    """
    if not work.actor.may(MANAGE):
        needs(work.actor, SEE)
    found = await queries.get(work, campaign_id)
    if found is None:
        raise CampaignNotFound(campaign_id=campaign_id)
    sees_all = work.actor.may(MANAGE) or work.actor.may("ticket.see_all")
    reports = await queries.reports_of(work, campaign_id) if sees_all else []
    return found, await queries.indicators_of(work, campaign_id), reports


async def turn(
    work: Work, campaign_id: UUID, *, state: State, is_watched: bool, version: int
) -> Campaign:
    """Say what became of a campaign, and whether to watch for it.

    Raises:
        NotAllowed, CampaignNotFound
        CampaignMoved: somebody changed it meanwhile.
    """
    needs(work.actor, MANAGE)
    found = await queries.get(work, campaign_id)
    if found is None:
        raise CampaignNotFound(campaign_id=campaign_id)
    changed = replace(
        found,
        state=state,
        is_watched=is_watched and state is not State.DISMISSED,
        version=version,
    )
    if not await queries.save(work, changed):
        raise CampaignMoved
    await audit.record(
        work,
        "campaign.turned",
        f"campaign:{campaign_id}",
        state=state,
        is_watched=changed.is_watched,
    )
    return replace(changed, version=version + 1)
