"""The first, automatic answer: we have it, under this reference, a person answers by this time.

It holds nothing that the sender wrote: whoever opens a ticket in another's name must not be able
to have our address say their words. It never answers a machine, and the count of answers to one
address is kept in the database, so two machines without manners stop after one round.
"""

from datetime import timedelta
from uuid import UUID

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.links import HIDDEN
from fanlight.features.conversations.models import Author, Speaker, Words
from fanlight.features.tickets import continuation, queries
from fanlight.features.tickets.events import TicketOpened
from fanlight.features.tickets.models import Ticket
from fanlight.features.tickets.opening import able
from fanlight.features.tickets.settings import TicketSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.events import subscriber
from fanlight.kernel.i18n import moment, offset, translate
from fanlight.kernel.ids import new_id
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

MOST_PER_DAY = 5  # automatic answers to one address

COUNT = """
    SELECT count(*)::int FROM auto_replies WHERE recipient = %(recipient)s AND at > %(since)s
"""
DONE = """
    SELECT EXISTS (SELECT 1 FROM auto_replies
        WHERE ticket_id = %(ticket_id)s AND recipient NOT LIKE 'hidden:%%')
"""
NOTE = """
    INSERT INTO auto_replies (id, recipient, ticket_id, at)
    VALUES (%(id)s, %(recipient)s, %(ticket_id)s, %(at)s)
"""


@subscriber(TicketOpened)
async def acknowledge(work: Work, event: TicketOpened) -> None:
    """Answer a fresh ticket once, on channels where people wait for mail rather than for us."""
    settings = work.of(Settings)
    if event.is_automatic or not settings[TicketSettings].acknowledge:
        return
    conversation = await conversations.lock_conversation(work, event.conversation_id)
    channel = able(work, conversation.channel, conversation.account_id)
    if channel is None or not channel.has_subject:
        return
    ticket = await queries.lock_ticket(work, event.ticket_id)
    recipient = f"{conversation.channel}:{mailbox(conversation.recipient)}"
    if await _has_enough(work, ticket.id, recipient):
        return
    await work.run(NOTE, id=new_id(), recipient=recipient, ticket_id=ticket.id, at=work.now())
    words = Words(text=acknowledgement(work, ticket), language=ticket.language)
    machine = Author(kind=Speaker.MACHINE, name=settings[BrandSettings].name)
    await talk.say(work, conversation, machine, words, client_key=f"ack-{ticket.id}")
    await continuation.mail_also(work, conversation, machine, words)
    await work.run(queries.STAMP, id=ticket.id)
    work.signal("feed.console")


def mailbox(address: str) -> str:
    """The box behind an address: many programs put ``a.b+anything`` where ``ab`` goes.

    For counting alone. Somebody's address with a hundred endings is still one person, who would
    get a hundred answers to what another wrote in their name.
    """
    local, at, domain = address.casefold().partition("@")
    return f"{local.partition('+')[0].replace('.', '')}{at}{domain}"


async def _has_enough(work: Work, ticket_id: UUID, recipient: str) -> bool:
    since = work.now() - timedelta(days=1)
    sent = await work.one(int, COUNT, recipient=recipient, since=since)
    return bool(await work.one(bool, DONE, ticket_id=ticket_id)) or (sent or 0) >= MOST_PER_DAY


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
