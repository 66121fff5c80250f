"""The first, automatic answer: we have it, under this reference, a person answers by this time.

It holds nothing that the sender wrote: whoever opens a ticket in another's name must not be able
to have our address say their words. It never answers a machine, and the count of answers to one
address is kept in the database, so two machines without manners stop after one round.
"""

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.links import HIDDEN
from fanlight.features.conversations.models import Author, Speaker, Words
from fanlight.features.tickets import continuation, queries
from fanlight.features.tickets.automatic import may_answer
from fanlight.features.tickets.events import TicketOpened
from fanlight.features.tickets.models import Ticket
from fanlight.features.tickets.opening import able
from fanlight.features.tickets.settings import TicketSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.events import subscriber
from fanlight.kernel.i18n import moment, offset, translate
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

DONE = """
    SELECT EXISTS (SELECT 1 FROM auto_replies
        WHERE ticket_id = %(ticket_id)s AND recipient NOT LIKE 'hidden:%%')
"""


async def _is_wanted(work: Work, event: TicketOpened) -> bool:
    return not event.is_automatic and work.of(Settings)[TicketSettings].acknowledge


@subscriber(TicketOpened, when=_is_wanted)
async def acknowledge(work: Work, event: TicketOpened) -> None:
    """Answer a fresh ticket once, on channels where people wait for mail rather than for us."""
    if not await _is_wanted(work, event):
        return  # the settings have changed since
    conversation = await conversations.lock_conversation(work, event.conversation_id)
    channel = able(work, conversation.channel, conversation.account_id)
    if channel is None or not channel.has_subject:
        return
    await continuation.hold_mail(work, conversation)
    ticket = await queries.lock_ticket(work, event.ticket_id)
    if await work.one(bool, DONE, ticket_id=ticket.id):
        return
    if not await may_answer(work, conversation, ticket.id):
        return
    words = Words(text=acknowledgement(work, ticket), language=ticket.language)
    machine = Author(kind=Speaker.MACHINE, name=work.of(Settings)[BrandSettings].name)
    await talk.say(work, conversation, machine, words, client_key=f"ack-{ticket.id}")
    await continuation.mail_also(work, conversation, machine, words)
    work.later(queries.STAMP, id=ticket.id)
    work.signal("feed.console")


def acknowledgement(work: Work, ticket: Ticket) -> str:
    """The words, in the ticket's language; nothing of the customer's is among them."""
    settings = work.of(Settings)
    brand = settings[BrandSettings]
    due_at = ticket.due_at or work.now()
    by = moment(ticket.language, due_at, now=work.now(), zone=brand.zone)
    by = f"{by} ({offset(due_at, brand.zone)})"  # a mail is read in any zone
    return translate(
        ticket.language,
        "ticket.acknowledged",
        brand=brand.name,
        reference=ticket.reference,
        by=by,
        link=f"{brand.help_url}/{ticket.language}{HIDDEN}",
    )
