"""A result that a customer names by its link goes with the ticket, whichever channel it came by."""

import re
from uuid import UUID

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.links import RESULT
from fanlight.features.conversations.models import Message
from fanlight.features.diagnostics import queries
from fanlight.features.tickets.events import CustomerWrote, TicketOpened
from fanlight.kernel.events import subscriber
from fanlight.kernel.work import Work

_LINK = re.compile(RESULT + r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_MOST = 3  # links of one message


async def _names_result(work: Work, event: TicketOpened | CustomerWrote) -> bool:
    message = work.beside.get(event)
    return not isinstance(message, Message) or RESULT in message.text


@subscriber(TicketOpened, when=_names_result)
async def carry_over(work: Work, event: TicketOpened) -> None:
    """Put the results named in the first message to the ticket; twice changes nothing more."""
    await _attach(work, event.ticket_id, event.message_id)


@subscriber(CustomerWrote, when=_names_result)
async def carry_later(work: Work, event: CustomerWrote) -> None:
    """The same for a message on a ticket that stands."""
    await _attach(work, event.ticket_id, event.message_id)


async def _attach(work: Work, ticket_id: UUID, message_id: UUID) -> None:
    """Only results about the account that this ticket's customer has proven, or about none."""
    message = await conversations.get_message(work, message_id)
    named = list(dict.fromkeys(_LINK.findall(message.text)))[:_MOST]
    if not named:
        return
    uid = await queries.uid_of_ticket(work, ticket_id)
    for each in named:
        await queries.attach(work, UUID(each), ticket_id, uid=uid)
