"""A suspicious mail passed on to the address for it: a report, answered at once with what we know.

The answer says what was found by kind and number, never by name: whoever writes in another's name
must not be able to have our address send their link.
"""

import asyncio

from fanlight.channels.contract import InboundEvent
from fanlight.channels.reported import ReportedMail
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.examine import secrets_in
from fanlight.features.conversations.models import Author, Conversation, Speaker, Words
from fanlight.features.tickets.automatic import may_answer
from fanlight.features.tickets.models import Ticket
from fanlight.features.trust.lookalikes import Standing
from fanlight.features.trust.service import scams
from fanlight.features.trust.service.scams import Evidence, Taken
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.i18n import translate
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

TAG = "scam_report"


async def take(
    work: Work, event: InboundEvent, ticket: Ticket, conversation: Conversation, *, is_new: bool
) -> None:
    """Keep the report with its ticket, and tell whoever sent it what it names."""
    if event.report is None:
        return
    evidence = await asyncio.to_thread(evidence_of, event.report)
    taken = await scams.take(work, evidence, ticket_id=ticket.id)
    is_machine = event.kind == "autoreply" or event.is_spam or event.author.is_bot
    if not is_new or is_machine or not await may_answer(work, conversation, ticket.id):
        return
    brand = work.of(Settings)[BrandSettings]
    words = Words(text=_answer(ticket, taken, brand), language=ticket.language)
    machine = Author(kind=Speaker.MACHINE, name=brand.name)
    await talk.say(work, conversation, machine, words, client_key=f"report-{ticket.id}")


def evidence_of(mail: ReportedMail) -> Evidence:
    """What a report keeps of a mail; its bytes only where the guard finds nothing in them."""
    return Evidence(
        mail=mail.head,
        mail_text=mail.text,
        mail_html=mail.html,
        original=mail.original if mail.original and _is_clean(mail.original) else None,
    )


def _is_clean(mail: bytes) -> bool:
    """Whether the guard finds nothing in the mail and in all that it encloses."""
    try:
        return not secrets_in("mail.eml", mail)
    except FileRefused:  # something in it opens with a password only
        return False


def _answer(ticket: Ticket, taken: Taken, brand: BrandSettings) -> str:
    language = ticket.language
    false = sum(each.verdict is not Standing.UNKNOWN for each in taken.found)
    kind = "false" if false else "foreign" if taken.found else "nothing"
    parts = [
        translate(language, f"report.mail.{kind}", brand=brand.name, count=false),
        translate(language, "report.mail.person", reference=ticket.reference),
        translate(language, "report.mail.lost", link=f"{brand.help_url}/{language}/freeze"),
        translate(language, "help.report.recovery_text"),
    ]
    return "\n\n".join(parts)
