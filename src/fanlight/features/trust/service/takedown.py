"""A campaign as a file for its registrar or host: what it is, what it apes, the evidence."""

import asyncio
import csv
import io
import textwrap
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from fanlight.features.people.permissions import needs
from fanlight.features.trust.models import Kind
from fanlight.features.trust.queries import official
from fanlight.features.trust.reports import Campaign, Indicator, Report
from fanlight.features.trust.service.official import MANAGE
from fanlight.features.trust.service.scams import campaign
from fanlight.kernel import audit
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_MOST_MAILS = 20
_FORMULA = tuple("=+-@\t\r")
_WIDE = 78  # characters a line of the letter
_WHY = {
    "homoglyph": "uses characters that look like ours",
    "punycode": "uses look-alike characters, encoded as xn--",
    "typo": "is our name with a letter changed",
    "extra_words": "is our name with words added",
    "other_suffix": "is our name under another ending",
    "subdomain": "puts our name into a sub-domain",
    "before_at": "puts our name before an @ in the address",
    "in_path": "puts our name into the path",
    "other_platform": "uses our name on another platform",
    "other_host": "uses our name at somebody else's mail host",
    "near_number": "is one digit away from our number",
}


async def pack(work: Work, campaign_id: UUID) -> bytes:
    """The pack as a ZIP file. Nothing in it names who reported.

    Raises:
        NotAllowed, CampaignNotFound
    """
    needs(work.actor, MANAGE)
    found, indicators, reports = await campaign(work, campaign_id)
    mails: list[tuple[str, bytes]] = []
    for number, report in enumerate(reports[:_MOST_MAILS], 1):
        if report.original_id is not None:
            body = await work.of(Blobs).get(work, report.original_id)
            mails.append((f"mails/{number}.eml", body))
    # An account's name says nothing without its platform: whoever reads this looks up hosts.
    ours = [
        each.value
        for each in await official.sources(work)
        if each.state == "official" and each.kind in {Kind.DOMAIN, Kind.EMAIL}
    ]
    brand = work.of(Settings)[BrandSettings]
    await audit.record(work, "campaign.packed", f"campaign:{campaign_id}", mails=len(mails))
    letter = _letter(brand, found, indicators, ours)
    return await asyncio.to_thread(_zipped, letter, indicators, reports, mails)


def _letter(
    brand: BrandSettings, found: Campaign, indicators: list[Indicator], ours: list[str]
) -> str:
    operated = ", ".join(ours[:10]) or brand.help_host
    paragraphs = [
        f"Abuse report: impersonation of {brand.name}",
        f"{brand.name} operates {operated}. The following imitate us to obtain passwords, codes,"
        " keys and digital assets of our customers:",
        *(_told(each) for each in indicators),
        f"First reported to us {_utc(found.first_at)}, last {_utc(found.last_at)}:"
        f" {found.reports} report(s).",
        "We ask you to suspend what you host or have registered of it, to keep your records of the"
        " registrant for law enforcement, and to tell us when it is done.",
        f"What is officially ours, signed: {brand.help_url}/.well-known/fanlight-official.json\n"
        f"Contact: {brand.email or brand.help_url}",
        "Enclosed: indicators.csv, reports.csv (times and mail headers), and the mails, in which"
        " those who received them are blanked.",
    ]
    return "\n\n".join(_wrapped(each) for each in paragraphs) + "\n"


def _told(indicator: Indicator) -> str:
    """What imitates us, and how; the value stands on a line of its own, to be copied whole."""
    lines = [f"  {indicator.kind}: {indicator.value}"]
    if indicator.apes:
        why = "; ".join(_WHY[reason] for reason in indicator.reasons if reason in _WHY)
        lines.append(f"    imitates {indicator.apes}{': ' + why if why else ''}")
    return "\n".join(lines)


def _wrapped(paragraph: str) -> str:
    """At most 78 characters a line, as mail programs like it; what stands indented stays whole."""
    if paragraph.startswith(" "):
        return paragraph
    lines = paragraph.splitlines()
    filled = textwrap.TextWrapper(_WIDE, break_long_words=False, break_on_hyphens=False).fill
    return "\n".join(map(filled, lines))


def _zipped(
    letter: str, indicators: list[Indicator], reports: list[Report], mails: list[tuple[str, bytes]]
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("letter.txt", letter)
        rows = [("kind", "value", "verdict", "imitates", "reasons")]
        rows += [
            (each.kind, each.value, each.verdict, each.apes or "", " ".join(each.reasons))
            for each in indicators
        ]
        packed.writestr("indicators.csv", _csv(rows))
        heads = [("reported", "subject", "from", "reply-to", "return-path", "message-id", "sent")]
        for number, report in enumerate(reports, 1):
            mail = report.mail
            if mail is None:
                heads.append((report.at.isoformat(), "", "", "", "", "", ""))
                continue
            sent = mail.sent_at.isoformat() if mail.sent_at else ""
            heads.append(
                (
                    report.at.isoformat(), mail.subject, mail.sender, mail.reply_to,
                    mail.return_path, mail.message_id, sent,
                )
            )  # fmt: skip
            body = msgspec.json.format(msgspec.json.encode(mail))
            packed.writestr(f"headers/{number}.json", body)
        packed.writestr("reports.csv", _csv(heads))
        for name, original in mails:
            packed.writestr(name, original)
    return out.getvalue()


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _csv(rows: Sequence[tuple[str, ...]]) -> str:
    """Cells that a table program would run as a formula are written as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()
