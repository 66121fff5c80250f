"""How the guide reacts to what happens on tickets. Each is safe to run twice."""

from fanlight.features.guidance import service
from fanlight.features.tickets.events import CustomerWrote, TicketOpened
from fanlight.kernel.events import subscriber
from fanlight.kernel.work import Work


@subscriber(TicketOpened)
async def read_ticket(work: Work, event: TicketOpened) -> None:
    """Say what a ticket is about and rank it; what a machine wrote ranks nothing."""
    if not event.is_automatic:
        await service.triage_ticket(work, event.ticket_id, event.message_id)


@subscriber(CustomerWrote)
async def read_more(work: Work, event: CustomerWrote) -> None:
    """A customer who is robbed while they wait is not left in the line where they stood."""
    await service.hear_more(work, event.ticket_id, event.message_id)
