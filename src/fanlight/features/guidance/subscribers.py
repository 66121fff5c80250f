"""How the guide reacts to what happens on tickets. Each is safe to run twice."""

from fanlight.features.conversations.models import Message
from fanlight.features.guidance import service
from fanlight.features.tickets.events import CustomerWrote, TicketOpened
from fanlight.kernel.events import subscriber
from fanlight.kernel.work import Work


async def _is_by_a_person(_work: Work, event: TicketOpened) -> bool:
    return not event.is_automatic


async def _read_at_once(work: Work, event: TicketOpened) -> bool:
    message = work.beside.get(event)
    return isinstance(message, Message) and await service.triage_at_once(work, message)


@subscriber(TicketOpened, when=_is_by_a_person, at_once=_read_at_once)
async def read_ticket(work: Work, event: TicketOpened) -> None:
    """Say what a ticket is about and rank it; what a machine wrote ranks nothing."""
    await service.triage_ticket(work, event.ticket_id, event.message_id)


async def _is_alarming(work: Work, event: CustomerWrote) -> bool:
    message = work.beside.get(event)
    return not isinstance(message, Message) or await service.is_alarming(work, message)


@subscriber(CustomerWrote, when=_is_alarming)
async def read_more(work: Work, event: CustomerWrote) -> None:
    """A customer who is robbed while they wait is not left in the line where they stood."""
    await service.hear_more(work, event.ticket_id, event.message_id)
