"""How the guide reacts to what happens on tickets. Each is safe to run twice."""

from fanlight.features.guidance import service
from fanlight.features.tickets.events import CustomerWrote, TicketOpened
from fanlight.kernel.events import subscriber
from fanlight.kernel.work import Work


def _is_by_a_person(_work: Work, event: TicketOpened) -> bool:
    return not event.is_automatic


@subscriber(TicketOpened, when=_is_by_a_person)
async def read_ticket(work: Work, event: TicketOpened) -> None:
    """Say what a ticket is about and rank it; what a machine wrote ranks nothing."""
    if not event.is_automatic:
        await service.triage_ticket(work, event.ticket_id, event.message_id)


@subscriber(CustomerWrote)
async def read_more(work: Work, event: CustomerWrote) -> None:
    """A customer who is robbed while they wait is not left in the line where they stood."""
    await service.hear_more(work, event.ticket_id, event.message_id)
