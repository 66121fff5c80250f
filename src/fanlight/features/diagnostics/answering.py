"""What an agent may send of a finding: approved words where they may be heard, else the link."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.channels.contract import DataClass
from fanlight.channels.registry import Channels
from fanlight.features.conversations.links import RESULT
from fanlight.features.diagnostics.models import Diagnosis
from fanlight.features.diagnostics.telling import Teller
from fanlight.features.people.assurance import Level, Method, Proof, level_now
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.i18n import DEFAULT, nearest, translate
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

# Where the customer spoke last, and how sure we were then.
LAST_HEARD: LiteralString = """
    SELECT c.channel, c.account_id, m.level, m.method, m.proven_at
    FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.ticket_id = %(ticket_id)s AND m.kind = 'inbound'
    ORDER BY m.occurred_at DESC, m.id DESC LIMIT 1
"""


class _Heard(msgspec.Struct, frozen=True, kw_only=True):
    channel: str
    account_id: str
    level: int
    method: str
    proven_at: datetime | None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Words for the customer. ``has_facts``: they say what was found, not only where to read it."""

    text: str
    has_facts: bool


async def answer_for(work: Work, ticket_id: UUID, diagnosis: Diagnosis, language: str) -> Answer:
    """A finding as an answer on this ticket, in its customer's language.

    Facts of an account go only where the channel may carry them, to a speaker who stands at L2 or
    above now; everybody else gets the link, which asks them to sign in.
    """
    tag = nearest(language) or DEFAULT
    brand = work.of(Settings)[BrandSettings]
    link = f"{brand.help_url}/{tag}{RESULT}{diagnosis.id}"
    if diagnosis.uid is not None and not await _may_hear(work, ticket_id):
        return Answer(text=translate(tag, "diagnosis.answer.link", link=link), has_facts=False)
    told = Teller(tag, now=work.now(), zone=brand.zone).told(diagnosis)
    until = translate(tag, "help.check.until", time=told.until) if told.until else ""
    words = [f"{told.title}。" if tag.startswith("zh") else f"{told.title}.", told.why, told.do]
    lines = [*words, *told.needs, until, translate(tag, "diagnosis.answer.more", link=link)]
    return Answer(text="\n".join(filter(None, lines)), has_facts=True)


async def _may_hear(work: Work, ticket_id: UUID) -> bool:
    heard = await work.one(_Heard, LAST_HEARD, ticket_id=ticket_id)
    channels = work.of(Channels)
    if heard is None or heard.proven_at is None or heard.channel not in channels:
        return False
    carries = channels.capabilities(heard.channel, heard.account_id).max_data
    if carries < DataClass.ACCOUNT or heard.method not in set(Method):
        return False
    proof = Proof(
        level=Level(heard.level), method=Method(heard.method), proven_at=heard.proven_at, subject=""
    )
    return level_now(proof, work.now()) >= Level.L2
