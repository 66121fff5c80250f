"""Statements on reports of scams, their campaigns, and what is watched for."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.channels.reported import MailHead
from fanlight.features.trust.reports import Campaign, Indicator, Report
from fanlight.kernel.work import Work

_CAMPAIGN: LiteralString = """c.id, c.name, c.state, c.is_watched, c.reports, c.hits, c.first_at,
    c.last_at, c.version"""

KNOWN: LiteralString = """
    SELECT i.campaign_id FROM scam_indicators i JOIN scam_campaigns c ON c.id = i.campaign_id
    WHERE i.key = ANY(%(keys)s) ORDER BY c.first_at, c.id LIMIT 1
"""
ADD_CAMPAIGN: LiteralString = """
    INSERT INTO scam_campaigns (id, name, state, is_watched, first_at, last_at)
    VALUES (%(id)s, %(name)s, 'open', %(is_watched)s, %(now)s, %(now)s)
"""
ADD_INDICATOR: LiteralString = """
    INSERT INTO scam_indicators (key, campaign_id, kind, value, verdict, apes, reasons, first_at,
        last_at)
    VALUES (%(key)s, %(campaign_id)s, %(kind)s, %(value)s, %(verdict)s, %(apes)s, %(reasons)s,
        %(now)s, %(now)s)
    ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at
"""
ADD_REPORT: LiteralString = """
    INSERT INTO scam_reports (id, campaign_id, ticket_id, at, mail, original_id)
    VALUES (%(id)s, %(campaign_id)s, %(ticket_id)s, %(now)s, %(mail)s::jsonb, %(original_id)s)
    ON CONFLICT (ticket_id) DO NOTHING
"""
COUNT: LiteralString = """
    UPDATE scam_campaigns SET reports = reports + 1, last_at = %(now)s,
        is_watched = is_watched OR (%(is_watched)s AND state <> 'dismissed'),
        state = CASE WHEN state = 'gone' THEN 'open' ELSE state END
    WHERE id = %(id)s
"""
GET: LiteralString = f"SELECT {_CAMPAIGN} FROM scam_campaigns c WHERE c.id = %(id)s"
PAGE: LiteralString = f"""
    SELECT {_CAMPAIGN} FROM scam_campaigns c
    WHERE (c.last_at, c.id) < (%(at)s, %(id)s)
    ORDER BY c.last_at DESC, c.id DESC LIMIT %(limit)s
"""
INDICATORS: LiteralString = """
    SELECT key, kind, value, verdict, apes, reasons FROM scam_indicators
    WHERE campaign_id = %(id)s ORDER BY first_at, key LIMIT 200
"""
REPORTS: LiteralString = """
    SELECT r.id, r.ticket_id, t.reference, r.at, r.mail, r.original_id
    FROM scam_reports r JOIN tickets t ON t.id = r.ticket_id
    WHERE r.campaign_id = %(id)s ORDER BY r.at DESC LIMIT %(limit)s
"""
SAVE: LiteralString = """
    UPDATE scam_campaigns SET state = %(state)s, is_watched = %(is_watched)s, version = version + 1
    WHERE id = %(id)s AND version = %(version)s
"""
# What stands beside a look-alike in a report may be anybody's: it counts once a person of ours has
# looked at the campaign, which is when its version rises.
WATCHED: LiteralString = """
    SELECT i.key, i.campaign_id FROM scam_indicators i
    JOIN scam_campaigns c ON c.id = i.campaign_id AND c.is_watched
    WHERE i.key = ANY(%(keys)s)
      AND (i.verdict IN ('look_alike', 'retired') OR c.version > 1)
"""
HIT: LiteralString = "UPDATE scam_campaigns SET hits = hits + 1 WHERE id = ANY(%(ids)s)"


class Watched(msgspec.Struct, frozen=True):
    key: str
    campaign_id: UUID


async def known(work: Work, keys: Sequence[str]) -> UUID | None:
    """The oldest campaign that any of these belongs to."""
    return await work.one(UUID, KNOWN, keys=list(keys))


async def add_campaign(work: Work, campaign_id: UUID, name: str, *, is_watched: bool) -> None:
    await work.run(ADD_CAMPAIGN, id=campaign_id, name=name, is_watched=is_watched, now=work.now())


async def add_indicators(work: Work, campaign_id: UUID, found: Sequence[Indicator]) -> None:
    for each in found:
        values = msgspec.structs.asdict(each) | {"reasons": list(each.reasons)}
        await work.run(ADD_INDICATOR, campaign_id=campaign_id, now=work.now(), **values)


async def add_report(
    work: Work,
    *,
    report_id: UUID,
    campaign_id: UUID,
    ticket_id: UUID,
    mail: MailHead | None,
    original_id: UUID | None,
    is_watched: bool,
) -> None:
    """Store a report and count it; the same ticket is one report."""
    added = await work.run(
        ADD_REPORT,
        id=report_id,
        campaign_id=campaign_id,
        ticket_id=ticket_id,
        mail=None if mail is None else msgspec.json.encode(mail).decode(),
        original_id=original_id,
        now=work.now(),
    )
    if added:
        await work.run(COUNT, id=campaign_id, now=work.now(), is_watched=is_watched)


async def get(work: Work, campaign_id: UUID) -> Campaign | None:
    return await work.one(Campaign, GET, id=campaign_id)


async def page(work: Work, *, at: datetime, id: UUID, limit: int) -> list[Campaign]:  # noqa: A002
    """Campaigns, the latest reported first."""
    return await work.rows(Campaign, PAGE, at=at, id=id, limit=limit)


async def indicators_of(work: Work, campaign_id: UUID) -> list[Indicator]:
    return await work.rows(Indicator, INDICATORS, id=campaign_id)


async def reports_of(work: Work, campaign_id: UUID, *, limit: int = 100) -> list[Report]:
    return await work.rows(Report, REPORTS, id=campaign_id, limit=limit)


async def save(work: Work, campaign: Campaign) -> bool:
    """Store state and watching; False when somebody changed it meanwhile."""
    return (
        await work.run(
            SAVE,
            id=campaign.id,
            state=campaign.state,
            is_watched=campaign.is_watched,
            version=campaign.version,
        )
        == 1
    )


async def watched(work: Work, keys: Sequence[str]) -> dict[str, UUID]:
    """Which of these are watched for, and for which campaign."""
    if not keys:
        return {}
    rows = await work.rows(Watched, WATCHED, keys=list(keys))
    return {row.key: row.campaign_id for row in rows}


async def count_hits(work: Work, campaigns: Sequence[UUID]) -> None:
    await work.run(HIT, ids=list(campaigns))
